import { type FormatName, fullFormats } from 'ajv-formats/dist/formats.js';
import { BYTES, DAY, DAY_FROM_TIME, DISTANT_LEAP_SECOND, timeSource, URI } from './format-rules.ts';
import { createTextsMemo, type TextsMemo } from './memo.ts';
import { textsOfExpression } from './patterns.ts';
import { ALL_TEXTS, boundedTexts, boundsOf, type Texts, unite } from './texts.ts';

/** The formats of ajv-formats, in full mode. */
const FORMATS: ReadonlyMap<string, unknown> = new Map(Object.entries(fullFormats));

/** Whether ajv says that a text is of a format. */
function check(format: FormatName, text: string): boolean {
  const definition: unknown = fullFormats[format];
  const validate = typeof definition === 'object' && definition !== null && 'validate' in definition ? definition.validate : definition;
  return typeof validate === 'function' ? validate(text) === true : true;
}

/** The formats that are decided by functions. */
const RULES: Readonly<Record<string, (memo: TextsMemo) => Texts>> = {
  date: (memo) => ofSource(`^${DAY}$`, memo),
  time: (memo) => ofTime({ before: '', zone: 'required' }, memo),
  'iso-time': (memo) => ofTime({ before: '', zone: 'optional' }, memo),
  'date-time': (memo) => ofTime({ before: `${DAY}${DAY_FROM_TIME}`, zone: 'required' }, memo),
  'iso-date-time': (memo) => ofTime({ before: `${DAY}${DAY_FROM_TIME}`, zone: 'optional' }, memo),
  uri: (memo) => textsOfExpression({ source: URI, flags: 'i' }, memo),
  byte: (memo) => textsOfExpression({ source: BYTES, flags: 'm' }, memo),
  regex: ofRegex,
};

/** The texts of a format, as ajv asserts it with ajv-formats in full mode; all texts where it says nothing of them. `undefined` for a format it does not know. */
export function textsOfFormat(format: string, memo: TextsMemo = createTextsMemo()): Texts | undefined {
  if (!FORMATS.has(format)) return undefined;
  const texts = memo.formats.get(format) ?? readFormat(format, memo);
  memo.formats.set(format, texts);
  return texts;
}

function readFormat(format: string, memo: TextsMemo): Texts {
  const definition = FORMATS.get(format);
  if (definition instanceof RegExp) return textsOfExpression({ source: definition.source, flags: definition.flags }, memo);
  return RULES[format]?.(memo) ?? ALL_TEXTS;
}

function ofSource(source: string, memo: TextsMemo): Texts {
  return textsOfExpression({ source, flags: 'u' }, memo);
}

/** All is decided by an automaton but leap seconds far from Greenwich: whether 05:29:60+05:30 is one depends on each of its numbers. */
function ofTime({ before, zone }: { readonly before: string; readonly zone: 'required' | 'optional' }, memo: TextsMemo): Texts {
  const decided = ofSource(`^${before}${timeSource(zone)}$`, memo);
  const { least } = boundsOf(decided);
  const { most } = boundsOf(unite(decided, ofSource(`^${before}${DISTANT_LEAP_SECOND}$`, memo)));
  const format = before === '' ? 'iso-time' : 'iso-date-time';
  const question = {
    key: `leap seconds of ${format}`,
    reason: 'whether a leap second is one depends on its time zone',
    test: (text: string) => check(format, text),
  };
  return least && most ? boundedTexts(least, most, question) : ALL_TEXTS;
}

/** Letters, digits and spaces are a regular expression; of all else it is known for single texts only. */
function ofRegex(memo: TextsMemo): Texts {
  const { least } = boundsOf(ofSource('^[A-Za-z0-9 ]*$', memo));
  const { most } = boundsOf(ALL_TEXTS);
  const question = {
    key: 'format regex',
    reason: 'which texts are regular expressions is known of single ones only',
    test: (text: string) => check('regex', text),
  };
  return least && most ? boundedTexts(least, most, question) : ALL_TEXTS;
}
