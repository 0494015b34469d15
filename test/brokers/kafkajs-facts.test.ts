import { Kafka as Client, ConfigResourceTypes, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../src/brokers/kafka/access.ts';
import { type Connection, connect } from '../../src/brokers/kafka/admin/connection.ts';
import { alterConfigs, describeConfigs } from '../../src/brokers/kafka/admin/requests.ts';
import { releaseOf } from '../../src/brokers/kafka/releases.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startKafka } from './kafka.ts';

const started = brokerOrSkip(await startKafka(), 'test/brokers/kafkajs-facts', 'Set MSGCTL_TEST_KAFKA_BROKERS, or run as root on Debian.');

const topic = `msgctl-facts-${process.pid}`;

/** What msgctl builds on: kafkajs is no longer maintained, so each newer Kafka has to be tried. */
describe.skipIf(!started)('kafkajs on this Kafka', () => {
  let client: Client;
  let connection: Connection;
  const admin = () => client.admin();

  beforeAll(async () => {
    if (!started) return;
    const { brokers } = started.broker;
    client = new Client({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
    connection = await connect(accessOf(transportNamed('log', 'kafka', { brokers })));
  }, 120_000);

  afterAll(async () => {
    if (!started) return;
    await withAdmin((each) => each.deleteTopics({ topics: [topic] })).catch(() => undefined);
    await connection.close();
    await started.stop();
  });

  it('tells which Kafka it is by the requests that it takes', async () => {
    const { versions } = await connection.controller();
    const release = releaseOf((request) => versions[request]?.maxVersion);
    expect(release).toEqual(started?.broker.own ? { least: '4.1', below: '4.2' } : expect.anything());
  });

  it('creates a topic', async () => {
    const configEntries = [{ name: 'retention.ms', value: '1000' }];
    const topics = [{ topic, numPartitions: 2, replicationFactor: 1, configEntries }];
    expect(await withAdmin((each) => each.createTopics({ topics, waitForLeaders: true }))).toBe(true);
    // And says so without an error where it is there already.
    expect(await withAdmin((each) => each.createTopics({ topics, waitForLeaders: true }))).toBe(false);
  });

  it('describes its configs', async () => {
    const described = await withAdmin((each) =>
      each.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] }),
    );
    const own = described.resources[0]?.configEntries.filter(({ configSource }) => configSource === 1);
    expect(own?.map(({ configName, configValue }) => `${configName}=${configValue}`)).toEqual(['retention.ms=1000']);
  });

  it('replaces all configs where one is altered, which is why msgctl brings a request of its own that does not', async () => {
    const configs = [{ name: 'cleanup.policy', value: 'delete' }];
    const ask = (validateOnly: boolean) =>
      connection.onController((broker) => alterConfigs(broker, [{ name: topic, configs }], validateOnly));
    expect(await ask(true)).toEqual(new Map([[topic, { code: 0 }]]));
    expect(await ask(false)).toEqual(new Map([[topic, { code: 0 }]]));
    await expect.poll(ownConfigs).toEqual({ 'cleanup.policy': 'delete', 'retention.ms': '1000' });
    const replacing = { validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: configs }] };
    await withAdmin((each) => each.alterConfigs(replacing));
    await expect.poll(ownConfigs).toEqual({ 'cleanup.policy': 'delete' });
  });

  it('adds partitions', async () => {
    await withAdmin((each) => each.createPartitions({ topicPartitions: [{ topic, count: 3 }] }));
    const partitions = async () => (await withAdmin((each) => each.fetchTopicMetadata({ topics: [topic] }))).topics[0]?.partitions.length;
    await expect.poll(partitions).toBe(3);
  });

  it('produces, also as an idempotent producer, and consumes in a group', async () => {
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const messages = ['one', 'two', 'three'].map((value) => ({ key: 'k', value, headers: { type: 'text' } }));
    await producer.send({ topic, messages });
    await producer.disconnect();
    const consumer = client.consumer({ groupId: `${topic}-group` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const received: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const eachMessage = async ({ message }: { message: { value: Buffer | null; headers?: object } }) => {
        received.push(`${message.value} ${JSON.stringify(Object.keys(message.headers ?? {}))}`);
        if (received.length === messages.length) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    await consumer.disconnect();
    expect(received).toEqual(['one ["type"]', 'two ["type"]', 'three ["type"]']);
    await withAdmin((each) => each.deleteGroups([`${topic}-group`]));
  });

  it('tells the versions of the protocol that msgctl speaks', async () => {
    const { versions } = await connection.controller();
    const covers = (key: number, version: number) =>
      (versions[key]?.minVersion ?? 99) <= version && version <= (versions[key]?.maxVersion ?? -1);
    // Produce 7, Fetch 11, ListOffsets 3, CreateTopics 3 and 7, DescribeConfigs 2, CreatePartitions 1, IncrementalAlterConfigs 0,
    // Alter- and ListPartitionReassignments 0, DeleteTopics 6, DescribeGroups 2, ListGroups 2, OffsetFetch 4, ConsumerGroupDescribe 0.
    const spoken = [
      [0, 7],
      [1, 11],
      [2, 3],
      [3, 10],
      [19, 3],
      [19, 7],
      [32, 2],
      [37, 1],
      [44, 0],
      [45, 0],
      [46, 0],
      [20, 6],
      [15, 2],
      [16, 2],
      [9, 4],
      [69, 0],
    ] as const;
    expect(spoken.filter(([key, version]) => !covers(key, version))).toEqual([]);
  });

  async function ownConfigs(): Promise<unknown> {
    const described = (await describeConfigs(await connection.controller(), [topic])).get(topic);
    return described && 'configs' in described ? described.configs : described;
  }

  async function withAdmin<Value>(work: (each: ReturnType<typeof admin>) => Promise<Value>): Promise<Value> {
    const each = admin();
    await each.connect();
    try {
      return await work(each);
    } finally {
      await each.disconnect();
    }
  }
});
