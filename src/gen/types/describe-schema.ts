import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { deprecationTag } from '../deprecation.ts';
import { saysAllItself } from './evaluated.ts';

/** Keywords whose values stand in JSDoc as they are, because no type can say them. */
const TAGGED = [
  'format',
  'pattern',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'contentEncoding',
  'contentMediaType',
  'readOnly',
  'writeOnly',
  'default',
] as const;

/** Keywords that hold schemas or names, too long for a tag: the comment says only that they are checked. */
const CHECKED = [
  'not',
  'if',
  'contains',
  'minContains',
  'maxContains',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedItems',
  'contentSchema',
  '$dynamicRef',
] as const;

/** What is to be said of a schema in JSDoc: its description, then all that its type leaves out. Nothing is dropped in silence. */
export function describeSchema(schema: JsonObject): readonly string[] {
  return [
    ...describeText(schema),
    ...(namesType(schema, 'integer') ? ['@integer'] : []),
    ...TAGGED.flatMap((keyword) => describeKeyword(schema, keyword)),
    ...describeExamples(schema),
    ...(ownProperty(schema, 'x-open') === true ? ['Open: later versions may add to this list.'] : []),
    ...(isClosed(schema) ? ['No other properties are allowed.'] : []),
    ...describePatterns(schema),
    ...describeChecked(schema),
    ...describeDeprecation(schema),
  ];
}

/** Whether a schema refuses properties that it does not declare. */
function isClosed(schema: JsonObject): boolean {
  return ownProperty(schema, 'additionalProperties') === false || ownProperty(schema, 'unevaluatedProperties') === false;
}

function describeText(schema: JsonObject): readonly string[] {
  const text = ownProperty(schema, 'description') ?? ownProperty(schema, 'title');
  return typeof text === 'string' && text.trim() !== '' ? [text.trim()] : [];
}

function namesType(schema: JsonObject, type: string): boolean {
  const types = ownProperty(schema, 'type');
  return Array.isArray(types) ? types.includes(type) : types === type;
}

function describeKeyword(schema: JsonObject, keyword: string): readonly string[] {
  const value = ownProperty(schema, keyword);
  if (value === undefined || value === false) return keyword === 'default' && value === false ? ['@default false'] : [];
  if (value === true && keyword !== 'default') return [`@${keyword}`];
  return [`@${keyword} ${typeof value === 'string' && keyword !== 'default' ? value : JSON.stringify(value)}`];
}

function describeExamples(schema: JsonObject): readonly string[] {
  const examples = ownProperty(schema, 'examples');
  return Array.isArray(examples) ? examples.map((example: JsonValue) => `@example ${JSON.stringify(example)}`) : [];
}

/** Property names by pattern become one index signature, which cannot hold the patterns. */
function describePatterns(schema: JsonObject): readonly string[] {
  const patterns = ownProperty(schema, 'patternProperties');
  if (!isObject(patterns)) return [];
  return [`Properties by pattern: ${Object.keys(patterns).join(', ')}`];
}

function describeChecked(schema: JsonObject): readonly string[] {
  const left = isObject(ownProperty(schema, 'unevaluatedProperties')) && !saysAllItself(schema) ? ['unevaluatedProperties'] : [];
  const checked = [...CHECKED.filter((keyword) => Object.hasOwn(schema, keyword)), ...left].map((keyword) => `\`${keyword}\``);
  return checked.length === 0 ? [] : [`Not in the type, but checked by its validator: ${checked.join(', ')}.`];
}

function describeDeprecation(schema: JsonObject): readonly string[] {
  const details = ownProperty(schema, 'x-deprecated');
  if (!isObject(details)) return ownProperty(schema, 'deprecated') === true ? ['@deprecated'] : [];
  const text = (key: string): string | undefined => {
    const value = ownProperty(details, key);
    return typeof value === 'string' ? value : undefined;
  };
  return [deprecationTag({ since: text('since'), remove: text('remove'), instead: text('instead') })];
}
