import fc from 'fast-check';
import { type Admin, Kafka as Client, ConfigResourceTypes, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKafka } from '../../src/brokers/kafka/admin.ts';
import { kafkaSpec } from '../../src/brokers/kafka/spec.ts';
import type { Approval } from '../../src/topology/consent.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import type { Topology } from '../../src/topology/model.ts';
import type { BrokerAdmin } from '../../src/topology/port.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { isApplicable, type Plan, stepsOf } from '../../src/topology/steps.ts';
import { loadSystem, transportOf } from '../support/load-system.ts';
import { type ByHand, handiwork, type RandomProject, randomProject, type Standing, standings } from '../support/random-kafka.ts';
import { PATIENCE, runs } from '../support/size.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startKafka } from './kafka.ts';
import { apply, planOf, projectOn, topicNamed, withClient } from './kafka-plans.ts';

const started = brokerOrSkip(
  await startKafka(),
  'test/brokers/kafka-plan.property',
  'Set MSGCTL_TEST_KAFKA_BROKERS, or run as root on Debian.',
);

const { signal } = new AbortController();
const consents = fc.uniqueArray(fc.constantFrom<Approval[]>('delete', 'delete-log', 'migrate', 'access'));

describe.skipIf(!started)('a plan for any Kafka', () => {
  let brokers = '';
  let count = 0;

  beforeAll(() => {
    brokers = started?.broker.brokers ?? '';
  });

  afterAll(() => started?.stop(), 120_000);

  it(
    'leaves nothing but what is refused or waits, once it is applied, and nothing of others is changed',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          standings,
          fc.tuple(randomProject, consents),
          handiwork,
          fc.tuple(randomProject, consents),
          async (there, [first, firstConsents], hands, [second, secondConsents]) => {
            count += 1;
            const run = { prefix: `msgctl-any-${process.pid}-${count}.`, project: `any-${process.pid}-${count}` };
            await prepare(run, there);
            try {
              await stepTo(run, first, firstConsents);
              await workOn(run, hands);
              await stepTo(run, second, secondConsents);
            } finally {
              await sweep(run);
            }
          },
        ),
        { seed: 44, numRuns: runs(3, 80), endOnFailure: true },
      );
    },
    Math.max(PATIENCE, 240_000),
  );

  type Run = { readonly prefix: string; readonly project: string };

  /** Plans, applies, and plans again. */
  async function stepTo({ prefix, project }: Run, version: RandomProject, allow: readonly Approval[]): Promise<void> {
    const filled = Object.entries(version.files).map(([path, text]) => [
      path,
      text.replaceAll('%PREFIX%', prefix).replaceAll('%PROJECT%', project),
    ]);
    const system = await loadSystem(Object.fromEntries(filled));
    const transport = { ...transportOf(system, 'log'), options: { ...transportOf(system, 'log').options, brokers } };
    const desired = deriveTopology(system, kafkaSpec, transport);
    const admin = await openKafka(transport, project);
    try {
      const plan = await planWith(admin, desired, { project, allow });
      const taken = new Set(
        stepsOf(plan).flatMap(({ fields, resource }) => (fields.some(({ name }) => name === 'owner') ? [resource.name] : [])),
      );
      const before = await foreign({ prefix, project }, taken);
      // What somebody still has to read stays, as its step says; it is no surprise that it fails.
      const stuck = new Set(stepsOf(plan).flatMap((step) => (step.reason?.includes('It cannot go now.') ? [told(step)] : [])));
      const failed = (await apply(plan, admin)).flatMap((event) => (event.type === 'step-failed' ? [event] : []));
      expect(failed.filter(({ step }) => !stuck.has(told(step))).map(({ step, message }) => `${told(step)}: ${message}`)).toEqual([]);
      const again = stepsOf(await planWith(admin, desired, { project, allow }));
      expect(again.filter((step) => isApplicable(step) && !stuck.has(told(step))).map(told)).toEqual([]);
      const left = new Set(stepsOf(plan).flatMap((step) => (isApplicable(step) ? [] : [told(step)])));
      expect(again.map(told).filter((line) => !left.has(line) && !stuck.has(line))).toEqual([]);
      expect(await foreign({ prefix, project }, taken)).toEqual(before);
    } finally {
      await admin.close();
    }
  }

  /** Makes what is there before: as somebody would with Kafka's tools, or as another project of msgctl. */
  async function prepare({ prefix, project }: Run, there: readonly Standing[]): Promise<void> {
    const made = there.map(({ name, ...rest }) => ({ name: prefix + name, ...rest }));
    const others = made.filter(({ owner }) => owner === 'another');
    const topics = made
      .filter(({ owner }) => owner === 'nobody')
      .map(({ name, partitions, configs }) => ({
        topic: name,
        numPartitions: partitions,
        configEntries: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      }));
    if (topics.length > 0) {
      await withClient(brokers, async (client) => {
        await client.createTopics({ topics, waitForLeaders: false });
        const names = new Set(topics.map(({ topic }) => topic));
        const isLed = ({ name, partitions }: { name: string; partitions: { leader: number }[] }) =>
          names.has(name) && partitions.every(({ leader }) => leader >= 0);
        const countLed = async () => (await client.fetchTopicMetadata()).topics.filter(isLed).length;
        await vi.waitUntil(async () => (await countLed()) === names.size, { timeout: 60_000, interval: 100 });
      });
    }
    const wanted = others.map(({ name, partitions, configs }) =>
      topicNamed(name, { partitions, ...Object.fromEntries(Object.entries(configs).map(([key, value]) => [`configs.${key}`, value])) }),
    );
    if (wanted.length > 0) expect(await projectOn({ brokers }, `${project}-another`).provision(wanted)).toEqual([]);
    for (const { name, messages } of made) await write(name, messages);
  }

  /** Does with topics of the project, by their order, what people do. */
  async function workOn(run: Run, hands: readonly ByHand[]): Promise<void> {
    const own = await ownTopics(run);
    for (const { at, what } of hands) {
      const topic = own[at];
      if (topic === undefined) continue;
      switch (what) {
        case 'write':
          await write(topic, 2);
          break;
        case 'write and read':
          await write(topic, 2);
          await withClient(brokers, async (client) => {
            const ends = await client.fetchTopicOffsets(topic);
            const partitions = ends.map(({ partition, offset }) => ({ partition, offset }));
            await client.setOffsets({ groupId: `${topic}.group`, topic, partitions });
          });
          break;
        case 'set retention':
          await configure(topic, 'retention.ms', '12345678');
          break;
        case 'set another config':
          await configure(topic, 'max.message.bytes', '54321');
          break;
        default:
          await withClient(brokers, async (client) => {
            const [found] = (await client.fetchTopicMetadata({ topics: [topic] })).topics;
            await client.createPartitions({ topicPartitions: [{ topic, count: (found?.partitions.length ?? 0) + 1 }] });
          });
      }
    }
  }

  /** What nobody may touch: every topic under the prefix that is not the project's, with how it is made and what is in it. */
  async function foreign(run: Run, taken: ReadonlySet<string>): Promise<unknown> {
    const own = new Set(await ownTopics(run));
    return withClient(brokers, async (client) => {
      const names = (await topicsUnder(client, run)).filter((name) => !own.has(name) && !taken.has(name));
      const found = [];
      for (const name of names) found.push({ name, set: await configsOf(client, name), offsets: await client.fetchTopicOffsets(name) });
      return found;
    });
  }

  async function ownTopics({ prefix, project }: Run): Promise<readonly string[]> {
    const admin = await openKafka(transportNamed('log', 'kafka', { brokers }), project);
    try {
      const { resources } = await admin.inspect(signal);
      return resources
        .filter(({ kind, name, owner }) => kind === 'topic' && owner === project && name.startsWith(prefix))
        .map(({ name }) => name);
    } finally {
      await admin.close();
    }
  }

  async function topicsUnder(client: Admin, { prefix }: Run): Promise<readonly string[]> {
    return (await client.listTopics()).filter((name) => name.startsWith(prefix)).sort();
  }

  async function sweep(run: Run): Promise<void> {
    await withClient(brokers, async (client) => {
      const topics = [...(await topicsUnder(client, run))];
      if (topics.length > 0) await client.deleteTopics({ topics });
    });
  }

  async function write(topic: string, messages: number): Promise<void> {
    if (messages === 0) return;
    const kafka = new Client({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: { retries: 20 } });
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({ topic, messages: Array.from({ length: messages }, (_, index) => ({ key: `k${index}`, value: 'x' })) });
    await producer.disconnect();
  }

  async function configure(topic: string, name: string, value: string): Promise<void> {
    await withClient(brokers, async (client) => {
      const set = (await configsOf(client, topic)).filter((entry) => entry.name !== name);
      const resource = { type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [...set, { name, value }] };
      await client.alterConfigs({ validateOnly: false, resources: [resource] });
    });
  }

  /** What is set on a topic itself. */
  async function configsOf(client: Admin, topic: string): Promise<readonly { readonly name: string; readonly value: string }[]> {
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic }];
    const described = await client.describeConfigs({ includeSynonyms: false, resources });
    return (described.resources[0]?.configEntries ?? [])
      .filter(({ configSource }) => Number(configSource) === 1)
      .map(({ configName, configValue }) => ({ name: configName, value: configValue }));
  }
});

type Wish = { readonly project: string; readonly allow: readonly Approval[] };

async function planWith(admin: BrokerAdmin, desired: Topology, { project, allow }: Wish): Promise<Plan> {
  const plan = await planOf(admin, desired, project, allow);
  const asked = stepsOf(plan).filter(({ action }) => action !== 'refuse');
  return heedRemarks(plan, asked.length === 0 ? [] : ((await admin.rehearse?.(asked, signal)) ?? []));
}

function told({ resource }: { readonly resource: { readonly kind: string; readonly name: string } }): string {
  return `${resource.kind} ${resource.name}`;
}
