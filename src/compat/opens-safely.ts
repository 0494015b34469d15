import { areDisjoint } from './disjoint.ts';
import { keywordHolds } from './keywords.ts';
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

/** Below these a schema that accepts more makes the whole accept less. */
const FLIPPING: ReadonlySet<string> = new Set(['not', 'if', 'contains']);

/**
 * Whether a receiver, to whom open lists (`x-open`) are open, accepts whatever the schema as written accepts. It does unless an open list
 * stands where accepting more means rejecting more: under `not`, in a condition, in alternatives of which only one may hold.
 */
export function opensSafely(receiver: SchemaNode): boolean {
  const seen = new Set<string>();
  const pending: { readonly node: SchemaNode; readonly flipped: boolean }[] = [{ node: receiver, flipped: false }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, flipped } = next;
    const key = `${flipped} ${nodeKey(node)}`;
    if (!hasKeywords(node) || seen.has(key)) continue;
    seen.add(key);
    if (flipped && node.schema['x-open'] === true) return false;
    for (const keyword of Object.keys(node.schema)) {
      const flips = flipped || FLIPPING.has(keyword) || (keyword === 'oneOf' && overlaps(node));
      pending.push(...nodesBelow(node, keyword).map((below) => ({ node: below, flipped: flips })));
    }
  }
  return true;
}

function overlaps(node: KeywordNode): boolean {
  const branches = listNodes(node, 'oneOf');
  return branches.some((branch, index) => branches.slice(index + 1).some((other) => !areDisjoint(branch, other)));
}

function nodesBelow(node: KeywordNode, keyword: string): readonly SchemaNode[] {
  const single = keyword === '$ref' ? followReference(node) : childNode(node, keyword);
  switch (keywordHolds(keyword)) {
    case 'schemas':
      return listNodes(node, keyword);
    case 'named-schemas':
      // Definitions count where something refers to them.
      return keyword === '$defs' ? [] : [...namedNodes(node, keyword).values()];
    case 'schema':
      return single ? [single] : [];
    case 'nothing':
      return keyword === '$ref' && single ? [single] : [];
  }
}
