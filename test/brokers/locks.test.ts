import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKafka } from '../../src/brokers/kafka/admin.ts';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { policyName, policyResource } from '../../src/brokers/rabbitmq/resources.ts';
import { openRedis } from '../../src/brokers/redis/admin.ts';
import type { BrokerAdmin, Lock, StepOutcome, Unlocked } from '../../src/topology/port.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip, freePort } from './broker-process.ts';
import { openWay } from './cuttable-way.ts';
import { startKafka } from './kafka.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { startRedis } from './redis.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Name them in the environment (MSGCTL_TEST_AMQP_URL, MSGCTL_TEST_KAFKA_BROKERS and so on), or run as root on Debian.';
const suite = 'test/brokers/locks';
const starts = await Promise.all([startRabbitmq(), startKafka(), startRedis({})]);
const rabbitmq = brokerOrSkip(starts[0], `${suite} on RabbitMQ`, remedy);
const kafka = brokerOrSkip(starts[1], `${suite} on Kafka`, remedy);
const redis = brokerOrSkip(starts[2], `${suite} on Redis`, remedy);

/** Never to be seen in any output. */
const SECRET = 'hunter2-very-secret';
/** A project of this run alone, should a cluster be shared. */
const project = `locks-${randomUUID().slice(0, 8)}`;

let vhost: Vhost | undefined;
const opens: Readonly<Record<string, (project: string, user?: string) => Promise<BrokerAdmin>>> = {
  RabbitMQ: (of, user) => {
    const [url = '', management = ''] = [vhost?.url, vhost?.management].map((address) =>
      user === undefined ? address : address?.replace(/\/\/[^@]*@/, `//${user}:${SECRET}@`),
    );
    return openRabbitmq(transportNamed('bus', 'rabbitmq', { url, management }), of);
  },
  Kafka: (of) => openKafka(transportNamed('bus', 'kafka', { brokers: kafka?.broker.brokers ?? '' }), of),
  Redis: (of, user) => {
    const url = redis?.broker.url ?? '';
    return openRedis(transportNamed('bus', 'redis', { url: user === undefined ? url : url.replace('//', `//${user}:${SECRET}@`) }), of);
  },
};

describe.skipIf(!rabbitmq || !kafka || !redis)('two runs at once', () => {
  const admins: BrokerAdmin[] = [];

  beforeAll(async () => {
    if (!rabbitmq) return;
    vhost = await createVhost(rabbitmq.broker);
    await vhost.call('PUT', '/api/users/keyless', { password: SECRET, tags: 'policymaker' });
    await vhost.call('PUT', `/api/permissions/${vhost.name}/keyless`, { configure: '^shop', write: '.*', read: '.*' });
    await redis?.broker.run('ACL', 'SETUSER', 'keyless', 'on', `>${SECRET}`, '+@all', '~shop.*', '~msgctl:owner');
  }, 120_000);

  afterAll(async () => {
    for (const admin of admins) await admin.close();
    await vhost?.call('DELETE', '/api/users/keyless');
    await vhost?.remove();
    await Promise.all([rabbitmq?.stop(), kafka?.stop(), redis?.stop()]);
  }, 120_000);

  const brokers = Object.keys(opens);

  it.each(brokers)(
    'do not meet on %s: the second is told who is at work, and may when that has ended',
    async (broker) => {
      const [one, other, stranger] = [await open(broker), await open(broker), await open(broker, `${project}-b`)];
      const lock = await locked(one, 'alice on her machine');
      await expect(locked(other, 'bob')).rejects.toMatchObject({
        id: 'locked',
        message: `Transport "bus": another run is provisioning project "${project}" there: alice on her machine.`,
        advice: expect.stringContaining('Wait until it has ended'),
      });
      await (await locked(stranger, 'carol')).release();
      await lock.release();
      await (await locked(other, 'bob')).release();
    },
    60_000,
  );

  it.each(brokers)(
    'that begin at the same moment are not both let in on %s',
    async (broker) => {
      const [one, other] = [await open(broker), await open(broker)];
      const ends = await Promise.allSettled([locked(one, 'alice'), locked(other, 'bob')]);
      expect(ends.map(({ status }) => status)).toContain('rejected');
      for (const end of ends) if (end.status === 'fulfilled') await end.value.release();
    },
    60_000,
  );

  it('RabbitMQ ends the lock of a run with its connection', async () => {
    const [one, other] = [await open('RabbitMQ'), await open('RabbitMQ')];
    await locked(one, 'alice');
    await one.close();
    await (await locked(other, 'bob')).release();
  }, 60_000);

  it('RabbitMQ keeps the lock where a policy lets queues expire that nobody uses', async () => {
    const path = `/api/policies/${vhost?.name}/sweep`;
    await vhost?.call('PUT', path, { pattern: '', definition: { expires: 2_000 }, 'apply-to': 'queues', priority: 99 });
    try {
      const [one, other] = [await open('RabbitMQ'), await open('RabbitMQ')];
      const lock = await locked(one, 'alice');
      await vhost?.call('PUT', `/api/queues/${vhost?.name}/swept`, { durable: true });
      // What expires after two seconds is gone when another one like it is.
      for (let left = ['swept']; left.includes('swept'); await sleep(100)) left = [...((await vhost?.queues()) ?? [])];
      await expect(locked(other, 'bob')).rejects.toMatchObject({ id: 'locked' });
      await lock.release();
      await (await locked(other, 'bob')).release();
    } finally {
      await vhost?.call('DELETE', path);
    }
  }, 60_000);

  it('RabbitMQ lets nothing more be done by a run whose lock went with its connection', async () => {
    const way = await openWay(vhost?.url ?? '');
    const url = (vhost?.url ?? '').replace(/@[^/]*/, `@${way.host}`);
    const admin = await openRabbitmq(transportNamed('bus', 'rabbitmq', { url, management: vhost?.management ?? '' }), project);
    admins.push(admin);
    await locked(admin, 'alice');
    way.cut();
    const other = await open('RabbitMQ');
    const locks = async () => locked(other, 'bob').catch((error: { readonly id?: string }) => error.id ?? 'odd');
    // The broker may notice a little later than we do.
    for (let lock = await locks(); lock === 'locked'; lock = await locks()) await sleep(100);
    const resource = policyResource(policyName(project, 'x'), '^x$', { 'max-length': 5 });
    const step = { action: 'create', resource, fields: [], cause: 'not-in-contract', risk: 'safe', waitsFor: [], needs: [] } as const;
    const outcomes: StepOutcome[] = [];
    for await (const outcome of admin.execute([step], new AbortController().signal)) outcomes.push(outcome);
    expect(outcomes).toMatchObject([{ ok: false, message: expect.stringMatching(/^The connection to RabbitMQ was lost/) }]);
    expect(await vhost?.call('GET', `/api/policies/${vhost.name}`)).toEqual([]);
  }, 60_000);

  it('RabbitMQ is not locked where AMQP is out of reach, and that is told', async () => {
    const options = { url: `amqp://127.0.0.1:${await freePort()}/${vhost?.name}`, management: vhost?.management ?? '' };
    const admin = await openRabbitmq(transportNamed('bus', 'rabbitmq', options), project);
    admins.push(admin);
    expect(await admin.lock?.('alice')).toEqual({
      unlocked: expect.stringMatching(/is not kept out\. Transport "bus": RabbitMQ at .* cannot be reached/),
    });
  }, 60_000);

  it('Redis ends the lock of a run that renews it no more', async () => {
    const [one, other] = [await open('Redis'), await open('Redis')];
    const lock = await locked(one, 'alice');
    const key = `msgctl:lock:${project}:bus`;
    const left = Number(await redis?.broker.run('PTTL', key));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(30_000);
    await redis?.broker.run('PEXPIRE', key, '1');
    const next = await locked(other, 'bob');
    // Whoever lost it takes away nobody else's.
    await lock.release();
    await expect(locked(one, 'alice')).rejects.toMatchObject({ message: expect.stringContaining(': bob.') });
    await next.release();
  }, 60_000);

  it.each(['RabbitMQ', 'Redis'])(
    'are not kept apart on %s where the user may not, and that is told',
    async (broker) => {
      const admin = await open(broker, project, 'keyless');
      expect(await admin.lock?.('alice')).toEqual({ unlocked: expect.stringMatching(/so another run at the same time is not kept out\./) });
    },
    60_000,
  );

  async function open(broker: string, of = project, user?: string): Promise<BrokerAdmin> {
    const admin = (await opens[broker]?.(of, user)) as BrokerAdmin;
    admins.push(admin);
    return admin;
  }
});

async function locked(admin: BrokerAdmin, holder: string): Promise<Lock> {
  const lock: Lock | Unlocked | undefined = await admin.lock?.(holder);
  if (!lock || 'unlocked' in lock) throw new Error(lock ? lock.unlocked : 'no lock');
  return lock;
}
