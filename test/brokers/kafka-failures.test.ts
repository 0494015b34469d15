import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../src/brokers/kafka/access.ts';
import { type Connection, connect } from '../../src/brokers/kafka/admin/connection.ts';
import type { DesiredResource } from '../../src/topology/model.ts';
import { isFullSize } from '../support/size.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type CuttableWay, openWay } from './cuttable-way.ts';
import { startOwnKafka } from './kafka.ts';
import { type Project, projectOn, topicNamed, withClient } from './kafka-plans.ts';

const started = brokerOrSkip(await startOwnKafka(), 'test/brokers/kafka-failures', 'Run as root on Debian.');

/** What is allowed to whom: `kafka-acls.sh` in the numbers of the protocol. */
const RESOURCES = { topic: 2, group: 3, cluster: 4 } as const;
const OPERATIONS = { Read: 3, Write: 4, Create: 5, Delete: 6, Alter: 7, Describe: 8, DescribeConfigs: 10, AlterConfigs: 11 } as const;
const PREFIXED = 4;
const LITERAL = 3;

/** Its own Kafka, as it is broken here. */
describe.skipIf(!started)('a Kafka that fails', () => {
  const node = started?.broker.own?.node;
  let connection: Connection;
  let way: CuttableWay | undefined;
  let count = 0;

  beforeAll(async () => {
    if (!node) return;
    connection = await connect(accessOf(transportNamed('log', 'kafka', { brokers: node.plain })));
  }, 120_000);

  afterEach(() => {
    way?.cut();
    way = undefined;
  });

  afterAll(async () => {
    await connection?.close();
    await started?.stop();
  }, 60_000);

  describe('in the middle', () => {
    it.each(isFullSize ? [0, 150, 400, 800] : [150])(
      'finishes in a second run what a cut of the connection after %i ms left',
      async (moment) => {
        const { many, shop, through } = await behindWay(0);
        const ended = endsInWords(through.provision(many));
        await sleep(moment);
        way?.cut();
        await ended;
        expect(await shop.provision(many)).toEqual([]);
        expect(await shop.lines(many)).toEqual([]);
      },
      90_000,
    );

    it.skipIf(!isFullSize)(
      'finishes in a second run what a restart of the broker left',
      async () => {
        const { many, shop } = fresh();
        const ended = endsInWords(shop.provision(many));
        await sleep(600);
        await node?.kill();
        await ended;
        expect(await node?.start()).toBe(true);
        expect(await shop.provision(many)).toEqual([]);
        expect(await shop.lines(many)).toEqual([]);
      },
      180_000,
    );

    it('finishes in a second run what a cut left of taking topics away', async () => {
      const { many, shop, through } = await behindWay(0);
      expect(await shop.provision(many)).toEqual([]);
      const ended = endsInWords(through.provision([], ['delete']));
      // After the time in which nothing may be written, while they are fenced and deleted.
      await sleep(3_900);
      way?.cut();
      await ended;
      expect(await shop.provision([], ['delete'])).toEqual([]);
      expect(await shop.lines([])).toEqual([]);
    }, 120_000);
  });

  it('does all over a way that takes 200 ms', async () => {
    const { many, through } = await behindWay(200);
    const some = many.slice(0, 20);
    expect(await through.provision(some)).toEqual([]);
    expect(await through.lines(some)).toEqual([]);
  }, 120_000);

  describe('a right that is missing', () => {
    const narrow = () => ({ brokers: node?.sasl ?? '', sasl: { mechanism: 'plain', username: 'narrow', password: 'narrow-password' } });

    it('is named while planning, for each thing that needs it, and nothing is changed', async () => {
      const { name, shop } = fresh();
      const limited = projectOn(narrow(), name);
      const topic = (attributes: Readonly<Record<string, string | number>>) => [topicNamed(name, attributes)];
      await allow('topic', '__msgctl', LITERAL, ['Read', 'Write']);
      await soon(() => limited.lines(topic({ partitions: 1 }))).toEqual([`refuse ${name} ${lacks('Create on the topic')}`]);
      expect(await shop.provision(topic({ partitions: 1 }))).toEqual([]);
      // It is there, and he may not see it.
      await allow('topic', name, LITERAL, ['Create']);
      await soon(() => limited.lines(topic({ partitions: 1 }))).toEqual([expect.stringContaining('lacks the right Describe on the topic')]);

      await allow('topic', name, LITERAL, ['Describe']);
      await soon(() => limited.lines(topic({ partitions: 1 }))).toEqual([expect.stringContaining('may not be read')]);
      await allow('topic', name, LITERAL, ['DescribeConfigs']);
      await soon(() => limited.lines(topic({ partitions: 1 }))).toEqual([]);
      await soon(() => limited.lines(topic({ partitions: 1, 'configs.retention.ms': '1000' }))).toEqual([
        `refuse ${name} configs.retention.ms:->1000 ${lacks('AlterConfigs on the topic')}`,
      ]);
      await soon(() => limited.lines(topic({ partitions: 2 }))).toEqual([`refuse ${name} partitions:1->2 ${lacks('Alter on the topic')}`]);
      await soon(() => limited.lines(topic({ partitions: 1, replication: 2 }))).toEqual([
        `refuse ${name} replication:1->2 ${lacks('Alter on the cluster')}`,
      ]);
      await soon(() => limited.lines([])).toEqual([
        expect.stringContaining(`${lacks('Describe on the cluster')} Without it msgctl does not see which groups still read the topic.`),
      ]);
      await allow('cluster', 'kafka-cluster', LITERAL, ['Describe']);
      await soon(() => limited.lines([])).toEqual([expect.stringContaining(lacks('Delete on the topic'))]);
      await allow('topic', name, LITERAL, ['Delete']);
      await soon(() => limited.lines([])).toEqual([expect.stringContaining(lacks('AlterConfigs on the topic'))]);
      expect(await shop.lines(topic({ partitions: 1 }))).toEqual([]);

      await allow('topic', name, LITERAL, ['AlterConfigs', 'Alter']);
      await soon(() => limited.provision(topic({ partitions: 2, 'configs.retention.ms': '1000' }), ['delete'])).toEqual([]);
      expect(await limited.provision([], ['delete'])).toEqual([]);
      expect(await onIt((client) => client.listTopics())).not.toContain(name);
    }, 120_000);

    it('is named where groups may not be looked at', async () => {
      const { name, shop } = fresh();
      await allow('topic', '__msgctl', LITERAL, ['Read', 'Write']);
      await allow('cluster', 'kafka-cluster', LITERAL, ['Describe']);
      await allow('topic', name, LITERAL, ['Describe', 'DescribeConfigs', 'Delete', 'AlterConfigs']);
      expect(await shop.provision([topicNamed(name, { partitions: 1 })])).toEqual([]);
      const partitions = [{ partition: 0, offset: '0' }];
      await onIt((client) => client.setOffsets({ groupId: `${name}-group`, topic: name, partitions }));
      await soon(() => projectOn(narrow(), name).lines([])).toEqual([
        expect.stringMatching(new RegExp(`^refuse ${name} The consumer group "${name}-group" may not be looked at\\.`)),
      ]);
      expect(await shop.provision([], ['delete'])).toEqual([]);
    }, 120_000);

    it("is told of the owners' topic", async () => {
      const { name } = fresh();
      await disallowAll();
      await allow('topic', name, PREFIXED, ['Describe', 'DescribeConfigs', 'Create']);
      const limited = projectOn(narrow(), name);
      const wanted = [topicNamed(name, { partitions: 1 })];
      await soon(() => limited.lines(wanted)).toEqual([expect.stringContaining('lacks the right Describe on the topic "__msgctl"')]);
      await allow('topic', '__msgctl', LITERAL, ['Read']);
      await soon(() => limited.lines(wanted)).toEqual([
        `refuse ${name} ${lacks('Write on the topic "__msgctl"')} It tells whose topics are.`,
      ]);
    }, 120_000);
  });

  it("takes nothing for its own where the owners' topic was deleted, and takes it over again", async () => {
    const { name, shop } = fresh();
    const wanted = topicNamed(name, { partitions: 1 });
    expect(await shop.provision([wanted])).toEqual([]);
    await onIt((client) => client.deleteTopics({ topics: ['__msgctl'] }));
    await expect.poll(async () => (await connection.refresh()).topicMetadata.some(({ topic }) => topic === '__msgctl')).toBe(false);
    expect(await shop.lines([wanted])).toEqual([expect.stringMatching(/^refuse .*msgctl did not make it/)]);
    expect(await shop.provision([{ ...wanted, existing: 'adopt' }])).toEqual([]);
    expect(await shop.lines([wanted])).toEqual([]);
  }, 60_000);

  function onIt<Value>(work: (client: Admin) => Promise<Value>): Promise<Value> {
    return withClient(node?.plain ?? '', work);
  }

  /** Brokers learn of a new right a moment later. What is thrown counts as what it says. */
  function soon(work: () => Promise<readonly string[]>) {
    return expect.poll(() => work().catch((error: Error) => [error.message]), { timeout: 15_000 });
  }

  function lacks(what: string): string {
    return `The user that msgctl logs in as lacks the right ${what}.`;
  }

  /** A project of its own with some topics that it wants. */
  function fresh(): { readonly name: string; readonly many: readonly DesiredResource[]; readonly shop: Project } {
    count += 1;
    const name = `failing-${count}`;
    const many = Array.from({ length: 60 }, (_, index) => topicNamed(`${name}-${index}`, { partitions: 1 }));
    return { name, many, shop: projectOn({ brokers: node?.plain ?? '' }, name) };
  }

  /** The same, and the project over a way that can be cut, on which answers take so much longer. */
  async function behindWay(slowness: number) {
    const made = fresh();
    way = await openWay(`tcp://${node?.behind}`, slowness, Number(node?.way.split(':')[1]));
    return { ...made, through: projectOn({ brokers: node?.way ?? '' }, made.name) };
  }

  /** Whatever happened in the middle, it is told in words: steps that failed, or a failure. */
  async function endsInWords(work: Promise<readonly string[]>): Promise<void> {
    const said = await work.catch((error: Error) => [error.constructor.name === 'Failure' ? error.message : `a bug: ${error.stack}`]);
    expect(said.filter((text) => text.startsWith('a bug') || text === '')).toEqual([]);
  }

  async function allow(kind: keyof typeof RESOURCES, name: string, pattern: number, operations: readonly (keyof typeof OPERATIONS)[]) {
    const acl = operations.map((operation) => ({
      resourceType: RESOURCES[kind],
      resourceName: name,
      resourcePatternType: pattern,
      principal: 'User:narrow',
      host: '*',
      operation: OPERATIONS[operation],
      permissionType: 3,
    }));
    await onIt((client) => client.createAcls({ acl }));
  }

  async function disallowAll(): Promise<void> {
    const filter = { resourceType: 1, resourcePatternType: 1, operation: 1, permissionType: 1, principal: 'User:narrow' };
    await onIt((client) => client.deleteAcls({ filters: [filter] }));
  }
});
