import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../src/brokers/kafka/access.ts';
import { type Connection, connect } from '../../src/brokers/kafka/admin/connection.ts';
import { alterConfigs, describeConfigs } from '../../src/brokers/kafka/admin/requests.ts';
import { openKafka } from '../../src/brokers/kafka/admin.ts';
import type { DesiredResource } from '../../src/topology/model.ts';
import { runs } from '../support/size.ts';
import { desiredOn, shop as shopSystem } from '../unit/brokers/shop.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startKafka } from './kafka.ts';
import { projectOn, topicNamed, withClient } from './kafka-plans.ts';

const started = brokerOrSkip(await startKafka(), 'test/brokers/kafka-drift', 'Set MSGCTL_TEST_KAFKA_BROKERS, or run as root on Debian.');

const prefix = `msgctl-drift-${process.pid}`;

describe.skipIf(!started)('what becomes of topics in the hands of others', { timeout: 120_000 }, () => {
  let brokers = '';
  let connection: Connection;

  beforeAll(async () => {
    if (!started) return;
    brokers = started.broker.brokers;
    connection = await connect(accessOf(transportNamed('log', 'kafka', { brokers })));
  }, 120_000);

  afterAll(async () => {
    if (!started) return;
    await withClient(brokers, async (client) => {
      const topics = (await client.listTopics()).filter((topic) => topic.startsWith(prefix));
      if (topics.length > 0) await client.deleteTopics({ topics });
    });
    await connection.close();
    await started.stop();
  }, 60_000);

  it.each<[config: string, wanted: string, byHand: string]>([
    ['cleanup.policy', 'delete', 'compact'],
    ['cleanup.policy', 'compact,delete', 'delete'],
    ['retention.ms', '86400000', '60000'],
    ['retention.bytes', '1048576', '-1'],
    ['delete.retention.ms', '3600000', '1000'],
    ['max.message.bytes', '2097152', '1000'],
    ['min.insync.replicas', '1', '2'],
    ['compression.type', 'producer', 'gzip'],
    ['segment.bytes', '104857600', '1048576'],
    ['segment.ms', '3600000', '60000'],
    ['min.cleanable.dirty.ratio', '0.50', '0.9'],
    ['message.timestamp.type', 'CreateTime', 'LogAppendTime'],
    ['unclean.leader.election.enable', 'false', 'true'],
    ['flush.ms', '9223372036854775807', '1000'],
  ])('%s that was changed by hand is found and put right: %s', async (config, wanted, byHand) => {
    const name = `${prefix}-${config}-${wanted.replaceAll(/\W/g, '')}`;
    const project = projectOn({ brokers }, name);
    const topics = [topicNamed(name, { [`configs.${config}`]: wanted })];
    expect(await project.provision(topics)).toEqual([]);
    expect(await project.lines(topics)).toEqual([]);
    await byHandOn(name, config, byHand);
    const [line, ...others] = await project.lines(topics);
    expect(line).toContain(`change ${name} configs.${config}:${byHand}->${wanted}`);
    expect(others).toEqual([]);
    expect(await project.provision(topics, ['delete'])).toEqual([]);
    expect(await project.lines(topics)).toEqual([]);
    await byHandOn(name, config, undefined);
    expect(await project.provision(topics, ['delete'])).toEqual([]);
    expect(await project.lines(topics)).toEqual([]);
  });

  it('tells of configs that nothing lists, and takes them back only where all are ours', async () => {
    const name = `${prefix}-unlisted`;
    const project = projectOn({ brokers }, name);
    const topics = [topicNamed(name, { partitions: 1 })];
    expect(await project.provision(topics)).toEqual([]);
    await byHandOn(name, 'segment.bytes', '1048576');
    expect(await project.lines(topics)).toEqual([]);
    const admin = await openKafka(transportNamed('log', 'kafka', { brokers }), name);
    const found = await admin.inspect(new AbortController().signal, topics);
    await admin.close();
    expect(found.server).toMatchObject({ unlisted: { 'segment.bytes': [name] } });
    const exact = topics.map((topic): DesiredResource => ({ ...topic, exact: true }));
    expect(await project.lines(exact)).toEqual([`change ${name} configs.segment.bytes:1048576->`]);
    expect(await project.provision(exact)).toEqual([]);
    expect(await ownConfigs(name)).toEqual({});
    expect(await project.lines(exact)).toEqual([]);
  });

  it('makes the topics for answers, retries and dead letters as the mapping says, and leaves what groups have committed', async () => {
    const system = await shopSystem('kafka', { transport: `, prefix: '${prefix}-shop.', defaults: { partitions: 2 }` });
    const project = projectOn({ brokers }, `${prefix}-shop`);
    const topics = desiredOn(system);
    expect(await project.provision(topics)).toEqual([]);
    const shape = async (name: string) => {
      const found = (await connection.refresh()).topicMetadata.find(({ topic }) => topic === `${prefix}-shop.${name}`);
      return [found?.partitionMetadata.length, await ownConfigs(`${prefix}-shop.${name}`)];
    };
    expect(await shape('billing.replies')).toEqual([2, { 'cleanup.policy': 'delete' }]);
    expect(await shape('billing.retry.8s')).toEqual([2, { 'cleanup.policy': 'delete', 'retention.ms': '604808000' }]);
    expect(await shape('billing.dead')).toEqual([2, { 'cleanup.policy': 'delete', 'retention.ms': '-1' }]);

    const [topic, groupId] = [`${prefix}-shop.orders.placed`, `${prefix}-group`];
    const committed = [{ partition: 0, offset: '0' }];
    await withClient(brokers, (client) => client.setOffsets({ groupId, topic, partitions: committed }));
    const more = topics.map((each) => (each.name === topic ? { ...each, attributes: { ...each.attributes, partitions: 4 } } : each));
    expect(await project.provision(more)).toEqual([]);
    expect(await project.lines(more)).toEqual([]);
    const offsets = await withClient(brokers, (client) => client.fetchOffsets({ groupId, topics: [topic] }));
    expect(offsets[0]?.partitions.filter(({ offset }) => offset !== '-1')).toMatchObject(committed);
  });

  it('finds nothing left to do after any set of topics was provisioned, and changes nothing foreign', async () => {
    const foreign = `${prefix}-foreign`;
    await withClient(brokers, (client) => client.createTopics({ topics: [{ topic: foreign, numPartitions: 3 }] }));
    const before = await foundForeign(foreign);
    let run = 0;
    const topic = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      partitions: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      'retention.ms': fc.option(fc.constantFrom('1000', '60000', '-1'), { nil: undefined }),
      'cleanup.policy': fc.option(fc.constantFrom('delete', 'compact', 'compact,delete'), { nil: undefined }),
      'max.message.bytes': fc.option(fc.constantFrom('1000', '2000'), { nil: undefined }),
    });
    const set = fc.uniqueArray(topic, { selector: ({ name }) => name, maxLength: 4 });
    const desired = (wanted: typeof set extends fc.Arbitrary<infer Value> ? Value : never) =>
      wanted.map(({ name, partitions, ...configs }) =>
        topicNamed(`${prefix}-random-${run}-${name}`, {
          ...(partitions !== undefined && { partitions }),
          ...Object.fromEntries(
            Object.entries(configs).flatMap(([key, value]) => (value === undefined ? [] : [[`configs.${key}`, value]])),
          ),
        }),
      );
    await fc.assert(
      fc.asyncProperty(set, set, async (first, then) => {
        run += 1;
        const project = projectOn({ brokers }, `${prefix}-random-${run}`);
        for (const wanted of [first, then]) {
          const topics = desired(wanted);
          expect(await project.provision(topics, ['delete', 'delete-log', 'migrate'])).toEqual([]);
          expect(await project.lines(topics)).toEqual([]);
        }
        expect(await foundForeign(foreign)).toEqual(before);
      }),
      { seed: 41, numRuns: runs(2, 40), endOnFailure: true },
    );
  });

  it('makes many topics and finds nothing to do afterwards', { timeout: 600_000 }, async () => {
    const project = projectOn({ brokers }, `${prefix}-many`);
    const topics = Array.from({ length: runs(60, 3_000) }, (_, index) =>
      topicNamed(`${prefix}-many-${index}`, { partitions: 3, 'configs.retention.ms': '60000' }),
    );
    expect(await project.provision(topics)).toEqual([]);
    expect(await project.lines(topics)).toEqual([]);
  });

  async function byHandOn(name: string, config: string, value: string | undefined): Promise<void> {
    const change = { name: config, ...(value !== undefined && { value }) };
    await connection.onController((broker) => alterConfigs(broker, [{ name, configs: [change] }], false));
    await expect.poll(async () => (await ownConfigs(name))[config]).toBe(value);
  }

  /** What is set on a topic itself. */
  async function ownConfigs(name: string): Promise<Readonly<Record<string, string>>> {
    const described = (await describeConfigs(await connection.controller(), [name])).get(name);
    return described && 'configs' in described ? described.configs : {};
  }

  async function foundForeign(name: string): Promise<unknown> {
    const found = (await connection.refresh()).topicMetadata.find(({ topic }) => topic === name);
    return [found?.topicId, found?.partitionMetadata.length, await ownConfigs(name)];
  }
});
