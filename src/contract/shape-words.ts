/** The words of the shape check: what a form is called, what an example of it looks like, what types are called in YAML. */
import type { JsonValue } from '../source/json.ts';

/** How a form of text is told: which id reports it, what it is called, an example of it. */
export type FormWords = {
  readonly id: 'malformed-name' | 'malformed-version' | 'malformed-value' | 'malformed-duration' | 'malformed-size';
  readonly form: string;
  readonly example: string;
};

const name = (form: string, example: string): FormWords => ({ id: 'malformed-name', form, example });
const version = (form: string, example: string): FormWords => ({ id: 'malformed-version', form, example });
const value = (form: string, example: string): FormWords => ({ id: 'malformed-value', form, example });

/** The forms by the name of their definition in the schemas. A test holds the two together. */
export const FORMS: ReadonlyMap<string, FormWords> = new Map([
  ['name', name('a name in kebab-case', 'order-created')],
  ['name-or-all', name("a name in kebab-case, or '*'", 'rabbit')],
  ['interaction-name', name('a name in kebab-case, with @2 for a second major', 'charge@2')],
  ['interaction-id', name('a service and an interaction with a dot between', 'payments.charge')],
  ['type-name', name('a name of a type in PascalCase', 'OrderCreated')],
  ['version', version('a version of three numbers', '1.4.0')],
  ['version-range', version('a range of versions', '^1.4')],
  ['version-or-date', version('a version or a day', '2.0.0')],
  ['duration', { id: 'malformed-duration', form: 'a duration', example: '5s' }],
  ['size', { id: 'malformed-size', form: 'a size', example: '64KiB' }],
  ['share', value('a share', '99.5%')],
  ['pointer', value('a pointer to a property', '/price/amount')],
  ['url-path', value('the path of a URL', '/charges/{orderId}')],
  ['grpc-service', value('the name of a gRPC service', 'school.v1.PricingService')],
  ['grpc-method', value('the name of a gRPC method', 'GetPrice')],
  ['broker-name', value('a name on a broker', 'ORDERS_EX')],
  ['broker-version', version('the version of a broker, as a text', '3.13')],
  ['path', value('a relative path, with / between its folders', 'src/generated')],
  ['date', value('a day', '2027-01-31')],
  ['fingerprint', value('the fingerprint of a finding', '3f2a9c1d77e0')],
  ['target', value('a target below the folder of this file', 'file:topology')],
  ['prefix', value('a prefix of names', 'school.')],
  ['template', value('a template of names', '{service}.failed')],
  ['user-template', value('the name of a user, or a template of one', '{service}-production')],
]);

/** What to write for a key that is missing; other keys are told with an ellipsis. */
export const MISSING_EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['msgctl', 'msgctl: 1'],
  ['service', 'service: payments'],
  ['version', 'version: 1.0.0'],
  ['project', 'project: school'],
  ['pattern', 'pattern: publish-subscribe'],
  ['kind', 'kind: rabbitmq'],
  ['via', 'via: log'],
  ['concurrent', 'concurrent: 20'],
  ['path', 'path: /charges'],
  ['types', 'types: {}'],
  ['reason', 'reason: agreed on with every user'],
]);

/** What to write in place of keywords that other dialects of JSON Schema have. */
export const OTHER_KEYWORDS: ReadonlyMap<string, string> = new Map([
  ['definitions', 'Move the types to "types" of the file.'],
  ['nullable', "Use a list of types: type: [string, 'null']."],
  ['example', 'Use "examples", a list.'],
  ['discriminator', 'Give each member of "oneOf" a required property with a "const" of its own.'],
  ['dependencies', 'Use "dependentRequired" or "dependentSchemas".'],
  ['additionalItems', 'Use "prefixItems" for the first items and "items" for the others.'],
  ['$id', 'Leave it out: schemas are found by file and pointer.'],
  ['id', 'Leave it out: schemas are found by file and pointer.'],
  ['$schema', 'Leave it out: payloads are JSON Schema 2020-12.'],
  ['$anchor', "Leave it out, and refer by pointer: '#/types/Name'."],
  ['$dynamicAnchor', "Leave it out, and refer by pointer: '#/types/Name'."],
  ['$dynamicRef', "Use $ref: '#/types/Name'."],
  ['$recursiveRef', "Use $ref: '#/types/Name'."],
  ['$vocabulary', 'Leave it out: the keywords are those of JSON Schema 2020-12.'],
  ['$recursiveAnchor', "Leave it out, and refer by pointer: '#/types/Name'."],
  ['divisibleBy', 'Use "multipleOf".'],
  ['extends', 'Use "allOf".'],
  ['disallow', 'Use "not".'],
  ['xml', 'Leave it out: payloads travel as JSON or Protobuf.'],
  ['externalDocs', 'Put the address into "description".'],
]);

/** What to write in place of forms that keywords had in other dialects of JSON Schema, by the keyword and the type that is found there. */
export const OTHER_FORMS: ReadonlyMap<string, string> = new Map([
  ['exclusiveMinimum boolean', 'Write the bound itself: "exclusiveMinimum: 0" in place of "minimum: 0" and "exclusiveMinimum: true".'],
  ['exclusiveMaximum boolean', 'Write the bound itself: "exclusiveMaximum: 9" in place of "maximum: 9" and "exclusiveMaximum: true".'],
  ['items array', 'Use "prefixItems" for the first items, one by one, and "items" for the others.'],
  ['required boolean', 'List the names of required properties in "required" of the object around them.'],
  ['examples object', 'Write a list of values.'],
]);

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
  null: 'empty',
};

/** The types that a schema asks for, in words: `true or false, or a mapping`. */
export function typeWords(types: string | readonly string[]): string {
  const wanted = (typeof types === 'string' ? [types] : types).filter((type) => type !== 'null');
  return wanted.map((type) => TYPE_WORDS[type] ?? type).join(wanted.includes('boolean') ? ', or ' : ' or ');
}

/** What a value is, in words. */
export function valueWords(found: JsonValue | undefined): string {
  if (found === null || found === undefined) return 'nothing';
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'object') return 'a mapping';
  if (typeof found === 'boolean') return String(found);
  return typeof found === 'number' ? 'a number' : 'a text';
}
