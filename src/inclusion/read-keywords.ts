import { FORMATS } from '../payload/keywords.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { type Assertion, type Atom, canonicalText, type Schema, type Side } from './schema.ts';

/** Reads the schemas inside of one that is being read. */
export type Reading = {
  readonly part: (schema: JsonValue | undefined) => Schema;
  readonly holder: JsonObject;
};

/** What a keyword asserts; nothing where it only helps another. */
export type KeywordReader = (value: JsonValue, reading: Reading) => readonly Assertion[];

const ATOMS_OF_TYPE: Readonly<Record<string, readonly Atom[]>> = {
  null: ['null'],
  boolean: ['boolean'],
  integer: ['integer'],
  number: ['integer', 'fraction'],
  string: ['string'],
  array: ['array'],
  object: ['object'],
};

const MALFORMED: readonly Assertion[] = [{ kind: 'unknown', reason: 'a keyword is malformed' }];

/** Types, listed values, and what is said of numbers and texts. */
export const SCALAR_READERS: Readonly<Record<string, KeywordReader>> = {
  type: (value) => {
    const names = Array.isArray(value) ? value : [value];
    const atoms = names.map((name) => (typeof name === 'string' && Object.hasOwn(ATOMS_OF_TYPE, name) ? ATOMS_OF_TYPE[name] : undefined));
    if (atoms.includes(undefined)) return MALFORMED;
    return [{ kind: 'types', atoms: new Set(atoms.flatMap((some) => some ?? [])) }];
  },
  enum: (value) => (Array.isArray(value) ? [valuesOf(value)] : MALFORMED),
  const: (value) => [valuesOf([value])],
  minimum: (value) => bound(value, 'low', false),
  exclusiveMinimum: (value) => bound(value, 'low', true),
  maximum: (value) => bound(value, 'high', false),
  exclusiveMaximum: (value) => bound(value, 'high', true),
  multipleOf: (value) => (typeof value === 'number' && value > 0 ? [{ kind: 'multiple', step: value }] : MALFORMED),
  // A format that validators do not know is an annotation.
  format: (value) => {
    if (typeof value !== 'string') return MALFORMED;
    return FORMATS.includes(value) ? [{ kind: 'format', name: value }] : [];
  },
  minLength: (value) => count(value, (limit) => ({ kind: 'length', side: 'low', limit })),
  maxLength: (value) => count(value, (limit) => ({ kind: 'length', side: 'high', limit })),
  pattern: (value) => (typeof value === 'string' ? [{ kind: 'pattern', source: value }] : MALFORMED),
};

/** Items, their number, and what is looked for among them. */
export const ARRAY_READERS: Readonly<Record<string, KeywordReader>> = {
  prefixItems: (value, { part, holder }) => {
    if (!Array.isArray(value)) return MALFORMED;
    const rest = ownProperty(holder, 'items');
    return [{ kind: 'items', prefix: value.map(part), ...(rest !== undefined && { rest: part(rest) }) }];
  },
  items: (value, { part, holder }) => (Object.hasOwn(holder, 'prefixItems') ? [] : [{ kind: 'items', prefix: [], rest: part(value) }]),
  minItems: (value) => count(value, (limit) => ({ kind: 'item-count', side: 'low', limit })),
  maxItems: (value) => count(value, (limit) => ({ kind: 'item-count', side: 'high', limit })),
  uniqueItems: (value) => (value === true ? [{ kind: 'unique' }] : value === false ? [] : MALFORMED),
  contains: (value, { part, holder }) => {
    const least = ownProperty(holder, 'minContains') ?? 1;
    const most = ownProperty(holder, 'maxContains') ?? Number.POSITIVE_INFINITY;
    if (!isCount(least) || !(most === Number.POSITIVE_INFINITY || isCount(most))) return MALFORMED;
    return [{ kind: 'contains', schema: part(value), least, most }];
  },
  unevaluatedItems: (value, { part }) => [{ kind: 'unevaluated', of: 'items', schema: part(value) }],
};

/** Properties, their names and their number. */
export const OBJECT_READERS: Readonly<Record<string, KeywordReader>> = {
  properties: readProperties,
  patternProperties: (value, reading) => (Object.hasOwn(reading.holder, 'properties') ? [] : readProperties(value, reading)),
  additionalProperties: (value, reading) => {
    const told = Object.hasOwn(reading.holder, 'properties') || Object.hasOwn(reading.holder, 'patternProperties');
    return told ? [] : readProperties(value, reading);
  },
  minProperties: (value) => count(value, (limit) => ({ kind: 'property-count', side: 'low', limit })),
  maxProperties: (value) => count(value, (limit) => ({ kind: 'property-count', side: 'high', limit })),
  required: (value) => (isTexts(value) ? [{ kind: 'required', names: [...new Set(value)] }] : MALFORMED),
  propertyNames: (value, { part }) => [{ kind: 'names', schema: part(value) }],
  dependentRequired: (value, { part }) => {
    if (!isObject(value)) return MALFORMED;
    return Object.entries(value).map(([trigger, names]) => ({ kind: 'dependent', trigger, schema: part({ required: names }) }));
  },
  dependentSchemas: (value, { part }) => {
    if (!isObject(value)) return MALFORMED;
    return Object.entries(value).map(([trigger, schema]) => ({ kind: 'dependent', trigger, schema: part(schema) }));
  },
  unevaluatedProperties: (value, { part }) => [{ kind: 'unevaluated', of: 'properties', schema: part(value) }],
};

/** The three keywords that share the properties among them are one assertion. */
function readProperties(...[, { part, holder }]: Parameters<KeywordReader>): readonly Assertion[] {
  const named = ownProperty(holder, 'properties') ?? {};
  const patterns = ownProperty(holder, 'patternProperties') ?? {};
  const rest = ownProperty(holder, 'additionalProperties');
  if (!isObject(named) || !isObject(patterns)) return MALFORMED;
  return [
    {
      kind: 'properties',
      named: new Map(Object.entries(named).map(([name, schema]) => [name, part(schema)])),
      patterns: Object.entries(patterns).map(([source, schema]) => ({ source, schema: part(schema) })),
      ...(rest !== undefined && { rest: part(rest) }),
    },
  ];
}

function valuesOf(values: readonly JsonValue[]): Assertion {
  return { kind: 'values', values: new Map(values.map((value) => [canonicalText(value), value])) };
}

function bound(limit: JsonValue, side: Side, exclusive: boolean): readonly Assertion[] {
  return typeof limit === 'number' ? [{ kind: 'bound', side, limit, exclusive }] : MALFORMED;
}

function count(limit: JsonValue, make: (limit: number) => Assertion): readonly Assertion[] {
  return isCount(limit) ? [make(limit)] : MALFORMED;
}

function isCount(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isTexts(value: JsonValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
