import { Failure } from '../../../diagnostics/failure.ts';
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { type Answer, CODES, explain, rawAnswer } from '../explain.ts';
import { intentEntry, OWNERS_TOPIC, type OwnerEntry, ownerEntry } from '../owners.ts';
import { inPortions, recordsOf, shapeOf } from '../shape.ts';
import { type Created, createTopics } from './creations.ts';
import { failureOf } from './failures.ts';
import type { Broker } from './kafkajs.ts';
import { writeLedger } from './ledger.ts';
import { readMetadata } from './requests.ts';
import { failed, failedAll, type Session } from './session.ts';
import { untilAllShow } from './until-shown.ts';

/**
 * Makes topics, and records whose they are. Each is announced before and recorded after, so that whatever is cut off in between can be
 * finished by the next run, and nobody else's topic becomes ours: what makes it ours is that Kafka made it for us.
 */
export async function* createSteps(session: Session, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  const made = new Set<string>();
  for (const portion of inPortions(steps, ({ resource }) => recordsOf(shapeOf(resource)))) {
    if (signal.aborted) break;
    const outcomes = await createPortion(session, portion);
    for (const { ok, step } of outcomes) if (ok) made.add(step.resource.name);
    yield* outcomes;
  }
  try {
    // New topics are of use, and found again, once a broker leads every one of them and all have heard of it.
    if (made.size > 0) await untilAllShow(session.connection, (broker) => countUnled(broker, made));
  } catch (error) {
    // What is made is made; whoever reads next is told what is the matter.
    if (!(failureOf(error, session.connection.access) instanceof Failure)) throw error;
  }
}

async function createPortion(session: Session, steps: readonly Step[]): Promise<readonly StepOutcome[]> {
  const { connection, project, run } = session;
  try {
    await writeLedger(
      connection,
      steps.map(({ resource }) => intentEntry(resource.name, run, project, shapeOf(resource))),
    );
  } catch (error) {
    return failedAll(session, steps, error, 'It was not made.');
  }
  const topics = steps.map(({ resource }) => ({ name: resource.name, shape: shapeOf(resource) }));
  try {
    let attempts = 0;
    const answers = await connection.onController((broker) => {
      attempts += 1;
      return createTopics(broker, topics, false);
    });
    return await recordPortion(session, steps, attempts > 1 ? withDoubts(answers) : answers);
  } catch (error) {
    // The intents stay: they make ours what Kafka may have made by now.
    return failedAll(session, steps, error, 'Whether it was made is not known; provision again, which finishes it.');
  }
}

/** Who was asked first may have made the topics, though it was no controller any more when it answered: then they are there, and ours. */
function withDoubts(answers: ReadonlyMap<string, Created>): ReadonlyMap<string, Created> {
  const isDoubtful = ({ code }: Answer) => code === CODES.topicExists || code === CODES.notController;
  return new Map([...answers].map(([name, answer]) => [name, isDoubtful(answer) ? { ...answer, isUnsure: true } : answer]));
}

async function recordPortion(
  session: Session,
  steps: readonly Step[],
  answers: ReadonlyMap<string, Created>,
): Promise<readonly StepOutcome[]> {
  const answerTo = ({ resource }: Step): Created => answers.get(resource.name) ?? { code: CODES.timedOut };
  const entries = steps.flatMap((step): readonly OwnerEntry[] => {
    const { code, isUnsure, id } = answerTo(step);
    // It may be made, now or later.
    if (code === CODES.timedOut || isUnsure) return [];
    const { name } = step.resource;
    const withdrawal = { key: `${name}/${session.run}` };
    return code === CODES.ok ? [ownerEntry(name, session.project, id), withdrawal] : [withdrawal];
  });
  try {
    await writeLedger(session.connection, entries);
  } catch (error) {
    const unrecorded = `It could not be recorded in "${OWNERS_TOPIC}"; provision again, which finishes it.`;
    return steps.flatMap((step) =>
      answerTo(step).code === CODES.ok ? failedAll(session, [step], error, unrecorded) : [refused(step, answerTo(step))],
    );
  }
  return steps.map((step) => (answerTo(step).code === CODES.ok ? { step, ok: true } : refused(step, answerTo(step))));
}

async function countUnled(broker: Broker, names: ReadonlySet<string>): Promise<number> {
  const { topicMetadata } = await readMetadata(broker);
  const led = topicMetadata.filter(
    ({ topic, partitionMetadata }) =>
      names.has(topic) && partitionMetadata.length > 0 && partitionMetadata.every(({ leader }) => leader >= 0),
  );
  return names.size - led.length;
}

function refused(step: Step, answer: Answer): StepOutcome {
  return failed(step, explain(answer), rawAnswer(answer));
}
