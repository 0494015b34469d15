import { type AddressInfo, createServer } from 'node:net';
import { type Admin, Kafka as Client, ConfigResourceTypes, logLevel } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { accessOf } from '../../src/brokers/kafka/access.ts';
import { changeSteps } from '../../src/brokers/kafka/admin/change.ts';
import { type Connection, connect } from '../../src/brokers/kafka/admin/connection.ts';
import { type Broker, type Encoder, newDecoder, newEncoder } from '../../src/brokers/kafka/admin/kafkajs.ts';
import { ensureLedger, readLedger, writeLedger } from '../../src/brokers/kafka/admin/ledger.ts';
import { openSession } from '../../src/brokers/kafka/admin/session.ts';
import { openKafka } from '../../src/brokers/kafka/admin.ts';
import { intentEntry, type OwnerEntry, ownerEntry } from '../../src/brokers/kafka/owners.ts';
import { kafkaSpec } from '../../src/brokers/kafka/spec.ts';
import type { JsonObject, JsonValue } from '../../src/source/json.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import type { DesiredResource } from '../../src/topology/model.ts';
import type { BrokerAdmin, Note, Refusal, StepOutcome } from '../../src/topology/port.ts';
import { type Step, stepsOf } from '../../src/topology/steps.ts';
import { loadSystem, readProjectFiles, transportOf } from '../support/load-system.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip, freePort } from './broker-process.ts';
import { startKafka } from './kafka.ts';
import { apply, failuresOf, planOf, topicNamed, topologyOf } from './kafka-plans.ts';

const started = brokerOrSkip(await startKafka(), 'test/brokers/kafka-admin', 'Set MSGCTL_TEST_KAFKA_BROKERS, or run as root on Debian.');

const signal = new AbortController().signal;
const prefix = `msgctl-admin-${process.pid}-`;

describe.skipIf(!started)('provisioning a live Kafka', () => {
  let brokers = '';
  let client: Admin;
  let count = 0;
  /** The topic of the test that runs. */
  let name = '';

  beforeAll(async () => {
    if (!started) return;
    brokers = started.broker.brokers;
    client = new Client({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await client.connect();
  }, 120_000);

  beforeEach(() => {
    count += 1;
    name = `${prefix}${count}`;
  });

  afterAll(async () => {
    if (!started) return;
    const topics = (await client.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await client.deleteTopics({ topics });
    const keys = new Set((await recorded()).map(({ key }) => key).filter((key) => key.startsWith(prefix)));
    await record([...keys].map((key) => ({ key })));
    await client.disconnect();
    await started.stop();
  });

  it('makes the whole example at once, and finds nothing to do afterwards', async () => {
    const system = await loadSystem(readProjectFiles('.'));
    const log = transportOf(system, 'log');
    const topology = deriveTopology(system, kafkaSpec, { ...log, prefix });
    const admin = await openKafka(transportNamed('log', 'kafka', { brokers }), 'school');
    try {
      expect(admin.target).toMatch(/^cluster [\w-]{22}, Kafka$/);
      const plan = await planOf(admin, topology);
      expect(stepsOf(plan).map(({ action }) => action)).toEqual(topology.resources.map(() => 'create'));
      expect(await admin.rehearse?.(stepsOf(plan), signal)).toEqual([]);
      expect(failuresOf(await apply(plan, admin))).toEqual([]);
      const after = await planOf(admin, topology);
      expect(after.phases).toEqual([]);
      expect(after.unchanged).toBe(topology.resources.length);
      expect((await admin.inspect(signal)).readHash).toBe(after.readHash);
    } finally {
      await admin.close();
    }
  });

  it('puts right what was changed by hand, and leaves the configs of others', async () => {
    await provision([topic({ 'configs.retention.ms': '1000', 'configs.cleanup.policy': 'delete' })]);
    await setConfigs({ 'retention.ms': '5000', 'cleanup.policy': 'delete', 'max.message.bytes': '2000' });
    const { plan, failures } = await provision([topic({ 'configs.retention.ms': '1000', 'configs.cleanup.policy': 'delete' })]);
    expect(stepsOf(plan).map(({ fields }) => fields)).toEqual([[{ name: 'configs.retention.ms', from: '5000', to: '1000' }]]);
    expect(failures).toEqual([]);
    expect(await configs()).toEqual({ 'cleanup.policy': 'delete', 'max.message.bytes': '2000', 'retention.ms': '1000' });
    await provision([topic({ 'configs.cleanup.policy': 'delete' })]);
    expect(await configs()).toEqual({ 'cleanup.policy': 'delete', 'max.message.bytes': '2000' });
  });

  it('adds partitions, and takes none away in place', async () => {
    await provision([topic({ partitions: 2 })]);
    expect((await provision([topic({ partitions: 4 })])).failures).toEqual([]);
    expect(await lines([topic({ partitions: 4 })])).toEqual([]);
    await client.createPartitions({ topicPartitions: [{ topic: name, count: 5 }] });
    expect(await lines([topic({ partitions: 4 })])).toEqual([`migrate ${name} Kafka cannot take partitions away from a topic.`]);
  });

  it('leaves the topics of others, until one is taken over', async () => {
    await client.createTopics({ topics: [{ topic: name, numPartitions: 1 }] });
    expect((await lines([topic({ partitions: 2 })]))[0]).toMatch(/^refuse .*msgctl did not make it/);
    expect((await provision([{ ...topic({ partitions: 2 }), existing: 'adopt' }])).failures).toEqual([]);
    expect(await lines([topic({ partitions: 2 })])).toEqual([]);
  });

  it("takes Kafka's own default of a topic that was there for what the contract asks", async () => {
    await client.createTopics({ topics: [{ topic: name, numPartitions: 1 }] });
    const wanted = topic({ 'configs.cleanup.policy': 'delete' });
    expect(await lines([{ ...wanted, existing: 'keep' }])).toEqual([]);
    const { plan, failures } = await provision([{ ...wanted, existing: 'adopt' }]);
    expect(stepsOf(plan).map(({ fields }) => fields)).toEqual([[{ name: 'owner', to: 'school' }]]);
    expect(failures).toEqual([]);
    expect(await lines([{ ...wanted, existing: 'adopt' }])).toEqual([]);
    expect(await configs()).toEqual({});
  });

  it('leaves the topics of other projects', async () => {
    await provision([topic({ partitions: 1 })], 'others');
    const [line] = await lines([{ ...topic({ partitions: 2 }), existing: 'adopt' }]);
    expect(line).toMatch(/^refuse .*Project "others" owns it/);
  });

  it('does not take over what another project took over after the plan', async () => {
    await client.createTopics({ topics: [{ topic: name, numPartitions: 1 }] });
    const adopted = [{ ...topic({ partitions: 1 }), existing: 'adopt' as const }];
    const failures = await withAdmin('school', async (admin) => {
      const plan = await planOf(admin, topologyOf(adopted));
      await provision(adopted, 'others');
      return failuresOf(await apply(plan, admin));
    });
    expect(failures).toEqual(['Project "others" owns the topic now.']);
    expect((await lines([topic({ partitions: 1 })], 'others')).filter((line) => line.includes(name))).toEqual([]);
  });

  it('leaves a topic to who took it over first, where two projects do at once', async () => {
    await client.createTopics({ topics: [{ topic: name, numPartitions: 1 }], waitForLeaders: true });
    const connection = await connect(accessOf(transportNamed('log', 'kafka', { brokers })));
    try {
      const fields = [{ name: 'owner', to: 'school' }];
      const step: Step = { action: 'change', resource: topic({}), fields, cause: 'not-in-contract', risk: 'safe', waitsFor: [], needs: [] };
      const session = await openSession({ connection, project: 'school', run: name, replication: undefined }, [step]);
      await record([ownerEntry(name, 'others', session.found.topics.get(name)?.id)]);
      const outcomes: StepOutcome[] = [];
      for await (const outcome of changeSteps(session, [step], signal)) outcomes.push(outcome);
      expect(outcomes).toMatchObject([{ ok: false, message: 'Project "others" took it over meanwhile.' }]);
    } finally {
      await connection.close();
    }
    expect((await lines([topic({ partitions: 1 })], 'others')).filter((line) => line.includes(name))).toEqual([]);
  });

  it('refuses a config by which nobody could write any more, for a new topic and for one that is there', async () => {
    const unwritable = topic({ partitions: 1, replication: 1, 'configs.min.insync.replicas': '2' });
    const reasons = () =>
      withAdmin('school', async (admin) => {
        const plan = await planOf(admin, topologyOf([unwritable]));
        return refusalsIn((await admin.rehearse?.(stepsOf(plan), signal)) ?? []).map(({ reason }) => reason);
      });
    const expected = ['With 1 replica and min.insync.replicas of 2 nobody who waits for them (acks=all) could write to it.'];
    expect(await reasons()).toEqual(expected);
    await provision([topic({ partitions: 1, replication: 1 })]);
    expect(await reasons()).toEqual(expected);
  });

  it('does not take for its own what somebody made after the plan, or made anew after it was deleted', async () => {
    const failures = await withAdmin('school', async (admin) => {
      const plan = await planOf(admin, topologyOf([topic({ partitions: 1 })]));
      await client.createTopics({ topics: [{ topic: name, numPartitions: 1 }] });
      return failuresOf(await apply(plan, admin));
    });
    expect(failures).toEqual([expect.stringContaining('A topic of this name has been made meanwhile. Plan again.')]);
    expect((await lines([topic({ partitions: 1 })]))[0]).toMatch(/^refuse .*msgctl did not make it/);

    count += 1;
    name = `${prefix}${count}`;
    await provision([topic({ partitions: 1 })]);
    await client.deleteTopics({ topics: [name] });
    await expect.poll(async () => (await client.listTopics()).includes(name)).toBe(false);
    await client.createTopics({ topics: [{ topic: name, numPartitions: 1 }] });
    expect((await lines([topic({ partitions: 1 })]))[0]).toMatch(/^refuse .*msgctl did not make it/);
  });

  it('finishes what was cut off after the topic was made and before it was recorded', async () => {
    const made = { partitions: 1, configs: { 'retention.ms': '1000' } };
    await record([intentEntry(name, 'run-cut-off', 'school', made)]);
    // Announced only: what is to be made is not there.
    expect((await lines([topic({ partitions: 1 })]))[0]).toMatch(/^create /);
    await client.createTopics({
      topics: [{ topic: name, numPartitions: 1, configEntries: [{ name: 'retention.ms', value: '1000' }] }],
    });
    const desired = topic({ partitions: 2, 'configs.retention.ms': '1000' });
    const { plan, failures } = await provision([desired]);
    expect(stepsOf(plan).map(({ action }) => action)).toEqual(['change']);
    expect(failures).toEqual([]);
    const records = (await recorded()).filter(({ key }) => key.startsWith(name));
    expect(records.map(({ key, value }) => [key, value !== undefined])).toEqual([
      [`${name}/run-cut-off`, true],
      [name, true],
      [`${name}/run-cut-off`, false],
    ]);
    expect(await lines([desired])).toEqual([]);
  });

  it('does not take an announced topic for its own where somebody else made it', async () => {
    await record([intentEntry(name, 'run-cut-off', 'school', { partitions: 1, configs: { 'retention.ms': '1000' } })]);
    await client.createTopics({ topics: [{ topic: name, numPartitions: 1 }] });
    expect((await lines([topic({ partitions: 1 })]))[0]).toMatch(/^refuse .*msgctl did not make it/);
  });

  it('tells each step that Kafka refuses, before and while it is applied, and carries out the others', async () => {
    const wrong = { ...topic({ partitions: 1, 'configs.retention.ms': 'soon' }), name: `${name}-wrong` };
    const right = topic({ partitions: 1 });
    await withAdmin('school', async (admin) => {
      const plan = await planOf(admin, topologyOf([right, wrong]));
      const refusals = refusalsIn((await admin.rehearse?.(stepsOf(plan), signal)) ?? []);
      expect(refusals.map(({ step, reason }) => `${step.resource.name}: ${reason}`)).toEqual([
        expect.stringMatching(
          /-wrong: Kafka does not take one of the configs\. Kafka says: "Invalid value soon for configuration retention\.ms/,
        ),
      ]);
      const failures = failuresOf(await apply(plan, admin));
      expect(failures).toEqual([expect.stringContaining('Kafka does not take one of the configs.')]);
    });
    expect(await lines([right])).toEqual([]);
  });

  it('says that there are too few brokers for so many replicas', async () => {
    await provision([topic({ partitions: 1, replication: 1 })]);
    await withAdmin('school', async (admin) => {
      const plan = await planOf(admin, topologyOf([topic({ partitions: 1, replication: 99 })]));
      const refusals = refusalsIn((await admin.rehearse?.(stepsOf(plan), signal)) ?? []);
      expect(refusals.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^The cluster has \d+ brokers?, and every replica/)]);
      expect(failuresOf(await apply(plan, admin))).toEqual([expect.stringMatching(/^The cluster has/)]);
    });
  });

  it('refuses a cluster that is not meant', async () => {
    const failure = openKafka(transportNamed('log', 'kafka', { brokers, cluster: 'another' }), 'school');
    await expect(failure).rejects.toMatchObject({
      id: 'wrong-cluster',
      message: expect.stringMatching(/is the cluster "[\w-]+", not "another"\.$/),
    });
    const id = (await client.describeCluster()).clusterId;
    await (await openKafka(transportNamed('log', 'kafka', { brokers, cluster: id }), 'school')).close();
  });

  it('says when no broker is there, and does with one of several', async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    await expect(openKafka(transportNamed('log', 'kafka', { brokers: nobody }), 'school')).rejects.toMatchObject({
      id: 'broker-unreachable',
      message: `Transport "log": Kafka at ${nobody} cannot be reached: nothing listens there.`,
    });
    await (await openKafka(transportNamed('log', 'kafka', { brokers: [nobody, ...brokers.split(',')] }), 'school')).close();
  });

  it('gives up a port that takes connections and never answers', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const where = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(openKafka(transportNamed('log', 'kafka', { brokers: where }), 'school')).rejects.toMatchObject({
      id: 'broker-unreachable',
      message: `Transport "log": Kafka at ${where} cannot be reached: it did not answer in time.`,
    });
    silent.close();
  });

  it.skipIf(started && !started.broker.own)('says when a login is refused, without the password', async () => {
    const sasl = started?.broker.own?.sasl ?? '';
    const login = (password: string, mechanism = 'plain') =>
      openKafka(transportNamed('log', 'kafka', { brokers: sasl, sasl: { mechanism, username: 'msgctl', password } }), 'school');
    await expect(login('wrong-password')).rejects.toMatchObject({
      id: 'login-refused',
      message: `Transport "log": Kafka at ${sasl} does not let user "msgctl" in.`,
    });
    expect(String(await login('wrong-password').catch((error: Error) => error.cause))).not.toContain('wrong-password');
    await expect(login('right-password', 'scram-sha-256')).rejects.toMatchObject({
      id: 'login-refused',
      message: expect.stringContaining('does not offer the SASL mechanism "scram-sha-256"'),
    });
    await (await login('right-password')).close();
    await expect(openKafka(transportNamed('log', 'kafka', { brokers: sasl }), 'school')).rejects.toMatchObject({
      id: 'broker-unreachable',
    });
  });

  it.skipIf(started && !started.broker.own)('says when a certificate is not trusted', async () => {
    const tls = started?.broker.own?.tls ?? '';
    await expect(openKafka(transportNamed('log', 'kafka', { brokers: tls, tls: true }), 'school')).rejects.toMatchObject({
      id: 'broker-not-trusted',
      message: `Transport "log": Kafka at ${tls} is not trusted: its certificate is signed by itself.`,
    });
  });

  it.skipIf(started && !started.broker.own)(
    'reads every record of owners where a client quota holds them back',
    async () => {
      const connection = await connect({ ...accessOf(transportNamed('log', 'kafka', { brokers })), clientId: name });
      try {
        await ensureLedger(connection, undefined);
        const { end } = await readLedger(connection, await connection.refresh());
        const keys = Array.from({ length: 60 }, (_, index) => `${name}-${index}`);
        await record(keys.map((key) => ({ key, value: 'x'.repeat(1_000) })));
        await limitReading(connection, name, 20_000);
        const heldBack = vi.fn();
        for (let reads = 0; reads < 20 && heldBack.mock.calls.length === 0; reads += 1) {
          const { entries } = await readLedger(watched(connection, heldBack), await connection.refresh(), end);
          expect(entries.map(({ key }) => key)).toEqual(keys);
        }
        expect(heldBack).toHaveBeenCalled();
      } finally {
        await connection.close();
      }
    },
    120_000,
  );

  it('makes more topics than one request may', async () => {
    const many = Array.from({ length: 450 }, (_, index) => ({ ...topic({ partitions: 1 }), name: `${name}-${index}` }));
    expect((await provision(many)).failures).toEqual([]);
    expect(await lines(many)).toEqual([]);
  }, 120_000);

  function topic(attributes: Readonly<Record<string, JsonValue>>): DesiredResource {
    return topicNamed(name, attributes);
  }

  /** Plans and applies; what others of these tests made is no longer wanted then, and stays. */
  async function provision(resources: readonly DesiredResource[], project = 'school') {
    return withAdmin(project, async (admin) => {
      const whole = await planOf(admin, topologyOf(resources), project);
      const names = new Set(resources.map((resource) => resource.name));
      const plan = { ...whole, phases: whole.phases.map((phase) => phase.filter(({ resource }) => names.has(resource.name))) };
      return { plan, failures: failuresOf(await apply(plan, admin)) };
    });
  }

  /** The steps that a plan of these resources has, but for the deletions of what other tests made. */
  async function lines(resources: readonly DesiredResource[], project = 'school'): Promise<readonly string[]> {
    const plan = await withAdmin(project, (admin) => planOf(admin, topologyOf(resources), project));
    return stepsOf(plan)
      .filter((step) => step.cause !== 'not-in-contract' || resources.length === 0)
      .map(({ action, resource, reason = '' }) => `${action} ${resource.name} ${reason}`);
  }

  async function withAdmin<Value>(project: string, work: (admin: BrokerAdmin) => Promise<Value>): Promise<Value> {
    const admin = await openKafka(transportNamed('log', 'kafka', { brokers }), project);
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  }

  /** By hand: all of a topic's configs at once. */
  async function setConfigs(values: JsonObject): Promise<void> {
    const configEntries = Object.entries(values).map(([config, value]) => ({ name: config, value: String(value) }));
    await client.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name, configEntries }] });
    await expect.poll(configs).toEqual(values);
  }

  async function configs(): Promise<unknown> {
    const { resources } = await client.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name }] });
    const own = resources[0]?.configEntries.filter(({ configSource }) => configSource === 1) ?? [];
    return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
  }

  async function record(entries: readonly OwnerEntry[]): Promise<void> {
    const connection = await connect(accessOf(transportNamed('log', 'kafka', { brokers })));
    await ensureLedger(connection, undefined);
    await writeLedger(connection, entries);
    await connection.close();
  }

  async function recorded(): Promise<readonly OwnerEntry[]> {
    const connection = await connect(accessOf(transportNamed('log', 'kafka', { brokers })));
    const { entries } = await readLedger(connection, await connection.refresh());
    await connection.close();
    return entries;
  }
});

/** Without what is only told of steps: other tests leave topics that would go. */
function refusalsIn(remarks: readonly (Refusal | Note)[]): readonly (Refusal | Note)[] {
  return remarks.filter(({ refuses }) => refuses !== false);
}

/** The same connection, telling of each fetch that was answered with nothing at all. */
function watched(connection: Connection, heldBack: () => void): Connection {
  const broker = async (nodeId: number): Promise<Broker> => {
    const found = await connection.broker(nodeId);
    const fetch: Broker['fetch'] = async (options) => {
      const answer = await found.fetch(options);
      if (answer.responses.length === 0) heldBack();
      return answer;
    };
    return Object.assign(Object.create(found) as Broker, { fetch });
  };
  return { ...connection, broker };
}

/** Gives a client a quota of bytes per second: AlterClientQuotas, which kafkajs does not know. */
async function limitReading(connection: Connection, client: string, rate: number): Promise<void> {
  const { connectionPool } = await connection.controller();
  const limit = newEncoder().writeString('consumer_byte_rate') as Encoder & { writeDouble(value: number): Encoder };
  const entry = newEncoder()
    .writeArray([newEncoder().writeString('client-id').writeString(client)])
    .writeArray([limit.writeDouble(rate).writeBoolean(false)]);
  const codes = await connectionPool.send<readonly number[]>({
    request: {
      apiKey: 49,
      apiVersion: 0,
      apiName: 'AlterClientQuotas',
      encode: async () => newEncoder().writeArray([entry]).writeBoolean(false),
    },
    response: {
      decode: async (raw) => {
        const decoder = newDecoder(raw);
        decoder.readInt32();
        return decoder.readArray((at) => {
          const code = at.readInt16();
          at.readString();
          at.readArray((entity) => [entity.readString(), entity.readString()]);
          return code;
        });
      },
      parse: async (data) => data,
    },
  });
  expect(codes).toEqual([0]);
}
