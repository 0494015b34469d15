import { describe, expect, test } from 'vitest';
import { chooseStyle } from '../../../src/cli/terminal.ts';

const auto = { color: 'auto', ascii: false, verbose: false } as const;
const terminal = { isTerminal: true, columns: 80 };
const pipe = { isTerminal: false, columns: undefined };

describe('colour', () => {
  test.each([
    ['a terminal has it', auto, terminal, {}, true],
    ['a pipe has not', auto, pipe, {}, false],
    ['NO_COLOR takes it away', auto, terminal, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR says nothing', auto, terminal, { NO_COLOR: '' }, true],
    ['FORCE_COLOR gives it to a pipe', auto, pipe, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR beats NO_COLOR', auto, pipe, { FORCE_COLOR: '', NO_COLOR: '1' }, true],
    ['FORCE_COLOR=0 takes it away', auto, terminal, { FORCE_COLOR: '0' }, false],
    ['a dumb terminal has not', auto, terminal, { TERM: 'dumb' }, false],
    ['--color never beats FORCE_COLOR', { ...auto, color: 'never' }, terminal, { FORCE_COLOR: '1' }, false],
    ['--color always beats NO_COLOR', { ...auto, color: 'always' }, pipe, { NO_COLOR: '1' }, true],
  ] as const)('%s', (...[, looks, place, environment, expected]) => {
    expect(chooseStyle(looks, place, environment).color).toBe(expected);
  });
});

describe('other characters than ASCII', () => {
  test.each([
    [{}, true],
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{ LANG: 'ru_RU.KOI8-R' }, false],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    [{ LC_ALL: '', LC_CTYPE: 'en_US.UTF-8', LANG: 'C' }, true],
    [{ LANG: 'en_US.UTF-8', TERM: 'dumb' }, false],
  ])('%j: %s', (environment, expected) => {
    expect(chooseStyle(auto, terminal, environment).unicode).toBe(expected);
    expect(chooseStyle({ ...auto, ascii: true }, terminal, environment).unicode).toBe(false);
  });
});

test('prose wraps on a terminal only', () => {
  expect(chooseStyle(auto, terminal, {}).width).toBe(80);
  expect(chooseStyle(auto, pipe, {}).width).toBeUndefined();
  expect(chooseStyle(auto, { isTerminal: true, columns: 0 }, {}).width).toBeUndefined();
});
