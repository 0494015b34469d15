import { canonicalText } from '../inclusion/schema.ts';
import { equalJson } from '../payload/equal-json.ts';
import type { JsonValue } from '../source/json.ts';
import { isIgnoredByValidators, isKnownKeyword, keywordHolds } from './keywords.ts';
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

/** Lists of data whose order means nothing. */
const SETS: ReadonlySet<string> = new Set(['type', 'enum', 'required']);

/**
 * Whether two schemas are the same text once references are followed; the order of keys and what validators ignore do not count.
 * Equal schemas accept the same values; unequal ones may do so too. `alsoCompare` names ignored keywords that count all the same.
 */
export function sameSchema(a: SchemaNode, b: SchemaNode, alsoCompare: ReadonlySet<string> = new Set()): boolean {
  return same(a, b, { alsoCompare, assumed: new Set() });
}

/** Whether one keyword says the same in two schemas; absent from both counts as the same. `alsoCompare` is that of {@link sameSchema}. */
export function sameKeyword(a: KeywordNode, b: KeywordNode, keyword: string, alsoCompare: ReadonlySet<string> = new Set()): boolean {
  return sameKeywordOf(a, b, keyword, { alsoCompare, assumed: new Set() });
}

/** What references that stand alone finally lead to; `undefined` for one that leads nowhere or back to itself, which equals nothing. */
function followLoneReferences(node: SchemaNode, alsoCompare: ReadonlySet<string> = new Set()): SchemaNode | undefined {
  const seen = new Set<string>();
  let at: SchemaNode | undefined = node;
  while (at && isLoneReference(at, alsoCompare)) {
    if (seen.has(nodeKey(at))) return undefined;
    seen.add(nodeKey(at));
    at = followReference(at);
  }
  return at;
}

/** Whether a schema says nothing but where it leads. */
function isLoneReference(node: SchemaNode, alsoCompare: ReadonlySet<string> = new Set()): boolean {
  if (!hasKeywords(node)) return false;
  const keywords = comparedKeywords(node, alsoCompare);
  return keywords.length === 1 && keywords[0] === '$ref';
}

type Run = { readonly alsoCompare: ReadonlySet<string>; readonly assumed: Set<string> };

function same(a: SchemaNode, b: SchemaNode, run: Run): boolean {
  const [left, right] = [followLoneReferences(a, run.alsoCompare), followLoneReferences(b, run.alsoCompare)];
  if (!left || !right) return false;
  if (!hasKeywords(left) || !hasKeywords(right)) return typeof left.schema === 'boolean' && left.schema === right.schema;
  // A pair met again is assumed equal: whatever made it unequal would be found where it was met first.
  const key = `${nodeKey(left)} ${nodeKey(right)}`;
  if (run.assumed.has(key)) return true;
  run.assumed.add(key);
  const keywords = new Set([...comparedKeywords(left, run.alsoCompare), ...comparedKeywords(right, run.alsoCompare)]);
  return [...keywords].every((keyword) => isKnownKeyword(keyword) && sameKeywordOf(left, right, keyword, run));
}

function comparedKeywords(node: KeywordNode, alsoCompare: ReadonlySet<string>): readonly string[] {
  return Object.keys(node.schema).filter((keyword) => !isIgnoredByValidators(keyword) || alsoCompare.has(keyword));
}

function sameKeywordOf(a: KeywordNode, b: KeywordNode, keyword: string, run: Run): boolean {
  const left = Object.hasOwn(a.schema, keyword) ? a.schema[keyword] : undefined;
  const right = Object.hasOwn(b.schema, keyword) ? b.schema[keyword] : undefined;
  if (left === undefined || right === undefined) return left === right;
  if (keyword === '$ref') return sameNodes(followReference(a), followReference(b), run);
  const holds = keywordHolds(keyword);
  if (holds === 'schema') return sameNodes(childNode(a, keyword), childNode(b, keyword), run);
  if (holds === 'schemas') {
    const [lefts, rights] = [listNodes(a, keyword), listNodes(b, keyword)];
    return lefts.length === rights.length && lefts.every((node, index) => sameNodes(node, rights[index], run));
  }
  if (holds === 'named-schemas') {
    const [lefts, rights] = [namedNodes(a, keyword), namedNodes(b, keyword)];
    return lefts.size === rights.size && [...lefts].every(([name, node]) => sameNodes(node, rights.get(name), run));
  }
  return SETS.has(keyword) ? sameSet(left, right) : equalJson(left, right);
}

function sameNodes(a: SchemaNode | undefined, b: SchemaNode | undefined, run: Run): boolean {
  return a !== undefined && b !== undefined && same(a, b, run);
}

function sameSet(a: JsonValue, b: JsonValue): boolean {
  const [left, right] = [a, b].map((list) => new Set((Array.isArray(list) ? list : [list]).map(canonicalText)));
  return left !== undefined && right !== undefined && left.size === right.size && [...left].every((value) => right.has(value));
}
