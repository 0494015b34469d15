import type { Encoding } from '../contract/model.ts';
import { equalJson } from '../payload/equal-json.ts';
import type { JsonValue } from '../source/json.ts';
import { appendPointer } from '../source/pointer.ts';
import type { Range } from '../source/source-file.ts';
import { keyRange, valueRange } from '../source/yaml-tree.ts';
import type { ChangeKind, Side } from './change.ts';
import { countingKeywords, IGNORED_KEYWORDS, isAnnotation, keywordHolds, ON_THE_WIRE, TOLD } from './keywords.ts';
import type { PayloadFact } from './payload-fact.ts';
import { referredTypes } from './referred-types.ts';
import { sameKeyword, sameSchema } from './same-schema.ts';
import { createGlances, type Glances, isSameText } from './same-text.ts';
import { childNode, type KeywordNode, listNodes, nodeKey, type SchemaNode } from './schema-node.ts';
import { type SchemaView, viewSchema } from './schema-view.ts';
import { diffWire, type WireDifference } from './wire/diff-wire.ts';
import { mergeFacts } from './wire/merge-facts.ts';

// Bounded work for types that use each other many times over; the rest is one fact.
const MOST_PLACES = 5_000;

/**
 * The facts of two versions of a payload's schema: the only walker over pairs of schemas. It follows references on both sides and goes
 * down where it can; what differs in alternatives and conditions is one `schema-changed`. Each difference that validators see is in at least one fact.
 */
export function diffPayload(before: SchemaNode, after: SchemaNode, encoding: Encoding): readonly PayloadFact[] {
  const wire = encoding === 'protobuf' ? diffWire(before, after) : undefined;
  const walk: Walk = {
    facts: [],
    open: new Set(),
    places: 0,
    glances: createGlances(),
    wire,
    counting: countingKeywords(wire !== undefined),
  };
  comparePlace(walk, before, after, '');
  const facts = wire ? mergeFacts(walk.facts, wire.facts) : walk.facts;
  const overlooked = facts.every(({ kind }) => REMARKS.has(kind)) && !sameSchema(before, after, walk.counting);
  if (!overlooked) return facts;
  addWhole(walk, before, after, '');
  return [...facts, ...walk.facts.slice(-1)];
}

type Walk = {
  readonly facts: PayloadFact[];
  readonly open: Set<string>;
  places: number;
  readonly glances: Glances;
  readonly wire: WireDifference | undefined;
  readonly counting: ReadonlySet<string>;
};
type Pair = { readonly walk: Walk; readonly before: SchemaView; readonly after: SchemaView; readonly path: string };

function comparePlace(walk: Walk, before: SchemaNode, after: SchemaNode, path: string): void {
  walk.places += 1;
  // Numbers on the wire may be those of another place.
  if (!walk.wire && isSameText(before, after, walk.glances)) return;
  const [left, right] = [viewSchema(before), viewSchema(after)];
  if (!left || !right || walk.places > MOST_PLACES || left.constant !== undefined || right.constant !== undefined) {
    if (!sameSchema(before, after, walk.counting)) addWhole(walk, before, after, path);
    else if (!sameSchema(before, after, IGNORED_KEYWORDS)) addTexts(walk, before, after, path);
    return;
  }
  // A pair that is being compared further up adds nothing: its facts stand there.
  const key = `${left.key} | ${right.key}`;
  if (walk.open.has(key)) return;
  walk.open.add(key);
  const pair: Pair = { walk, before: left, after: right, path };
  compareValues(pair);
  compareProperties(pair);
  compareAdditional(pair);
  compareItems(pair);
  compareKeywords(pair);
  walk.open.delete(key);
}

function addWhole(walk: Walk, before: SchemaNode, after: SchemaNode, path: string): void {
  walk.facts.push({ kind: 'schema-changed', path, name: 'schema', before: wholeSide(before), after: wholeSide(after) });
}

/** Kinds of facts about what no validator looks at. */
const REMARKS: ReadonlySet<ChangeKind> = new Set<ChangeKind>(['annotation-changed', ...TOLD.keys()]);

/** What nobody checks differs somewhere inside: the kinds of facts that this is, with a name for what differs. */
function remarksIn(isSame: (keywords: ReadonlySet<string>) => boolean, wire: boolean): readonly (readonly [ChangeKind, string])[] {
  const passed = (keywords: ReadonlySet<string>) => new Set([...keywords].filter((keyword) => !(wire && ON_THE_WIRE.has(keyword))));
  const told = [...TOLD].filter(([, keywords]) => !isSame(passed(keywords)));
  const named = told.map(([kind]) => [kind, kind === 'default-changed' ? 'A default' : 'What a value means'] as const);
  return isSame(passed(TEXTS)) ? named : [...named, ['annotation-changed', 'A text']];
}

const ACTED_ON: ReadonlySet<string> = new Set([...TOLD.values()].flatMap((keywords) => [...keywords]));
const TEXTS: ReadonlySet<string> = new Set([...IGNORED_KEYWORDS].filter((keyword) => !ACTED_ON.has(keyword)));

function addTexts(walk: Walk, before: SchemaNode, after: SchemaNode, path: string): void {
  for (const [kind, name] of remarksIn((keywords) => sameSchema(before, after, keywords), walk.wire !== undefined))
    walk.facts.push({ kind, path, name, before: wholeSide(before), after: wholeSide(after) });
}

/** `enum` and `const` together: a constant is a list of one. */
function compareValues(pair: Pair): void {
  const [old, now] = [valuesOf(pair.before), valuesOf(pair.after)];
  if (old && !now) addKeyword(pair, 'enum-dropped', old.keyword);
  if (now && !old) addKeyword(pair, 'enum-introduced', now.keyword);
  if (!old || !now) return;
  const { facts } = pair.walk;
  for (const { value, at } of valuesMissing(old, now)) {
    const after = { at: rangeOf(now.holder, [now.keyword]) };
    facts.push({ kind: 'enum-value-removed', path: pair.path, name: JSON.stringify(value), before: { value, at }, after });
  }
  for (const { value, at } of valuesMissing(now, old)) {
    const before = { at: rangeOf(old.holder, [old.keyword]) };
    facts.push({ kind: 'enum-value-added', path: pair.path, name: JSON.stringify(value), before, after: { value, at } });
  }
}

type Values = { readonly holder: KeywordNode; readonly keyword: 'const' | 'enum'; readonly values: readonly JsonValue[] };

/** The values of one list that the other does not have, with their places. */
function valuesMissing(from: Values, other: Values): readonly { readonly value: JsonValue; readonly at: Range }[] {
  return from.values.flatMap((value, index) => {
    if (other.values.some((known) => equalJson(known, value))) return [];
    return [{ value, at: rangeOf(from.holder, from.keyword === 'const' ? ['const'] : ['enum', index]) }];
  });
}

function valuesOf(view: SchemaView): Values | undefined {
  const constant = view.holders.get('const');
  if (constant) return { holder: constant, keyword: 'const', values: [constant.schema.const ?? null] };
  const list = view.holders.get('enum');
  return list && Array.isArray(list.schema.enum) ? { holder: list, keyword: 'enum', values: list.schema.enum } : undefined;
}

function compareProperties(pair: Pair): void {
  const { before, after, walk } = pair;
  for (const [name, old] of before.properties) {
    const now = after.properties.get(name);
    const path = appendPointer(pair.path, name);
    const required = before.required.has(name);
    const successor = now ? undefined : successorOf(pair, old);
    if (now) comparePlace(walk, old, now, path);
    else if (successor) compareRenamed(pair, { name, old }, successor);
    else walk.facts.push({ kind: 'property-removed', path, name, before: wholeSide(old), after: { at: keyOf(after.at) }, required });
  }
  for (const [name, now] of after.properties) {
    if (before.properties.has(name) || predecessorOf(pair, now)) continue;
    const path = appendPointer(pair.path, name);
    const required = after.required.has(name);
    walk.facts.push({ kind: 'property-added', path, name, before: { at: keyOf(before.at) }, after: wholeSide(now), required });
  }
  compareRequired(pair);
}

type NamedNode = { readonly name: string; readonly node: SchemaNode };

/** What a property is called now that the old version calls otherwise: known only where the wire has numbers. */
function successorOf({ after, before, walk }: Pair, old: SchemaNode): NamedNode | undefined {
  const place = walk.wire?.renamed.get(nodeKey(old));
  const found = place === undefined ? undefined : [...after.properties].find(([, node]) => nodeKey(node) === place);
  return found && !before.properties.has(found[0]) ? { name: found[0], node: found[1] } : undefined;
}

function predecessorOf(pair: Pair, now: SchemaNode): boolean {
  return [...pair.before.properties].some(
    ([name, old]) => !pair.after.properties.has(name) && successorOf(pair, old)?.node.schema === now.schema,
  );
}

function compareRenamed(
  { before, after, walk, path }: Pair,
  { name, old }: { readonly name: string; readonly old: SchemaNode },
  now: NamedNode,
): void {
  const inner = appendPointer(path, now.name);
  comparePlace(walk, old, now.node, inner);
  const [was, is] = [before.required.has(name), after.required.has(now.name)];
  if (was === is) return;
  const kind = is ? 'property-became-required' : 'property-became-optional';
  walk.facts.push({ kind, path: inner, name: now.name, before: requiredSide(before, name), after: requiredSide(after, now.name) });
}

function compareRequired({ before, after, walk, path }: Pair): void {
  for (const name of new Set([...before.required.keys(), ...after.required.keys()])) {
    // Whether a property that came or went was required is part of that fact.
    if (before.required.has(name) === after.required.has(name) || before.properties.has(name) !== after.properties.has(name)) continue;
    const kind = after.required.has(name) ? 'property-became-required' : 'property-became-optional';
    walk.facts.push({ kind, path: appendPointer(path, name), name, before: requiredSide(before, name), after: requiredSide(after, name) });
  }
}

function requiredSide(view: SchemaView, name: string): Side {
  const property = view.properties.get(name);
  return { value: view.required.has(name), at: property ? keyOf(property) : keyOf(view.at) };
}

function compareAdditional(pair: Pair): void {
  const [old, now] = [pair.before, pair.after].map((view) => keywordNode(view, 'additionalProperties'));
  const [wasClosed, isClosed] = [old?.schema === false, now?.schema === false];
  if (wasClosed && isClosed) return;
  if (isClosed) addKeyword(pair, 'object-closed', 'additionalProperties');
  else if (wasClosed) addKeyword(pair, 'object-opened', 'additionalProperties');
  else if (old && now && old.schema !== true && now.schema !== true) comparePlace(pair.walk, old, now, appendPointer(pair.path, '*'));
  else if (old?.schema !== now?.schema) addKeyword(pair, 'constraint-changed', 'additionalProperties');
}

function compareItems(pair: Pair): void {
  const [old, now] = [keywordNode(pair.before, 'items'), keywordNode(pair.after, 'items')];
  if (old && now) comparePlace(pair.walk, old, now, appendPointer(pair.path, '*'));
  else if (old || now) addKeyword(pair, 'constraint-changed', 'items');
  const [places, others] = [prefixOf(pair.before), prefixOf(pair.after)];
  for (const [index, place] of places.entries()) {
    const other = others[index];
    if (other) comparePlace(pair.walk, place, other, appendPointer(pair.path, index));
  }
  if (places.length !== others.length) addKeyword(pair, 'constraint-changed', 'prefixItems');
}

function prefixOf(view: SchemaView): readonly SchemaNode[] {
  const holder = view.holders.get('prefixItems');
  return holder ? listNodes(holder, 'prefixItems') : [];
}

/** Keywords that the steps above have dealt with. */
const COMPARED: ReadonlySet<string> = new Set(['enum', 'const', 'additionalProperties', 'items', 'prefixItems', '$defs']);

function compareKeywords(pair: Pair): void {
  for (const keyword of new Set([...pair.before.holders.keys(), ...pair.after.holders.keys()])) {
    const { wire } = pair.walk;
    if (COMPARED.has(keyword) || (wire && NUMBERS.has(keyword))) continue;
    const [old, now] = [pair.before.holders.get(keyword), pair.after.holders.get(keyword)];
    const same = old && now && sameKeyword(old, now, keyword, countingKeywords(false));
    if (!same) addKeyword(pair, kindOf(keyword), keyword);
    // What holds no schemas holds nothing that is passed over.
    else if (keywordHolds(keyword) !== 'nothing')
      for (const [kind, name] of remarksIn((keywords) => sameKeyword(old, now, keyword, keywords), wire !== undefined))
        addKeyword(pair, kind, keyword, `${name} in ${keyword}`);
  }
}

/** Numbers of Protobuf, of which the wire tells. */
const NUMBERS: ReadonlySet<string> = new Set(['x-field', 'x-enum-numbers']);

function kindOf(keyword: string): ChangeKind {
  if (keyword === 'type') return 'type-changed';
  for (const [kind, keywords] of TOLD) if (keywords.has(keyword)) return kind;
  if (isAnnotation(keyword) || ON_THE_WIRE.has(keyword)) return 'annotation-changed';
  return keywordHolds(keyword) === 'nothing' && keyword !== 'x-open' ? 'constraint-changed' : 'schema-changed';
}

function addKeyword(pair: Pair, kind: ChangeKind, keyword: string, name = keyword): void {
  const before = keywordSide(pair.before, keyword);
  pair.walk.facts.push({ kind, path: pair.path, name, before, after: keywordSide(pair.after, keyword) });
}

/** A keyword's value and place; where it is missing, what encloses it. */
function keywordSide(view: SchemaView, keyword: string): Side {
  const holder = view.holders.get(keyword);
  if (!holder) return { at: keyOf(view.at) };
  const value = holder.schema[keyword] ?? null;
  return { value, at: rangeOf(holder, [keyword]), ...withTypes(holder, { [keyword]: value }) };
}

function keywordNode(view: SchemaView, keyword: string): SchemaNode | undefined {
  const holder = view.holders.get(keyword);
  return holder ? childNode(holder, keyword) : undefined;
}

function wholeSide(node: SchemaNode): Side {
  return { value: node.schema, at: keyOf(node), ...withTypes(node, node.schema) };
}

function withTypes({ documents, location }: SchemaNode, schema: JsonValue): Pick<Side, 'types'> {
  const types = referredTypes(documents, location.file, schema);
  return types ? { types } : {};
}

function keyOf(node: SchemaNode): Range {
  return rangeIn(node, (tree) => keyRange(tree, node.location.pointer));
}

function rangeOf(node: SchemaNode, segments: readonly (string | number)[]): Range {
  return rangeIn(node, (tree) => valueRange(tree, appendPointer(node.location.pointer, ...segments)));
}

function rangeIn(node: SchemaNode, find: (tree: Parameters<typeof keyRange>[0]) => Range): Range {
  const tree = node.documents.get(node.location.file);
  if (!tree) throw new Error(`The file ${node.location.file} of a schema is not among the documents.`);
  return find(tree);
}
