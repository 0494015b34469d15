import { setTimeout as sleep } from 'node:timers/promises';
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { type Answer, CODES, explain, NO_SINGLE_CONFIGS, rawAnswer } from '../explain.ts';
import { removalEntry } from '../owners.ts';
import { isQuiet, keptIn, standsInTheWay, UNKNOWN_USE, type Use } from '../readers.ts';
import { CONFIG, FENCE, inPortions, managedConfigs } from '../shape.ts';
import type { FoundTopic } from '../topic-shape.ts';
import { createSteps } from './create.ts';
import { deleteTopics } from './deletions.ts';
import { writeLedger } from './ledger.ts';
import { alterConfigs, changesConfigs, describeConfigs, type Metadata, readMetadata } from './requests.ts';
import { failed, failedAll, ownTopic, type Session } from './session.ts';
import { untilAllShow } from './until-shown.ts';
import { readUse } from './use.ts';

/** A step that takes a topic away, and why it could not be done, once that is known. `isFenced`: it takes no messages, or may not, by our doing. */
type Removing = { readonly step: Step; readonly topic: FoundTopic; problem?: Answer | string; isFenced?: boolean };

/** How long nothing may be written before a topic is taken for quiet, in milliseconds. */
const GRACE = 3_000;
/** How long Kafka may take to carry out what it has agreed to, and how often to look; in milliseconds. */
const PATIENCE = 30_000;
const WAIT = 50;
/** A broker tells of a config a moment before its logs obey it. */
const SETTLING = 1_000;

/**
 * Takes topics away that nobody reads, that have been read to their ends and that nobody writes to (docs/decisions/0037-kafka-topics-that-go.md).
 * What was found so is fenced, so that no message is taken any more, and looked at again before it goes.
 */
export async function* removeSteps(session: Session, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  for (const portion of inPortions(steps, partitionsOf)) {
    if (signal.aborted) return;
    const { removing, outcomes } = begin(session, portion);
    yield* outcomes;
    yield* await inOutcomes(session, removing, async () => {
      if (!(await remove(session, removing, signal, standsInTheWay))) return;
      await forget(session, going(removing));
    });
  }
}

/** Makes topics anew that keep nothing: the same, and then each as it shall be. What is cut off in between is missing, and the next run makes it. */
export async function* remakeSteps(session: Session, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  for (const portion of inPortions(steps, partitionsOf)) {
    if (signal.aborted) return;
    const { removing, outcomes } = begin(session, portion);
    yield* outcomes;
    const gone = await inOutcomes(session, removing, async () => {
      if (await remove(session, removing, signal, holdsSomething)) await forget(session, going(removing));
    });
    yield* gone.filter(({ ok }) => !ok);
    const made = new Map(removing.filter(({ problem }) => problem === undefined).map((each) => [asItWas(each), each.step]));
    // What has been taken away is made again even where the run is to end.
    for await (const outcome of createSteps(session, [...made.keys()], new AbortController().signal)) {
      yield { ...outcome, step: made.get(outcome.step) ?? outcome.step };
    }
  }
}

/** The same step with what others set on the topic: what the contract does not speak of stays. */
function asItWas({ step, topic }: Removing): Step {
  const { replication, configs } = topic;
  const others = Object.entries(configs)
    .map(([name, value]) => [`${CONFIG}${name}`, value] as const)
    .filter(([name, value]) => !managedConfigs.includes(name) && !(name === CONFIG + FENCE && value === '0'));
  const kept = { ...(typeof replication === 'number' && { replication }), ...Object.fromEntries(others) };
  return { ...step, resource: { ...step.resource, attributes: { ...kept, ...step.resource.attributes } } };
}

/** Why a topic cannot be made anew without losing messages. */
function holdsSomething(use: Use): string | undefined {
  const kept = keptIn(use);
  return kept > 0n ? `Messages are in it (${kept} at most), and making it anew would lose them.` : standsInTheWay(use);
}

function partitionsOf({ resource }: Step): number {
  return 2 + Number(resource.attributes.partitions ?? 1);
}

function begin(
  session: Session,
  steps: readonly Step[],
): { readonly removing: readonly Removing[]; readonly outcomes: readonly StepOutcome[] } {
  const begun = steps.map((step) => ({ step, topic: ownTopic(session, step) }));
  // A run before may have been cut off after it had fenced a topic.
  const isLeft = ({ name, configs }: FoundTopic) => configs[FENCE] === '0' && session.cutOff.has(name);
  return {
    removing: begun.flatMap(({ step, topic }) => (typeof topic === 'string' ? [] : [{ step, topic, isFenced: isLeft(topic) }])),
    outcomes: begun.flatMap(({ step, topic }) => (typeof topic === 'string' ? [failed(step, topic)] : [])),
  };
}

function going(removing: readonly Removing[]): readonly Removing[] {
  return removing.filter(({ problem }) => problem === undefined);
}

/** How the steps ended after `work`; those that it left without an end were interrupted before anything was done. */
async function inOutcomes(session: Session, removing: readonly Removing[], work: () => Promise<void>): Promise<readonly StepOutcome[]> {
  try {
    await work();
  } catch (error) {
    const open = going(removing).map(({ step }) => step);
    const told = removing.filter(({ problem }) => problem !== undefined).map(outcomeOf);
    return [...told, ...failedAll(session, open, error, 'Whether it was taken away is not known; provision again, which finishes it.')];
  }
  return removing.map(outcomeOf);
}

function outcomeOf({ step, problem }: Removing): StepOutcome {
  if (problem === undefined) return { step, ok: true };
  if (problem === INTERRUPTED) return { step, ok: false, message: problem, skipped: true };
  return typeof problem === 'string' ? failed(step, problem) : failed(step, explain(problem), rawAnswer(problem));
}

const INTERRUPTED = 'Interrupted.';

/** Takes away what can go; what cannot has a problem afterwards. False where the run was interrupted before anything was done. */
async function remove(
  session: Session,
  removing: readonly Removing[],
  signal: AbortSignal,
  judge: (use: Use) => string | undefined,
): Promise<boolean> {
  const before = await look(session, removing, judge);
  await openThoseThatStay(session, removing);
  if (going(removing).length === 0) return true;
  await sleep(GRACE, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) {
    for (const each of going(removing)) each.problem = INTERRUPTED;
    await openThoseThatStay(session, removing);
    return false;
  }
  await lookAgain(session, removing, before, judge);
  await openThoseThatStay(session, removing);
  const quiet = going(removing);
  if (quiet.length === 0) return true;
  const { connection, run, project } = session;
  await writeLedger(
    connection,
    quiet.map(({ topic }) => removalEntry(topic, run, project)),
  );
  await setFence(session, quiet);
  await untilFenced(session, going(quiet));
  await lookAgain(session, quiet, before, judge);
  await openThoseThatStay(session, quiet);
  const doomed = going(quiet);
  if (doomed.length === 0) return true;
  const answers = await connection.onController((broker) =>
    deleteTopics(
      broker,
      doomed.map(({ topic }) => topic),
    ),
  );
  note(doomed, answers);
  // Of what did not end in time it is not known whether it stays.
  await openThoseThatStay(
    session,
    doomed.filter(({ topic }) => answers.get(topic.name)?.code !== CODES.timedOut),
  );
  await untilGone(session, going(doomed));
  return true;
}

async function look(
  { connection }: Session,
  removing: readonly Removing[],
  judge: (use: Use) => string | undefined,
): Promise<ReadonlyMap<string, Use>> {
  const uses = await readUse(connection, new Set(going(removing).map(({ topic }) => topic.name)));
  if ('untold' in uses) {
    for (const each of going(removing)) each.problem = uses.untold;
    return new Map();
  }
  for (const each of going(removing)) {
    const use = uses.get(each.topic.name);
    const problem = use ? judge(use) : UNKNOWN_USE;
    if (problem !== undefined) each.problem = problem;
  }
  return uses;
}

async function lookAgain(
  session: Session,
  removing: readonly Removing[],
  before: ReadonlyMap<string, Use>,
  judge: (use: Use) => string | undefined,
): Promise<void> {
  const now = await look(session, removing, judge);
  for (const each of going(removing)) {
    const [then, use] = [before.get(each.topic.name), now.get(each.topic.name)];
    if (!then || !use || !isQuiet(then, use)) each.problem = 'Somebody still writes to it. Stop that first.';
  }
}

/** Makes topics take no messages. */
async function setFence({ connection }: Session, removing: readonly Removing[]): Promise<void> {
  if (removing.length === 0) return;
  if (!changesConfigs(await connection.controller())) {
    for (const each of removing) each.problem = NO_SINGLE_CONFIGS;
    return;
  }
  const topics = removing.map(({ topic }) => ({ name: topic.name, configs: [{ name: FENCE, value: '0' }] }));
  const answers = await connection.onController((broker) => alterConfigs(broker, topics, false));
  note(removing, answers);
  for (const each of removing) each.isFenced ||= MAY_BE_DONE.has(answers.get(each.topic.name)?.code ?? CODES.timedOut);
}

/** What Kafka answers where it did what it was asked for, or may still do it. */
const MAY_BE_DONE: ReadonlySet<number> = new Set([CODES.ok, CODES.timedOut]);

/** What does not go takes messages again. Where it does not, that is said, and the next run finds what is still to be done. */
async function openThoseThatStay({ connection, run, project }: Session, removing: readonly Removing[]): Promise<void> {
  const staying = removing.filter(({ problem, isFenced }) => problem !== undefined && isFenced);
  if (staying.length === 0) return;
  for (const each of staying) each.isFenced = false;
  const topics = staying.map(({ topic }) => {
    const value = topic.configs[FENCE];
    return { name: topic.name, configs: [{ name: FENCE, ...(value !== undefined && value !== '0' && { value }) }] };
  });
  const answers = await connection.onController((broker) => alterConfigs(broker, topics, false)).catch(() => new Map<string, Answer>());
  const open = staying.filter(({ topic }) => answers.get(topic.name)?.code === CODES.ok);
  const shut = staying.filter((each) => !open.includes(each));
  for (const each of shut) each.problem = `${sentenceOf(each.problem)} ${STILL_FENCED}`;
  await writeLedger(connection, [
    ...open.map(({ topic }) => ({ key: `${topic.name}/${run}` })),
    ...shut.map(({ topic }) => removalEntry(topic, run, project)),
  ]);
}

const STILL_FENCED =
  'It takes no messages now, and that could not be taken back: its max.message.bytes is 0. Provision again, or take that config away by hand.';

function sentenceOf(problem: Removing['problem']): string {
  return typeof problem === 'string' ? problem : problem === undefined ? '' : explain(problem);
}

/** Every broker that leads a partition must have heard of it. */
async function untilFenced({ connection }: Session, removing: readonly Removing[]): Promise<void> {
  const names = removing.map(({ topic }) => topic.name);
  if (names.length === 0) return;
  const { topicMetadata } = await connection.refresh();
  const led = topicMetadata.filter(({ topic }) => names.includes(topic)).flatMap(({ partitionMetadata }) => partitionMetadata);
  for (const leader of new Set(led.map((partition) => partition.leader).filter((id) => id >= 0))) {
    const broker = await connection.broker(leader);
    for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(WAIT)) {
      const described = await describeConfigs(broker, names);
      const isFenced = (name: string) => {
        const answer = described.get(name);
        return answer !== undefined && 'effective' in answer && answer.effective[FENCE] === '0';
      };
      if (names.every(isFenced)) break;
    }
  }
  await sleep(SETTLING);
}

async function untilGone({ connection }: Session, removing: readonly Removing[]): Promise<void> {
  if (removing.length === 0) return;
  for (const end = Date.now() + PATIENCE; ; await sleep(WAIT)) {
    const left = leftIn(await connection.refresh(), removing);
    if (left.length === 0) break;
    if (Date.now() < end) continue;
    for (const each of left) each.problem = 'Kafka has marked it for deletion and has not finished; provision again to see it through.';
    return;
  }
  await untilAllShow(connection, async (broker) => leftIn(await readMetadata(broker), removing).length);
}

function leftIn({ topicMetadata }: Metadata, removing: readonly Removing[]): readonly Removing[] {
  const there = new Map(topicMetadata.map(({ topic, topicId }) => [topic, topicId]));
  return removing.filter(({ topic }) => there.has(topic.name) && (topic.id === undefined || there.get(topic.name) === topic.id));
}

/** Nobody owns what is gone. */
async function forget({ connection, run }: Session, gone: readonly Removing[]): Promise<void> {
  await writeLedger(
    connection,
    gone.flatMap(({ topic }) => [{ key: topic.name }, { key: `${topic.name}/${run}` }]),
  );
}

function note(removing: readonly Removing[], answers: ReadonlyMap<string, Answer>): void {
  for (const each of removing) {
    const answer = answers.get(each.topic.name) ?? { code: CODES.timedOut };
    if (answer.code !== CODES.ok) each.problem = answer;
  }
}
