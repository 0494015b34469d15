import { describe, expect, test } from 'vitest';
import type { Range } from '../../../src/source/source-file.ts';
import { isWritten, keyRange, parseYaml, pointerAt, valueAt, valueRange } from '../../../src/source/yaml-tree.ts';

function textOf(text: string, { start, end }: Range): string {
  return text.slice(start.offset, end.offset);
}

describe('parseYaml reads', () => {
  test.each([
    ['an empty file', '', null],
    ['a byte order mark and CRLF', '\uFEFFa: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    ['words of YAML 1.1 as texts', 'a: yes\nb: on\nc: 010\nd: 0o10', { a: 'yes', b: 'on', c: 10, d: 8 }],
    ['days as texts', 'a: 2027-01-31', { a: '2027-01-31' }],
    ['anchors and aliases', 'a: &x [1, 2]\nb: *x', { a: [1, 2], b: [1, 2] }],
    ['the nearest anchor of a name', 'a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    ['a missing value as null', 'a:\nb: ~', { a: null, b: null }],
  ])('%s', (_, text, value) => {
    const tree = parseYaml('f.yaml', text);
    expect(tree.problems).toEqual([]);
    expect(tree.value).toEqual(value);
  });

  test('__proto__ as a name like any other', () => {
    const { value } = parseYaml('f.yaml', '__proto__: { polluted: true }\nconstructor: 1');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('parseYaml tells', () => {
  const LOOSE = 'yaml-syntax A ":" is missing between a key after "?" and what follows it.';

  test.each([
    ['a duplicate key, with its first place', 'a: 1\nb: 2\na: 3', ['3:1 yaml-duplicate-key "a" is written twice in one mapping.']],
    ['a tab', 'a:\n\tb: 1', ['2:1 yaml-tab A tab is used as indentation.']],
    ['the quote that is never closed', 'a: 1\nb: "x\nc: 2\n', ['2:4 yaml-syntax A quoted text is not closed.']],
    ['a brace that is never closed', 'a: { b: 1\nc: 2\n', ['1:4 yaml-syntax A "{" is not closed by a "}".']],
    [
      'a colon too many inside braces',
      'a: { b: c: d }',
      ['1:9 yaml-syntax A second ": " follows inside braces or brackets; a text that holds ": " needs quotes.'],
    ],
    ['a colon too many', 'a: b: c', ['1:4 yaml-syntax A second ": " follows on a line that has a value already.']],
    [
      'a sign that needs quotes',
      'a: @x\nb: `y`',
      [
        '1:4 yaml-syntax A text that starts with this character needs quotes.',
        '2:4 yaml-syntax A text that starts with this character needs quotes.',
      ],
    ],
    ['an unknown escape', 'a: "\\q"', ['1:5 yaml-syntax \\q is not an escape of a text in double quotes.']],
    [
      'a key that is no text',
      '1: x\n? [a]\n: y',
      ['1:1 yaml-key-not-text The key "1" is not a text.', '2:3 yaml-key-not-text The key "[a]" is not a text.'],
    ],
    ['a list after a key after "?" without a colon', 'x:\n  ? a\n  - b\n', [`3:3 ${LOOSE}`]],
    ['a text after such a key', '? "a"|\n  b\n', [`1:6 ${LOOSE}`]],
    ['an anchor after such a key', '? "a"&x\n', [`1:6 ${LOOSE}`]],
    ['a tag', 'a: !money 5', ['1:4 yaml-tag This tag is not known.']],
    [
      'a tag whose values JSON does not have',
      'a: !!binary aGk=\nb: !!timestamp 2027-01-31\nc: !!str 5',
      ['1:13 yaml-tag The tag tag:yaml.org,2002:binary is not known.', '2:16 yaml-tag The tag tag:yaml.org,2002:timestamp is not known.'],
    ],
    ['a second document', 'a: 1\n---\nb: 2', ['2:1 yaml-several-documents The file holds more than one document.']],
    ['an alias without an anchor', 'a: *x', ['1:4 yaml-unknown-alias There is no anchor of this name before this alias.']],
    ['an alias inside its own anchor', 'a: &x [*x]', ['1:8 yaml-unknown-alias There is no anchor of this name before this alias.']],
  ])('%s', (_, text, expected) => {
    const { problems } = parseYaml('f.yaml', text);
    expect(problems.map(({ code, message, at }) => `${at.start.line}:${at.start.column} ${code} ${message}`)).toEqual(expected);
  });

  test.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', 'a: '.concat('{a: '.repeat(20_000))],
    ['compact lists', `${'- '.repeat(20_000)}x`],
    ['explicit keys', '? '.repeat(5_000)],
    ['growing indentation', Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('too deep nesting of %s, without running out of stack', (_, text) => {
    const { problems, value } = parseYaml('f.yaml', text);
    expect(problems.map(({ code }) => code)).toEqual(['yaml-too-deep']);
    expect(value).toBeUndefined();
  });

  test('nothing about nesting of a hundred levels', () => {
    expect(parseYaml('f.yaml', `${'['.repeat(100)}${']'.repeat(100)}`).problems).toEqual([]);
  });

  test('aliases that stand for too much, and gives no value', () => {
    const lines = [
      'l0: &l0 [ha]',
      ...Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`),
    ];
    const { problems, value } = parseYaml('f.yaml', lines.join('\n'));
    expect(problems.map(({ code }) => code)).toEqual(['yaml-too-many-aliases']);
    expect(value).toBeUndefined();
  });
});

describe('ranges', () => {
  const text = `service: payments
provides:
  charge@2: { timeout: 5s, tags: [a, bc] }
  empty:
types:
  A/b: &a
    type: object

uses: *a
`;
  const tree = parseYaml('f.yaml', text);

  test.each([
    ['a key', keyRange(tree, '/provides/charge@2/timeout'), 'timeout'],
    ['a value', valueRange(tree, '/provides/charge@2/timeout'), '5s'],
    ['an item of a list', valueRange(tree, '/provides/charge@2/tags/1'), 'bc'],
    ['the key of an item is the item', keyRange(tree, '/provides/charge@2/tags/1'), 'bc'],
    ['an escaped key', keyRange(tree, '/types/A~1b'), 'A/b'],
    ['a block without the empty line after it', valueRange(tree, '/types/A~1b'), 'type: object'],
    ['a value that is not there: its key', valueRange(tree, '/provides/empty'), 'empty'],
    ['what is missing: the key of the nearest holder', keyRange(tree, '/provides/charge@2/delivery/retry'), 'charge@2'],
    ['the value of what is missing: the same key', valueRange(tree, '/provides/charge@2/delivery'), 'charge@2'],
    ['what an alias stands for: its anchor', keyRange(tree, '/uses/type'), 'type'],
  ])('%s', (_, range, expected) => {
    expect(textOf(text, range)).toBe(expected);
  });

  test('are lines and columns from 1', () => {
    expect(keyRange(tree, '/provides/charge@2/timeout')).toEqual({
      file: 'f.yaml',
      start: { offset: 42, line: 3, column: 15 },
      end: { offset: 49, line: 3, column: 22 },
    });
  });

  test.each([
    ['/provides/empty', true],
    ['/provides/charge@2/tags/1', true],
    ['/provides/charge@2/tags/2', false],
    ['/provides/charge@2/tags/-1', false],
    ['/toString', false],
  ])('%s is written: %j', (pointer, written) => {
    expect(isWritten(tree, pointer)).toBe(written);
  });

  test.each([
    ['/provides/charge@2/tags/0', 'a'],
    ['/provides/charge@2/tags/00', undefined],
    ['/constructor', undefined],
    ['/provides/empty', null],
  ])('the value at %s is %j', (pointer, value) => {
    expect(valueAt(tree, pointer)).toBe(value);
  });
});

describe('pointerAt tells what stands at a place', () => {
  const tree = parseYaml('f.yaml', 'a: { b: [1, { c/d: 2 }], e: &x 5 }\nf: *x\ng:\n');

  test.each(['/a', '/a/b', '/a/b/0', '/a/b/1/c~1d', '/a/e', '/f', '/g'])('%s, by its key and by its value', (pointer) => {
    expect(pointerAt(tree, keyRange(tree, pointer))).toBe(pointer);
    if (pointer !== '/f') expect(pointerAt(tree, valueRange(tree, pointer))).toBe(pointer);
  });

  test.each([
    ['[&x 1, 2, *x, 3]', '/0'],
    ['[&x 1, 2, *x, 3]', '/1'],
    ['[&x 1, 2, *x, 3]', '/3'],
    ['[&x [1, 2], *x, *x, 3]', '/0/1'],
    ['{ a: &x 1, b: [*x, 2, *x, *x] }', '/b/1'],
    ['{ a: &x 1, b: *x, c: *x, d: 2 }', '/d'],
  ])('beside aliases: %s at %s', (text, pointer) => {
    const aliased = parseYaml('f.yaml', text);
    expect(pointerAt(aliased, valueRange(aliased, pointer))).toBe(pointer);
  });

  test('of each of very many parts, at once', () => {
    const many = parseYaml('f.yaml', Array.from({ length: 50_000 }, (_, index) => `key-${index}: [${index}, {}]\n`).join(''));
    const pointers = Array.from({ length: 50_000 }, (_, index) => `/key-${index}`);
    const started = performance.now();
    expect(pointers.map((pointer) => pointerAt(many, keyRange(many, pointer)))).toEqual(pointers);
    expect(pointers.map((pointer) => pointerAt(many, valueRange(many, `${pointer}/1`)))).toEqual(pointers.map((pointer) => `${pointer}/1`));
    // Part by part it takes minutes; the bound leaves a busy machine its time.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('the whole file, and a file that is no YAML', () => {
    expect(pointerAt(tree, valueRange(tree, ''))).toBe('');
    const broken = parseYaml('f.yaml', 'a: {');
    expect(pointerAt(broken, keyRange(broken, '/a'))).toBe('');
  });
});
