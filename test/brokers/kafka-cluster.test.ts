import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka as Client, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { accessOf } from '../../src/brokers/kafka/access.ts';
import { connect } from '../../src/brokers/kafka/admin/connection.ts';
import { newDecoder, newEncoder, skipTags } from '../../src/brokers/kafka/admin/kafkajs.ts';
import { readMetadata } from '../../src/brokers/kafka/admin/requests.ts';
import { runs } from '../support/size.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startKafkaCluster } from './kafka.ts';
import { brokersSeen, type KafkaNode } from './kafka-nodes.ts';
import { type Project, projectOn, topicNamed } from './kafka-plans.ts';

// Three nodes take long to start on a small machine, so this is for the full size; one node shows the rest.
const isFull = runs(0, 1) === 1;
const suite = 'test/brokers/kafka-cluster';
const started = isFull ? brokerOrSkip(await startKafkaCluster(3), suite, 'Run as root on Debian.') : undefined;

describe.skipIf(!started)('several brokers', () => {
  let nodes: readonly KafkaNode[] = [];
  let client: Admin;
  let shop: Project;
  const topic = (name: string, replication: number, partitions = 2) => topicNamed(name, { partitions, replication });

  beforeAll(async () => {
    if (!started) return;
    nodes = started.broker;
    const brokers = nodes.map(({ plain }) => plain);
    client = new Client({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 8 } }).admin();
    await client.connect();
    shop = projectOn({ brokers: brokers.join(',') }, 'shop');
    await untilThere(3);
  }, 120_000);

  afterAll(async () => {
    await client?.disconnect();
    await started?.stop();
  });

  it('copies a topic to more brokers and back, and finds nothing to do afterwards', async () => {
    expect(await shop.provision([topic('copied', 1)])).toEqual([]);
    await send('copied', 500);
    expect(await shop.lines([topic('copied', 3)])).toEqual([
      'change copied replication:1->3 Kafka copies the partitions to their new replicas while it works on.',
    ]);
    expect(await shop.provision([topic('copied', 3)])).toEqual([]);
    await expect
      .poll(() => replicas('copied'))
      .toEqual([
        [3, 3],
        [3, 3],
      ]);
    expect(await shop.lines([topic('copied', 3)])).toEqual([]);
    expect(await shop.provision([topic('copied', 2)])).toEqual([]);
    expect(await shop.lines([topic('copied', 2)])).toEqual([]);
    expect(await shop.lines([topic('copied', 4)])).toEqual([
      'refuse copied replication:2->4 The cluster has 3 brokers, and every replica needs one of its own.',
    ]);
    const ends = await client.fetchTopicOffsets('copied');
    expect(ends.reduce((sum, { high }) => sum + Number(high), 0)).toBe(500);
  }, 120_000);

  it('puts right one partition that was changed by hand', async () => {
    expect(await shop.provision([topic('copied', 2), topic('odd', 2)])).toEqual([]);
    await client.alterPartitionReassignments({ topics: [{ topic: 'odd', partitionAssignment: [{ partition: 1, replicas: [1, 2, 3] }] }] });
    await expect.poll(() => replicas('odd')).toContainEqual([3, 3]);
    expect(await shop.lines([topic('copied', 2), topic('odd', 2)])).toEqual([
      'change odd replication:2 to 3->2 Kafka copies the partitions to their new replicas while it works on.',
    ]);
    expect(await shop.provision([topic('copied', 2), topic('odd', 2)])).toEqual([]);
    expect(await shop.lines([topic('copied', 2), topic('odd', 2)])).toEqual([]);
  }, 120_000);

  it('sees what is being moved, waits for it, and is not held up by a broker that is down', async () => {
    const wanted = [topic('copied', 2), topic('odd', 2), topic('slow', 3, 1)];
    const before = [topic('copied', 2), topic('odd', 2), topic('slow', 1, 1)];
    expect(await shop.provision(before)).toEqual([]);
    const [leader = 0] = (await partitionsOf('slow')).map((partition) => partition.leader);
    const down = nodes.find(({ id }) => id !== leader && id !== 1) ?? nodes[2];
    if (!down) throw new Error('no node');
    await down.kill();
    await untilThere(2);
    await client.alterPartitionReassignments({
      topics: [{ topic: 'slow', partitionAssignment: [{ partition: 0, replicas: [leader, ...[1, 2, 3].filter((id) => id !== leader)] }] }],
    });
    expect(await shop.lines(wanted)).toEqual([
      'refuse slow replication:1, becoming 3->3 The cluster has 2 brokers, and every replica needs one of its own.',
    ]);
    expect(await down.start()).toBe(true);
    await untilThere(3);
    expect(await shop.provision(wanted)).toEqual([]);
    await expect.poll(() => replicas('slow')).toEqual([[3, 3]]);
    expect(await shop.lines(wanted)).toEqual([]);
  }, 180_000);

  it('has every broker tell of what was made, changed and taken away, once a run has ended', async () => {
    const connections = await Promise.all(nodes.map(({ plain }) => connect(accessOf(transportNamed('log', 'kafka', { brokers: plain })))));
    const told = async () =>
      Promise.all(
        connections.map(async (connection, index) => {
          const metadata = await readMetadata(await connection.broker(nodes[index]?.id ?? 0));
          return metadata.topicMetadata
            .filter(({ topic: name }) => name.startsWith('told-'))
            .map((found) => found.partitionMetadata.length);
        }),
      );
    const others = [topic('copied', 2), topic('odd', 2), topic('slow', 3, 1)];
    const some = (partitions: number) => Array.from({ length: 150 }, (_, index) => topic(`told-${index}`, 1, partitions));
    for (const partitions of [1, 2]) {
      expect(await shop.provision([...others, ...some(partitions)])).toEqual([]);
      expect(await told()).toEqual(nodes.map(() => some(partitions).map(() => partitions)));
    }
    expect(await shop.provision(others, ['delete'])).toEqual([]);
    expect(await told()).toEqual(nodes.map(() => []));
    await Promise.all(connections.map((connection) => connection.close()));
  }, 240_000);

  it('finishes in a second run what a change of the controller cut off', async () => {
    const many = Array.from({ length: 600 }, (_, index) => topic(`many-${index}`, 1, 1));
    const all = [topic('copied', 2), topic('odd', 2), topic('slow', 3, 1), ...many];
    const leader = await quorumLeader();
    const controller = nodes.find(({ id }) => id === leader);
    if (!controller) throw new Error(`no node ${leader}`);
    const work = shop.provision(all).catch((error: Error) => [error.message]);
    await sleep(700);
    await controller.kill();
    const failures = await work;
    expect(await controller.start()).toBe(true);
    await untilThere(3);
    expect(await shop.provision(all)).toEqual([]);
    expect(await shop.lines(all)).toEqual([]);
    expect(failures.every((failure) => failure.length > 0)).toBe(true);
  }, 240_000);

  async function untilThere(count: number): Promise<void> {
    const seen = async () => Math.max(...(await Promise.all(nodes.map(({ plain }) => brokersSeen(plain)))));
    await vi.waitUntil(async () => (await seen()) === count, { timeout: 60_000, interval: 200 });
  }

  /** The node that controls the cluster: DescribeQuorum, as brokers name any of themselves. */
  async function quorumLeader(): Promise<number> {
    const connection = await connect(accessOf(transportNamed('log', 'kafka', { brokers: nodes.map(({ plain }) => plain) })));
    const { connectionPool } = await connection.controller();
    const partition = newEncoder().writeInt32(0).writeUVarInt(0);
    const log = newEncoder().writeUVarIntString('__cluster_metadata').writeUVarIntArray([partition]).writeUVarInt(0);
    const leader = await connectionPool.send<number>({
      request: {
        apiKey: 55,
        apiVersion: 0,
        apiName: 'DescribeQuorum',
        encode: async () => newEncoder().writeUVarInt(0).writeUVarIntArray([log]).writeUVarInt(0),
      },
      response: {
        decode: async (raw) => {
          const decoder = newDecoder(raw);
          skipTags(decoder);
          decoder.readInt16();
          const [found] = decoder.readUVarIntArray((at) => {
            at.readUVarIntString();
            // The number of partitions, one more than there are.
            at.readInt8();
            at.readInt32();
            at.readInt16();
            return at.readInt32();
          });
          return found ?? -1;
        },
        parse: async (data) => data,
      },
    });
    await connection.close();
    return leader;
  }

  async function partitionsOf(name: string) {
    return (await client.fetchTopicMetadata({ topics: [name] })).topics[0]?.partitions ?? [];
  }

  /** How many brokers keep each partition, and how many of them have all of it. */
  async function replicas(name: string): Promise<readonly (readonly number[])[]> {
    return (await partitionsOf(name)).map((partition) => [partition.replicas.length, partition.isr.length]);
  }

  async function send(name: string, count: number): Promise<void> {
    const producer = new Client({ brokers: nodes.map(({ plain }) => plain), logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({
      topic: name,
      messages: Array.from({ length: count }, (_, index) => ({ key: String(index), value: 'x'.repeat(1_000) })),
    });
    await producer.disconnect();
  }
});
