import type { FailedKeyword, NotedParameters } from './failed-keywords.ts';
import { describeShape, isCountable, shorten, showPlace, showValue } from './show-value.ts';

/** An error before its sentence; `problem` where that is not "must be … but is …". */
export type Explained = {
  readonly path: string;
  readonly keyword: string;
  readonly expected: string;
  readonly got: string;
  readonly problem?: string;
};

/** What a keyword expected of a value, and what it found there. */
export function explainKeyword(failure: FailedKeyword, value: unknown): Explained {
  const { instancePath, keyword, params, propertyName } = failure;
  const property = PROPERTIES[keyword]?.(params);
  const path = property === undefined ? instancePath : `${instancePath}/${escapeStep(property)}`;
  if (propertyName !== undefined) return explainName(failure, propertyName);
  if (keyword === 'required' || keyword === 'dependentRequired') {
    const because =
      keyword === 'required' ? '' : `, although ${showPlace(`${instancePath}/${escapeStep(params.property ?? '')}`)} is there`;
    return { path, keyword, expected: 'a value', got: 'nothing', problem: `is missing${because}` };
  }
  const found = valueAt(value, path);
  const got = describeShape(found);
  if (NOTHING.has(keyword)) {
    const rule = keyword === 'false schema' ? 'false' : keyword;
    return { path, keyword: rule, expected: 'nothing', got, problem: `must not be there, but is ${got}` };
  }
  return {
    path,
    keyword: rulesByNote(keyword),
    expected: EXPECTED[keyword]?.(params, found) ?? `what "${keyword}" allows`,
    got: got + detail(failure),
  };
}

/** The name of a property is a text like any other, only that its place is that of the property. */
function explainName(failure: FailedKeyword, name: string): Explained {
  const { propertyName: _, ...asValue } = failure;
  const { expected, got } = explainKeyword({ ...asValue, instancePath: '' }, name);
  const path = `${failure.instancePath}/${escapeStep(name)}`;
  const rest = failure.keyword === 'false schema' ? 'must not be there' : `must have a name that is ${expected}, but it is ${got}`;
  return { path, keyword: 'propertyNames', expected: `a name that is ${expected}`, got, problem: rest };
}

/** The property that an error is about, where that is not the value itself. */
const PROPERTIES: Readonly<Record<string, (params: NotedParameters) => string | undefined>> = {
  additionalProperties: ({ additionalProperty }) => additionalProperty,
  dependentRequired: ({ missingProperty }) => missingProperty,
  discriminator: ({ tag }) => tag,
  required: ({ missingProperty }) => missingProperty,
  unevaluatedProperties: ({ unevaluatedProperty }) => unevaluatedProperty,
};

/** What says that there must be nothing. */
const NOTHING: ReadonlySet<string> = new Set(['additionalProperties', 'false schema', 'unevaluatedProperties']);

/** What each keyword expects, as it stands after "must be". */
const EXPECTED: Readonly<Record<string, (params: NotedParameters, found: unknown) => string>> = {
  type: ({ type }) => alternatives([type ?? []].flat().map((name) => TYPES[name] ?? name)),
  enum: ({ allowedValues = [] }) => oneOf(allowedValues),
  const: ({ allowedValue }) => showValue(allowedValue),
  minimum: ({ limit }) => `at least ${limit}`,
  maximum: ({ limit }) => `at most ${limit}`,
  exclusiveMinimum: ({ limit }) => `more than ${limit}`,
  exclusiveMaximum: ({ limit }) => `less than ${limit}`,
  multipleOf: ({ multipleOf }) => `a multiple of ${multipleOf}`,
  minLength: ({ limit }) => `a text of at least ${count(limit, 'character')}`,
  maxLength: ({ limit }) => `a text of at most ${count(limit, 'character')}`,
  pattern: ({ pattern = '' }) => `a text that matches ${shorten(pattern, 100)}`,
  format: ({ format }, found) => `${typeof found === 'number' ? 'a number' : 'a text'} in the format ${format}`,
  minItems: ({ limit }) => `a list of at least ${count(limit, 'item')}`,
  maxItems: ({ limit }) => `a list of at most ${count(limit, 'item')}`,
  items: ({ limit }) => `a list of at most ${count(limit, 'item')}`,
  unevaluatedItems: ({ limit }) => `a list of at most ${count(limit, 'item')}`,
  uniqueItems: () => 'a list without repetitions',
  contains: ({ minContains, maxContains }) =>
    `a list with at least ${minContains}${maxContains === undefined ? '' : ` and at most ${maxContains}`} of the items that "contains" asks for`,
  minProperties: ({ limit }) => `an object of at least ${count(limit, 'property', 'properties')}`,
  maxProperties: ({ limit }) => `an object of at most ${count(limit, 'property', 'properties')}`,
  not: () => 'something that "not" does not exclude',
  anyOf: ({ branches }) => `one of ${branches} alternatives`,
  oneOf: ({ branches }) => `exactly one of ${branches} alternatives`,
  discriminator: ({ values = [] }) => oneOf(values),
};

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'an integer',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a text',
};

/** A union that is told apart by a property is one whatever ajv calls what tells it apart. */
function rulesByNote(keyword: string): string {
  return keyword === 'discriminator' ? 'oneOf' : keyword;
}

/** What else of a value its shape does not tell. */
function detail({ keyword, params }: FailedKeyword): string {
  if (keyword === 'uniqueItems') return `, of which ${params.j} and ${params.i} are the same`;
  if (keyword !== 'oneOf' || !Array.isArray(params.passingSchemas)) return '';
  const [first, second] = params.passingSchemas;
  return ` that fits the alternatives ${first + 1} and ${second + 1}`;
}

const SHOWN_VALUES = 10;

function oneOf(values: readonly unknown[]): string {
  const shown = values.slice(0, SHOWN_VALUES).map(showValue).join(', ');
  const more = values.length - SHOWN_VALUES;
  return values.length === 1 ? shown : `one of ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Several expectations as one: `a text, a number or null`. */
export function alternatives(texts: readonly string[]): string {
  const distinct = [...new Set(texts)];
  return distinct.length < 2 ? (distinct[0] ?? '') : `${distinct.slice(0, -1).join(', ')} or ${distinct.at(-1)}`;
}

function count(limit: number | undefined, one: string, many = `${one}s`): string {
  return `${limit} ${limit === 1 ? one : many}`;
}

function escapeStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const step of path.split('/').slice(1)) {
    if (!isCountable(found)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return found;
}
