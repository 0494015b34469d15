import { KEYWORDS, type KeywordHolds } from '../payload/keywords.ts';

/** What the keywords of JSON Schema are to a comparison. A keyword that the language does not know proves nothing. */

/** Keywords that no validator asserts (docs/language.md: formats are asserted, contents are not). */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$comment',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
]);

/** Annotations that tell whoever acts on them what to do with a value, by the kind of fact that a change of one is. */
export const TOLD: ReadonlyMap<'default-changed' | 'meaning-changed', ReadonlySet<string>> = new Map([
  ['default-changed', new Set(['default'])],
  ['meaning-changed', new Set(['contentEncoding', 'contentMediaType', 'contentSchema', 'readOnly', 'writeOnly'])],
] as const);

/** Extension keys that mean something: how receivers treat unknown values, and the Protobuf numbers. */
const MEANINGFUL_EXTENSIONS: ReadonlySet<string> = new Set(['x-open', 'x-field', 'x-enum-numbers']);

/** What changes the bytes of a Protobuf payload although no validator looks at it: its numbers, and whether a text travels as bytes. */
export const ON_THE_WIRE: ReadonlySet<string> = new Set(['x-field', 'x-enum-numbers', 'contentEncoding']);

/** Ignored keywords that change all the same what receivers accept. */
const OPENING: ReadonlySet<string> = new Set(['x-open']);

/** The ignored keywords that count as a change of what is sent and accepted, in JSON or on the wire of Protobuf. */
export function countingKeywords(wire: boolean): ReadonlySet<string> {
  return wire ? OPENING_ON_THE_WIRE : OPENING;
}

const OPENING_ON_THE_WIRE: ReadonlySet<string> = new Set([...OPENING, ...ON_THE_WIRE]);

/** Every keyword that validators ignore and that stands in a schema as people write it. */
export const IGNORED_KEYWORDS: ReadonlySet<string> = new Set([...ANNOTATIONS, ...OPENING_ON_THE_WIRE, 'x-reserved', 'x-deprecated']);

/** Whether a keyword changes nothing about which messages are sent and accepted. */
export function isAnnotation(keyword: string): boolean {
  return ANNOTATIONS.has(keyword) || (keyword.startsWith('x-') && !MEANINGFUL_EXTENSIONS.has(keyword));
}

/** Whether a validator ignores a keyword: annotations, definitions, extensions. */
export function isIgnoredByValidators(keyword: string): boolean {
  return isAnnotation(keyword) || keyword === '$defs' || keyword === '$schema' || MEANINGFUL_EXTENSIONS.has(keyword);
}

/** Whether a keyword is one that the language knows. */
export function isKnownKeyword(keyword: string): boolean {
  return KEYWORDS.has(keyword) || isIgnoredByValidators(keyword);
}

/** Whether schemas stand below a keyword, and how. */
export function keywordHolds(keyword: string): KeywordHolds {
  return KEYWORDS.get(keyword) ?? 'nothing';
}
