import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openRedis } from '../../src/brokers/redis/admin.ts';
import { groupResource, OWNER_HASH, streamResource } from '../../src/brokers/redis/resources.ts';
import { redisSpec } from '../../src/brokers/redis/spec.ts';
import { type ApplyEvent, applyPlan } from '../../src/topology/apply.ts';
import type { DesiredResource, Topology } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import type { BrokerAdmin } from '../../src/topology/port.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { type Plan, stepsOf } from '../../src/topology/steps.ts';
import { PATIENCE, runs } from '../support/size.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startRedis } from './redis.ts';

const started = brokerOrSkip(await startRedis({}), 'test/brokers/redis-plan.property', 'Run as root on Debian.');

const NAMES = ['a', 'b', 'c'] as const;
const GROUPS = ['g', 'h'] as const;
const here = { file: 'contracts/x.yaml', start: { offset: 0, line: 1, column: 1 }, end: { offset: 0, line: 1, column: 1 } };
const { signal } = new AbortController();

/** What may stand under a name: who made it, with which messages and groups. */
type Standing = {
  readonly what: 'nothing' | 'set' | 'stream';
  readonly owner: 'nobody' | 'shop' | 'other';
  readonly messages: number;
  readonly groups: readonly { readonly name: string; readonly owner: 'nobody' | 'shop' | 'other'; readonly start: '0' | '$' }[];
};

const owner = fc.constantFrom('nobody', 'shop', 'other');
const standing: fc.Arbitrary<Standing> = fc.record({
  what: fc.constantFrom('nothing', 'set', 'stream', 'stream'),
  owner,
  messages: fc.nat({ max: 2 }),
  groups: fc.uniqueArray(fc.record({ name: fc.constantFrom(...GROUPS), owner, start: fc.constantFrom('0', '$') }), {
    selector: ({ name }) => name,
  }),
});
const wish = fc.record({
  isWanted: fc.boolean(),
  existing: fc.constantFrom(undefined, undefined, 'keep', 'adopt'),
  groups: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...GROUPS),
      existing: fc.constantFrom(undefined, undefined, 'keep', 'adopt'),
      start: fc.constantFrom('0', '$'),
    }),
    { selector: ({ name }) => name },
  ),
});

describe.skipIf(!started)('a plan for any Redis', () => {
  afterAll(() => started?.stop());

  it(
    'leaves nothing but what is refused, once it is applied, and nothing of others is changed',
    async () => {
      const admin = await openRedis(transportNamed('bus', 'redis', { url: started?.broker.url ?? '' }), 'shop');
      try {
        await fc.assert(
          fc.asyncProperty(fc.tuple(standing, standing, standing), fc.tuple(wish, wish, wish), async (found, wishes) => {
            await prepare(found);
            const desired = topologyOf(wishes);
            const before = await foreign(found);
            const plan = await planOn(admin, desired);
            const failed = (await apply(admin, plan)).filter(({ type }) => type === 'step-failed');
            expect(failed).toEqual([]);
            const left = stepsOf(await planOn(admin, desired)).filter(({ action }) => action !== 'refuse');
            expect(left.map(({ action, resource }) => `${action} ${resource.kind} ${resource.name}`)).toEqual([]);
            expect(await foreign(found)).toEqual(before);
          }),
          { seed: 36, numRuns: runs(40, 500) },
        );
      } finally {
        await admin.close();
      }
    },
    PATIENCE,
  );

  /** Everything is made with few runs of the client, which take most of the time. */
  async function prepare(found: readonly Standing[]): Promise<void> {
    const commands = found.flatMap(({ what, owner: whose, messages, groups }, index) => {
      const name = NAMES[index] as string;
      if (what === 'nothing') return [];
      if (what === 'set') return [`SADD ${name} member`];
      return [
        `XGROUP CREATE ${name} maker $ MKSTREAM`,
        `XGROUP DESTROY ${name} maker`,
        ...Array.from({ length: messages }, (_, at) => `XADD ${name} ${at + 1}-1 field value`),
        ...(whose === 'nobody' ? [] : [`HSET ${OWNER_HASH} ${name} ${whose}`]),
        ...groups.flatMap((group) => [
          `XGROUP CREATE ${name} ${group.name} ${group.start}`,
          ...(group.owner === 'nobody' ? [] : [`HSET ${OWNER_HASH} "${name} ${group.name}" ${group.owner}`]),
        ]),
      ];
    });
    await started?.broker.load(['FLUSHALL', ...commands, ''].join('\n'));
  }

  /** What the project had no mark on: streams and sets with what is in them, groups, and the marks of others. */
  async function foreign(found: readonly Standing[]): Promise<unknown> {
    const questions = found.flatMap(({ what, owner: whose, groups }, index) => {
      const name = NAMES[index] as string;
      if (what === 'nothing') return [];
      const contents = what === 'stream' && whose === 'shop' ? [] : [`TYPE ${name}`, `SMEMBERS ${name}`, `XRANGE ${name} - +`];
      const theirs = what === 'set' ? [] : groups.filter((group) => group.owner !== 'shop');
      // Of a group that is not there it is an error.
      return [...contents, ...theirs.map((group) => `XINFO CONSUMERS ${name} ${group.name}`)];
    });
    const contents = await started?.broker.load([...questions, ''].join('\n'));
    const words = ((await started?.broker.load(`HGETALL ${OWNER_HASH}\n`)) ?? '').trim().split('\n');
    const marks = words.flatMap((word, at) => (at % 2 === 1 && word === 'other' ? [words[at - 1]] : []));
    return { contents, marks: marks.sort() };
  }
});

type Wish = typeof wish extends fc.Arbitrary<infer Value> ? Value : never;

function topologyOf(wishes: readonly Wish[]): Topology {
  const resources = wishes.flatMap(({ isWanted, existing, groups }, index): readonly DesiredResource[] => {
    const name = NAMES[index] as string;
    if (!isWanted) return [];
    return [
      { ...streamResource(name), causes: [here], needs: [], ...(existing && { existing }) },
      ...groups.map(
        (group): DesiredResource => ({
          ...groupResource(name, group.name, group.start),
          causes: [here],
          needs: [`stream/${name}`],
          ...(group.existing && { existing: group.existing }),
        }),
      ),
    ];
  });
  const sorted = [...resources].sort((one, other) => redisSpec.phaseOf(one.kind) - redisSpec.phaseOf(other.kind));
  return { transport: 'bus', broker: 'redis', resources: sorted };
}

async function planOn(admin: BrokerAdmin, desired: Topology): Promise<Plan> {
  const actual = await admin.inspect(signal, desired.resources);
  const options = { project: 'shop', allow: ['delete', 'delete-log'], target: admin.target } as const;
  const plan = planTopology(desired, actual, redisSpec, options);
  const asked = stepsOf(plan).filter(({ action }) => action !== 'refuse');
  return heedRemarks(plan, asked.length === 0 ? [] : ((await admin.rehearse?.(asked, signal)) ?? []));
}

async function apply(admin: BrokerAdmin, plan: Plan): Promise<readonly ApplyEvent[]> {
  const events: ApplyEvent[] = [];
  for await (const event of applyPlan(plan, admin, signal)) events.push(event);
  return events;
}
