import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis } from '../../src/brokers/redis/admin.ts';
import { serverNotes } from '../../src/brokers/redis/notes.ts';
import { slotOf } from '../../src/brokers/redis/slots.ts';
import { redisSpec } from '../../src/brokers/redis/spec.ts';
import { applyPlan } from '../../src/topology/apply.ts';
import type { Approval } from '../../src/topology/consent.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import type { Topology } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import type { BrokerAdmin } from '../../src/topology/port.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { type Plan, stepsOf } from '../../src/topology/steps.ts';
import { transportOf } from '../support/load-system.ts';
import { shop } from '../unit/brokers/shop.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startRedis } from './redis.ts';

const wish = { settings: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'] };
const starts = await Promise.all([startRedis(wish), startRedis(wish), startRedis(wish)]);
const nodes = starts.flatMap((start) => brokerOrSkip(start, 'test/brokers/redis-cluster', 'Run as root on Debian.') ?? []);
const { signal } = new AbortController();

describe.skipIf(nodes.length < 3)('a cluster of three', () => {
  const [first] = nodes.map(({ broker }) => broker);

  beforeAll(async () => {
    const places = nodes.map(({ broker }) => new URL(broker.url).host);
    execFileSync('/usr/bin/redis-cli', ['--cluster', 'create', ...places, '--cluster-yes'], { stdio: 'ignore' });
    for (const { broker } of nodes) {
      for (let tries = 0; tries < 100 && !(await broker.run('CLUSTER', 'INFO')).includes('cluster_state:ok'); tries += 1) await sleep(100);
    }
  }, 60_000);

  afterAll(async () => void (await Promise.all(nodes.map(({ stop }) => stop()))));

  it('has the same rights for users on every node, also after one node lost them', async () => {
    const system = await shop('redis', { transport: ", users: { '*': '{service}' }" });
    const { target: _, ...transport } = { ...transportOf(system, 'bus'), options: { url: first?.url ?? '' } };
    const desired = deriveTopology(system, redisSpec, transport);
    const users = { ...desired, resources: desired.resources.filter(({ kind }) => kind === 'user') };
    const admin = await openRedis(transport, 'shop');
    try {
      const names = users.resources.map(({ name }) => name);
      expect(await failures(admin, await planOn(admin, users, ['access']))).toEqual([]);
      for (const { broker } of nodes) expect((await broker.run('ACL', 'USERS')).split('\n')).toEqual(expect.arrayContaining(names));
      expect(stepsOf(await planOn(admin, users))).toEqual([]);

      await nodes[1]?.broker.run('ACL', 'DELUSER', names[0] ?? '');
      await nodes[2]?.broker.run('ACL', 'SETUSER', names[1] ?? '', '+get');
      const found = stepsOf(await planOn(admin, users, ['access']));
      expect(found.map(({ action, resource }) => `${action} ${resource.name}`)).toEqual(names.map((name) => `change ${name}`));
      expect(names).toHaveLength(2);
      expect(await failures(admin, await planOn(admin, users, ['access']))).toEqual([]);
      expect(stepsOf(await planOn(admin, users))).toEqual([]);

      expect(await failures(admin, await planOn(admin, { ...users, resources: [] }, ['access']))).toEqual([]);
      for (const { broker } of nodes) expect(await broker.run('ACL', 'GETUSER', names[0] ?? '')).toMatch(/\ncommands\n-@all\n/);
    } finally {
      await admin.close();
    }
  });

  it('gets streams, groups and marks on all its nodes, is up to date, locked by one run, and gives all of it back', async () => {
    // What is due and what it moves into stand together, so the notes have nothing against it.
    const names = ", names: { due: '{{service}}.due', retry: '{{service}}.{provider}.{interaction}.retry' }";
    const system = await shop('redis', { transport: names });
    const { target: _, ...transport } = { ...transportOf(system, 'bus'), options: { url: first?.url ?? '' } };
    const wanted = deriveTopology(system, redisSpec, transport);
    const shares = new Set(wanted.resources.map(({ name }) => Math.floor(slotOf(name.split(' ')[0] ?? '') / (16_384 / 3))));
    expect(shares.size).toBe(3);
    const admin = await openRedis(transport, 'shop');
    try {
      expect(admin.target).toMatch(/^cluster, Redis 7\./);
      expect(serverNotes(system, transport, (await admin.inspect(signal)).server ?? {}).join()).not.toContain('cluster');
      expect(await failures(admin, await planOn(admin, wanted))).toEqual([]);
      const again = await planOn(admin, wanted);
      expect([stepsOf(again), again.unchanged]).toEqual([[], wanted.resources.length]);

      const lock = await admin.lock?.('alice');
      await expect(admin.lock?.('bob')).rejects.toMatchObject({ id: 'locked' });
      if (lock && 'release' in lock) await lock.release();

      expect(await failures(admin, await planOn(admin, { ...wanted, resources: [] }))).toEqual([]);
      for (const { broker } of nodes) expect(await broker.run('DBSIZE')).toBe('0\n');
    } finally {
      await admin.close();
    }
  }, 60_000);
});

async function planOn(admin: BrokerAdmin, desired: Topology, allow: readonly Approval[] = ['delete']): Promise<Plan> {
  const actual = await admin.inspect(signal, desired.resources);
  const plan = planTopology(desired, actual, redisSpec, { project: 'shop', allow, target: admin.target });
  return heedRemarks(plan, (await admin.rehearse?.(stepsOf(plan), signal)) ?? []);
}

async function failures(admin: BrokerAdmin, plan: Plan): Promise<readonly string[]> {
  expect(stepsOf(plan).length).toBeGreaterThan(1);
  const failed: string[] = [];
  for await (const event of applyPlan(plan, admin, signal)) {
    if (event.type === 'step-failed' || event.type === 'step-skipped') failed.push(`${event.type} ${event.step.resource.name}`);
  }
  return failed;
}
