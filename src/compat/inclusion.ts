import { type Claim, type Obstacle, obstacle, type Proof, type ProofBase, type Prover } from './claim.ts';
import { assertionsOf, type Conjunction, conjunctionOf, listedValues, madeUpNode } from './conjunction.ts';
import { APPLICATOR_CLAIMS } from './inclusion-applicators.ts';
import { ARRAY_CLAIMS } from './inclusion-arrays.ts';
import { OBJECT_CLAIMS } from './inclusion-objects.ts';
import { SCALAR_CLAIMS } from './inclusion-scalars.ts';
import { followLoneReferences, isLoneReference, sameSchema } from './same-schema.ts';
import { hasKeywords, type KeywordNode, listNodes, nodeKey, type SchemaNode } from './schema-node.ts';

// Enough for every schema people write; beyond it "not proven" is the honest answer.
const STEP_LIMIT = 20_000;

const PROVERS: ReadonlyMap<string, Prover> = new Map(
  Object.entries({ ...SCALAR_CLAIMS, ...OBJECT_CLAIMS, ...ARRAY_CLAIMS, ...APPLICATOR_CLAIMS }),
);

/**
 * Shows that whatever the sender's schema emits the receiver's accepts, keyword by keyword of the receiver. Returns what it could not
 * show: an empty list is a proof, anything else only means "not proven". Sound by construction: each step uses only what holds for
 * every value the sender may emit, and a keyword it does not know is always an obstacle.
 */
export function proveInclusion(sender: SchemaNode, receiver: SchemaNode, base: ProofBase): readonly Obstacle[] {
  const run: Run = { base, steps: 0, assumed: new Map() };
  return [
    ...new Map(
      implies(run, { senders: [sender], receiver, path: '', depth: 0, split: [] }).map((found) => [JSON.stringify(found), found]),
    ).values(),
  ];
}

type Run = { readonly base: ProofBase; steps: number; readonly assumed: Map<string, number> };
type Goal = {
  readonly senders: readonly SchemaNode[];
  readonly receiver: SchemaNode;
  readonly path: string;
  readonly depth: number;
  /** The alternatives that this goal is already a case of. */
  readonly split: readonly string[];
};

function implies(run: Run, goal: Goal): readonly Obstacle[] {
  run.steps += 1;
  if (run.steps > STEP_LIMIT) return obstacle({ ...goal, keyword: '$ref' }, 'the schemas are too large to compare');
  const receiver = followLoneReferences(goal.receiver);
  if (!receiver) return obstacle({ ...goal, keyword: '$ref' }, 'a reference leads nowhere');
  return impliesTarget(run, { ...goal, receiver });
}

function impliesTarget(run: Run, goal: Goal): readonly Obstacle[] {
  if (goal.receiver.schema === true) return [];
  const sender = conjunctionOf(goal.senders);
  if (sender.never || sender.members.some((member) => sameSchema(member, goal.receiver))) return [];
  const said = sender.members.filter((member) => !isLoneReference(member));
  const key = [...said.map(nodeKey).sort(), '<=', nodeKey(goal.receiver)].join('\n');
  const assumedAt = run.assumed.get(key);
  // Assuming the goal is sound only below a part of the message: messages are finite, so the argument ends.
  if (assumedAt !== undefined)
    return assumedAt < goal.depth ? [] : obstacle({ ...goal, keyword: '$ref' }, 'a reference leads back to itself');
  run.assumed.set(key, goal.depth);
  const found = show(run, goal, sender);
  run.assumed.delete(key);
  return found;
}

function show(run: Run, goal: Goal, sender: Conjunction): readonly Obstacle[] {
  const listed = showListed(run, goal, sender);
  if (listed) return listed;
  if (!hasKeywords(goal.receiver)) return obstacle({ ...goal, keyword: 'false schema' }, 'the receiver accepts nothing here');
  const direct = showKeywords(run, goal, sender, goal.receiver);
  if (direct.length === 0) return direct;
  return showByCases(run, goal, sender) ? [] : direct;
}

/** Finitely many values are simply tried. */
function showListed(run: Run, goal: Goal, sender: Conjunction): readonly Obstacle[] | undefined {
  const values = listedValues(sender);
  if (!values) return undefined;
  const sent = values.filter((value) => goal.senders.every((node) => run.base.evaluate(node, 'sender', value) !== false));
  const results = sent.map((value) => run.base.evaluate(goal.receiver, 'receiver', value));
  if (results.includes(undefined)) return undefined;
  return sent
    .filter((_, index) => results[index] === false)
    .flatMap((value) => obstacle({ ...goal, keyword: 'enum' }, 'the receiver does not accept this value', { name: JSON.stringify(value) }));
}

function showKeywords(run: Run, goal: Goal, sender: Conjunction, receiver: KeywordNode): readonly Obstacle[] {
  const proof: Proof = {
    ...run.base,
    implies: (senders, target, path, depth) =>
      implies(run, { senders, receiver: target, path, depth, split: depth === goal.depth ? goal.split : [] }),
  };
  return assertionsOf(receiver).flatMap((keyword) => {
    const claim: Claim = { proof, sender, receiver, keyword, value: receiver.schema[keyword] ?? null, path: goal.path, depth: goal.depth };
    const prover = PROVERS.get(keyword);
    return prover ? prover(claim) : obstacle(claim, `the keyword ${keyword} is not understood`);
  });
}

/** Tries the sender's alternatives one by one: what holds for each of them holds for all. */
function showByCases(run: Run, goal: Goal, sender: Conjunction): boolean {
  for (const member of sender.members) {
    for (const [key, cases] of alternatives(member)) {
      if (goal.split.includes(key) || cases.length === 0) continue;
      const split = [...goal.split, key];
      if (cases.every((branch) => implies(run, { ...goal, senders: [...goal.senders, branch], split }).length === 0)) return true;
    }
  }
  return false;
}

function alternatives(member: KeywordNode): readonly (readonly [string, readonly SchemaNode[]])[] {
  const types = member.schema.type;
  return [
    [`${nodeKey(member)}/anyOf`, listNodes(member, 'anyOf')],
    [`${nodeKey(member)}/oneOf`, listNodes(member, 'oneOf')],
    [`${nodeKey(member)}/type`, Array.isArray(types) && types.length > 1 ? types.map((type) => madeUpNode(member, 'type', type)) : []],
  ];
}
