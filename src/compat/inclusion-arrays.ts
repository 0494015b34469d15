import { appendPointer } from '../source/pointer.ts';
import { type Claim, type Obstacle, obstacle, type Prover } from './claim.ts';
import type { Conjunction } from './conjunction.ts';
import { mayBe, numbers, sends, showLeast, showMost } from './inclusion-scalars.ts';
import { sameKeyword } from './same-schema.ts';
import { childNode, listNodes, type SchemaNode } from './schema-node.ts';

/** Items, their places and their number. */
export const ARRAY_CLAIMS: Readonly<Record<string, Prover>> = {
  prefixItems: ifArray((claim) => listNodes(claim.receiver, 'prefixItems').flatMap((node, index) => showItem(claim, index, node))),
  items: ifArray((claim) => {
    const node = childNode(claim.receiver, 'items');
    if (!node) return [];
    const first = listNodes(claim.receiver, 'prefixItems').length;
    const placed = longestPrefix(claim.sender);
    const indexes = Array.from({ length: Math.max(0, placed - first) }, (_, offset) => first + offset);
    const tail = Math.max(first, placed);
    const rest =
      mostItems(claim.sender) > tail
        ? claim.proof.implies(itemSchemas(claim.sender, tail), node, appendPointer(claim.path, '*'), claim.depth + 1)
        : [];
    return [...indexes.flatMap((index) => showItem(claim, index, node)), ...rest];
  }),
  minItems: (claim) => showLeast(claim, 'array'),
  maxItems: (claim) => showMost(claim, 'array', mostItems(claim.sender)),
  uniqueItems: ifArray((claim) =>
    claim.value === false || sends(claim) || mostItems(claim.sender) <= 1 ? [] : obstacle(claim, 'the sender may repeat items'),
  ),
  contains: ifArray(showContains),
  minContains: ifArray(showContains),
  maxContains: ifArray(showContains),
  unevaluatedItems: ifArray((claim) => (claim.value === true ? [] : obstacle(claim, 'it depends on which alternatives hold'))),
};

function ifArray(prove: Prover): Prover {
  return (claim) => (mayBe(claim.sender, 'array') ? prove(claim) : []);
}

function showItem(claim: Claim, index: number, node: SchemaNode): readonly Obstacle[] {
  if (mostItems(claim.sender) <= index) return [];
  return claim.proof.implies(itemSchemas(claim.sender, index), node, appendPointer(claim.path, index), claim.depth + 1);
}

/** The schemas that hold for the item at an index; at or beyond the longest prefix for every later one too. */
function itemSchemas(sender: Conjunction, index: number): readonly SchemaNode[] {
  return sender.members
    .map((member) => listNodes(member, 'prefixItems')[index] ?? childNode(member, 'items'))
    .filter((node) => node !== undefined);
}

function longestPrefix(sender: Conjunction): number {
  return Math.max(0, ...sender.members.map((member) => listNodes(member, 'prefixItems').length));
}

/** How many items the sender may send at most: `items: false` ends a list too. */
function mostItems(sender: Conjunction): number {
  const ended = sender.members.filter((member) => member.schema.items === false).map((member) => listNodes(member, 'prefixItems').length);
  return Math.min(Number.POSITIVE_INFINITY, ...ended, ...numbers(sender, 'maxItems'));
}

const CONTAINS = ['contains', 'minContains', 'maxContains'];

function showContains(claim: Claim): readonly Obstacle[] {
  const { schema } = claim.receiver;
  if (!Object.hasOwn(schema, 'contains') || (schema.minContains === 0 && !Object.hasOwn(schema, 'maxContains'))) return [];
  const same = claim.sender.members.some((member) => CONTAINS.every((keyword) => sameKeyword(member, claim.receiver, keyword)));
  return same ? [] : obstacle(claim, 'the sender may send lists without it');
}
