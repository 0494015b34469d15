import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import type { Documents } from './documents.ts';
import { equalJson } from './equal-json.ts';
import { isMultiple } from './multiples.ts';
import { createPatternTest, type PatternTest } from './pattern-test.ts';
import {
  childPart,
  hasKeywords,
  type KeywordPart,
  listParts,
  namedPart,
  namedParts,
  namesOf,
  referredPart,
  type SchemaPart,
} from './schema-part.ts';

/** Whether a value matches a schema; undefined where that takes a real validator to tell: formats, what is left unevaluated. */
export type Fit = boolean | undefined;

/** How much work may still be done: a reference that leads back to itself for the same value would never end. */
type Run = { readonly documents: Documents; steps: number; depth: number };

type Test = (run: Run, part: KeywordPart, value: JsonValue) => Fit;

const MOST_STEPS = 20_000;
const MOST_DEPTH = 300;

/** Whether a value matches a schema, told without compiling a validator: exact where it says `true` or `false`. */
export function fits(documents: Documents, part: SchemaPart | undefined, value: JsonValue): Fit {
  return judge({ documents, steps: 0, depth: 0 }, part, value);
}

/** Whether a value satisfies one keyword of a schema. */
export function fitsKeyword(documents: Documents, part: KeywordPart, keyword: string, value: JsonValue): Fit {
  return fitKeyword({ documents, steps: 0, depth: 0 }, part, keyword, value);
}

function judge(run: Run, part: SchemaPart | undefined, value: JsonValue): Fit {
  if (part?.schema === false) return false;
  if (!hasKeywords(part)) return part?.schema === true || part === undefined ? true : undefined;
  if (run.steps >= MOST_STEPS || run.depth >= MOST_DEPTH) return undefined;
  run.steps += 1;
  run.depth += 1;
  const all = every(Object.keys(part.schema), (keyword) => fitKeyword(run, part, keyword, value));
  run.depth -= 1;
  return all;
}

function fitKeyword(run: Run, part: KeywordPart, keyword: string, value: JsonValue): Fit {
  const test = TESTS.get(keyword);
  return test ? test(run, part, value) : true;
}

/** `false` when one is, else undefined when one is, else `true`. */
function every<Item>(items: readonly Item[], holds: (item: Item) => Fit): Fit {
  let all: Fit = true;
  for (const item of items) {
    const one = holds(item);
    if (one === false) return false;
    if (one === undefined) all = undefined;
  }
  return all;
}

function some<Item>(items: readonly Item[], holds: (item: Item) => Fit): Fit {
  return negate(every(items, (item) => negate(holds(item))));
}

function negate(fit: Fit): Fit {
  return fit === undefined ? undefined : !fit;
}

function numberTest(keyword: string, holds: (value: number, bound: number) => Fit): [string, Test] {
  return [
    keyword,
    (_, { schema }, value) => {
      const bound = schema[keyword];
      return typeof value === 'number' && typeof bound === 'number' ? holds(value, bound) : true;
    },
  ];
}

function sizeTest(keyword: string, sizeOf: (value: JsonValue) => number | undefined): [string, Test] {
  const most = keyword.startsWith('max');
  return [
    keyword,
    (_, { schema }, value) => {
      const [bound, size] = [schema[keyword], sizeOf(value)];
      if (typeof bound !== 'number' || size === undefined) return true;
      return most ? size <= bound : size >= bound;
    },
  ];
}

const lengthOf = (value: JsonValue) => (typeof value === 'string' ? [...value].length : undefined);
const countOf = (value: JsonValue) => (Array.isArray(value) ? value.length : undefined);
const widthOf = (value: JsonValue) => (isObject(value) ? Object.keys(value).length : undefined);

function isOfType(value: JsonValue, type: JsonValue | undefined): boolean {
  if (Array.isArray(type)) return type.some((one: JsonValue) => isOfType(value, one));
  if (value === null) return type === 'null';
  if (Array.isArray(value)) return type === 'array';
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

const patterns = new Map<string, PatternTest | undefined>();

// Enough for all patterns of a project, and a bound for what a process that lives long would gather.
const MOST_PATTERNS = 10_000;

// Beyond this length a pattern that looks around might backtrack for long.
const LONGEST_LOOKED_AROUND = 16;

/** Whether a pattern matches a text; undefined for what is no pattern, and where trying it might take long. */
function matchesPattern(pattern: string, text: string): Fit {
  if (!patterns.has(pattern)) {
    if (patterns.size >= MOST_PATTERNS) patterns.clear();
    patterns.set(pattern, readPatternTest(pattern));
  }
  try {
    return patterns.get(pattern)?.test(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readPatternTest(pattern: string): PatternTest | undefined {
  try {
    return createPatternTest(pattern, LONGEST_LOOKED_AROUND);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The schemas that hold for a property by its name in one schema; undefined where a pattern cannot tell. */
export function schemasOfProperty(part: KeywordPart, name: string): readonly SchemaPart[] | undefined {
  const declared = namedPart(part, 'properties', name);
  const applied: SchemaPart[] = declared ? [declared] : [];
  if (declared && part.schema.patternProperties === undefined) return applied;
  for (const pattern of namesOf(part, 'patternProperties')) {
    const matched = matchesPattern(pattern, name);
    if (matched === undefined) return undefined;
    const named = matched && namedPart(part, 'patternProperties', pattern);
    if (named) applied.push(named);
  }
  const others = applied.length === 0 ? childPart(part, 'additionalProperties') : undefined;
  return others ? [others] : applied;
}

function fitsProperties(run: Run, part: KeywordPart, value: JsonObject): Fit {
  return every(Object.entries(value), ([name, inner]) => {
    const schemas = schemasOfProperty(part, name);
    return schemas && every(schemas, (schema) => judge(run, schema, inner));
  });
}

function fitsItems(run: Run, part: KeywordPart, value: readonly JsonValue[]): Fit {
  const first = listParts(part, 'prefixItems');
  const rest = childPart(part, 'items');
  return every([...value.keys()], (index) => judge(run, first[index] ?? rest, value[index] ?? null));
}

function fitsContains(run: Run, part: KeywordPart, value: readonly JsonValue[]): Fit {
  const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = part.schema;
  const found = value.map((item) => judge(run, childPart(part, 'contains'), item));
  const sure = found.filter((fit) => fit === true).length;
  const possible = found.filter((fit) => fit !== false).length;
  if (typeof minContains !== 'number' || typeof maxContains !== 'number') return undefined;
  if (possible < minContains || sure > maxContains) return false;
  return sure >= minContains && possible <= maxContains ? true : undefined;
}

const ofObject =
  (test: (run: Run, part: KeywordPart, value: JsonObject) => Fit): Test =>
  (run, part, value) =>
    isObject(value) ? test(run, part, value) : true;
const ofList =
  (test: (run: Run, part: KeywordPart, value: readonly JsonValue[]) => Fit): Test =>
  (run, part, value) =>
    Array.isArray(value) ? test(run, part, value) : true;

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['type', (_, { schema }, value) => isOfType(value, schema.type)],
  ['const', (_, { schema }, value) => equalJson(schema.const, value)],
  [
    'enum',
    (_, { schema }, value) => (Array.isArray(schema.enum) ? schema.enum.some((one: JsonValue) => equalJson(one, value)) : undefined),
  ],
  numberTest('minimum', (value, bound) => value >= bound),
  numberTest('maximum', (value, bound) => value <= bound),
  numberTest('exclusiveMinimum', (value, bound) => value > bound),
  numberTest('exclusiveMaximum', (value, bound) => value < bound),
  numberTest('multipleOf', isMultiple),
  sizeTest('minLength', lengthOf),
  sizeTest('maxLength', lengthOf),
  sizeTest('minItems', countOf),
  sizeTest('maxItems', countOf),
  sizeTest('minProperties', widthOf),
  sizeTest('maxProperties', widthOf),
  [
    'pattern',
    (_, { schema: { pattern } }, value) =>
      typeof value === 'string' && typeof pattern === 'string' ? matchesPattern(pattern, value) : true,
  ],
  ['format', (_, __, value) => (typeof value === 'string' || typeof value === 'number' ? undefined : true)],
  ['$ref', (run, part, value) => followAndFit(run, part, value)],
  ['allOf', (run, part, value) => every(listParts(part, 'allOf'), (member) => judge(run, member, value))],
  ['anyOf', (run, part, value) => some(listParts(part, 'anyOf'), (member) => judge(run, member, value))],
  ['oneOf', fitsExactlyOne],
  ['not', (run, part, value) => negate(judge(run, childPart(part, 'not'), value))],
  ['if', fitsCondition],
  ['properties', ofObject(fitsProperties)],
  ['patternProperties', ofObject(fitsProperties)],
  ['additionalProperties', ofObject(fitsProperties)],
  ['required', ofObject((_, { schema }, value) => texts(schema.required).every((name) => Object.hasOwn(value, name)))],
  [
    'propertyNames',
    ofObject((run, part, value) => every(Object.keys(value), (name) => judge(run, childPart(part, 'propertyNames'), name))),
  ],
  [
    'dependentRequired',
    ofObject((_, { schema: { dependentRequired } }, value) =>
      Object.keys(value).every((name) => texts(ownProperty(dependentRequired, name)).every((other) => Object.hasOwn(value, other))),
    ),
  ],
  [
    'dependentSchemas',
    ofObject((run, part, value) =>
      every(namedParts(part, 'dependentSchemas'), (inner) => (Object.hasOwn(value, String(inner.step)) ? judge(run, inner, value) : true)),
    ),
  ],
  ['unevaluatedProperties', ofObject((_, __, value) => (Object.keys(value).length === 0 ? true : undefined))],
  ['unevaluatedItems', ofList((_, __, value) => (value.length === 0 ? true : undefined))],
  ['items', ofList(fitsItems)],
  ['prefixItems', ofList(fitsItems)],
  ['contains', ofList(fitsContains)],
  [
    'uniqueItems',
    ofList((_, { schema }, value) =>
      schema.uniqueItems === true ? value.every((item, index) => !value.slice(0, index).some((other) => equalJson(item, other))) : true,
    ),
  ],
]);

function fitsExactlyOne(run: Run, part: KeywordPart, value: JsonValue): Fit {
  const found = listParts(part, 'oneOf').map((member) => judge(run, member, value));
  const sure = found.filter((fit) => fit === true).length;
  const possible = found.filter((fit) => fit !== false).length;
  if (sure > 1 || possible === 0) return false;
  return sure === 1 && possible === 1 ? true : undefined;
}

function fitsCondition(run: Run, part: KeywordPart, value: JsonValue): Fit {
  const condition = judge(run, childPart(part, 'if'), value);
  const [met, unmet] = ['then', 'else'].map((keyword) => judge(run, childPart(part, keyword), value));
  if (condition === undefined) return met === unmet ? met : undefined;
  return condition ? met : unmet;
}

function followAndFit(run: Run, part: KeywordPart, value: JsonValue): Fit {
  const target = referredPart(run.documents, part);
  return target ? judge(run, target, value) : undefined;
}
