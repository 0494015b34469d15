/**
 * The closed list of keywords that payload schemas may use: JSON Schema 2020-12 without what reaches beyond the project or changes how
 * references work (`$id`, `$anchor`, `$dynamicRef`, `$vocabulary`), and msgctl's own. A test holds it against schema/contract.json.
 */

/** Where schemas stand below a keyword: it is one, a list of them, a mapping to them, or holds none. */
export type KeywordHolds = 'schema' | 'schemas' | 'named-schemas' | 'nothing';

const HOLDS = {
  $ref: 'nothing',
  $defs: 'named-schemas',
  $comment: 'nothing',
  allOf: 'schemas',
  anyOf: 'schemas',
  oneOf: 'schemas',
  not: 'schema',
  if: 'schema',
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; the table is never awaited.
  then: 'schema',
  else: 'schema',
  dependentSchemas: 'named-schemas',
  prefixItems: 'schemas',
  items: 'schema',
  contains: 'schema',
  properties: 'named-schemas',
  patternProperties: 'named-schemas',
  additionalProperties: 'schema',
  propertyNames: 'schema',
  unevaluatedItems: 'schema',
  unevaluatedProperties: 'schema',
  type: 'nothing',
  const: 'nothing',
  enum: 'nothing',
  multipleOf: 'nothing',
  maximum: 'nothing',
  exclusiveMaximum: 'nothing',
  minimum: 'nothing',
  exclusiveMinimum: 'nothing',
  maxLength: 'nothing',
  minLength: 'nothing',
  pattern: 'nothing',
  maxItems: 'nothing',
  minItems: 'nothing',
  uniqueItems: 'nothing',
  maxContains: 'nothing',
  minContains: 'nothing',
  maxProperties: 'nothing',
  minProperties: 'nothing',
  required: 'nothing',
  dependentRequired: 'nothing',
  title: 'nothing',
  description: 'nothing',
  default: 'nothing',
  deprecated: 'nothing',
  readOnly: 'nothing',
  writeOnly: 'nothing',
  examples: 'nothing',
  format: 'nothing',
  contentEncoding: 'nothing',
  contentMediaType: 'nothing',
  contentSchema: 'schema',
  'x-field': 'nothing',
  'x-enum-numbers': 'nothing',
  'x-reserved': 'nothing',
  'x-open': 'nothing',
  'x-deprecated': 'nothing',
} as const satisfies Record<string, KeywordHolds>;

/** Every keyword and what it holds. */
export const KEYWORDS: ReadonlyMap<string, KeywordHolds> = new Map(Object.entries(HOLDS));

/** Keywords whose schemas describe the same value as the schema that holds them. */
export const IN_PLACE: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas']);

/** The formats that are asserted: those of ajv-formats in full mode. */
export const FORMATS: readonly string[] = [
  'binary',
  'byte',
  'date',
  'date-time',
  'double',
  'duration',
  'email',
  'float',
  'hostname',
  'int32',
  'int64',
  'ipv4',
  'ipv6',
  'iso-date-time',
  'iso-time',
  'json-pointer',
  'json-pointer-uri-fragment',
  'password',
  'regex',
  'relative-json-pointer',
  'time',
  'uri',
  'uri-reference',
  'uri-template',
  'url',
  'uuid',
];
