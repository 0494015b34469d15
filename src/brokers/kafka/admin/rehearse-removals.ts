import type { Note, Refusal } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { CODES, explain, lacksRight, NO_SINGLE_CONFIGS } from '../explain.ts';
import { keptIn, standsInTheWay, UNKNOWN_USE, type Use, whatGoes } from '../readers.ts';
import { lacking, mayDo } from '../rights.ts';
import { CONFIG, FENCE, inPortions } from '../shape.ts';
import type { Connection } from './connection.ts';
import { alterConfigs, changesConfigs, readRights } from './requests.ts';
import { readUse } from './use.ts';

type Remark = Refusal | Note;

/**
 * Whether topics could be taken away, or be made anew: by the user's rights, and by who reads them now. What stands in the way may be gone when
 * the plan is applied, so it is told with the step; what would lose messages is refused with what to do instead.
 */
export async function rehearseRemovals(
  connection: Connection,
  deletions: readonly Step[],
  migrations: readonly Step[],
): Promise<readonly Remark[]> {
  const steps = [...deletions, ...migrations];
  if (steps.length === 0) return [];
  const refused = await refuseByRights(connection, steps);
  const allowed = steps.filter((step) => !refused.some((refusal) => refusal.step === step));
  if (allowed.length === 0) return refused;
  const uses = await readUse(connection, new Set(allowed.map(({ resource }) => resource.name)));
  if ('untold' in uses) return [...refused, ...allowed.map((step) => ({ step, reason: uses.untold }))];
  const remarks = allowed.flatMap((step): readonly Remark[] => {
    const use = uses.get(step.resource.name);
    if (!use) return [{ step, refuses: false, reason: UNKNOWN_USE }];
    return migrations.includes(step) ? [aboutMigration(step, use)] : [aboutDeletion(step, use)];
  });
  return [...refused, ...remarks];
}

function aboutDeletion(step: Step, use: Use): Note {
  const obstacle = standsInTheWay(use);
  const isEmpty = keptIn(use) === 0n;
  const fenced = step.resource.attributes[CONFIG + FENCE] === '0' ? ` ${FENCED}` : '';
  const reason = obstacle === undefined ? whatGoes(use) : `It cannot go now. ${obstacle}${fenced}`;
  return { step, refuses: false, reason, ...(isEmpty && { risk: 'safe' as const }) };
}

const FENCED = 'Meanwhile it takes no messages: its max.message.bytes is 0, as where taking it away was cut off.';

/** Copying what a topic keeps into fewer partitions would change its order and its offsets, and so what every group has read. */
function aboutMigration(step: Step, use: Use): Remark {
  const kept = keptIn(use);
  const { name, attributes } = step.resource;
  if (kept > 0n) {
    const reason = `Kafka cannot take partitions away from a topic, and this one keeps up to ${kept} messages: to make it anew would lose them, and to copy them would change their order and what its groups have read. By hand: give it another name in the contract (address: { topic: ${name}.v2 }) and provision, which makes that one; let its receivers read both; let its provider write to the new one; when the old one has been read to its end, take its name out and provision with --allow delete. Or ask for what is there with "partitions" in the contract.`;
    return { step, reason };
  }
  const obstacle = standsInTheWay(use);
  const made = `It keeps no messages, so msgctl takes it away and makes it anew with ${String(attributes.partitions)}.`;
  return { step, refuses: false, risk: 'safe', reason: obstacle === undefined ? made : `${made} It cannot go now. ${obstacle}` };
}

async function refuseByRights(connection: Connection, steps: readonly Step[]): Promise<readonly Refusal[]> {
  const controller = await connection.controller();
  const names = steps.map(({ resource }) => resource.name);
  const rights = await readRights(controller, names);
  if (!mayDo(rights?.operations, 'Describe')) {
    const reason = `${lacksRight('Describe', 'the cluster')} Without it msgctl does not see which groups still read the topic.`;
    return steps.map((step) => ({ step, reason }));
  }
  if (!changesConfigs(controller)) return steps.map((step) => ({ step, reason: NO_SINGLE_CONFIGS }));
  const operations = new Map(rights?.topicMetadata.map((found) => [found.topic, found.operations]));
  const fenced = new Map<string, string>();
  for (const portion of inPortions(names, () => 2)) {
    const topics = portion.map((name) => ({ name, configs: [{ name: FENCE, value: '0' }] }));
    for (const [name, answer] of await connection.onController((broker) => alterConfigs(broker, topics, true))) {
      if (answer.code === CODES.topicNotAllowed) fenced.set(name, lacksRight('AlterConfigs', 'the topic'));
      else if (answer.code !== CODES.ok) fenced.set(name, explain(answer));
    }
  }
  return steps.flatMap((step) => {
    const { name } = step.resource;
    const [missing] = lacking(operations.get(name), step.action === 'migrate' ? ['Delete', 'Create'] : ['Delete']);
    const reason = missing === undefined ? fenced.get(name) : lacksRight(missing, 'the topic');
    return reason === undefined ? [] : [{ step, reason }];
  });
}
