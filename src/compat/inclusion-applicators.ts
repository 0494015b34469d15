import { discriminatorOf } from '../payload/open-lists.ts';
import { type Claim, type Obstacle, obstacle, type Prover } from './claim.ts';
import { conjunctionOf, listedValues, propertySchemas, textList, typesOf } from './conjunction.ts';
import { areDisjoint } from './disjoint.ts';
import { sameKeyword } from './same-schema.ts';
import { childNode, followReference, listNodes, type SchemaNode } from './schema-node.ts';

/** References and schemas that combine others. */
export const APPLICATOR_CLAIMS: Readonly<Record<string, Prover>> = {
  $ref: (claim) => {
    const target = followReference(claim.receiver);
    return target ? here(claim, target) : obstacle(claim, 'the reference leads nowhere');
  },
  allOf: (claim) => listNodes(claim.receiver, 'allOf').flatMap((node) => here(claim, node)),
  anyOf: (claim) => {
    const shown = asSent(claim, ['anyOf']) || listNodes(claim.receiver, 'anyOf').some((node) => here(claim, node).length === 0);
    return shown ? [] : obstacle(claim, 'no alternative was shown to take everything the sender sends');
  },
  oneOf: (claim) => {
    const branches = listNodes(claim.receiver, 'oneOf');
    const shown =
      asSent(claim, ['oneOf']) ||
      sendsUnknownTags(claim) ||
      branches.some((node) => here(claim, node).length === 0 && branches.every((other) => other === node || areDisjoint(node, other)));
    return shown ? [] : obstacle(claim, 'no alternative was shown to be the only one that takes what the sender sends');
  },
  not: (claim) => (asSent(claim, ['not']) ? [] : obstacle(claim, 'what it excludes was not compared')),
  if: (claim) => {
    if (asSent(claim, ['if', 'then', 'else'])) return [];
    const branches = ['then', 'else'].map((keyword) => childNode(claim.receiver, keyword)).filter((node) => node !== undefined);
    return branches.every((node) => here(claim, node).length === 0) ? [] : obstacle(claim, 'the condition was not compared');
  },
  // Both are settled together with `if`, and mean nothing without it.
  // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
  then: () => [],
  else: () => [],
};

function here(claim: Claim, node: SchemaNode): readonly Obstacle[] {
  return claim.proof.implies(claim.sender.nodes, node, claim.path, claim.depth);
}

/** Whether the receiver's alternatives are an open list, and the sender only sends objects whose tag is none of those listed. */
function sendsUnknownTags({ sender, receiver, value }: Claim): boolean {
  const { documents, location } = receiver;
  // Where an open `enum` stands beside it, that is the list that is open.
  const open = receiver.schema['x-open'] === true && Array.isArray(value) && !Object.hasOwn(receiver.schema, 'enum');
  const discriminator = open ? discriminatorOf(documents, location.file, value) : undefined;
  if (!discriminator || [...typesOf(sender)].some((type) => type !== 'object')) return false;
  const { property, values } = discriminator;
  if (!sender.members.some((member) => textList(member.schema.required).includes(property))) return false;
  const tags = listedValues(conjunctionOf(propertySchemas(sender, property)));
  return tags?.every((tag) => typeof tag === 'string' && !values.includes(tag)) ?? false;
}

/** Whether the sender asserts the very same with these keywords. */
function asSent(claim: Claim, keywords: readonly string[]): boolean {
  return claim.sender.members.some((member) => keywords.every((keyword) => sameKeyword(member, claim.receiver, keyword)));
}
