import { describe, expect, test } from 'vitest';
import { codeFrame } from '../../../src/report/code-frame.ts';
import { PLAIN, type Style } from '../../../src/report/style.ts';
import { concealSecrets } from '../../../src/source/conceal-secrets.ts';
import { markedFile } from './fixtures.ts';

function frame(marked: string, labels: readonly string[] = [], style: Style = PLAIN): string {
  const { source, ranges } = markedFile('a.yaml', marked);
  const [primary, ...others] = ranges;
  if (!primary) throw new Error('The test marks no range.');
  const related = others.flatMap((at, index) => ({ at, label: labels[index] ?? '' }));
  return codeFrame(source, primary, related, style);
}

describe('a code frame', () => {
  test('conceals the passwords of logins and stays in its columns', () => {
    expect(frame("z: { url: 'amqp://u:hunter2@h', «nope»: 1 }\n")).toBe(
      ["    1 │ z: { url: 'amqp://u:*******@h', nope: 1 }", '      │                                 ^^^^'].join('\n'),
    );
  });

  test('shows what may be shown of a file of settings', () => {
    const { source, ranges } = markedFile('msgctl.yaml', 'sasl: { password: hunter2, «nope»: 1 }\n');
    if (!ranges[0]) throw new Error('The test marks no range.');
    expect(codeFrame({ ...source, shown: concealSecrets(source.text) }, ranges[0], [], PLAIN)).toBe(
      ['    1 │ sasl: { password: *******, nope: 1 }', '      │                            ^^^^'].join('\n'),
    );
  });

  test('underlines exactly the range, with the parent key right above', () => {
    expect(frame('provides:\n  payment-settled:\n    pattern: «event»\n')).toBe(
      ['    2 │   payment-settled:', '    3 │     pattern: event', '      │              ^^^^^'].join('\n'),
    );
  });

  test('leaves out a sibling right above', () => {
    expect(frame('a: 1\n«b»: 2\n')).toBe(['    2 │ b: 2', '      │ ^'].join('\n'));
  });

  test('leaves out a comment right above', () => {
    expect(frame('# why\n  «b»: 2\n')).toBe(['    2 │   b: 2', '      │   ^'].join('\n'));
  });

  test('shows related places with dashes and their label', () => {
    const marked = '  order: key\n  expire: §30s§\n  wait: 1s\n  retry: «{ attempts: 6 }»\n'.replace('§30s§', '30s');
    const { source, ranges } = markedFile('a.yaml', marked);
    const expire = markedFile('a.yaml', marked.replaceAll(/[«»]/g, '').replace('30s', '«30s»')).ranges[0];
    if (!ranges[0] || !expire) throw new Error('The test marks no range.');
    expect(codeFrame(source, ranges[0], [{ at: expire, label: 'expires here' }], PLAIN)).toBe(
      [
        '    2 │   expire: 30s',
        '      │           --- expires here',
        '    4 │   retry: { attempts: 6 }',
        '      │          ^^^^^^^^^^^^^^^',
      ].join('\n'),
    );
  });

  test('underlines two places of one line in two rows', () => {
    expect(frame('«a»: «b»\n', ['again here'])).toBe(['    1 │ a: b', '      │ ^', '      │    - again here'].join('\n'));
  });

  test('underlines the first line of a range over several lines and names the last', () => {
    expect(frame('types:\n«  Charge:\n    type: object\n    required: [a]»\n')).toBe(
      ['    1 │ types:', '    2 │   Charge:', '      │ ^^^^^^^^^ to line 4'].join('\n'),
    );
  });

  test('does not count a line that the range only touches', () => {
    expect(frame('«a:\n  b: 1\n»c: 2\n')).toBe(['    1 │ a:', '      │ ^^ to line 2'].join('\n'));
  });

  test('shows one caret where the range is empty, also at the end of the text', () => {
    expect(frame('a: «»')).toBe(['    1 │ a:', '      │    ^'].join('\n'));
  });

  test('shows one caret on an empty last line', () => {
    expect(frame('a: 1\n«»')).toBe(['    2 │', '      │ ^'].join('\n'));
  });

  test('draws tabs as spaces and keeps the carets under the range', () => {
    expect(frame('a:\n\tb:\t«c»\n')).toBe(['    1 │ a:', '    2 │     b:  c', '      │         ^'].join('\n'));
  });

  test('takes a CR before the line end for no character', () => {
    expect(frame('a: «b»\r\nc: d\r\n')).toBe(['    1 │ a: b', '      │    ^'].join('\n'));
  });

  test('keeps the carets under the range after astral, wide and combining characters', () => {
    expect(frame('漢字😀e\u0301: «b»\n')).toBe(['    1 │ 漢字😀e\u0301: b', '      │          ^'].join('\n'));
  });

  test('underlines wide characters over their whole width', () => {
    expect(frame('a: «漢字»\n')).toBe(['    1 │ a: 漢字', '      │    ^^^^'].join('\n'));
  });

  test('shows no control character and no mark that turns the reading direction', () => {
    expect(frame('a: \u001b[31m\u202e«b»\n')).toBe(['    1 │ a: \ufffd[31m\ufffdb', '      │          ^'].join('\n'));
  });

  test('cuts a long line at its end', () => {
    const [line, carets] = frame(`a: «b»${' x'.repeat(100)}\n`).split('\n');
    expect(line).toBe(`    1 │ a: b${' x'.repeat(58)}…`);
    expect(carets).toBe('      │    ^');
  });

  test('cuts a long line before the range and keeps the range in view', () => {
    const [line = '', carets = ''] = frame(`${'x'.repeat(300)}: «bad» ${'y'.repeat(300)}\n`).split('\n');
    expect(line.slice(8, 9)).toBe('…');
    expect(line.endsWith('…')).toBe(true);
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('bad');
  });

  test('does not draw carets past the cut', () => {
    const [, carets = ''] = frame(`a: «${'b'.repeat(400)}»\n`).split('\n');
    expect(carets.length).toBeLessThanOrEqual(8 + 120);
  });

  test('is drawn in ASCII where nothing else can be shown', () => {
    expect(frame('a: «b»\n', [], { ...PLAIN, unicode: false })).toBe(['    1 | a: b', '      |    ^'].join('\n'));
  });

  test('has room for long line numbers', () => {
    expect(frame(`${'\n'.repeat(123456)}«a»: 1\n`)).toBe(['123457 │ a: 1', '       │ ^'].join('\n'));
  });
});
