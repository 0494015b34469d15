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
    const desired = deriveTopology(
      await loadSystem(readProjectFiles('.'), 'offline'),
      redisSpec,
      transportOf(await loadSystem(readProjectFiles('.'), 'offline'), 'quick'),
    );
    const plan = planTopology(desired, { resources: [], readHash: '' }, redisSpec, { project: 'school', allow: [], target: 'test' });
    const context = { path: 'quick.redis', project: 'school', transport: 'quick', vhost: '/' };
    const text = redisCommandsFormat.write(undefined, plan.phases.flat(), context);

    const first = await load(text);
    expect(first).not.toMatch(/ERR|WRONGTYPE/);
    const owners = (await run('HGETALL', 'msgctl:owner')).trim().split('\n');
    expect(new Set(owners.filter((_, index) => index % 2 === 0))).toEqual(new Set(desired.resources.map(({ name }) => name)));
    for (const { kind, attributes } of desired.resources) {
      if (kind === 'group') expect(await run('XINFO', 'GROUPS', String(attributes.stream))).toContain(`name\n${attributes.group}\n`);
    }

    expect(await load(text)).not.toMatch(/ERR |WRONGTYPE/);
    expect((await run('HGETALL', 'msgctl:owner')).trim().split('\n').sort()).toEqual(owners.sort());
  });
});
