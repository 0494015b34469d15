import { afterAll, describe, expect, it } from 'vitest';
import { redisCommandsFormat } from '../../src/brokers/file/redis-commands.ts';
import { redisSpec } from '../../src/brokers/redis/spec.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import { planTopology } from '../../src/topology/plan.ts';
import { loadSystem, readProjectFiles, transportOf } from '../support/load-system.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startRedis } from './redis.ts';

const started = brokerOrSkip(await startRedis(), 'test/brokers/redis-commands', 'Install redis-server, or run as root on Debian.');

describe.skipIf(!started)('redis-cli runs the commands that msgctl writes', () => {
  afterAll(() => started?.stop());

  it('makes every stream, group and mark, and changes nothing a second time', async () => {
    if (!started) return;
    const { run, load } = started.broker;
    const system = await loadSystem(readProjectFiles('.'), 'offline');
    const desired = deriveTopology(system, redisSpec, { ...transportOf(system, 'quick'), users: { '*': 'school-{service}' } });
    const options = { project: 'school', allow: ['access'], target: 'test' } as const;
    const plan = planTopology(desired, { resources: [], readHash: '' }, redisSpec, options);
    const context = { path: 'quick.redis', project: 'school', transport: 'quick', vhost: '/' };
    const text = redisCommandsFormat.write(undefined, plan.phases.flat(), context);

    const first = await load(text);
    expect(first).not.toMatch(/ERR|WRONGTYPE/);
    const owners = (await run('HGETALL', 'msgctl:owner')).trim().split('\n');
    const users = desired.resources.filter(({ kind }) => kind === 'user').map(({ name }) => name);
    const others = desired.resources.filter(({ kind }) => kind !== 'user').map(({ name }) => name);
    expect(new Set(owners.filter((_, index) => index % 2 === 0))).toEqual(new Set(others));
    expect((await run('ACL', 'USERS')).split('\n')).toEqual(expect.arrayContaining(users));
    for (const { kind, attributes } of desired.resources) {
      if (kind === 'group') expect(await run('XINFO', 'GROUPS', String(attributes.stream))).toContain(`name\n${attributes.group}\n`);
    }

    expect(await load(text)).not.toMatch(/ERR |WRONGTYPE/);
    expect((await run('HGETALL', 'msgctl:owner')).trim().split('\n').sort()).toEqual(owners.sort());
    expect(await run('ACL', 'DELUSER', ...users)).toBe(`${users.length}\n`);
  });
});
