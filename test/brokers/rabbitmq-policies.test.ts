import { connect } from 'amqplib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { groupPolicies } from '../../src/brokers/rabbitmq/policies.ts';
import { applying, byPriority, type Policy, policyOf, type Target } from '../../src/brokers/rabbitmq/policy-choice.ts';
import { mergeOperator, settingsInForce } from '../../src/brokers/rabbitmq/policy-keys.ts';
import { nameTest } from '../../src/brokers/rabbitmq/policy-patterns/match.ts';
import { queueResource } from '../../src/brokers/rabbitmq/resources.ts';
import { rabbitmqSpec } from '../../src/brokers/rabbitmq/spec.ts';
import type { Transport } from '../../src/contract/model.ts';
import { applyPlan } from '../../src/topology/apply.ts';
import type { DesiredResource, Topology } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import { type Plan, stepsOf } from '../../src/topology/steps.ts';
import { runs } from '../support/size.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
const versions = [
  {
    name: 'RabbitMQ 3.10',
    version: '3.10.8',
    started: brokerOrSkip(await startRabbitmq(), 'test/brokers/rabbitmq-policies on 3.10', remedy),
  },
  {
    name: 'RabbitMQ 4',
    version: '4.0.5',
    started: brokerOrSkip(await startRabbitmq({ version: '4' }), 'test/brokers/rabbitmq-policies on 4', remedy),
  },
];

const PATIENCE = 120_000;
const signal = new AbortController().signal;
const at = { file: 'test', start: { offset: 0, line: 1, column: 1 }, end: { offset: 0, line: 1, column: 1 } };

type Listed = { readonly name: string; readonly policy?: string };

for (const { name, version, started } of versions) {
  describe.skipIf(!started)(`policies on ${name}`, () => {
    let vhost: Vhost;
    let transport: Transport;

    beforeAll(async () => {
      if (!started) return;
      vhost = await createVhost(started.broker);
      transport = transportNamed('bus', 'rabbitmq', { url: vhost.url, management: vhost.management });
    }, PATIENCE);

    afterAll(async () => {
      await vhost?.remove();
      await started?.stop();
    }, PATIENCE);

    it(
      'match the names that the broker says they match',
      async () => {
        const names = [
          'orders',
          'orders.dead',
          'a',
          'aa',
          'aab',
          'A.B',
          'a-b_c',
          'x y',
          'é',
          'naïve.q',
          'amq-like',
          'b.a',
          '[a]',
          '{a}',
          'a.b.c',
        ];
        await Promise.all(names.map((queue) => vhost.call('PUT', pathOf('queues', queue), { durable: true })));
        const patterns = [
          ...[
            '.*',
            '^a',
            'a$',
            '^a+$',
            '^(?!amq)',
            '^(?=.*\\.dead$)',
            '^[^.]+$',
            '^..$',
            '^.$',
            '\\bb\\b',
            '\\Bb',
            '[[:upper:]]',
            '^\\w+$',
            '^[\\w.-]+$',
          ],
          ...[
            '(?i)^a\\.b$',
            '^(?:a|aab)$',
            '^a{1,2}$',
            '{a}',
            '[]]',
            '^\\S+$',
            '\\x2e',
            '^(?<first>a)',
            'ï',
            '[é]',
            '^a*?b',
            '\\.(?:dead|c)\\Z',
            '^$|a',
          ],
          ...['(a)\\1', '(?<=a)b', '^(?>a+)b', '^a++b', '(?i:A)b'],
        ];
        const decided: string[] = [];
        for (const pattern of patterns) {
          await vhost.call('PUT', pathOf('policies', 'tried'), { pattern, 'apply-to': 'queues', definition: { expires: 90_000_000 } });
          const inForce = await policies();
          const test = nameTest(pattern);
          for (const queue of names) {
            const answer = test(queue);
            if (answer !== undefined) expect([pattern, queue, answer]).toEqual([pattern, queue, inForce.get(queue) === 'tried']);
            if (answer !== undefined) decided.push(pattern);
          }
        }
        expect(new Set(decided).size).toBe(patterns.length - 5);
        await vhost.call('DELETE', pathOf('policies', 'tried'));
        await Promise.all(names.map((queue) => vhost.call('DELETE', pathOf('queues', queue))));
      },
      PATIENCE,
    );

    it(
      'are in force where the plan says they will be, whatever their priorities, types and settings',
      async () => {
        const targets: readonly Target[] = (['classic', 'quorum', 'stream'] as const).flatMap((type) =>
          ['a', 'b'].map((letter) => ({ name: `${type}.${letter}`, type })),
        );
        for (const target of targets) {
          await vhost.call('PUT', pathOf('queues', target.name), { durable: true, arguments: { 'x-queue-type': target.type } });
        }
        await fc.assert(
          fc.asyncProperty(fc.array(arbitraryPolicy(version), { minLength: 1, maxLength: 5 }), async (drafts) => {
            const made: Policy[] = [];
            for (const [index, draft] of drafts.entries()) {
              const policy = `p${index}`;
              await vhost.call('PUT', pathOf('policies', policy), draft);
              const { definition, ...attributes } = draft;
              const settings = Object.fromEntries(Object.entries(definition).map(([key, value]) => [`definition.${key}`, value]));
              made.push(policyOf({ kind: 'policy', name: policy, attributes: { ...attributes, ...settings } }));
            }
            const inForce = await policies();
            for (const { name: policy } of made) await vhost.call('DELETE', pathOf('policies', policy));
            for (const target of targets) {
              const { certain, perhaps } = applying(byPriority(made), target, { version, priorities: new Map() });
              expect(perhaps).toEqual([]);
              const best = certain.filter(({ priority }) => priority === certain[0]?.priority).map(({ name: policy }) => policy);
              const told = inForce.get(target.name);
              expect(best.length === 0 ? told === undefined : best.includes(told ?? '')).toBe(true);
            }
          }),
          { numRuns: runs(12, 300) },
        );
        for (const target of targets) await vhost.call('DELETE', pathOf('queues', target.name));
      },
      PATIENCE,
    );

    it(
      'count together with arguments and operators as the plan says they do',
      async () => {
        const limits = [
          [5, 10, undefined],
          [10, 5, undefined],
          [10, 7, 4],
          [4, 7, 6],
          [undefined, 7, 3],
        ] as const;
        const connection = await connect(vhost.url);
        const channel = await connection.createConfirmChannel();
        for (const type of ['classic', 'quorum'] as const) {
          for (const [index, [argument, own, operator]] of limits.entries()) {
            const queue = `counted.${type}.${index}`;
            const args = argument === undefined ? {} : { 'x-max-length': argument };
            const pattern = `^${queue.replaceAll('.', '\\.')}$`;
            await vhost.call('PUT', pathOf('policies', queue), { pattern, 'apply-to': 'queues', definition: { 'max-length': own } });
            const laid = operator === undefined ? {} : { 'max-length': operator };
            if (operator !== undefined) {
              await vhost.call('PUT', pathOf('operator-policies', queue), { pattern, 'apply-to': 'queues', definition: laid });
            }
            await channel.assertQueue(queue, { arguments: { 'x-queue-type': type, ...args } });
            for (let sent = 0; sent < 20; sent += 1) channel.sendToQueue(queue, Buffer.from('counted'));
            await channel.waitForConfirms();
            const expected = settingsInForce(type, args, mergeOperator({ 'max-length': own }, laid))['max-length'];
            await vi.waitFor(
              async () => expect([queue, (await channel.checkQueue(queue)).messageCount]).toEqual([queue, expected]),
              PATIENCE,
            );
            await channel.deleteQueue(queue);
            await vhost.call('DELETE', pathOf('policies', queue));
          }
        }
        await connection.close();
      },
      PATIENCE,
    );

    it(
      'are regrouped without a moment in which a queue has none of those that are right for it',
      async () => {
        // More than are written at once.
        const lengths = Array.from({ length: 13 }, (_, index) => (index + 1) * 1_000);
        const queues = Array.from({ length: 65 }, (_, index) => `regrouped.${index}`);
        const grouped = (shift: number) =>
          topologyOf(queues.map((queue, index) => [queue, lengths[(index + shift) % lengths.length] ?? 0]));
        await withPlan(grouped(0), async (plan, apply) => {
          expect(stepsOf(plan).filter(({ action }) => action !== 'create')).toEqual([]);
          expect(await apply()).toEqual([]);
        });
        const wrong: string[] = [];
        const poll = pollWhile(async () => {
          const inForce = await policies();
          for (const [index, queue] of queues.entries()) {
            const right = [0, 1].map((shift) => `msgctl.shop.max-length-${lengths[(index + shift) % lengths.length]}`);
            const policy = inForce.get(queue) ?? 'none';
            if (!right.includes(policy)) wrong.push(`${queue}: ${policy}`);
          }
        });
        await withPlan(grouped(1), async (plan, apply) => {
          expect(stepsOf(plan).map(({ action, resource }) => `${action} ${resource.kind}`)).toEqual(lengths.map(() => 'change policy'));
          expect(await apply()).toEqual([]);
        });
        expect(await poll.end()).toBeGreaterThan(0);
        expect(wrong).toEqual([]);
        const after = await policies();
        expect(queues.every((queue, index) => after.get(queue) === `msgctl.shop.max-length-${lengths[(index + 1) % lengths.length]}`)).toBe(
          true,
        );
        await withPlan(grouped(1), async (plan) => expect(stepsOf(plan)).toEqual([]));
      },
      PATIENCE,
    );

    it(
      'of others are told before anything is done where they would defeat those of the contracts, and where those would defeat them',
      async () => {
        const limited = topologyOf(
          [
            ['told.rival', 500],
            ['told.capped', 500],
            ['told.taken-over', 500],
          ],
          'clinic',
        );
        const resources = limited.resources.map((resource) =>
          resource.name === 'told.taken-over' ? { ...resource, attributes: {}, existing: 'adopt' as const } : resource,
        );
        const wanted: Topology = { ...limited, resources };
        const others = { rival: { 'max-length': 9_000 }, 'taken-over': { expires: 90_000_000 } };
        for (const [queue, definition] of Object.entries(others)) {
          const entry = { pattern: `^told\\.${queue}`, 'apply-to': 'queues', priority: queue === 'rival' ? 50 : 0, definition };
          await vhost.call('PUT', pathOf('policies', `others-${queue}`), entry);
        }
        const cap = { pattern: 'capped', 'apply-to': 'queues', definition: { 'max-length': 7 } };
        await vhost.call('PUT', pathOf('operator-policies', 'cap'), cap);
        await vhost.call('PUT', pathOf('queues', 'told.taken-over'), { durable: true });
        await withPlan(
          wanted,
          async (plan, apply) => {
            expect(stepsOf(plan).map(({ action, resource }) => `${action} ${resource.name}`)).toEqual([
              'create msgctl.clinic.max-length-500',
              'create told.capped',
              'refuse told.rival',
              'refuse told.taken-over',
            ]);
            const reasons = stepsOf(plan).map(({ reason }) => reason);
            expect(reasons[2]).toMatch(/^Policy "others-rival" of somebody else .* applies to it instead of msgctl's/);
            expect(reasons[3]).toMatch(/^Policy "others-taken-over" of somebody else .* msgctl's own would disable that one/);
            expect(plan.notes?.join()).toMatch(/Operator policy "cap".* on queue "told\.capped".*: max-length 7 instead of 500\./);
            expect(await apply()).toEqual([]);
          },
          'clinic',
        );
        const inForce = await policies();
        expect(inForce.get('told.taken-over')).toBe('others-taken-over');
        expect(inForce.get('told.capped')).toBe('msgctl.clinic.max-length-500');
        for (const policy of Object.keys(others)) await vhost.call('DELETE', pathOf('policies', `others-${policy}`));
        await withPlan(
          wanted,
          async (plan, apply) => {
            expect(stepsOf(plan).map(({ action, resource }) => `${action} ${resource.name}`)).toEqual([
              'change msgctl.clinic.max-length-500',
              'create told.rival',
              'change told.taken-over',
            ]);
            expect(await apply()).toEqual([]);
          },
          'clinic',
        );
        await withPlan(wanted, async (plan) => expect(stepsOf(plan)).toEqual([]), 'clinic');
      },
      PATIENCE,
    );

    function pathOf(kind: string, object: string): string {
      return `/api/${kind}/${vhost.name}/${encodeURIComponent(object)}`;
    }

    /** What the broker says to be in force on each queue. */
    async function policies(): Promise<ReadonlyMap<string, string | undefined>> {
      const listed = (await vhost.call('GET', `/api/queues/${vhost.name}?disable_stats=true&columns=name,policy`)) as readonly Listed[];
      return new Map(listed.map(({ name: queue, policy }) => [queue, policy]));
    }

    type Use = (plan: Plan, apply: () => Promise<readonly string[]>) => Promise<void>;

    /** Plans, and gives what carries the plan out and tells which steps failed. */
    async function withPlan(topology: Topology, use: Use, project = 'shop'): Promise<void> {
      const admin = await openRabbitmq(transport, project);
      try {
        const actual = await admin.inspect(signal);
        const plan = planTopology(topology, actual, rabbitmqSpec, { project, allow: ['delete'], target: admin.target });
        await use(plan, async () => {
          const failures: string[] = [];
          for await (const event of applyPlan(plan, admin, signal)) {
            if (event.type === 'step-failed') failures.push(`${event.step.resource.name}: ${event.message} ${event.raw ?? ''}`);
          }
          return failures;
        });
      } finally {
        await admin.close();
      }
    }
  });
}

function topologyOf(queues: readonly (readonly [name: string, length: number])[], project = 'shop'): Topology {
  const made = queues.map(([name]): DesiredResource => ({ ...queueResource(name, {}), causes: [at], needs: [] }));
  const settings = queues.map(([queue, length]) => ({ queue, settings: { 'max-length': length }, cause: at }));
  return { transport: 'bus', broker: 'rabbitmq', resources: [...groupPolicies(project, settings), ...made] };
}

/** Does something again and again until it is told to end; then tells how often it did. */
function pollWhile(look: () => Promise<void>): { end(): Promise<number> } {
  let isOver = false;
  const work = (async () => {
    let times = 0;
    for (; !isOver; times += 1) await look();
    return times;
  })();
  return {
    end: () => {
      isOver = true;
      return work;
    },
  };
}

type Draft = {
  readonly pattern: string;
  readonly 'apply-to': string;
  readonly priority: number;
  readonly definition: Readonly<Record<string, number | string>>;
};

/** A policy as somebody may write one, of settings that the version knows. */
function arbitraryPolicy(version: string): fc.Arbitrary<Draft> {
  const isNew = version.startsWith('4');
  const settings: Readonly<Record<string, number | string>> = {
    ...{
      'max-length': 5,
      'max-length-bytes': 5_000,
      'message-ttl': 900_000,
      expires: 90_000_000,
      overflow: 'reject-publish',
      'delivery-limit': 3,
    },
    ...{ 'dead-letter-exchange': 'd', 'dead-letter-routing-key': 'k', 'dead-letter-strategy': 'at-most-once', 'alternate-exchange': 'x' },
    ...{
      'max-age': '1h',
      'stream-max-segment-size-bytes': 500_000,
      'queue-leader-locator': 'balanced',
      'queue-mode': 'lazy',
      'max-in-memory-length': 3,
    },
    ...(isNew ? { 'consumer-timeout': 900_000, 'target-group-size': 3 } : { 'ha-mode': 'all' }),
  };
  const kinds = ['queues', 'all', 'exchanges', ...(isNew ? ['classic_queues', 'quorum_queues', 'streams'] : [])];
  return fc.record({
    pattern: fc.constantFrom('.*', 'a$', '^q', '^(?!classic)', 'stream|\\.b'),
    'apply-to': fc.constantFrom(...kinds),
    priority: fc.constantFrom(-1, 0, 5, 5, 20),
    definition: fc
      .uniqueArray(fc.constantFrom(...Object.keys(settings)), { minLength: 1, maxLength: 3 })
      .map((keys) => Object.fromEntries(keys.map((key) => [key, settings[key] ?? 0]))),
  });
}
