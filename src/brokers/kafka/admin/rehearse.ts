import type { Note, Refusal } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { type Answer, CODES, explain, lacksRight, NO_SINGLE_CONFIGS } from '../explain.ts';
import { OWNERS_TOPIC } from '../owners.ts';
import { lacking, mayDo } from '../rights.ts';
import { CONFIG, changeOf, inPortions, recordsOf, shapeOf, type TopicChange } from '../shape.ts';
import type { Connection } from './connection.ts';
import { createTopics } from './creations.ts';
import { tooFewBrokers } from './move.ts';
import { rehearseRemovals } from './rehearse-removals.ts';
import { type Answers, alterConfigs, changesConfigs, createPartitions, describeConfigs, readRights } from './requests.ts';

type Changing = TopicChange & { readonly step: Step };

/**
 * Asks Kafka whether it would take these steps: with the same requests that carry them out but for their flag "validate only", with what it tells
 * of the user's rights, and for topics that go with who reads them now.
 */
export async function rehearseSteps(connection: Connection, steps: readonly Step[]): Promise<readonly (Refusal | Note)[]> {
  const of = (action: Step['action']) => steps.filter((step) => step.action === action);
  const changes = of('change').map((step) => ({ step, ...changeOf(step) }));
  return [
    ...(await rehearseRecords(connection, steps)),
    ...(await rehearseCreations(connection, of('create'))),
    ...(await rehearseConfigs(connection, changes)),
    ...(await rehearsePartitions(connection, changes)),
    ...(await rehearseReplicas(connection, changes)),
    ...(await refuseUnwritable(connection, of('create'), changes)),
    ...(await rehearseRemovals(connection, of('delete'), of('migrate'))),
  ];
}

/** Whose topics are must be recorded, whatever is done to them. */
async function rehearseRecords(connection: Connection, steps: readonly Step[]): Promise<readonly Refusal[]> {
  if (steps.length === 0) return [];
  const found = (await readRights(await connection.controller(), [OWNERS_TOPIC]))?.topicMetadata[0];
  if (!found || found.topicErrorCode !== CODES.ok) return [];
  const [missing] = lacking(found.operations, ['Read', 'Write']);
  if (missing === undefined) return [];
  const reason = `${lacksRight(missing, `the topic "${OWNERS_TOPIC}"`)} It tells whose topics are.`;
  return steps.map((step) => ({ step, reason }));
}

async function rehearseCreations(connection: Connection, creates: readonly Step[]): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  for (const portion of inPortions(creates, ({ resource }) => recordsOf(shapeOf(resource)))) {
    const topics = portion.map(({ resource }) => ({ name: resource.name, shape: shapeOf(resource) }));
    const answers = await connection.onController((broker) => createTopics(broker, topics, true));
    refusals.push(...refusalsIn(portion, answers, (answer) => reasonFor(answer, 'Create', HIDDEN_TOPIC)));
  }
  return refusals;
}

/** It was not among what was read. */
const HIDDEN_TOPIC =
  'A topic of this name is there, and the user that msgctl logs in as may not see it: it lacks the right Describe on the topic.';

async function rehearseConfigs(connection: Connection, changes: readonly Changing[]): Promise<readonly Refusal[]> {
  const configured = changes.filter(({ configs }) => configs.length > 0);
  if (configured.length === 0) return [];
  if (!changesConfigs(await connection.controller())) return configured.map(({ step }) => ({ step, reason: NO_SINGLE_CONFIGS }));
  const refusals: Refusal[] = [];
  for (const portion of inPortions(configured, ({ configs }) => 1 + configs.length)) {
    const topics = portion.map(({ step, configs }) => ({ name: step.resource.name, configs }));
    const answers = await connection.onController((broker) => alterConfigs(broker, topics, true));
    refusals.push(...refusalsIn(stepsOf(portion), answers, (answer) => reasonFor(answer, 'AlterConfigs')));
  }
  return refusals;
}

async function rehearsePartitions(connection: Connection, changes: readonly Changing[]): Promise<readonly Refusal[]> {
  const widened = changes.flatMap(({ step, partitions }) => (partitions === undefined ? [] : [{ step, count: partitions }]));
  const refusals: Refusal[] = [];
  for (const portion of inPortions(widened, ({ count }) => 1 + count)) {
    const topics = portion.map(({ step, count }) => ({ name: step.resource.name, count }));
    const answers = await connection.onController((broker) => createPartitions(broker, topics, true));
    refusals.push(...refusalsIn(stepsOf(portion), answers, (answer) => reasonFor(answer, 'Alter')));
  }
  return refusals;
}

/** Kafka cannot be asked whether it would move replicas. */
async function rehearseReplicas(connection: Connection, changes: readonly Changing[]): Promise<readonly Refusal[]> {
  const copied = changes.flatMap(({ step, replication }) => (replication === undefined ? [] : [{ step, replication }]));
  if (copied.length === 0) return [];
  const controller = await connection.controller();
  const { length: brokers } = (await connection.refresh()).brokers;
  const operations = (await readRights(controller, []))?.operations;
  const names = copied.map(({ step }) => step.resource.name);
  const described = await describeConfigs(controller, names);
  return copied.flatMap(({ step, replication }): readonly Refusal[] => {
    if (!mayDo(operations, 'Alter')) return [{ step, reason: lacksRight('Alter', 'the cluster') }];
    if (replication > brokers) return [{ step, reason: tooFewBrokers(brokers) }];
    // What the same step says of it is looked at by itself.
    if (wantedInSync(step) !== undefined) return [];
    const found = described.get(step.resource.name);
    const least = found && 'effective' in found ? Number(found.effective[IN_SYNC] ?? 1) : 1;
    return replication < least ? [{ step, reason: tooFewInSync(least, replication) }] : [];
  });
}

const IN_SYNC = 'min.insync.replicas';

/** How many replicas a step says that must have a message before it counts as written; undefined where it leaves that as it is. */
function wantedInSync({ fields }: Step): number | undefined {
  const to = fields.find(({ name }) => name === CONFIG + IN_SYNC)?.to;
  return to === undefined ? undefined : Number(to);
}

/** Kafka takes a config by which nobody could write to a topic any more. */
async function refuseUnwritable(
  connection: Connection,
  creates: readonly Step[],
  changes: readonly Changing[],
): Promise<readonly Refusal[]> {
  const asked = [
    ...creates.map((step) => ({ step, replication: shapeOf(step.resource).replication })),
    ...changes.map(({ step, replication }) => ({ step, replication })),
  ].filter(({ step }) => wantedInSync(step) !== undefined);
  if (asked.length === 0) return [];
  const { topicMetadata } = await connection.refresh();
  const found = new Map(
    topicMetadata.map(({ topic, partitionMetadata }) => [topic, partitionMetadata.map(({ replicas }) => replicas.length)]),
  );
  return asked.flatMap(({ step, replication }): readonly Refusal[] => {
    const least = wantedInSync(step) ?? 1;
    const fewest = replication ?? Math.min(...(found.get(step.resource.name) ?? []));
    return fewest < least ? [{ step, reason: tooFewInSync(least, fewest) }] : [];
  });
}

function tooFewInSync(least: number, replication: number): string {
  return `With ${replication} ${replication === 1 ? 'replica' : 'replicas'} and ${IN_SYNC} of ${least} nobody who waits for them (acks=all) could write to it.`;
}

function stepsOf(portion: readonly { readonly step: Step }[]): readonly Step[] {
  return portion.map(({ step }) => step);
}

function refusalsIn(steps: readonly Step[], answers: Answers, reasonOf: (answer: Answer) => string): readonly Refusal[] {
  return steps.flatMap((step) => {
    const answer: Answer = answers.get(step.resource.name) ?? { code: CODES.ok };
    return answer.code === CODES.ok ? [] : [{ step, reason: reasonOf(answer) }];
  });
}

/** A right that is missing is named; `exists` is what it means that a topic is there. */
function reasonFor(answer: Answer, operation: Parameters<typeof lacksRight>[0], exists?: string): string {
  if (answer.code === CODES.topicNotAllowed || answer.code === CODES.clusterNotAllowed) return lacksRight(operation, 'the topic');
  return answer.code === CODES.topicExists && exists !== undefined ? exists : explain(answer);
}
