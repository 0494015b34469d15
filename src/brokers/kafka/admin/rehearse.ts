import type { Refusal } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { type Answer, CODES, explain } from '../explain.ts';
import { changeOf, inPortions, recordsOf, shapeOf } from '../shape.ts';
import { NO_SINGLE_CONFIGS } from './change.ts';
import type { Connection } from './connection.ts';
import { tooFewBrokers } from './move.ts';
import { type Answers, alterConfigs, changesConfigs, createPartitions, createTopics } from './requests.ts';

/** Asks Kafka whether it would take these steps, with the same requests that carry them out but for their flag "validate only". */
export async function rehearseSteps(connection: Connection, steps: readonly Step[]): Promise<readonly Refusal[]> {
  const creates = steps.filter((step) => step.action === 'create');
  const changes = steps.filter((step) => step.action === 'change').map((step) => ({ step, ...changeOf(step) }));
  const refusals: Refusal[] = [];
  for (const portion of inPortions(creates, ({ resource }) => recordsOf(shapeOf(resource)))) {
    const topics = portion.map(({ resource }) => ({ name: resource.name, shape: shapeOf(resource) }));
    const answers = await connection.onController((broker) => createTopics(broker, topics, true));
    refusals.push(...refusalsIn(portion, answers));
  }
  const configured = changes.filter(({ configs }) => configs.length > 0);
  const canChange = configured.length === 0 || changesConfigs(await connection.controller());
  if (!canChange) refusals.push(...configured.map(({ step }) => ({ step, reason: NO_SINGLE_CONFIGS })));
  for (const portion of inPortions(canChange ? configured : [], ({ configs }) => 1 + configs.length)) {
    const topics = portion.map(({ step, configs }) => ({ name: step.resource.name, configs }));
    const answers = await connection.onController((broker) => alterConfigs(broker, topics, true));
    refusals.push(...refusalsIn(stepsOf(portion), answers));
  }
  const widened = changes.flatMap(({ step, partitions }) => (partitions === undefined ? [] : [{ step, count: partitions }]));
  for (const portion of inPortions(widened, ({ count }) => 1 + count)) {
    const topics = portion.map(({ step, count }) => ({ name: step.resource.name, count }));
    const answers = await connection.onController((broker) => createPartitions(broker, topics, true));
    refusals.push(...refusalsIn(stepsOf(portion), answers));
  }
  const { length: brokers } = (await connection.refresh()).brokers;
  const copied = changes.filter(({ replication = 0 }) => replication > brokers);
  return [...refusals, ...copied.map(({ step }) => ({ step, reason: tooFewBrokers(brokers) }))];
}

function stepsOf(portion: readonly { readonly step: Step }[]): readonly Step[] {
  return portion.map(({ step }) => step);
}

function refusalsIn(steps: readonly Step[], answers: Answers): readonly Refusal[] {
  return steps.flatMap((step) => {
    const answer: Answer = answers.get(step.resource.name) ?? { code: CODES.ok };
    return answer.code === CODES.ok ? [] : [{ step, reason: explain(answer) }];
  });
}
