/**
 * YAML texts made worse, the same way on every run: what hands, merges and scripts do to contracts, and what nobody would do but an attacker.
 */

/** A source of numbers: `next(n)` gives one from 0 to n - 1. */
export type Dice = (below: number) => number;

/** Dice that fall the same on every run with the same seed (mulberry32). */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const VALUES = [
  '',
  'null',
  '~',
  '[]',
  '{}',
  '5',
  '-0',
  '1e3',
  '0x1F',
  '1.50',
  '""',
  "''",
  '[[]]',
  '{ a: { b: [] } }',
  '{ $ref: 5 }',
  "{ $ref: '#' }",
  '__proto__',
  'constructor',
  '*x',
  '*a',
  '&x y',
  '&a z',
  '!t z',
  '!!str 5',
  '!!int "5"',
  '1e999',
  "'it''s'",
  '"a\\nb"',
  '"\\u00e9 \\ud83d\\ude00"',
  '"\\ud800"',
  "'#/types/X'",
  '#/types/X',
  'a # b',
  'a: b',
  'http://x.y',
  "'http://x.y'",
  'a, b',
  "'a, b'",
  '[a, b, ]',
  '[a: 1, ? b : 2]',
  '{ a, b: }',
  '{ "a":1, b: 2 }',
  "'yes'",
  'yes',
  "'2027-01-31'",
  '2027-01-31',
  "' padded '",
  '|\n        literal\n          deeper\n\n        text',
  '>-\n        folded\n        text',
  '|+\n        kept\n\n',
  '|2\n          given',
  '|\n',
  '- x',
  '? y',
  'plain text\n        over two lines',
  '"quoted text\n        over \\\n\n        lines"',
  "'one\n\n        two'",
  '[ # first\n        a, # second\n        # own\n        b\n        # last\n        ] # end',
  '{ # first\n        a: 1, # second\n        # own\n        b: [x] # third\n        }',
  'x'.repeat(130),
  `[${'word, '.repeat(30)}end]`,
  `{ ${'k'.repeat(50)}: { a: [b, c] }, l: ${'m'.repeat(60)} }`,
  '\u00e9\u4e2d\ud83d\ude00',
  '\u0085',
  '\u0007',
  '\u202e',
  '"\\u202e \\u0007 \\u2028 \\x7f"',
  '\u2028',
  '\ufeff',
  'protobuf',
  'async-request-response',
  'true',
  '3',
  '!!map',
  '&m',
  '# nothing',
  '{ type: object, properties: { a: {}, b: { x-field: 7 } } }',
  '{ enum: [a, b] }',
];
const SIGNS = [...'{}[]:,"\'#&*-? \t|>!%@`\n\\~=<.', ': ', '- ', ' #', '\r\n', '---\n', '...\n', '\n\n', '  '];
const COMMENTS = ['# a comment', '#', '#no space', '# key: value', '#   trailing   ', '# it\'s "quoted" {', '# - item'];

type Change = (lines: string[], next: Dice) => void;

const CHANGES: readonly Change[] = [
  (lines, next) => lines.splice(next(lines.length), 1 + next(2)),
  (lines, next) => void lines.splice(next(lines.length), 0, pick(lines, next)),
  (lines, next) => change(lines, next, (line) => line.replace(/: .*$/, () => `: ${pick(VALUES, next)}`)),
  (lines, next) => change(lines, next, (line) => line.replace(/(:|-) .*$/, (_, sign) => `${sign} ${pick(VALUES, next)}`)),
  (lines, next) => change(lines, next, (line) => put(line, next, pick(SIGNS, next), next(2))),
  (lines, next) => change(lines, next, (line) => put(line, next, '', 1 + next(3))),
  (lines, next) => change(lines, next, (line) => ' '.repeat(next(12)) + line.trimStart()),
  (lines, next) => indentSome(lines, next),
  (lines, next) =>
    change(lines, next, (line) => line.replace(/[a-zA-Z-]+:/, () => `${/([^\s:{[]+):/.exec(pick(lines, next))?.[1] ?? 'odd'}:`)),
  (lines, next) => change(lines, next, (line) => line.replace(/: (.+)$/, (_, value) => `: ${next(2) === 0 ? `'${value}'` : `"${value}"`}`)),
  (lines, next) =>
    change(lines, next, (line) =>
      line.replace(/^(\s*)([^\s:]+):/, (_, space, key) => `${space}${next(2) === 0 ? `'${key}'` : `"${key}"`}:`),
    ),
  (lines, next) => change(lines, next, (line) => line.replaceAll(/['"]/g, '')),
  (lines, next) => copySubtree(lines, next),
  (lines, next) => swapSubtree(lines, next),
  (lines, next) => void lines.splice(next(lines.length + 1), 0, ' '.repeat(next(10)) + pick(COMMENTS, next)),
  (lines, next) => void lines.splice(next(lines.length + 1), 0, ' '.repeat(next(5) * 2) + pick(COMMENTS, next)),
  (lines, next) => change(lines, next, (line) => `${line} ${pick(COMMENTS, next)}`),
  (lines, next) => change(lines, next, (line) => put(line, next, ` ${pick(COMMENTS, next)}\n${' '.repeat(next(10))}`, 0)),
  (lines, next) => void lines.splice(next(lines.length + 1), 0, ...Array.from({ length: 1 + next(3) }, () => ' '.repeat(next(3)))),
  (lines, next) =>
    change(lines, next, (line) => line.replace(/(:|-) /, (_, sign) => `${sign} ${pick(['&a ', '&b ', '!!str ', '!!map ', '? '], next)}`)),
  (lines, next) => change(lines, next, (line) => line.replace(/: .*$/, () => `: ${pick(['*a', '*b'], next)}`)),
  (lines, next) => change(lines, next, (line) => line.replace(/, /, () => `, ${pick(COMMENTS, next)}\n${' '.repeat(next(12))}`)),
  (lines, next) => change(lines, next, (line) => line.replace(/^( *)/, (space) => `${space}- `)),
  (lines, next) => void (next(4) === 0 && lines.splice(0, lines.length, ...lines.map((line) => `${line}\r`))),
  (lines, next) =>
    void (next(4) === 0 && lines.unshift(pick(['---', '# head', '%YAML 1.2\n---', '\ufeff', '', '# head\n---', '--- # head'], next))),
  (lines, next) => void (next(4) === 0 && lines.push(pick(['...', '# end', '  # end', '...\n# end', '', '---'], next))),
];

/** A text after one to five changes. */
export function mutateYaml(text: string, next: Dice): string {
  const lines = text.split('\n');
  for (let left = 1 + next(5); left > 0 && lines.length > 0; left -= 1) pick(CHANGES, next)(lines, next);
  return lines.join('\n');
}

function pick<Item>(items: readonly Item[], next: Dice): Item {
  return items[next(items.length)] as Item;
}

function change(lines: string[], next: Dice, to: (line: string) => string): void {
  const at = next(lines.length);
  lines[at] = to(lines[at] ?? '');
}

function put(line: string, next: Dice, what: string, instead: number): string {
  const column = next(line.length + 1);
  return line.slice(0, column) + what + line.slice(column + instead);
}

function indentSome(lines: string[], next: Dice): void {
  const from = next(lines.length);
  const to = Math.min(lines.length, from + 1 + next(8));
  const more = pick([' ', '  ', '    ', '\t'], next);
  const less = next(2) === 0;
  for (let at = from; at < to; at += 1) lines[at] = less ? (lines[at] ?? '').replace(/^ {1,2}/, '') : more + lines[at];
}

/** The line at `from` with those below it that are indented deeper. */
function subtreeLength(lines: readonly string[], from: number): number {
  const indent = (lines[from] ?? '').search(/\S|$/);
  let to = from + 1;
  while (to < lines.length && (lines[to] ?? '').search(/\S|$/) > indent) to += 1;
  return to - from;
}

function copySubtree(lines: string[], next: Dice): void {
  const from = next(lines.length);
  const copy = lines.slice(from, from + subtreeLength(lines, from));
  const renamed = copy.map((line, index) => (index === 0 ? line.replace(/([a-zA-Z0-9]):/, '$1x:') : line));
  lines.splice(next(2) === 0 ? from : next(lines.length), 0, ...renamed);
}

/** A subtree trades places with its next neighbour: keys out of order. */
function swapSubtree(lines: string[], next: Dice): void {
  const from = next(lines.length);
  const length = subtreeLength(lines, from);
  const moved = lines.splice(from, length);
  if (from < lines.length) lines.splice(from + subtreeLength(lines, from), 0, ...moved);
  else lines.push(...moved);
}
