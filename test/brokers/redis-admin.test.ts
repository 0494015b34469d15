import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessOf } from '../../src/brokers/redis/access.ts';
import { type Connection, openConnection } from '../../src/brokers/redis/admin/connection.ts';
import { removeSteps } from '../../src/brokers/redis/admin/remove.ts';
import { whoWaits } from '../../src/brokers/redis/admin/waiting.ts';
import { openRedis } from '../../src/brokers/redis/admin.ts';
import { groupResource, OWNER_HASH, streamResource } from '../../src/brokers/redis/resources.ts';
import { redisSpec } from '../../src/brokers/redis/spec.ts';
import type { Transport } from '../../src/contract/model.ts';
import type { System } from '../../src/contract/system.ts';
import { type ApplyEvent, applyPlan } from '../../src/topology/apply.ts';
import type { Approval } from '../../src/topology/consent.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import type { DesiredResource, Topology } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import type { BrokerAdmin, StepOutcome } from '../../src/topology/port.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { type Plan, stepsOf } from '../../src/topology/steps.ts';
import { loadSystem, readProjectFiles, transportOf } from '../support/load-system.ts';
import { runs } from '../support/size.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { openWay } from './cuttable-way.ts';
import { type Redis, startRedis } from './redis.ts';

const remedy = 'Run as root on Debian.';
const products = [
  { name: 'Redis 7', started: brokerOrSkip(await startRedis({}), 'test/brokers/redis-admin on Redis', remedy) },
  { name: 'Valkey 8', started: brokerOrSkip(await startRedis({ product: 'valkey' }), 'test/brokers/redis-admin on Valkey', remedy) },
];

/** A place that contracts might have asked from; what is planned does not depend on it. */
const here = { file: 'contracts/x.yaml', start: { offset: 0, line: 1, column: 1 }, end: { offset: 0, line: 1, column: 1 } };

for (const { name, started } of products) {
  describe.skipIf(!started)(`a live ${name}`, () => {
    let redis: Redis;
    let system: System;
    const { signal } = new AbortController();

    beforeAll(async () => {
      if (!started) return;
      redis = started.broker;
      system = await loadSystem(readProjectFiles('.'));
    }, 60_000);
    beforeEach(async () => void (await redis?.run('FLUSHALL')));
    afterAll(() => started?.stop());

    it('gets the whole example, each group where it shall begin, and then is up to date', async () => {
      // What is there already decides where a group that begins with the next message begins.
      await redis.run('XADD', 'payments.payment-questioned', '5-1', 'a', 'b');
      await redis.run('HSET', OWNER_HASH, 'payments.payment-questioned', 'school');
      await withAdmin(async (admin) => {
        const desired = exampleTopology();
        expect(failures(await apply(admin, await plan(admin, desired)))).toEqual([]);
        const again = await plan(admin, desired);
        expect(stepsOf(again)).toEqual([]);
        expect(again.unchanged).toBe(desired.resources.length);
        expect(again.target).toMatch(new RegExp(`^database 0, ${name}\\.`));
      });
      const groups = await redis.run('XINFO', 'GROUPS', 'payments.payment-questioned');
      expect(groups.match(/last-delivered-id\n5-1\n/g)).toHaveLength(3);
      expect(await redis.run('XINFO', 'GROUPS', 'mailer.send-code')).toContain('last-delivered-id\n0-0\n');
      expect(await redis.run('XLEN', 'mailer.send-code')).toBe('0\n');
    });

    it.each([
      { what: 'a stream that was deleted', by: ['DEL', 'a'], found: ['create stream a', 'create group a g'] },
      { what: 'a group that was deleted', by: ['XGROUP', 'DESTROY', 'a', 'g'], found: ['create group a g'] },
    ])('puts right $what', async ({ by, found }) => {
      await withAdmin(async (admin) => {
        await apply(admin, await plan(admin, topology(stream('a'), group('a', 'g'))));
        await redis.run(...by);
        const planned = await plan(admin, topology(stream('a'), group('a', 'g')));
        expect(told(planned)).toEqual(found);
        expect(failures(await apply(admin, planned))).toEqual([]);
        expect(told(await plan(admin, topology(stream('a'), group('a', 'g'))))).toEqual([]);
      });
    });

    it.each([
      { what: 'a mark that was taken away', by: ['HDEL', OWNER_HASH, 'a'], reason: /there already and msgctl did not make it/ },
      { what: 'a mark of another project', by: ['HSET', OWNER_HASH, 'a', 'other'], reason: /^Project "other" owns it\./ },
      { what: "a group's mark of another project", by: ['HSET', OWNER_HASH, 'a g', 'other'], reason: /^Project "other" owns it\./ },
    ])('refuses $what, and says why', async ({ by, reason }) => {
      await withAdmin(async (admin) => {
        await apply(admin, await plan(admin, topology(stream('a'), group('a', 'g'))));
        await redis.run(...by);
        const [step, ...others] = stepsOf(await plan(admin, topology(stream('a'), group('a', 'g'))));
        expect(step?.action).toBe('refuse');
        expect(step?.reason).toMatch(reason);
        expect(others).toEqual([]);
      });
    });

    it('refuses a name under which something else than a stream stands', async () => {
      await redis.run('SADD', 'a', 'member');
      await withAdmin(async (admin) => {
        const planned = await plan(admin, topology(stream('a'), group('a', 'g'), stream('b')));
        expect(told(planned)).toEqual(['refuse stream a', 'create stream b', 'refuse group a g']);
        expect(stepsOf(planned)[0]?.reason).toMatch(/^The key of this name holds a set, not a stream/);
        expect(failures(await apply(admin, planned))).toEqual([]);
      });
      expect(await redis.run('TYPE', 'a')).toBe('set\n');
      expect(await redis.run('HGETALL', OWNER_HASH)).toBe('b\nschool\n');
    });

    it('keeps and takes over what was there, and never looks at the rest', async () => {
      await redis.run('XGROUP', 'CREATE', 'kept', 'theirs', '0', 'MKSTREAM');
      await redis.run('XGROUP', 'CREATE', 'adopted', 'theirs', '0', 'MKSTREAM');
      await redis.run('SET', 'foreign', 'value');
      const wanted = topology(
        { ...stream('kept'), existing: 'keep' },
        { ...group('kept', 'theirs'), existing: 'keep' },
        { ...stream('missing'), existing: 'keep' },
        { ...stream('adopted'), existing: 'adopt' },
        { ...group('adopted', 'theirs'), existing: 'adopt' },
        group('adopted', 'ours'),
      );
      await withAdmin(async (admin) => {
        const planned = await plan(admin, wanted);
        expect(told(planned)).toEqual([
          'change stream adopted',
          'refuse stream missing',
          'create group adopted ours',
          'change group adopted theirs',
        ]);
        expect(failures(await apply(admin, planned))).toEqual([]);
        expect(told(await plan(admin, wanted))).toEqual(['refuse stream missing']);
      });
      expect(await redis.run('HGETALL', OWNER_HASH)).toBe('adopted\nschool\nadopted ours\nschool\nadopted theirs\nschool\n');
      expect(await redis.run('GET', 'foreign')).toBe('value\n');
    });

    it('leaves what others make between plan and apply, and what another project takes', async () => {
      await withAdmin(async (admin) => {
        const planned = await plan(admin, topology(stream('a'), stream('b'), group('b', 'g'), stream('c')));
        await redis.run('XADD', 'a', '*', 'theirs', '1');
        await redis.run('HSET', OWNER_HASH, 'c', 'other');
        await redis.run('XGROUP', 'CREATE', 'c', 'g', '$', 'MKSTREAM');
        expect(failures(await apply(admin, planned))).toEqual([
          'stream a: Somebody made this stream meanwhile. Plan again.',
          'stream c: Project "other" took it meanwhile.',
        ]);
        expect(await redis.run('HGETALL', OWNER_HASH)).toBe('c\nother\nb\nschool\nb g\nschool\n');
      });
    });

    it('finishes what a run before it marked and did not make', async () => {
      await redis.run('HSET', OWNER_HASH, 'a', 'school', 'a g', 'school');
      await withAdmin(async (admin) => {
        const planned = await plan(admin, topology(stream('a'), group('a', 'g')));
        expect(told(planned)).toEqual(['create stream a', 'create group a g']);
        expect(failures(await apply(admin, planned))).toEqual([]);
        expect(told(await plan(admin, topology(stream('a'), group('a', 'g'))))).toEqual([]);
      });
    });

    describe('taking away what nothing asks for', () => {
      const nothing = topology();

      beforeEach(async () => {
        await withAdmin(async (admin) => void (await apply(admin, await plan(admin, topology(stream('a'), group('a', 'g'))))));
      });

      it('waits for consent, then takes groups and their stream, with all of it read', async () => {
        await redis.run('XADD', 'a', '1-1', 'f', 'v');
        await redis.run('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'a', '>');
        await redis.run('XACK', 'a', 'g', '1-1');
        await redis.run('XGROUP', 'DELCONSUMER', 'a', 'g', 'c');
        await withAdmin(async (admin) => {
          const waiting = await plan(admin, nothing);
          expect(told(waiting)).toEqual(['delete group a g', 'delete stream a']);
          expect(stepsOf(waiting).map(({ waitsFor }) => waitsFor)).toEqual([['delete'], ['delete', 'delete-log']]);
          expect(stepsOf(waiting).map(({ risk }) => risk)).toEqual(['safe', 'data-loss']);
          expect(stepsOf(waiting)[1]?.reason).toMatch(/All groups have read the message that it keeps\.$/);
          expect(await apply(admin, waiting)).toEqual([]);
          const agreed = await plan(admin, nothing, ['delete', 'delete-log']);
          expect(failures(await apply(admin, agreed))).toEqual([]);
        });
        expect(await redis.run('DBSIZE')).toBe('0\n');
      });

      it('takes the stream in a second run, where the first was cut off after its groups', async () => {
        await redis.run('XADD', 'a', '1-1', 'f', 'v');
        await redis.run('XGROUP', 'SETID', 'a', 'g', '$');
        await withAdmin(async (admin) => {
          const agreed = await plan(admin, nothing, ['delete', 'delete-log']);
          await apply(admin, { ...agreed, phases: agreed.phases.slice(0, 1) });
          expect(await redis.run('EXISTS', 'a')).toBe('1\n');
          const rest = await plan(admin, nothing, ['delete', 'delete-log']);
          expect(told(rest)).toEqual(['delete stream a']);
          expect(failures(await apply(admin, rest))).toEqual([]);
        });
        expect(await redis.run('DBSIZE')).toBe('0\n');
      });

      it('takes an empty stream without the consent for logs', async () => {
        await withAdmin(async (admin) => {
          const agreed = await plan(admin, nothing, ['delete']);
          expect(stepsOf(agreed).map(({ waitsFor, risk }) => [waitsFor, risk])).toEqual([
            [[], 'safe'],
            [[], 'safe'],
          ]);
          expect(failures(await apply(admin, agreed))).toEqual([]);
        });
        expect(await redis.run('DBSIZE')).toBe('0\n');
      });

      it('tells what stands in the way before anybody agrees', async () => {
        await redis.run('XADD', 'a', '1-1', 'f', 'v');
        await withAdmin(async (admin) => {
          const waiting = stepsOf(await plan(admin, nothing));
          expect(waiting.map(({ action }) => action)).toEqual(['delete', 'delete']);
          expect(waiting[0]?.reason).toMatch(/As things stand it is refused\. 1 message was not read by it/);
        });
      });

      it.each([
        {
          what: 'a message that nobody was given',
          by: [['XADD', 'a', '1-1', 'f', 'v']],
          reason: /^1 message was not read by it\./,
        },
        {
          what: 'a message that is not done',
          by: [
            ['XADD', 'a', '1-1', 'f', 'v'],
            ['XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'a', '>'],
          ],
          // Whoever read it did so a moment ago.
          reason: /^Consumer "c" read with it 0 seconds ago\. Stop the service first/,
        },
        {
          what: 'a message that a consumer long gone did not finish',
          by: [
            ['XADD', 'a', '1-1', 'f', 'v'],
            ['XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'a', '>'],
            ['XCLAIM', 'a', 'g', 'd', '0', '1-1', 'IDLE', '1'],
            ['XGROUP', 'CREATECONSUMER', 'a', 'g', 'd'],
          ],
          reason: /Stop the service first/,
        },
      ])('refuses with $what', async ({ by, reason }) => {
        for (const command of by) await redis.run(...command);
        await withAdmin(async (admin) => {
          const planned = await plan(admin, nothing, ['delete', 'delete-log']);
          expect(told(planned)).toEqual(['refuse group a g', 'refuse stream a']);
          expect(stepsOf(planned)[0]?.reason).toMatch(reason);
        });
        expect(await redis.run('XINFO', 'GROUPS', 'a')).toContain('name\ng\n');
      });

      it("refuses a stream that others' groups read, and one whose messages nobody read", async () => {
        await redis.run('XGROUP', 'CREATE', 'a', 'theirs', '0');
        await withAdmin(async (admin) => {
          await apply(admin, await plan(admin, topology(stream('a'), group('a', 'g'), stream('dead'))));
          await redis.run('XADD', 'dead', '*', 'f', 'v');
          const planned = await plan(admin, nothing, ['delete', 'delete-log']);
          expect(told(planned)).toEqual(['delete group a g', 'refuse stream a', 'refuse stream dead']);
          const [, shared, dead] = stepsOf(planned).map(({ reason }) => reason);
          expect(shared).toMatch(/Group "theirs", which msgctl did not make, still reads it\./);
          expect(dead).toMatch(/A message is in it, and no group reads it/);
        });
      });

      it('leaves what stands under the name of a stream by the time it is to go', async () => {
        await withAdmin(async (admin) => {
          const agreed = await plan(admin, nothing, ['delete', 'delete-log']);
          await redis.run('DEL', 'a');
          await redis.run('SET', 'a', 'of somebody else');
          expect(failures(await apply(admin, agreed))).toEqual([]);
        });
        expect(await redis.run('GET', 'a')).toBe('of somebody else\n');
        expect(await redis.run('EXISTS', OWNER_HASH)).toBe('0\n');
      });

      it('takes nothing away that is used between the last look and the transaction', async () => {
        await withAdmin(async (admin) => {
          const agreed = stepsOf(await plan(admin, nothing, ['delete', 'delete-log']));
          const connection = await openConnection(accessOf(transportNamed('quick', 'redis', { url: redis.url })));
          const meddled: Connection = {
            ...connection,
            async run(units) {
              if (units[0]?.commands[0]?.[0] === 'MULTI') await redis.run('XADD', 'a', '*', 'f', 'v');
              return connection.run(units);
            },
          };
          const outcomes: StepOutcome[] = [];
          for await (const outcome of removeSteps(meddled, agreed.slice(0, 1), { project: 'school', signal })) outcomes.push(outcome);
          connection.close();
          expect(outcomes).toMatchObject([{ ok: false, message: expect.stringMatching(/^1 message was not read by it/) }]);
        });
        expect(await redis.run('XINFO', 'GROUPS', 'a')).toContain('name\ng\n');
      });

      it('takes nothing away that is of another project by then', async () => {
        await withAdmin(async (admin) => {
          const agreed = await plan(admin, nothing, ['delete', 'delete-log']);
          await redis.run('HSET', OWNER_HASH, 'a g', 'bakery', 'a', 'bakery');
          const gone = "It is not this project's any more. Plan again.";
          expect(failures(await apply(admin, agreed))).toEqual([`group a g: ${gone}`, `stream a: ${gone}`]);
        });
        expect(await redis.run('XINFO', 'GROUPS', 'a')).toContain('name\ng\n');
      });

      it('does not take for read what a group of others has not, where the own one is gone', async () => {
        await redis.run('XADD', 'a', '*', 'f', 'v');
        await redis.run('XGROUP', 'SETID', 'a', 'g', '$');
        await redis.run('XGROUP', 'CREATE', 'a', 'theirs', '0');
        await withAdmin(async (admin) => {
          const agreed = await plan(admin, nothing, ['delete', 'delete-log']);
          await redis.run('XGROUP', 'DESTROY', 'a', 'g');
          expect(failures(await apply(admin, { ...agreed, phases: agreed.phases.slice(0, 1) }))).toEqual([]);
        });
        expect(await redis.run('EXISTS', 'msgctl:read')).toBe('0\n');
      });

      it('sees clients that wait for messages of groups, as far as the server tells of them', async () => {
        await redis.run('XGROUP', 'CREATE', 'a', 'theirs', '$');
        const waiting = redis.run('XREADGROUP', 'GROUP', 'theirs', 'c', 'BLOCK', '60000', 'STREAMS', 'a', '>');
        const connection = await openConnection(accessOf(transportNamed('quick', 'redis', { url: redis.url })));
        const isOld = name.startsWith('Redis');
        await expect
          .poll(async () => [await redis.run('INFO', 'clients'), await whoWaits(connection, 'a')])
          .toEqual([
            expect.stringContaining('blocked_clients:1'),
            isOld ? { kind: 'client', client: expect.stringMatching(/:\d+$/) } : undefined,
          ]);
        connection.close();
        await redis.run('XADD', 'a', '*', 'f', 'v');
        await waiting;
      });

      it.runIf(runs(0, 1) === 1)('keeps a group while a client waits that may be its consumer', { timeout: 120_000 }, async () => {
        const consumer = redis.run('XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', '0', 'STREAMS', 'a', '>');
        await redis.run('XGROUP', 'CREATECONSUMER', 'a', 'g', 'c');
        await setTimeout(62_000);
        await withAdmin(async (admin) => {
          const planned = await plan(admin, nothing, ['delete']);
          expect(told(planned)).toEqual(['refuse group a g', 'refuse stream a']);
          expect(stepsOf(planned)[0]?.reason).toMatch(/waits for messages of a group, .* Consumer "c" is still registered/);
        });
        await redis.run('XADD', 'a', '*', 'f', 'v');
        await consumer;
      });

      it('stops at the last moment, where a message arrives after the plan', async () => {
        await withAdmin(async (admin) => {
          const agreed = await plan(admin, nothing, ['delete', 'delete-log']);
          await redis.run('XADD', 'a', '*', 'f', 'v');
          expect(failures(await apply(admin, agreed))).toEqual([
            expect.stringMatching(/^group a g: 1 message was not read by it/),
            'stream a: Group "g" of project "school" still reads it.',
          ]);
        });
        expect(await redis.run('XLEN', 'a')).toBe('1\n');
      });
    });

    it('tells what a broken connection left open, and finishes in a second run', async () => {
      const wanted = topology(...Array.from({ length: 400 }, (_, index) => stream(`s${index}`)));
      const way = await openWay(redis.url);
      await withAdmin(async (admin) => {
        const planned = await plan(admin, wanted);
        const events: ApplyEvent[] = [];
        for await (const event of applyPlan(planned, admin, signal)) {
          if (event.type === 'step-done' && events.every(({ type }) => type === 'step-started')) way.cut();
          events.push(event);
        }
        expect(events.filter(({ type }) => type === 'step-done')).toHaveLength(200);
        expect(failures(events)).toHaveLength(200);
        expect(failures(events)[0]).toMatch(/^stream s\d+: The connection to Redis was lost before it answered/);
      }, `redis://${way.host}`);
      await withAdmin(async (admin) => {
        const rest = await plan(admin, wanted);
        expect(stepsOf(rest).length).toBeLessThanOrEqual(200);
        expect(failures(await apply(admin, rest))).toEqual([]);
        expect(told(await plan(admin, wanted))).toEqual([]);
      });
    });

    it('connects anew where the connection broke while somebody thought about the plan', async () => {
      await withAdmin(async (admin) => {
        await plan(admin, topology(stream('a')));
        await redis.run('CLIENT', 'KILL', 'TYPE', 'normal');
        const planned = await plan(admin, topology(stream('a')));
        expect(failures(await apply(admin, planned))).toEqual([]);
      });
    });

    it.runIf(runs(0, 1) === 1)(
      'gives a connection up over which no answer came in time, as nobody knows what it is in the middle of',
      { timeout: 120_000 },
      async () => {
        const connection = await openConnection(accessOf(transportNamed('quick', 'redis', { url: redis.url })));
        await redis.run('CLIENT', 'PAUSE', '12000', 'ALL');
        const [lost] = await connection.run([{ key: 'a', commands: [['MULTI']] }]);
        expect(lost).toMatchObject([{ isLost: true }]);
        expect(await connection.run([{ key: 'a', commands: [['PING']] }])).toMatchObject([[{ isLost: true }]]);
        await setTimeout(3_000);
        await connection.renew();
        expect(await connection.run([{ key: 'a', commands: [['PING']] }])).toEqual([['PONG']]);
        connection.close();
      },
    );

    it('makes many streams and groups, and plans them again', async () => {
      const count = runs(1_000, 10_000);
      const wanted = topology(
        ...Array.from({ length: count }, (_, index) => stream(`s${index}`)),
        ...Array.from({ length: count }, (_, index) => group(`s${index}`, 'g')),
      );
      await withAdmin(async (admin) => {
        const planned = await plan(admin, wanted);
        const begin = performance.now();
        expect(failures(await apply(admin, planned))).toEqual([]);
        const made = performance.now();
        expect(told(await plan(admin, wanted))).toEqual([]);
        const again = performance.now();
        process.stderr.write(
          `${name}: ${2 * count} made in ${Math.round(made - begin)} ms, planned again in ${Math.round(again - made)} ms\n`,
        );
      });
    }, 120_000);

    function exampleTopology(): Topology {
      return deriveTopology(system, redisSpec, transportOf(system, 'quick'));
    }

    async function withAdmin(work: (admin: BrokerAdmin) => Promise<void>, url = redis.url): Promise<void> {
      const transport: Transport = transportNamed('quick', 'redis', { url });
      const admin = await openRedis(transport, 'school');
      try {
        await work(admin);
      } finally {
        await admin.close();
      }
    }

    async function plan(admin: BrokerAdmin, desired: Topology, allow: readonly Approval[] = []): Promise<Plan> {
      const actual = await admin.inspect(signal, desired.resources);
      const planned = planTopology(desired, actual, redisSpec, { project: 'school', allow, target: admin.target });
      const asked = stepsOf(planned).filter(({ action }) => action !== 'refuse');
      return heedRemarks(planned, (await admin.rehearse?.(asked, signal)) ?? []);
    }

    async function apply(admin: BrokerAdmin, planned: Plan): Promise<readonly ApplyEvent[]> {
      const events: ApplyEvent[] = [];
      for await (const event of applyPlan(planned, admin, signal)) events.push(event);
      return events;
    }
  });
}

function topology(...resources: readonly DesiredResource[]): Topology {
  const sorted = [...resources].sort((one, other) =>
    one.kind === other.kind ? (one.name < other.name ? -1 : 1) : one.kind === 'stream' ? -1 : 1,
  );
  return { transport: 'quick', broker: 'redis', resources: sorted };
}

function stream(name: string): DesiredResource {
  return { ...streamResource(name), causes: [here], needs: [] };
}

function group(of: string, name: string, start = '0'): DesiredResource {
  return { ...groupResource(of, name, start), causes: [here], needs: [`stream/${of}`] };
}

function told(plan: Plan): readonly string[] {
  return stepsOf(plan).map(({ action, resource }) => `${action} ${resource.kind} ${resource.name}`);
}

function failures(events: readonly ApplyEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'step-failed' ? [`${event.step.resource.kind} ${event.step.resource.name}: ${event.message}`] : [],
  );
}
