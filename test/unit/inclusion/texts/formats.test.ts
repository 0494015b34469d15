import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findWord, isSubset, listTexts } from '../../../../src/inclusion/texts/ask.ts';
import { URI } from '../../../../src/inclusion/texts/format-rules.ts';
import { textsOfFormat } from '../../../../src/inclusion/texts/formats.ts';
import { createTextsMemo } from '../../../../src/inclusion/texts/memo.ts';
import { textsOfExpression } from '../../../../src/inclusion/texts/patterns.ts';
import { hasText, intersect, NO_TEXTS, subtract, type Texts, textsOfLength } from '../../../../src/inclusion/texts/texts.ts';
import { PATIENCE, runs } from '../../../support/size.ts';

const memo = createTextsMemo();
const texts = (format: string): Texts => textsOfFormat(format, memo) ?? NO_TEXTS;

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv, { mode: 'full' });
const formats = Object.keys(fullFormats).filter((format) => !['int32', 'int64', 'float', 'double'].includes(format));
const validators = new Map(formats.map((format) => [format, ajv.compile({ type: 'string', format })]));

describe('the text found for a format', () => {
  test.each([
    ['date', '0000-01-01'],
    ['time', '00:00:00z'],
    ['date-time', '0000-01-01t00:00:00z'],
    ['duration', 'P0D'],
    ['uri', 'a:a'],
    ['email', 'a@a.a'],
    ['hostname', 'a'],
    ['ipv4', '0.0.0.0'],
    ['ipv6', '::'],
    ['uuid', 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa'],
    ['json-pointer', ''],
    ['relative-json-pointer', '0'],
    ['regex', ''],
    ['byte', ''],
    ['password', ''],
  ])('%s: %j', (format, word) => {
    expect(findWord(texts(format))).toEqual({ answer: 'word', word });
  });

  test('nothing is known of a format that ajv does not know', () => {
    expect(textsOfFormat('idn-email')).toBeUndefined();
    expect(textsOfFormat('constructor')).toBeUndefined();
  });
});

describe('what is of one format and not of another', () => {
  test.each([
    ['date', 'date-time', '0000-01-01'],
    ['time', 'iso-time', undefined],
    ['iso-time', 'time', '00:00:00'],
    ['date-time', 'iso-date-time', undefined],
    ['uri', 'uri-reference', undefined],
    ['uri-reference', 'uri', ''],
    ['ipv4', 'hostname', undefined],
    ['json-pointer', 'relative-json-pointer', ''],
    ['uuid', 'hostname', 'urn:uuid:aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa'],
  ])('%s in %s: %j is not', (sender, receiver, word) => {
    const answer = isSubset(texts(sender), texts(receiver));
    if (answer.answer === 'not-included') expect(validators.get(receiver)?.(answer.word)).toBe(false);
    expect(answer).toMatchObject(word === undefined ? { answer: 'included' } : { answer: 'not-included', word });
  });

  test.each(formats)('%s in itself, and its short texts too', (format) => {
    expect(isSubset(texts(format), texts(format))).toEqual({ answer: 'included' });
    expect(isSubset(intersect(texts(format), textsOfLength(0, 20)), texts(format))).toEqual({ answer: 'included' });
  });
});

test('the expression of a URI accepts what that of ajv-formats does', () => {
  const source = readFileSync(new URL(import.meta.resolve('ajv-formats/dist/formats.js')), 'utf8');
  const [, expected] = /^const URI = \/(.*)\/i;$/m.exec(source) ?? [];
  const [one, other] = [URI, expected ?? ''].map((expression) => textsOfExpression({ source: expression, flags: 'i' }, memo));
  expect(isSubset(one ?? NO_TEXTS, other ?? NO_TEXTS)).toEqual({ answer: 'included' });
  expect(isSubset(other ?? NO_TEXTS, one ?? NO_TEXTS)).toEqual({ answer: 'included' });
});

const NEARLY = '999999999999996447286321199499070644378662109375';

test.each([
  '23:59:60Z',
  '23:59:60+00:00',
  '05:29:60+05:30',
  '05:30:60+05:30',
  '23:59:60',
  '22:59:60-01:00',
  '00:29:60+00:30',
  '47:59:60+24:00',
  '99:99:60Z',
  `12:00:59.${NEARLY}Z`,
  `23:59:59.${NEARLY}Z`,
  `12:00:59.${NEARLY.slice(0, -1)}4Z`,
  `23:59:59.${NEARLY}1Z`,
  `23:59:60.${NEARLY}Z`,
  `23:59:60.${NEARLY.slice(0, -1)}Z`,
  `12:00:58.${NEARLY}9Z`,
  `12:00:59.${'9'.repeat(60)}Z`,
  `12:00:59.${'9'.repeat(12)}Z`,
])('%s is a time where ajv says so', (time) => {
  for (const format of ['time', 'iso-time'])
    expect([format, hasText(texts(format), time)]).toEqual([format, validators.get(format)?.(time)]);
  for (const format of ['date-time', 'iso-date-time'])
    expect([format, hasText(texts(format), `2024-02-29T${time}`)]).toEqual([format, validators.get(format)?.(`2024-02-29T${time}`)]);
});

const samples = [
  ...[
    '2024-02-29',
    '1900-02-29',
    '2023-12-31',
    '12:30:59.5Z',
    '23:59:60+01:30',
    '2024-02-29T12:00:00+05:30',
    '2024-02-29 12:00:00',
    'P1Y2M3DT4H5M6S',
    'P3W',
    'PT1H',
  ],
  ...[
    'http://user@example.com:80/a/b?c=d#e',
    'urn:isbn:1',
    '//[::1]:8080/x',
    'http://[v1.a]/',
    '/a{/b*}{?c,d:3}',
    'https://sub.example.com/x',
    'ftp://10.0.0.1',
    'http://223.1.2.254:65535/',
  ],
  ...[
    'a.b+c@example.co',
    'example.com.',
    'xn--a-b.c',
    '192.168.0.1',
    '1:2:3:4:5:6:7:8',
    '1::8',
    '::ffff:1.2.3.4',
    'fe80::1:2',
    'a*(b|c)[d]',
    '\\Z',
  ],
  ...[
    '01234567-89ab-cdef-0123-456789abcdef',
    'urn:uuid:01234567-89ab-cdef-0123-456789abcdef',
    '/a~0b~1c/0',
    '#/a%20b',
    '1/a',
    '0#',
    'YWJj',
    'YQ==',
    'x\nYWI=',
    `${'a'.repeat(63)}.${'b'.repeat(63)}`,
  ],
  `${'a.'.repeat(126)}a`,
  `${'a.'.repeat(126)}a.`,
  `${'a.'.repeat(126)}ab`,
  'K@ſ.k',
  'é',
  '😀',
  '\ud83d',
  '',
];
const unit = fc.constantFrom(
  ...'abcxzAFTZPDW0123456789-:.+/@%~#?[]{}(),*= \n\t\\_!"',
  '\u2028',
  'é',
  'ſ',
  '\u212a',
  '😀',
  '\ud83d',
  '\ude00',
);
const sample = fc.oneof(
  fc
    .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.string({ unit, maxLength: 2 })), { maxLength: 3 }))
    .map(([text, changes]) =>
      changes.reduce((changed, [place, removed, added]) => {
        const at = place % (changed.length + 1);
        return changed.slice(0, at) + added + changed.slice(at + removed);
      }, text),
    ),
  fc.string({ unit, maxLength: 12 }),
);

test(
  'a text is of the formats that ajv says',
  () => {
    fc.assert(
      fc.property(sample, (text) => {
        for (const format of formats)
          expect([format, text, hasText(texts(format), text)]).toEqual([format, text, validators.get(format)?.(text)]);
      }),
      { numRuns: runs(1_500, 200_000), seed: 6 },
    );
  },
  PATIENCE,
);

test.each(formats)('the texts listed for %s are of that format', (format) => {
  for (const word of listTexts(texts(format), 30)) expect([word, validators.get(format)?.(word)]).toEqual([word, true]);
  for (const word of listTexts(subtract(textsOfLength(0, 9), texts(format)), 30))
    expect([word, validators.get(format)?.(word)]).toEqual([word, false]);
});
