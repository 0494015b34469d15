import { isObject, ownProperty } from '../source/json.ts';
import { appendPointer } from '../source/pointer.ts';
import { type Claim, type Obstacle, obstacle, type Prover } from './claim.ts';
import { conjunctionOf, emissionOf, matches, otherPropertySchemas, propertySchemas, textList } from './conjunction.ts';
import { mayBe, showLeast, showMost } from './inclusion-scalars.ts';
import { sameKeyword, sameSchema } from './same-schema.ts';
import { childNode, hasKeywords, namedNodes, type SchemaNode } from './schema-node.ts';

/** Properties, their names and their number. */
export const OBJECT_CLAIMS: Readonly<Record<string, Prover>> = {
  required: ifObject((claim) => {
    const sent = requiredNames(claim);
    return textList(claim.value)
      .filter((name) => !sent.has(name))
      .flatMap((name) => obstacle(claim, 'the sender may leave it out', { path: appendPointer(claim.path, name), name }));
  }),
  properties: ifObject((claim) => [...namedNodes(claim.receiver, 'properties')].flatMap(([name, node]) => showProperty(claim, name, node))),
  patternProperties: ifObject((claim) =>
    [...namedNodes(claim.receiver, 'patternProperties')].flatMap(([pattern, node]) => showPattern(claim, pattern, node)),
  ),
  additionalProperties: ifObject(showAdditional),
  propertyNames: ifObject((claim) => {
    const node = childNode(claim.receiver, 'propertyNames');
    if (!node || claim.sender.members.some((member) => hasKeywords(member) && sameKeyword(member, claim.receiver, 'propertyNames')))
      return [];
    const { names, open } = emission(claim);
    const refused = [...names].filter((name) => claim.proof.evaluate(node, 'receiver', name) !== true);
    if (open) return obstacle(claim, 'the sender may send other names');
    return refused.flatMap((name) => obstacle(claim, 'the receiver refuses this name', { path: appendPointer(claim.path, name), name }));
  }),
  minProperties: ifObject((claim) => showLeast(claim, 'object', requiredNames(claim).size)),
  maxProperties: ifObject((claim) => {
    const { names, open } = emission(claim);
    return showMost(claim, 'object', open ? Number.POSITIVE_INFINITY : names.size);
  }),
  dependentRequired: ifObject((claim) => {
    if (!isObject(claim.value)) return obstacle(claim, 'it is malformed');
    const { names, open } = emission(claim);
    const required = requiredNames(claim);
    return Object.entries(claim.value)
      .filter(([trigger, needed]) => {
        if (!open && !names.has(trigger)) return false;
        const given = new Set([...required, ...claim.sender.members.flatMap((member) => dependents(member.schema, trigger))]);
        return !textList(needed).every((name) => given.has(name));
      })
      .flatMap(([trigger]) => obstacle(claim, 'the sender may leave out what it demands', { name: trigger }));
  }),
  dependentSchemas: ifObject((claim) =>
    [...namedNodes(claim.receiver, 'dependentSchemas')].flatMap(([trigger, node]) => {
      const { names, open } = emission(claim);
      if (!open && !names.has(trigger)) return [];
      const same = claim.sender.members.some((member) => {
        const sent = namedNodes(member, 'dependentSchemas').get(trigger);
        return sent !== undefined && sameSchema(sent, node);
      });
      if (same || claim.proof.implies(claim.sender.nodes, node, claim.path, claim.depth).length === 0) return [];
      return obstacle(claim, 'what it demands was not shown', { name: trigger });
    }),
  ),
  unevaluatedProperties: (claim) =>
    claim.value === true || !mayBe(claim.sender, 'object') ? [] : obstacle(claim, 'it depends on which alternatives hold'),
};

function ifObject(prove: Prover): Prover {
  return (claim) => (mayBe(claim.sender, 'object') ? prove(claim) : []);
}

function emission(claim: Claim): { readonly names: ReadonlySet<string>; readonly open: boolean } {
  const { names, open } = emissionOf(claim.sender, claim.proof.strict);
  return { names: new Set([...names].filter((name) => !isForbidden(claim, name))), open };
}

function isForbidden(claim: Claim, name: string): boolean {
  return conjunctionOf(propertySchemas(claim.sender, name)).never;
}

function showProperty(claim: Claim, name: string, node: SchemaNode): readonly Obstacle[] {
  const { names, open } = emission(claim);
  if (!open && !names.has(name)) return [];
  return claim.proof.implies(propertySchemas(claim.sender, name), node, appendPointer(claim.path, name), claim.depth + 1);
}

function showPattern(claim: Claim, pattern: string, node: SchemaNode): readonly Obstacle[] {
  const { names, open } = emission(claim);
  const named = [...names].filter((name) => matches(pattern, name) !== false).flatMap((name) => showProperty(claim, name, node));
  if (!open) return named;
  const same = claim.sender.members
    .map((member) => namedNodes(member, 'patternProperties').get(pattern))
    .filter((sent) => sent !== undefined);
  // A name nobody declares may match both patterns or only the receiver's: only the same pattern says what it holds.
  return [...named, ...claim.proof.implies(same, node, appendPointer(claim.path, '*'), claim.depth + 1)];
}

function showAdditional(claim: Claim): readonly Obstacle[] {
  const node = childNode(claim.receiver, 'additionalProperties');
  if (!node || node.schema === true) return [];
  const declared = namedNodes(claim.receiver, 'properties');
  const patterns = [...namedNodes(claim.receiver, 'patternProperties').keys()];
  const { names, open } = emission(claim);
  const surplus = [...names].filter((name) => !declared.has(name) && !patterns.some((pattern) => matches(pattern, name) === true));
  const named = surplus.flatMap((name) => {
    const path = appendPointer(claim.path, name);
    if (node.schema === false) return obstacle(claim, 'the receiver takes no such property', { path, name });
    return claim.proof.implies(propertySchemas(claim.sender, name), node, path, claim.depth + 1);
  });
  if (!open) return named;
  const others = otherPropertySchemas(claim.sender).flatMap((schemas) =>
    claim.proof.implies(schemas, node, appendPointer(claim.path, '*'), claim.depth + 1),
  );
  return others.length > 0 ? [...named, ...obstacle(claim, 'the sender may send other properties')] : named;
}

function requiredNames(claim: Claim): ReadonlySet<string> {
  return new Set(claim.sender.members.flatMap((member) => textList(ownProperty(member.schema, 'required'))));
}

function dependents(schema: Claim['receiver']['schema'], trigger: string): readonly string[] {
  return textList(ownProperty(ownProperty(schema, 'dependentRequired'), trigger));
}
