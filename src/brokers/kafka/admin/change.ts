import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { isSameConfig } from '../configs.ts';
import { type Answer, CODES, explain, NO_SINGLE_CONFIGS, rawAnswer } from '../explain.ts';
import { ownerEntry, readOwners } from '../owners.ts';
import { changeOf, inPortions, type TopicChange } from '../shape.ts';
import type { FoundTopic } from '../topic-shape.ts';
import type { Broker } from './kafkajs.ts';
import { readLedger, writeLedger } from './ledger.ts';
import { moveReplicas } from './move.ts';
import { type Answers, alterConfigs, changesConfigs, createPartitions, describeConfigs, readMetadata } from './requests.ts';
import { failed, failedAll, ownTopic, type Session } from './session.ts';
import { untilAllShow } from './until-shown.ts';

/** A step that changes a topic, with the topic as it was found and why it could not be done, once that is known. */
type Changing = { readonly step: Step; readonly topic: FoundTopic; readonly change: TopicChange; problem?: Answer | string };

/** Changes topics: what is taken over is recorded, then configs, partitions and at last replicas are changed, each for all topics at once. */
export async function* changeSteps(session: Session, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  for (const portion of inPortions(steps, (step) => 1 + changeOf(step).configs.length + (changeOf(step).partitions ?? 0))) {
    if (signal.aborted) return;
    yield* await changePortion(session, portion, signal);
  }
}

async function changePortion(session: Session, steps: readonly Step[], signal: AbortSignal): Promise<readonly StepOutcome[]> {
  const begun = steps.map((step) => begin(session, step));
  const changing = begun.flatMap((each) => ('topic' in each ? [each] : []));
  const outcomes = begun.flatMap((each) => ('topic' in each ? [] : [each]));
  try {
    await adopt(
      session,
      going(changing).filter(({ change }) => change.adopts),
    );
    await changeConfigs(session, going(changing));
    await addPartitions(session, going(changing));
    await untilAllShow(session.connection, (broker) => countUnshown(broker, going(changing)));
    await moveAll(session, going(changing), signal);
  } catch (error) {
    return [
      ...outcomes,
      ...changing.filter(({ problem }) => problem !== undefined).map(outcomeOf),
      ...failedAll(
        session,
        going(changing).map(({ step }) => step),
        error,
        'Whether all of it was changed is not known; plan again.',
      ),
    ];
  }
  return [...outcomes, ...changing.map(outcomeOf)];
}

function begin(session: Session, step: Step): Changing | StepOutcome {
  const change = changeOf(step);
  const topic = ownTopic(session, step, change.adopts);
  return typeof topic === 'string' ? failed(step, topic) : { step, topic, change };
}

function going(changing: readonly Changing[]): readonly Changing[] {
  return changing.filter(({ problem }) => problem === undefined);
}

/** The first record of an owner stands. Where another project's came before ours, it is written again. */
async function adopt(session: Session, adopting: readonly Changing[]): Promise<void> {
  if (adopting.length === 0) return;
  const { connection, project, end } = session;
  await writeLedger(
    connection,
    adopting.map(({ topic }) => ownerEntry(topic.name, project, topic.id)),
  );
  const { entries } = await readLedger(connection, await connection.refresh(), end);
  for (const each of adopting) {
    const first = entries.find(({ key, value }) => key === each.topic.name && value !== undefined);
    const owner = first && readOwners([first]).recorded.get(each.topic.name)?.owner;
    if (!first || owner === undefined || owner === project) continue;
    await writeLedger(connection, [first]);
    each.problem = `Project "${owner}" took it over meanwhile.`;
  }
}

async function changeConfigs({ connection }: Session, changing: readonly Changing[]): Promise<void> {
  const asked = changing.filter(({ change }) => change.configs.length > 0);
  if (asked.length === 0) return;
  if (!changesConfigs(await connection.controller())) {
    for (const each of asked) each.problem = NO_SINGLE_CONFIGS;
    return;
  }
  const topics = asked.map(({ topic, change }) => ({ name: topic.name, configs: change.configs }));
  note(asked, await connection.onController((broker) => alterConfigs(broker, topics, false)));
}

async function addPartitions({ connection }: Session, changing: readonly Changing[]): Promise<void> {
  const asked = changing.filter(({ change, topic }) => change.partitions !== undefined && change.partitions !== topic.partitions);
  if (asked.length === 0) return;
  const topics = asked.map(({ topic, change }) => ({ name: topic.name, count: change.partitions ?? 0 }));
  note(asked, await connection.onController((broker) => createPartitions(broker, topics, false)));
}

/** Kafka copies replicas in its own time, so it comes last, for all topics at once. */
async function moveAll({ connection }: Session, changing: readonly Changing[], signal: AbortSignal): Promise<void> {
  const asked = changing.flatMap((each) => {
    const { topic, change } = each;
    return change.replication === undefined ? [] : [{ each, name: topic.name, count: change.replication }];
  });
  const problems = asked.length === 0 ? undefined : await moveReplicas(connection, asked, signal);
  for (const { each, name } of asked) {
    const problem = problems?.get(name);
    if (problem !== undefined) each.problem = problem;
  }
}

function note(changing: readonly Changing[], answers: Answers): void {
  for (const each of changing) {
    const answer = answers.get(each.topic.name) ?? { code: CODES.timedOut };
    if (answer.code !== CODES.ok) each.problem = answer;
  }
}

async function countUnshown(broker: Broker, changing: readonly Changing[]): Promise<number> {
  const names = changing.map(({ topic }) => topic.name);
  if (names.length === 0) return 0;
  const { topicMetadata } = await readMetadata(broker);
  const partitions = new Map(topicMetadata.map(({ topic, partitionMetadata }) => [topic, partitionMetadata.length]));
  const described = await describeConfigs(broker, names);
  const shown = changing.filter(({ topic: { name: topic }, change }) => {
    const told = described.get(topic);
    const configs = told && 'configs' in told ? told.configs : {};
    const shownValue = (name: string) => (Object.hasOwn(configs, name) ? configs[name] : undefined);
    const isSet = change.configs.every(({ name, value }) => isSameConfig(shownValue(name), value));
    return isSet && partitions.has(topic) && (change.partitions ?? partitions.get(topic)) === partitions.get(topic);
  });
  return changing.length - shown.length;
}

function outcomeOf({ step, problem }: Changing): StepOutcome {
  if (problem === undefined) return { step, ok: true };
  return typeof problem === 'string' ? failed(step, problem) : failed(step, explain(problem), rawAnswer(problem));
}
