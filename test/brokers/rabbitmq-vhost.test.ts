import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { exchangeResource, policyResource, queueBinding, queueResource } from '../../src/brokers/rabbitmq/resources.ts';
import { rabbitmqSpec } from '../../src/brokers/rabbitmq/spec.ts';
import { Failure } from '../../src/diagnostics/failure.ts';
import { applyPlan } from '../../src/topology/apply.ts';
import { type DesiredResource, type Resource, resourceKey, type Topology } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { type Plan, stepsOf } from '../../src/topology/steps.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { withMessages } from './messages.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
const versions = [
  { name: 'RabbitMQ 3.10', started: brokerOrSkip(await startRabbitmq(), 'test/brokers/rabbitmq-vhost on 3.10', remedy) },
  { name: 'RabbitMQ 4', started: brokerOrSkip(await startRabbitmq({ version: '4' }), 'test/brokers/rabbitmq-vhost on 4', remedy) },
];

const PATIENCE = 120_000;
const signal = new AbortController().signal;
const at = { file: 'test', start: { offset: 0, line: 1, column: 1 }, end: { offset: 0, line: 1, column: 1 } };
const wanted = topologyOf(
  exchangeResource('desk.dead', 'direct'),
  exchangeResource('desk.again', 'direct', { 'alternate-exchange': 'desk.dead' }),
  queueResource('desk.calls', { 'x-queue-type': 'classic' }),
  queueBinding('desk.dead', 'desk.calls', 'lost'),
  policyResource('msgctl.desk.max-length-9', '^desk\\.calls$', { 'max-length': 9 }),
);

for (const { name, started } of versions) {
  describe.skipIf(!started)(`a virtual host of ${name}`, () => {
    let vhost: Vhost;
    const users = { policymaker: `maker-${randomUUID()}`, '': `worker-${randomUUID()}` };
    const missing = `msgctl-${randomUUID()} to be`;

    beforeAll(async () => {
      if (!started) return;
      vhost = await createVhost(started.broker);
      for (const [tags, user] of Object.entries(users)) await vhost.call('PUT', `/api/users/${user}`, { password: 'secret', tags });
    }, PATIENCE);

    afterAll(async () => {
      for (const user of Object.values(users)) await vhost?.call('DELETE', `/api/users/${user}`);
      await vhost?.call('DELETE', `/api/vhosts/${encodeURIComponent(missing)}`).catch(() => undefined);
      await vhost?.remove();
      await started?.stop();
    }, PATIENCE);

    it(
      'that is not there is told to who cannot make it, and made by who can, with what is to be on it',
      async () => {
        const place = on(missing);
        const maker = `//${users.policymaker}:secret@`;
        const failure = await planned({ ...place, management: place.management.replace(/\/\/[^@]*@/, maker) }).catch(
          (error: unknown) => error,
        );
        expect(failure).toBeInstanceOf(Failure);
        expect(failure).toMatchObject({ id: 'unknown-vhost', advice: expect.stringContaining(`rabbitmqctl add_vhost '${missing}'`) });

        // Somebody else works over AMQP than over the management API.
        const own = { ...place, url: place.url.replace(/\/\/[^@]*@/, `//${users['']}:secret@`) };
        const { plan, failures } = await applied(own);
        expect(told(plan)).toEqual([
          `create vhost ${missing}`,
          'create policy msgctl.desk.max-length-9',
          'create exchange desk.again',
          'create exchange desk.dead',
          'create queue desk.calls',
          'create binding desk.dead → desk.calls "lost"',
        ]);
        expect(
          stepsOf(plan)
            .slice(1)
            .every(({ needs }) => needs.includes(`vhost/${missing}`)),
        ).toBe(true);
        expect(failures).toEqual([]);
        const permissions = (await vhost.call('GET', `/api/vhosts/${encodeURIComponent(missing)}/permissions`)) as readonly {
          readonly user: string;
        }[];
        const me = decodeURIComponent(new URL(vhost.url).username);
        expect(new Set(permissions.map(({ user }) => user))).toEqual(new Set([me, users['']]));
        expect(told(await planned(own))).toEqual([]);
      },
      PATIENCE,
    );

    it(
      'whose user may not enter it is told as that',
      async () => {
        const place = on(vhost.name);
        const failure = await planned({
          ...place,
          management: place.management.replace(/\/\/[^@]*@/, `//${users.policymaker}:secret@`),
        }).catch((error: unknown) => error);
        expect(failure).toMatchObject({
          id: 'right-missing',
          advice: expect.stringContaining(`set_permissions --vhost ${vhost.name} ${users.policymaker}`),
        });
      },
      PATIENCE,
    );

    it(
      'keeps what leads on from exchanges: an alternate exchange that no policy can undo, and bindings of others between them',
      async () => {
        const place = on(vhost.name);
        expect((await applied(place)).failures).toEqual([]);
        const call = (method: string, path: string, body?: unknown) => vhost.call(method, path.replace('VHOST', vhost.name), body);
        await call('PUT', '/api/exchanges/VHOST/theirs', { type: 'fanout', durable: true });
        await call('POST', '/api/bindings/VHOST/e/theirs/e/desk.dead', { routing_key: 'lost' });
        await call('POST', '/api/bindings/VHOST/e/desk.dead/e/theirs', { routing_key: 'other' });
        await call('PUT', '/api/policies/VHOST/theirs', {
          pattern: '^desk',
          'apply-to': 'exchanges',
          definition: { 'alternate-exchange': 'theirs' },
        });
        const between = () => call('GET', '/api/exchanges/VHOST/theirs/bindings/destination');
        const before = await between();
        const { plan } = await applied(place);
        expect(told(plan)).toEqual([]);
        expect(plan.notes).toEqual([
          'Policy "theirs" of somebody else (pattern "^desk", priority 0) is in force on exchange "desk.dead": alternate-exchange "theirs", which no contract asks for.',
          'Bindings of others lead from exchange "theirs" into "desk.dead": what comes that way is in no contract. msgctl leaves bindings between exchanges as they are.',
        ]);
        expect(await between()).toEqual(before);
        // Without a queue it goes to the alternate exchange that the exchange was made with, whatever the policy says.
        await withMessages(vhost.url, async (messages) => {
          await messages.publish('desk.again', 'lost', 'kept');
          expect(await messages.take('desk.calls', 'ack')).toBe('kept');
        });
        await call('DELETE', '/api/policies/VHOST/theirs');

        await call('DELETE', '/api/exchanges/VHOST/desk.again');
        await call('PUT', '/api/exchanges/VHOST/desk.again', { type: 'direct', durable: true, arguments: { 'x-msgctl-owner': 'desk' } });
        const lacking = await planned(place);
        expect(told(lacking)).toEqual(['refuse exchange desk.again']);
        const command = /rabbitmqctl set_policy (.*)\.$/.exec(stepsOf(lacking)[0]?.reason ?? '')?.[1] ?? '';
        expect(command).toBe(
          `--vhost ${vhost.name} --apply-to exchanges desk.again.alternate '^desk\\.again$' '{"alternate-exchange":"desk.dead"}'`,
        );
        await call('PUT', '/api/policies/VHOST/desk.again.alternate', {
          pattern: '^desk\\.again$',
          'apply-to': 'exchanges',
          definition: { 'alternate-exchange': 'desk.dead' },
        });
        await withMessages(vhost.url, async (messages) => {
          await messages.publish('desk.again', 'lost', 'kept as well');
          expect(await messages.take('desk.calls', 'ack')).toBe('kept as well');
        });
      },
      PATIENCE,
    );

    type Place = { readonly url: string; readonly management: string };

    function on(vhostName: string): Place {
      return { url: vhost.url.replace(/[^/]*$/, encodeURIComponent(vhostName)), management: vhost.management };
    }

    async function planned(place: Place): Promise<Plan> {
      const admin = await openRabbitmq(transportNamed('bus', 'rabbitmq', place), 'desk');
      try {
        return await planOn(admin);
      } finally {
        await admin.close();
      }
    }

    async function applied(place: Place): Promise<{ readonly plan: Plan; readonly failures: readonly string[] }> {
      const admin = await openRabbitmq(transportNamed('bus', 'rabbitmq', place), 'desk');
      const failures: string[] = [];
      try {
        const plan = await planOn(admin);
        const lock = await admin.lock?.('a test');
        for await (const event of applyPlan(plan, admin, signal)) {
          if (event.type === 'step-failed' || event.type === 'step-skipped') failures.push(`${event.type} ${event.step.resource.name}`);
        }
        if (lock && 'release' in lock) await lock.release();
        return { plan, failures };
      } finally {
        await admin.close();
      }
    }

    async function planOn(admin: Awaited<ReturnType<typeof openRabbitmq>>): Promise<Plan> {
      const actual = await admin.inspect(signal);
      const plan = planTopology(wanted, actual, rabbitmqSpec, { project: 'desk', allow: [], target: admin.target });
      return heedRemarks(plan, (await admin.rehearse?.(stepsOf(plan), signal)) ?? []);
    }
  });
}

function told(plan: Plan): readonly string[] {
  return stepsOf(plan).map(({ action, resource }) => `${action} ${resource.kind} ${resource.name}`);
}

function topologyOf(...resources: readonly Resource[]): Topology {
  const needs = (resource: Resource) =>
    resource.kind === 'binding'
      ? [resourceKey({ kind: 'exchange', name: 'desk.dead' }), resourceKey({ kind: 'queue', name: 'desk.calls' })]
      : [];
  return {
    transport: 'bus',
    broker: 'rabbitmq',
    resources: resources.map((resource): DesiredResource => ({ ...resource, causes: [at], needs: needs(resource) })),
  };
}
