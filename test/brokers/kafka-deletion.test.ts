import { type Admin, Kafka as Client, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../src/brokers/kafka/access.ts';
import { type Connection, connect } from '../../src/brokers/kafka/admin/connection.ts';
import { newDecoder, newEncoder, skipTags } from '../../src/brokers/kafka/admin/kafkajs.ts';
import { readLedger, writeLedger } from '../../src/brokers/kafka/admin/ledger.ts';
import { removeSteps } from '../../src/brokers/kafka/admin/remove.ts';
import { alterConfigs } from '../../src/brokers/kafka/admin/requests.ts';
import { openSession } from '../../src/brokers/kafka/admin/session.ts';
import { removalEntry } from '../../src/brokers/kafka/owners.ts';
import type { Step } from '../../src/topology/steps.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startKafka } from './kafka.ts';
import { type Project, projectOn, topicNamed, withClient } from './kafka-plans.ts';

const started = brokerOrSkip(await startKafka(), 'test/brokers/kafka-deletion', 'Set MSGCTL_TEST_KAFKA_BROKERS, or run as root on Debian.');

const prefix = `msgctl-deletion-${process.pid}`;

// Each topic is watched for some seconds before it goes, more than once.
describe.skipIf(!started)('taking topics away', { timeout: 120_000 }, () => {
  let brokers = '';
  let kafka: Client;
  let connection: Connection;

  beforeAll(async () => {
    if (!started) return;
    brokers = started.broker.brokers;
    kafka = new Client({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: { retries: 2 } });
    connection = await connect(accessOf(transportNamed('log', 'kafka', { brokers })));
  }, 120_000);

  afterAll(async () => {
    if (!started) return;
    const topics = (await names()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await onIt((client) => client.deleteTopics({ topics }));
    await connection.close();
    await started.stop();
  });

  it('waits for consent, takes away what is empty, and forgets whose it was', async () => {
    const { shop, name } = fresh('empty');
    expect(await shop.provision([topicNamed(name, { partitions: 2 })])).toEqual([]);
    expect(await shop.lines([])).toEqual([`delete ${name} Made or taken over by msgctl, no longer in any contract. It keeps no messages.`]);
    expect(await shop.provision([])).toEqual([]);
    expect(await names()).toContain(name);
    expect(await shop.provision([], ['delete'])).toEqual([]);
    expect(await names()).not.toContain(name);
    expect(await standing(name)).toEqual([]);
    expect(await shop.lines([])).toEqual([]);
  });

  it('leaves what is not its own', async () => {
    const { shop, name } = fresh('foreign');
    await onIt((client) => client.createTopics({ topics: [{ topic: name, numPartitions: 1 }] }));
    const others = projectOn({ brokers }, `${name}-others`);
    expect(await others.provision([topicNamed(`${name}-theirs`, { partitions: 1 })])).toEqual([]);
    expect(await shop.provision([], ['delete'])).toEqual([]);
    expect(await names()).toEqual(expect.arrayContaining([name, `${name}-theirs`]));
  });

  it('keeps messages that no group has read, that a group has left to read, and a topic that a member reads', async () => {
    const { shop, name } = fresh('read');
    expect(await shop.provision([topicNamed(name, { partitions: 2 })])).toEqual([]);
    await send(name, 10);
    const gone = `delete ${name} Made or taken over by msgctl, no longer in any contract.`;
    expect(await shop.lines([])).toEqual([
      `${gone} It cannot go now. It keeps up to 10 messages that no group has read. Where nobody needs them, take them away with kafka-delete-records.sh, or wait until its retention does.`,
    ]);
    expect(await shop.provision([], ['delete', 'delete-log'])).toEqual([expect.stringContaining('messages that no group has read')]);

    const group = `${name}-group`;
    const consumer = kafka.consumer({ groupId: group });
    await consumer.connect();
    await consumer.subscribe({ topic: name, fromBeginning: true });
    let seen = 0;
    await new Promise<void>((resolve, reject) => {
      const eachMessage = async () => {
        seen += 1;
        if (seen === 10) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    await expect
      .poll(async () => (await shop.lines([]))[0])
      .toBe(`${gone} It cannot go now. Group "${group}" reads it (1 member). Stop that first.`);
    expect(await shop.provision([], ['delete', 'delete-log'])).toEqual([expect.stringContaining('(1 member)')]);
    await consumer.disconnect();

    await send(name, 3);
    expect(await shop.provision([], ['delete', 'delete-log'])).toEqual([
      expect.stringMatching(/^Group ".*" has up to 3 messages of it left to read\./),
    ]);
    const offsets = await onIt((client) => client.fetchTopicOffsets(name));
    await onIt((client) =>
      client.setOffsets({ groupId: group, topic: name, partitions: offsets.map(({ partition, offset }) => ({ partition, offset })) }),
    );
    expect(await shop.lines([])).toEqual([`${gone} It keeps up to 13 messages, which every group that reads it has read (${group}).`]);
    // What it keeps is kept for later readers, too.
    expect(await shop.provision([], ['delete'])).toEqual([]);
    expect(await names()).toContain(name);
    expect(await shop.provision([], ['delete', 'delete-log'])).toEqual([]);
    expect(await names()).not.toContain(name);
    // The group is its service's: nothing of it is touched but what Kafka itself forgets with the topic.
    expect((await onIt((client) => client.listGroups())).groups.map(({ groupId }) => groupId)).toContain(group);
  });

  it("sees a member that speaks Kafka 4's own protocol of groups", async () => {
    const { shop, name } = fresh('newer');
    expect(await shop.provision([topicNamed(name, { partitions: 1 })])).toEqual([]);
    await join(`${name}-group`, name);
    await expect.poll(async () => (await shop.lines([]))[0], { timeout: 10_000 }).toContain(`Group "${name}-group" reads it (1 member).`);
    expect(await shop.provision([], ['delete', 'delete-log'])).toEqual([expect.stringContaining('(1 member)')]);
  });

  it('keeps a topic that somebody writes to, and lets him go on', async () => {
    const { shop, name } = fresh('written');
    expect(await shop.provision([topicNamed(name, { partitions: 1, 'configs.cleanup.policy': 'delete' })])).toEqual([]);
    await send(name, 1);
    await onIt((client) => client.setOffsets({ groupId: `${name}-group`, topic: name, partitions: [{ partition: 0, offset: '1' }] }));
    const writing = setTimeout(() => send(name, 1), 1_500);
    expect(await shop.provision([], ['delete', 'delete-log'])).toEqual([
      expect.stringMatching(/left to read\.|Somebody still writes to it/),
    ]);
    clearTimeout(writing);
    await send(name, 1);
    expect((await onIt((client) => client.fetchTopicOffsets(name)))[0]?.high).toBe('3');
  });

  it('keeps a topic in which a transaction is open, and lets the transaction end', async () => {
    const { shop, name } = fresh('transaction');
    expect(await shop.provision([topicNamed(name, { partitions: 1 })])).toEqual([]);
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      transactionalId: name,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: name, messages: [{ value: 'x' }] });
    const open = 'A transaction that writes to it is open.';
    expect(await shop.lines([])).toEqual([expect.stringContaining(`no longer in any contract. It cannot go now. ${open}`)]);
    expect(await shop.provision([], ['delete', 'delete-log'])).toEqual([expect.stringContaining(open)]);
    await transaction.commit();
    await producer.disconnect();
    expect(await shop.provision([], ['delete', 'delete-log'])).toEqual([expect.stringContaining('messages that no group has read')]);
  });

  it('opens a topic again that a run left fenced, where it has to stay', async () => {
    const { shop, name } = fresh('left');
    expect(await shop.provision([topicNamed(name, { partitions: 1 })])).toEqual([]);
    await send(name, 1);
    const id = (await connection.refresh()).topicMetadata.find(({ topic }) => topic === name)?.topicId ?? '';
    await writeLedger(connection, [removalEntry({ name, id }, 'run-cut-off', shop.name)]);
    const fence = [{ name, configs: [{ name: 'max.message.bytes', value: '0' }] }];
    await connection.onController((broker) => alterConfigs(broker, fence, false));
    await expect
      .poll(async () => (await shop.lines([]))[0])
      .toMatch(/no group has read\. .* Meanwhile it takes no messages: its max\.message\.bytes is 0/);
    expect(await shop.provision([], ['delete', 'delete-log'])).toEqual([expect.stringContaining('that no group has read')]);
    await expect
      .poll(() =>
        send(name, 1).then(
          () => 'taken',
          () => 'refused',
        ),
      )
      .toBe('taken');
    expect(await standing(name)).toEqual([name]);
    expect((await shop.lines([]))[0]).not.toContain('takes no messages');
  });

  it('keeps a topic, and opens it again, where a message comes after the last look before the fence', async () => {
    const { shop, name } = fresh('late');
    expect(await shop.provision([topicNamed(name, { partitions: 1 })])).toEqual([]);
    const step: Step = {
      action: 'delete',
      resource: topicNamed(name, {}),
      fields: [],
      cause: 'not-in-contract',
      risk: 'safe',
      waitsFor: [],
      needs: [],
    };
    const session = await openSession({ connection, project: shop.name, run: 'late', replication: undefined }, [step]);
    let isFirst = true;
    const meddled: Connection = {
      ...connection,
      async onController(ask) {
        if (isFirst) await send(name, 1);
        isFirst = false;
        return connection.onController(ask);
      },
    };
    const reasons: string[] = [];
    for await (const outcome of removeSteps({ ...session, connection: meddled }, [step], new AbortController().signal)) {
      if (!outcome.ok) reasons.push(outcome.message);
    }
    expect(reasons).toEqual([expect.stringContaining('that no group has read')]);
    await send(name, 1);
    expect(await standing(name)).toEqual([name]);
  });

  it('takes the record of a topic away that was gone when the run was cut off, and lets a topic live that was not', async () => {
    const { shop, name } = fresh('cut');
    const [gone, stays] = [`${name}-gone`, `${name}-stays`];
    const both = [topicNamed(gone, { partitions: 1 }), topicNamed(stays, { partitions: 1 })];
    expect(await shop.provision(both)).toEqual([]);
    const ids = new Map((await connection.refresh()).topicMetadata.map(({ topic, topicId }) => [topic, topicId ?? '']));
    await writeLedger(
      connection,
      [gone, stays].map((topic) => removalEntry({ name: topic, id: ids.get(topic) ?? '' }, 'run-cut-off', shop.name)),
    );
    await onIt((client) => client.deleteTopics({ topics: [gone] }));
    const fence = [{ name: stays, configs: [{ name: 'max.message.bytes', value: '0' }] }];
    await connection.onController((broker) => alterConfigs(broker, fence, false));
    const sending = () =>
      send(stays, 1).then(
        () => 'taken',
        () => 'refused',
      );
    await expect.poll(sending).toBe('refused');
    const wanted = [topicNamed(stays, { partitions: 1 })];
    expect(await shop.lines(wanted)).toEqual([
      `change ${stays} configs.max.message.bytes:0-> It takes no messages: taking it away was cut off. From now on it takes them again.`,
    ]);
    expect(await shop.provision(wanted)).toEqual([]);
    expect(await standing(name)).toEqual([stays]);
    expect(await shop.lines(wanted)).toEqual([]);
    await send(stays, 1);
  });

  it('makes a topic anew with fewer partitions where it keeps nothing, and says what to do where it does', async () => {
    const { shop, name } = fresh('fewer');
    expect(await shop.provision([topicNamed(name, { partitions: 4, 'configs.retention.ms': '3600000' })])).toEqual([]);
    await connection.onController((broker) =>
      alterConfigs(broker, [{ name, configs: [{ name: 'segment.bytes', value: '1048576' }] }], false),
    );
    const fewer = [topicNamed(name, { partitions: 2, 'configs.retention.ms': '3600000' })];
    expect(await shop.lines(fewer)).toEqual([
      `migrate ${name} partitions:4->2 Kafka cannot take partitions away from a topic. It keeps no messages, so msgctl takes it away and makes it anew with 2.`,
    ]);
    expect(await shop.provision(fewer)).toEqual([]);
    expect(await shop.lines(fewer, ['migrate'])).toHaveLength(1);
    expect(await shop.provision(fewer, ['migrate'])).toEqual([]);
    expect(await shop.lines(fewer)).toEqual([]);
    const configs = await onIt((client) => client.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name }] }));
    const own = configs.resources[0]?.configEntries.filter(({ configSource }) => configSource === 1) ?? [];
    expect(Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]))).toEqual({
      'retention.ms': '3600000',
      'segment.bytes': '1048576',
    });
    await send(name, 5);
    const one = [topicNamed(name, { partitions: 1, 'configs.retention.ms': '3600000' })];
    const [line] = await shop.lines(one, ['migrate']);
    expect(line).toMatch(/^refuse .* this one keeps up to 5 messages: .* By hand: give it another name/);
    expect(await shop.provision(one, ['migrate'])).toEqual([expect.stringContaining('By hand')]);
    expect((await onIt((client) => client.fetchTopicOffsets(name))).reduce((sum, { high }) => sum + Number(high), 0)).toBe(5);
  });

  /** A project of its own for each test, so that nothing else is no longer wanted. */
  function fresh(word: string): { readonly shop: Project & { readonly name: string }; readonly name: string } {
    const name = `${prefix}-${word}`;
    return { shop: { ...projectOn({ brokers }, name), name }, name };
  }

  function onIt<Value>(work: (client: Admin) => Promise<Value>): Promise<Value> {
    return withClient(brokers, work);
  }

  function names(): Promise<readonly string[]> {
    return onIt((client) => client.listTopics());
  }

  async function send(topic: string, count: number): Promise<void> {
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const messages = Array.from({ length: count }, (_, index) => ({ key: String(index), value: 'x' }));
    await producer.send({ topic, messages }).finally(() => producer.disconnect());
  }

  /** One heartbeat of a member: ConsumerGroupHeartbeat, which kafkajs does not know. Kafka waits 45 s for the next. */
  async function join(group: string, topic: string): Promise<void> {
    const { connectionPool } = await connection.controller();
    const beat = async () =>
      newEncoder()
        .writeUVarInt(0)
        .writeUVarIntString(group)
        .writeUVarIntString('')
        .writeInt32(0)
        .writeUVarInt(0)
        .writeUVarInt(0)
        .writeInt32(60_000)
        .writeUVarIntArray([newEncoder().writeUVarIntString(topic)])
        .writeUVarInt(0)
        .writeUVarIntArray([])
        .writeUVarInt(0);
    const code = () =>
      connectionPool.send<number>({
        request: { apiKey: 68, apiVersion: 0, apiName: 'ConsumerGroupHeartbeat', encode: beat },
        response: {
          decode: async (raw) => {
            const decoder = newDecoder(raw);
            skipTags(decoder);
            decoder.readInt32();
            return decoder.readInt16();
          },
          parse: async (data) => data,
        },
      });
    await expect.poll(code).toBe(0);
  }

  /** The keys under which something is recorded of topics whose names begin so. */
  async function standing(name: string): Promise<readonly string[]> {
    const { entries } = await readLedger(connection, await connection.refresh());
    const last = new Map(entries.map(({ key, value }) => [key, value]));
    return [...last].filter(([key, value]) => key.startsWith(name) && value !== undefined).map(([key]) => key);
  }
});
