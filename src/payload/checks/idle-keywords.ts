import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isObject, type JsonObject, type JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import type { Documents } from '../documents.ts';
import { discriminatorOf } from '../open-lists.ts';
import { type KeywordPart, keyPlaceOf } from '../schema-part.ts';

/** The kinds of values that keywords speak of; `number` stands for `integer` too. */
type Kind = 'number' | 'string' | 'array' | 'object';

/** The keywords that speak of one kind of value only; to all other values they say nothing. */
const SPEAKS_OF: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
    string: ['minLength', 'maxLength', 'pattern', 'contentEncoding', 'contentMediaType', 'contentSchema'],
    array: [
      ...['items', 'prefixItems', 'contains', 'minContains', 'maxContains'],
      ...['minItems', 'maxItems', 'uniqueItems', 'unevaluatedItems'],
    ],
    object: [
      ...['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames', 'minProperties', 'maxProperties'],
      ...['dependentRequired', 'dependentSchemas', 'unevaluatedProperties'],
    ],
  }).flatMap(([kind, keywords]) => keywords.map((keyword) => [keyword, kind as Kind])),
);

/** Formats of numbers; all others are of texts. */
const NUMBER_FORMATS: ReadonlySet<string> = new Set(['int32', 'int64', 'float', 'double']);

/** What says of each kind the same as its twins say of others. */
const TWINS: readonly Readonly<Record<Kind, string>>[] = [
  { number: 'minimum', string: 'minLength', array: 'minItems', object: 'minProperties' },
  { number: 'maximum', string: 'maxLength', array: 'maxItems', object: 'maxProperties' },
];

const NOUNS: Readonly<Record<Kind, string>> = { number: 'numbers', string: 'texts', array: 'lists', object: 'objects' };

const NOTHING: readonly Diagnostic[] = [];

/** Whether each keyword speaks of a type that the schema lets through. A schema without `type` lets all through. */
export function checkKeywordTypes(documents: Documents, part: KeywordPart): readonly Diagnostic[] {
  const declared = part.schema.type;
  // A type of a wrong shape has been reported.
  if (declared === undefined || ![declared].flat().every((type) => typeof type === 'string')) return NOTHING;
  let findings: Diagnostic[] | undefined;
  for (const keyword of Object.keys(part.schema)) {
    const kind = keyword === 'format' ? kindOfFormat(part.schema.format) : SPEAKS_OF.get(keyword);
    if (kind === undefined || speaksOf(declared, kind)) continue;
    // The form of older dialects (required: true) is a finding of its own.
    if (keyword === 'required' && !Array.isArray(part.schema.required)) continue;
    findings ??= [];
    const types = (Array.isArray(declared) ? declared : [declared]).map((type: JsonValue) => quoteText(String(type))).join(', ');
    const reason = `It speaks of ${NOUNS[kind]} only, and the type is ${types}.`;
    findings.push(
      diagnose('keyword-without-effect', keyPlaceOf(documents, part, keyword), { keyword, reason, advice: adviseTwin(keyword, declared) }),
    );
  }
  return findings ?? NOTHING;
}

function kindOfFormat(format: JsonValue | undefined): Kind | undefined {
  if (typeof format !== 'string') return undefined;
  return NUMBER_FORMATS.has(format) ? 'number' : 'string';
}

function speaksOf(declared: JsonValue, kind: Kind): boolean {
  if (Array.isArray(declared)) return declared.some((type: JsonValue) => speaksOf(type, kind));
  return declared === kind || (kind === 'number' && declared === 'integer');
}

/** The keyword of the declared type that says the same; for a list also that the keyword may be meant for its items. */
function adviseTwin(keyword: string, declared: JsonValue): string {
  const kind = (['number', 'string', 'array', 'object'] as const).find((candidate) => speaksOf(declared, candidate));
  const bound = keyword.replace('exclusiveM', 'm');
  const twin = kind && TWINS.find((twins) => Object.values(twins).includes(bound))?.[kind];
  if (kind === 'array') {
    return twin === undefined
      ? `Put ${quoteText(keyword)} into "items", which speaks of each item, or leave it out.`
      : `Did you mean ${quoteText(twin)}? For each item, put it into "items".`;
  }
  return twin === undefined ? 'Leave it out, or mend the type.' : `Did you mean ${quoteText(twin)}?`;
}

/** Keywords that say something only beside one of others. */
const PARTNERS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; the table is never awaited.
    then: ['if'],
    else: ['if'],
    if: ['then', 'else'],
    minContains: ['contains'],
    maxContains: ['contains'],
    contentSchema: ['contentMediaType'],
    'x-enum-numbers': ['enum', 'oneOf'],
  }),
);

/** Whether what a keyword depends on is there: `if` beside `then`, an enum beside its numbers, a property around a field number. */
export function checkPartners(documents: Documents, part: KeywordPart): readonly Diagnostic[] {
  let findings: Diagnostic[] | undefined;
  for (const keyword of Object.keys(part.schema)) {
    const missing = missingPartner(documents, part, keyword);
    if (missing === undefined) continue;
    findings ??= [];
    findings.push(diagnose('keyword-without-effect', keyPlaceOf(documents, part, keyword), { keyword, ...missing }));
  }
  return findings ?? NOTHING;
}

type Missing = { readonly reason: string; readonly advice: string };

function missingPartner(documents: Documents, part: KeywordPart, keyword: string): Missing | undefined {
  const partners = PARTNERS.get(keyword);
  if (partners) {
    if (partners.some((partner) => Object.hasOwn(part.schema, partner))) return undefined;
    const wanted = partners.map(quoteText).join(' or ');
    return { reason: `It says something only beside ${wanted}.`, advice: `Add ${wanted}, or leave it out.` };
  }
  if (keyword === 'x-open' && part.schema['x-open'] === true && !canBeOpen(documents, part)) {
    return {
      reason: 'Only an "enum", or a "oneOf" whose members are told apart by a constant property, lists values that could become more.',
      advice: 'Leave it out, or give each member of "oneOf" a required property with a "const" of its own.',
    };
  }
  if (keyword === 'x-field' && part.keyword !== 'properties') {
    return {
      reason: 'A field number belongs to a property.',
      advice: 'Move it to the properties that have this type, each its own number.',
    };
  }
  if (keyword === 'x-reserved' && !isNumbered(part.schema)) {
    return {
      reason: 'Only the properties of an object, the values of an enum and the members of a "oneOf" have numbers.',
      advice: 'Move it to the object, the enum or the "oneOf".',
    };
  }
  return undefined;
}

function canBeOpen(documents: Documents, { file, schema }: KeywordPart): boolean {
  if (Array.isArray(schema.enum)) return true;
  return Array.isArray(schema.oneOf) && discriminatorOf(documents, file, schema.oneOf) !== undefined;
}

function isNumbered(schema: JsonObject): boolean {
  return isObject(schema.properties) || Array.isArray(schema.enum) || Array.isArray(schema.oneOf) || schema.type === 'object';
}
