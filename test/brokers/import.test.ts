import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectAmqp } from 'amqplib';
import { Kafka as Client, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../src/brokers/rabbitmq/access.ts';
import { readConsumers } from '../../src/brokers/rabbitmq/admin/consumers.ts';
import { openManagement } from '../../src/brokers/rabbitmq/admin/management.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { runMsgctl } from './command-line.ts';
import { startKafka } from './kafka.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { startRedis } from './redis.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Name them in the environment (MSGCTL_TEST_AMQP_URL, MSGCTL_TEST_KAFKA_BROKERS and so on), or run as root on Debian.';
const suite = 'test/brokers/import';
const starts = await Promise.all([startRabbitmq(), startRabbitmq({ version: '4' }), startKafka(), startRedis({})]);
const three = brokerOrSkip(starts[0], `${suite} on RabbitMQ 3.10`, remedy);
const four = brokerOrSkip(starts[1], `${suite} on RabbitMQ 4`, remedy);
const kafka = brokerOrSkip(starts[2], `${suite} on Kafka`, remedy);
const redis = brokerOrSkip(starts[3], `${suite} on Redis`, remedy);
/** A run starts several processes. */
const PATIENCE = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'msgctl-import-'));
afterAll(async () => {
  await Promise.all([three?.stop(), four?.stop(), kafka?.stop(), redis?.stop()]);
  rmSync(folder, { recursive: true, force: true });
}, PATIENCE);

describe.each([
  ['3.10', three],
  ['4', four],
])('what people made on RabbitMQ %s', (version, started) => {
  let vhost: Vhost;
  let variables: NodeJS.ProcessEnv;
  const out = join(folder, `rabbit-${version}`);

  beforeAll(async () => {
    if (!started) return;
    vhost = await createVhost(started.broker);
    variables = { RABBITMQ_URL: vhost.url, RABBITMQ_MANAGEMENT_URL: vhost.management };
    const text = readFileSync('test/cases/cli/import/definitions.json', 'utf8');
    const { exchanges, queues, bindings, policies } = JSON.parse(text.replaceAll('"vhost": "shop"', `"vhost": "${vhost.name}"`));
    const here = (entries: readonly { vhost: string }[]) => entries.filter((entry) => entry.vhost === vhost.name);
    const definitions = { exchanges: here(exchanges), queues: here(queues), bindings: here(bindings), policies: here(policies) };
    await vhost.call('POST', '/api/definitions', definitions);
  }, PATIENCE);
  afterAll(() => vhost?.remove(), PATIENCE);

  it.skipIf(!started)(
    'is valid as contracts, asks for nothing and is not touched',
    async () => {
      const before = await vhost.call('GET', `/api/definitions/${vhost.name}`);
      const connection = await connectAmqp(vhost.url, { clientProperties: { connection_name: 'stock-keeper@host-1' } });
      const channel = await connection.createChannel();
      await channel.consume('warehouse_orders', () => undefined);
      // The management API tells of a new connection, and of whose consumer it is, a few seconds later.
      const access = accessOf(transportNamed('bus', 'rabbitmq', { url: vhost.url, management: vhost.management }));
      const consumers = () => readConsumers(openManagement(access), access);
      await expect.poll(consumers, { timeout: 60_000 }).toEqual(new Map([['warehouse_orders', ['stock-keeper@host-1']]]));
      const imported = await runMsgctl(folder, ['import', 'rabbitmq', '--out', out, '--project', 'shop'], variables);
      await connection.close();
      expect(imported.code, imported.stderr).toBe(0);
      expect(imported.stdout).toContain('queue "jobs". It is reached through the default exchange only');
      expect(imported.stdout).not.toContain(new URL(vhost.url).password);

      expect(await runMsgctl(out, ['validate'], variables)).toMatchObject({ code: 0, stdout: expect.stringMatching(/: valid\.\n$/) });
      expect(await runMsgctl(out, ['plan', '--exit-code'], variables)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^rabbit shop: up to date \(\d+ resources\)\.\n$/),
      });
      const warehouse = readFileSync(join(out, 'contracts/stock-keeper.yaml'), 'utf8');
      expect(warehouse).toContain('by the connections that consume it');
      expect(readFileSync(join(out, 'msgctl.yaml'), 'utf8')).not.toContain(`${new URL(vhost.url).password}@`);

      const provisioned = await runMsgctl(out, ['provision', '--yes'], variables);
      expect(provisioned.code, provisioned.stderr).toBe(0);
      expect(await vhost.call('GET', `/api/definitions/${vhost.name}`)).toEqual(before);
    },
    PATIENCE,
  );

  it.skipIf(!started)(
    'is found when somebody changes it by hand',
    async () => {
      await vhost.removeBinding({ source: 'orders', queue: 'warehouse_orders', routingKey: 'order.created' });
      const planned = await runMsgctl(out, ['plan', '--exit-code'], variables);
      expect(planned.code).toBe(1);
      expect(planned.stdout).toMatch(/! binding +orders → warehouse_orders +"order.created"/);
      await vhost.addBinding({ source: 'orders', queue: 'warehouse_orders', routingKey: 'order.created' });
      expect(await runMsgctl(out, ['plan', '--exit-code'], variables)).toMatchObject({ code: 0 });
    },
    PATIENCE,
  );
});

describe.each([
  ['3.10', three],
  ['4', four],
])('what msgctl made on RabbitMQ %s', (version, started) => {
  it.skipIf(!started)(
    'is written anew once its contracts are lost, and asks for the same',
    async () => {
      if (!started) return;
      const vhost = await createVhost(started.broker);
      try {
        await vhost.importExisting();
        const variables = { RABBITMQ_URL: vhost.url, RABBITMQ_MANAGEMENT_URL: vhost.management };
        const before = join(folder, `school-${version}`);
        for (const name of ['msgctl.yaml', 'contracts', 'schema']) cpSync(name, join(before, name), { recursive: true });
        const made = await runMsgctl(before, ['provision', '--yes', '--to', 'rabbit'], variables);
        expect(made.code, `${made.stdout.slice(-500)}${made.stderr}`).toBe(0);

        const after = join(folder, `anew-${version}`);
        const imported = await runMsgctl(folder, ['import', 'rabbitmq', '--out', after, '--project', 'school'], variables);
        expect(imported.code, imported.stderr).toBe(0);
        const validated = await runMsgctl(after, ['validate', '--format', 'compact'], variables);
        expect(validated.code, validated.stdout).toBe(0);
        const planned = await runMsgctl(after, ['plan', '--exit-code'], variables);
        expect(planned.code, planned.stdout.slice(0, 2_000)).toBe(0);
        expect(planned.stdout).toMatch(/^rabbit school: up to date \(\d+ resources\)\.\n$/);
      } finally {
        await vhost.remove();
      }
    },
    PATIENCE,
  );
});

describe.skipIf(!kafka)('what people made on Kafka', () => {
  const prefix = `imported-${randomUUID().slice(0, 8)}`;
  const topics = [
    { topic: `${prefix}.orders.created`, numPartitions: 3, configEntries: [{ name: 'retention.ms', value: '86400000' }] },
    { topic: `${prefix}_STOCK`, numPartitions: 2, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] },
    { topic: `${prefix}.never.read`, numPartitions: 1 },
    { topic: `${prefix}-app-KSTREAM-STATE-changelog`, numPartitions: 1 },
  ];
  const names = topics.map(({ topic }) => topic);
  const out = join(folder, 'kafka');
  const client = new Client({ brokers: (kafka?.broker.brokers ?? 'localhost:1').split(','), logLevel: logLevel.NOTHING });
  const admin = client.admin();

  beforeAll(async () => {
    await admin.connect();
    await admin.createTopics({ topics, waitForLeaders: true });
    await admin.setOffsets({ groupId: `${prefix}-billing`, topic: names[0] as string, partitions: [{ partition: 0, offset: '0' }] });
    await admin.setOffsets({ groupId: `${prefix}-billing`, topic: names[1] as string, partitions: [{ partition: 0, offset: '0' }] });
  }, PATIENCE);
  afterAll(async () => {
    await admin.deleteGroups([`${prefix}-billing`]);
    await admin.deleteTopics({ topics: names });
    await admin.disconnect();
  }, PATIENCE);

  it(
    'is valid as contracts, asks for nothing, and makes no topics for what fails',
    async () => {
      const consumer = client.consumer({ groupId: `${prefix}-search` });
      await consumer.connect();
      await consumer.subscribe({ topic: names[1] as string });
      const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve));
      await consumer.run({ eachMessage: async () => undefined });
      await joined;
      const variables = { KAFKA_BROKERS: kafka?.broker.brokers };
      const words = ['import', 'kafka', '--only', `${prefix}*`, '--out', out, '--project', 'shop', '--service', `billing=*billing`];
      const imported = await runMsgctl(folder, [...words, '--service', 'search', '--service', `shop=${prefix}*`], variables);
      await consumer.disconnect();
      await admin.deleteGroups([`${prefix}-search`]);
      expect(imported.code, imported.stderr).toBe(0);
      expect(readdirSync(join(out, 'contracts'))).toEqual(['billing.yaml', 'search.yaml', 'shop.yaml']);
      const contract = readFileSync(join(out, 'contracts/shop.yaml'), 'utf8');
      expect(contract).toContain('partitions: 3, retain: { time: 1d }');
      expect(contract).toContain('cleanup.policy=compact');
      expect(imported.stdout).toContain('By its name it belongs to Kafka Streams');
      expect(readFileSync(join(out, 'contracts/billing.yaml'), 'utf8')).toContain(`group: ${prefix}-billing`);
      expect(readFileSync(join(out, 'contracts/search.yaml'), 'utf8')).toContain(`group: ${prefix}-search`);

      const validated = await runMsgctl(out, ['validate', '--format', 'compact'], variables);
      expect(validated.code, validated.stdout).toBe(0);
      expect(validated.stdout.match(/^.*(?:error|warning)/m)).toBeNull();
      expect(await runMsgctl(out, ['plan', '--exit-code'], variables)).toMatchObject({
        code: 0,
        stdout: 'log shop: up to date (3 resources).\n',
      });
    },
    PATIENCE,
  );
});

describe.skipIf(!redis)('what people made on Redis', () => {
  const out = join(folder, 'redis');

  it(
    'is valid as contracts and asks for nothing',
    async () => {
      if (!redis) return;
      const { broker } = redis;
      for (const number of ['1', '2', '3']) await broker.run('SET', `cache:${number}`, 'x');
      await broker.run('XGROUP', 'CREATE', 'orders:created', 'billing', '0', 'MKSTREAM');
      await broker.run('XGROUP', 'CREATE', 'orders:created', 'search index', '$');
      await broker.run('XADD', '__proto__', '*', 'a', '1');
      const variables = { REDIS_URL: broker.url };
      const imported = await runMsgctl(folder, ['import', 'redis', '--out', out, '--project', 'shop'], variables);
      expect(imported.code, imported.stderr).toBe(0);
      expect(readdirSync(join(out, 'contracts'))).toEqual(['billing.yaml', 'orders.yaml', 'proto.yaml', 'search.yaml']);
      const validated = await runMsgctl(out, ['validate', '--format', 'compact'], variables);
      expect(validated.code, validated.stdout).toBe(0);
      expect(validated.stdout.match(/^.*(?:error|warning)/m)).toBeNull();
      const planned = await runMsgctl(out, ['plan', '--exit-code'], variables);
      expect(planned.code, planned.stdout).toBe(0);
      expect(planned.stdout).toContain('up to date (4 resources)');
    },
    PATIENCE,
  );
});
