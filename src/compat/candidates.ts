import type { JsonValue } from '../source/json.ts';
import { ownProperty } from '../source/json.ts';
import { arrayCandidates, objectCandidates } from './composite-candidates.ts';
import { conjunctionOf, listedValues, madeUpNode, matches, typesOf } from './conjunction.ts';
import { distinct, numbersOf, type Place, schemasOf } from './place.ts';
import { sameSchema } from './same-schema.ts';
import {
  childNode,
  followReference,
  hasKeywords,
  type KeywordNode,
  listNodes,
  namedNodes,
  nodeKey,
  type SchemaNode,
} from './schema-node.ts';
import { formatSamples, PLAIN_TEXTS, patternSamples } from './text-samples.ts';

// Together with the limits below they bound the work for any schema; beyond them a break may stay undecided, never unseen.
const DEEPEST = 6;
const MOST_VALUES = 2_500;
const MOST_VALUES_IN_ALL = 60_000;
const MOST_LETTERS = 10_000;

/** What looking at a place costs of the values that may be made in all: it bounds types that use each other many times over. */
const PLACE_COST = 20;

/** More schemas of the other side at one place than can be looked at for each value. */
const MOST_HINTS = 60;

/** How many values stand for a place where nothing can break: enough for a list whose items differ. */
const FEW = 3;

/**
 * Messages worth trying to tell two schemas apart: the smallest the sender's schema allows, each property left out or given each of its
 * boundary values, one at a time. Boundaries come from both schemas. They need not be valid: the replay decides. Simplest first.
 */
export function candidateMessages(sender: SchemaNode, receiver: SchemaNode, strict: boolean): readonly JsonValue[] {
  const run: Run = { strict, quiet: new Map(), left: MOST_VALUES_IN_ALL };
  return valuesOf(run, { senders: [sender], hints: [receiver], depth: 0, chosen: [] });
}

type Run = {
  readonly strict: boolean;
  /** Values of places where nothing can break, by the sender's schemas there; empty while they are being made. */
  readonly quiet: Map<string, readonly JsonValue[]>;
  /** How many values may still be made. */
  left: number;
};

type Wanted = {
  readonly senders: readonly SchemaNode[];
  readonly hints: readonly SchemaNode[];
  readonly depth: number;
  /** The alternatives that were chosen on the way. */
  readonly chosen: readonly string[];
};

function valuesOf(run: Run, wanted: Wanted): readonly JsonValue[] {
  if (wanted.depth > DEEPEST) return [];
  // With nothing left to spend, each type gets the few values it would get where nothing can break, once.
  const quiet =
    run.left <= 0 ||
    wanted.hints.every((hint) => typeof hint.schema === 'boolean' || wanted.senders.some((node) => sameSchema(node, hint)));
  if (!quiet) return makeValues(run, wanted, false);
  const key = [...wanted.senders.map(nodeKey), ...wanted.chosen].join('\n');
  const known = run.quiet.get(key);
  if (known) return known;
  run.quiet.set(key, []);
  const values = makeValues(run, { ...wanted, hints: [] }, true).slice(0, FEW);
  run.quiet.set(key, values);
  return values;
}

function makeValues(run: Run, wanted: Wanted, quiet: boolean): readonly JsonValue[] {
  run.left -= PLACE_COST;
  const sender = conjunctionOf(wanted.senders);
  if (sender.never) return [];
  const choice = sender.members.map(choiceOf).find((found) => found !== undefined && !wanted.chosen.includes(found.key));
  if (choice) {
    const chosen = [...wanted.chosen, choice.key];
    const each = choice.branches.map((branch) => makeValues(run, { ...wanted, senders: [...wanted.senders, branch], chosen }, quiet));
    return limit(run, interleave(each));
  }
  const depth = wanted.depth + 1;
  const place: Place = {
    sender,
    hints: everyHint(wanted.hints),
    strict: run.strict,
    quiet,
    part: (senders, hints) => valuesOf(run, { senders, hints, depth, chosen: [] }),
  };
  const listed = listedValues(sender);
  if (listed) return limit(run, listed);
  return limit(run, [...distinct([...writtenValues(place), ...scalars(place)]), ...arrayCandidates(place), ...objectCandidates(place)]);
}

function limit(run: Run, values: readonly JsonValue[]): readonly JsonValue[] {
  const kept = values.slice(0, run.left > 0 ? MOST_VALUES : FEW);
  run.left -= kept.length;
  return kept;
}

function choiceOf(member: KeywordNode): { readonly key: string; readonly branches: readonly SchemaNode[] } | undefined {
  for (const keyword of ['anyOf', 'oneOf']) {
    const branches = listNodes(member, keyword);
    if (branches.length > 0) return { key: `${nodeKey(member)}/${keyword}`, branches };
  }
  const condition = childNode(member, 'if');
  if (!condition) return undefined;
  const always = madeUpNode(member, 'type', ['null', 'boolean', 'number', 'string', 'array', 'object']);
  const met = { ...(childNode(member, 'then') ?? always) };
  return { key: `${nodeKey(member)}/if`, branches: [childNode(member, 'else') ?? always, met, condition] };
}

/** Every object schema at this place of the other side, whatever alternative it stands in. */
function everyHint(nodes: readonly SchemaNode[]): readonly KeywordNode[] {
  const found = new Map<string, KeywordNode>();
  const pending = [...nodes];
  for (let node = pending.pop(); node && found.size < MOST_HINTS; node = pending.pop()) {
    if (!hasKeywords(node) || found.has(nodeKey(node))) continue;
    found.set(nodeKey(node), node);
    const target = followReference(node);
    const single = ['if', 'then', 'else', 'not'].map((keyword) => node && childNode(node, keyword));
    pending.push(
      ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => (node ? listNodes(node, keyword) : [])),
      ...namedNodes(node, 'dependentSchemas').values(),
      ...[target, ...single].filter((child) => child !== undefined),
    );
  }
  return [...found.values()];
}

/** Values that somebody wrote down on either side: listed, by example, as default. */
function writtenValues(place: Place): readonly JsonValue[] {
  return schemasOf(place).flatMap((schema) => [
    ...(Object.hasOwn(schema, 'const') ? [schema.const ?? null] : []),
    ...(Object.hasOwn(schema, 'default') ? [schema.default ?? null] : []),
    ...['enum', 'examples'].flatMap((keyword) => listOf(ownProperty(schema, keyword))),
  ]);
}

function scalars(place: Place): readonly JsonValue[] {
  const types = typesOf(place.sender);
  const numbers = types.has('integer') || types.has('fraction') ? numberCandidates(place, types.has('fraction')) : [];
  const texts = types.has('string') ? textCandidates(place) : [];
  const booleans = types.has('boolean') ? [false, true] : [];
  return [...texts, ...numbers, ...booleans, ...(types.has('null') ? [null] : [])];
}

function numberCandidates(place: Place, fractions: boolean): readonly number[] {
  const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].flatMap((keyword) => numbersOf(place, keyword));
  const steps = numbersOf(place, 'multipleOf').filter((step) => step > 0);
  const near = bounds.flatMap((bound) => [
    bound,
    Math.ceil(bound),
    Math.floor(bound),
    bound + 1,
    bound - 1,
    ...(fractions ? [bound + 0.5, bound - 0.5] : []),
  ]);
  const multiples = steps.flatMap((step) => [
    step,
    2 * step,
    3 * step,
    -step,
    ...bounds.flatMap((bound) => [Math.ceil(bound / step) * step, Math.floor(bound / step) * step, (Math.floor(bound / step) + 1) * step]),
  ]);
  const all = [0, 1, -1, ...near, ...multiples, 2, 3, ...(fractions ? [0.5, -0.5, 1.5] : []), 4_294_967_296, -4_294_967_296];
  const own = place.sender.members.map((member) => member.schema);
  return all.filter((value) => (fractions || Number.isInteger(value)) && own.every((schema) => fitsBounds(schema, value)));
}

function fitsBounds(schema: KeywordNode['schema'], value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  return (
    !(typeof minimum === 'number' && value < minimum) &&
    !(typeof maximum === 'number' && value > maximum) &&
    !(typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) &&
    !(typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum)
  );
}

function textCandidates(place: Place): readonly string[] {
  const schemas = schemasOf(place);
  const ofFormats = textsOf(schemas, 'format').flatMap(formatSamples);
  const own = textsOf(
    place.sender.members.map((member) => member.schema),
    'format',
  ).filter((format) => formatSamples(format).length > 0);
  const ofPatterns = textsOf(schemas, 'pattern').flatMap(patternSamples);
  const lengths = ['minLength', 'maxLength']
    .flatMap((keyword) => numbersOf(place, keyword))
    .flatMap((length) => [length, length + 1, length - 1]);
  const sized = lengths.filter((length) => length >= 0 && length <= MOST_LETTERS).map((length) => 'a'.repeat(length));
  const stretched = ofPatterns.flatMap((sample) => [`${sample}a`, `a${sample}`]);
  // A text made for something else hardly ever has the format that the sender keeps to.
  const all = own.length > 0 ? [...ofFormats, ...ofPatterns] : [...PLAIN_TEXTS, ...ofFormats, ...ofPatterns, ...sized, ...stretched];
  return all.filter((text) => place.sender.members.every(({ schema }) => fitsText(schema, text)));
}

function textsOf(schemas: readonly KeywordNode['schema'][], keyword: string): readonly string[] {
  return schemas.map((schema) => schema[keyword]).filter((value) => typeof value === 'string');
}

function fitsText(schema: KeywordNode['schema'], text: string): boolean {
  const { minLength, maxLength, pattern } = schema;
  const length = [...text].length;
  if (typeof minLength === 'number' && length < minLength) return false;
  if (typeof maxLength === 'number' && length > maxLength) return false;
  return typeof pattern !== 'string' || matches(pattern, text) === true;
}

function interleave(lists: readonly (readonly JsonValue[])[]): readonly JsonValue[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => (index < list.length ? [list[index] ?? null] : []))).flat();
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
