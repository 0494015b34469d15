import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

const ROOT = join(import.meta.dirname, '../..');

/** The YAML of this repository: its contracts, its examples, and the projects that the tests validate. */
export function repositoryTexts(): readonly string[] {
  const files = ['contracts', 'examples', 'test/cases'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.yaml') && !path.includes('node_modules'))
      .map((path) => readFileSync(join(ROOT, folder, path), 'utf8')),
  );
  return [...new Set(files)].filter((text) => text.length < 10_000);
}

/** Texts that mean something to YAML, or nearly do. */
const WORDS = [
  ...['a', 'b', 'key', 'a b', 'a-b', 'charge@2', '/orderId', '#/types/A', 'a#b', 'a:b', 'é', '\u00a0', 'x\u2028', '😀', 'toString'],
  ...['null', 'Null', '~', 'true', 'TRUE', 'yes', 'nUll', '0', '-0', '12', '+1', '010', '0o17', '0x1F', '1_000', '1.5', '.5', '1.', '1e3'],
  ...['1e999', '.inf', '-.INF', '.nan', '2027-01-31', '12:30', '99999999999999999999', '- a', '-a', '--', '---', '...', '?', '? a', ': a'],
  ...["'it''s'", "''", '""', '"a\\nb"', '"\\q"', '"\\u00e9"', "'a: b'", '"# a"', "'open", '"open', '"a" b', '*x', '&x a', '!t a', '<<'],
  ...[
    '|',
    '>',
    '|-',
    '>-',
    '|+',
    '|2',
    '@a',
    '`a`',
    '%a',
    ',a',
    '[a, b]',
    '{ a: b }',
    '{a: b, c}',
    '[a: b]',
    '{"a":1}',
    '[',
    '{',
    ']',
    '}',
  ],
  ...[
    '[[]]',
    '{}',
    '[a,]',
    '{ a: , b: }',
    '{a: b}c',
    '[a]]',
    'a ',
    'a # c',
    'a #',
    '# c',
    'a\tb',
    '\t',
    '\ufeff',
    'a, b',
    'a: b',
    'a:',
    '',
  ],
];

/** Pieces that are put together without any order: what comes of it is hardly ever YAML. */
const PIECES = [
  '\n',
  '\n  ',
  '\n    ',
  '\n- ',
  '\r\n',
  ' ',
  '  ',
  ': ',
  ':',
  ', ',
  ',',
  '- ',
  '#',
  ' # c',
  '[',
  ']',
  '{',
  '}',
  "'",
  '"',
  '|\n',
  '>\n',
];

const word = fc.constantFrom(...WORDS);
const plain = fc.constantFrom('a', 'b', 'c', 'key', 'some text', '5', 'true', "'q'", '"q"', '"\\n"', 'x-y');

/** Lines of a block at some indentation; lines that do not fit are left to the mutations. */
const { block } = fc.letrec<{ block: (indent: number) => string; flow: string }>((tie) => ({
  flow: fc.oneof(
    { depthSize: 'small' },
    plain,
    fc
      .array(tie('flow'), { maxLength: 3 })
      .chain((items) => fc.constantFrom(', ', ',', ',\n      ', ' , ', ', # c\n        ').map((comma) => `[${items.join(comma)}]`)),
    fc
      .array(fc.tuple(plain, tie('flow')), { maxLength: 3 })
      .chain((entries) =>
        fc
          .constantFrom(', ', ',', ',\n         ')
          .map((comma) => `{ ${entries.map(([key, value], at) => `${key}${at}: ${value}`).join(comma)} }`),
      ),
  ),
  block: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: tie('flow').map((text) => () => ` ${text}\n`) },
    { weight: 1, arbitrary: word.map((text) => () => ` ${text}\n`) },
    fc.constantFrom(
      () => '\n',
      () => ' # c\n',
      () => ' \n\n',
    ),
    fc
      .tuple(
        fc.constantFrom('|', '>', '|-', '>-', '|+'),
        fc.array(fc.constantFrom('text', '', 'a: b', '# no', ' deep', 'end '), { maxLength: 4 }),
      )
      .map(
        ([sign, lines]) =>
          (indent: number) =>
            ` ${sign}\n${lines.map((line) => `${' '.repeat(indent + 3)}${line}\n`).join('')}`,
      ),
    fc.tuple(fc.array(fc.tuple(plain, tie('block')), { minLength: 1, maxLength: 4 }), fc.constantFrom(1, 2, 4)).map(
      ([entries, step]) =>
        (indent: number) =>
          `\n${mapping(entries, indent + step)}`,
    ),
    fc.tuple(fc.array(tie('block'), { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 2)).map(
      ([items, step]) =>
        (indent: number) =>
          `\n${items.map((item) => `${' '.repeat(indent + step)}-${item(indent + step)}`).join('')}`,
    ),
    fc.tuple(fc.array(fc.tuple(plain, tie('block')), { minLength: 1, maxLength: 3 })).map(
      ([entries]) =>
        (indent: number) =>
          `\n${' '.repeat(indent + 2)}- ${mapping(entries, indent + 4).trimStart()}`,
    ),
  ) as fc.Arbitrary<(indent: number) => string>,
}));

function mapping(entries: readonly (readonly [string, (indent: number) => string])[], indent: number): string {
  return entries
    .map(([key, value], at) => `${' '.repeat(indent)}${key.replace(/^(5|true)$/, 'k')}${/["']$/.test(key) ? '' : at}:${value(indent)}`)
    .join('');
}

const documents = fc.array(fc.tuple(plain, block), { minLength: 1, maxLength: 5 }).map((entries) => mapping(entries, 0));

/** A text with some of it left out, repeated, or put in. */
function mutated(texts: fc.Arbitrary<string>, changes = 3): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(), fc.nat({ max: 12 }), fc.oneof(word, fc.constantFrom(...PIECES), fc.constant('')));
  return fc.tuple(texts, fc.array(change, { maxLength: changes })).map(([text, edits]) =>
    edits.reduce((edited, [place, length, put]) => {
      const at = edited.length === 0 ? 0 : place % edited.length;
      return edited.slice(0, at) + put + edited.slice(at + (put === '' ? length : length % 3));
    }, text),
  );
}

/** Texts of all kinds: YAML as people write it, YAML with mistakes, and what is hardly YAML at all. */
export function yamlTexts(): fc.Arbitrary<string> {
  const soup = fc.array(fc.oneof(word, fc.constantFrom(...PIECES)), { maxLength: 30 }).map((pieces) => pieces.join(''));
  const written = fc.constantFrom(...repositoryTexts());
  const windows = documents.map((text) => text.replaceAll('\n', '\r\n'));
  return fc.oneof(documents, documents, mutated(documents, 1), mutated(documents), mutated(written, 1), mutated(written), windows, soup);
}
