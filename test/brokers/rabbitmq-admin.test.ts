import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../src/brokers/rabbitmq/access.ts';
import { openDeclaring } from '../../src/brokers/rabbitmq/admin/channels.ts';
import { listBindings } from '../../src/brokers/rabbitmq/admin/list-bindings.ts';
import { openManagement } from '../../src/brokers/rabbitmq/admin/management.ts';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { rabbitmqSpec } from '../../src/brokers/rabbitmq/spec.ts';
import type { Transport } from '../../src/contract/model.ts';
import type { System } from '../../src/contract/system.ts';
import type { JsonObject, JsonValue } from '../../src/source/json.ts';
import { type ApplyEvent, applyPlan } from '../../src/topology/apply.ts';
import type { Approval } from '../../src/topology/consent.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import type { Topology } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import type { BrokerAdmin, StepOutcome } from '../../src/topology/port.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { type Plan, type Step, stepsOf } from '../../src/topology/steps.ts';
import { loadSystem, readProjectFiles, transportOf } from '../support/load-system.ts';
import { brokerOrSkip } from './broker-process.ts';
import { openWay } from './cuttable-way.ts';
import { withMessages } from './messages.ts';
import { type Rabbitmq, startOwnRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
const versions = [
  { name: 'RabbitMQ 3.10', started: brokerOrSkip(await startOwnRabbitmq(), 'test/brokers/rabbitmq-admin on 3.10', remedy) },
  { name: 'RabbitMQ 4', started: brokerOrSkip(await startOwnRabbitmq({ version: '4' }), 'test/brokers/rabbitmq-admin on 4', remedy) },
];

for (const { name, started } of versions) {
  describe.skipIf(!started)(`a live ${name}`, () => {
    let vhost: Vhost;
    let system: System;
    let transport: Transport;
    const signal = new AbortController().signal;

    beforeAll(async () => {
      if (!started) return;
      vhost = await createVhost(started.broker as Rabbitmq);
      system = await loadSystem(readProjectFiles('.'));
      transport = { ...transportOf(system, 'rabbit'), options: { url: vhost.url, management: vhost.management } };
      await vhost.importExisting();
    }, 60_000);

    afterAll(async () => {
      await vhost?.remove();
      await started?.stop();
    }, 60_000);

    it('gets the whole example, and then is up to date', async () => {
      await withAdmin(async (admin) => {
        const events = await apply(admin, await plan(admin));
        expect(events.filter(({ type }) => type === 'step-failed' || type === 'step-skipped')).toEqual([]);
        const again = await plan(admin);
        expect(stepsOf(again)).toEqual([]);
        expect(again.unchanged).toBeGreaterThan(150);
      });
    });

    it('tells a binding that was taken away from one that was added, and takes the second away with consent only', async () => {
      await vhost.removeBinding({ source: 'mailer.inbox', queue: 'mailer.send-email', routingKey: 'send-email' });
      await vhost.addBinding({ source: 'catalog.events', queue: 'mailer.send-email', routingKey: 'by-hand' });
      await withAdmin(async (admin) => {
        const found = await plan(admin);
        expect(told(found)).toEqual([
          'create binding mailer.inbox → mailer.send-email "send-email"',
          'delete binding catalog.events → mailer.send-email "by-hand"',
        ]);
        expect(stepsOf(found)[1]?.waitsFor).toEqual(['delete']);
        await apply(admin, found);
        expect(told(await plan(admin))).toEqual(['delete binding catalog.events → mailer.send-email "by-hand"']);
        await apply(admin, await plan(admin, ['delete']));
        expect(told(await plan(admin))).toEqual([]);
      });
    });

    it('reads the same bindings from each exchange as in one list, whatever their names are', async () => {
      const odd = encodeURIComponent('odd/ex?change%2f&#ü');
      await vhost.call('PUT', `/api/exchanges/${vhost.name}/${odd}`, { type: 'headers', durable: true, arguments: {} });
      const management = openManagement(accessOf(transport));
      try {
        const [from, to] = [`/api/bindings/${vhost.name}/e/${odd}`, 'mailer.send-email'];
        await vhost.call('POST', `${from}/q/${to}`, { routing_key: '', arguments: { 'x-match': 'all', kind: 'bill' } });
        await vhost.call('POST', `${from}/e/mailer.inbox`, { routing_key: 'bills/#?' });
        const read = (totals: JsonValue | undefined) => {
          const exchanges = management.read(`/api/exchanges/${vhost.name}`, 'exchanges');
          return listBindings({ management, vhost: vhost.name, exchanges, totals }) as Promise<readonly JsonObject[]>;
        };
        const texts = (bindings: readonly JsonObject[]) =>
          bindings.filter(({ source }) => source !== '').map((binding) => JSON.stringify(Object.entries(binding).sort()));
        const [whole, parts] = [await read(undefined), await read({ queues: 10_000, exchanges: 100 })];
        expect(texts(parts).sort()).toEqual(texts(whole).sort());
        expect(parts.some(({ source }) => source === '')).toBe(false);
        expect(parts.filter(({ source }) => source === 'odd/ex?change%2f&#ü')).toHaveLength(2);
      } finally {
        management.close();
        await vhost.call('DELETE', `/api/exchanges/${vhost.name}/${odd}`);
      }
    });

    it('puts a policy right that was changed, and one that was deleted', async () => {
      const [changed, deleted] = ['msgctl.school.delivery-limit-20', 'msgctl.school.message-ttl-1209600000'];
      const { pattern } = (await vhost.call('GET', `/api/policies/${vhost.name}/${changed}`)) as { readonly pattern: string };
      const definition = { 'delivery-limit': 3, 'max-length': 10 };
      await vhost.call('PUT', `/api/policies/${vhost.name}/${changed}`, { pattern, 'apply-to': 'queues', priority: 10, definition });
      await vhost.call('DELETE', `/api/policies/${vhost.name}/${deleted}`);
      await withAdmin(async (admin) => {
        const found = await plan(admin);
        expect(told(found)).toEqual([`change policy ${changed}`, `create policy ${deleted}`]);
        expect(stepsOf(found)[0]?.fields).toEqual([
          { name: 'definition.delivery-limit', from: 3, to: 20 },
          { name: 'definition.max-length', from: 10 },
        ]);
        // Dead letters that are older than it says would be gone at once.
        expect(stepsOf(found).map(({ waitsFor }) => waitsFor)).toEqual([[], ['delete']]);
        await apply(admin, found);
        expect(told(await plan(admin))).toEqual([`create policy ${deleted}`]);
        await apply(admin, await plan(admin, ['delete']));
        expect(told(await plan(admin))).toEqual([]);
      });
    });

    it('takes away its own policy when its settings are in no contract any more', async () => {
      const name = 'msgctl.school.max-length-1';
      await vhost.call('PUT', `/api/policies/${vhost.name}/${name}`, { pattern: '^none$', definition: { 'max-length': 1 } });
      await withAdmin(async (admin) => {
        const found = await plan(admin);
        expect(told(found)).toEqual([`delete policy ${name}`]);
        await apply(admin, found);
        expect(told(await plan(admin))).toEqual([]);
      });
    });

    it('makes a queue anew whose argument was changed, with consent, and moves what is in it', async () => {
      const queue = 'mailer.send-email';
      await vhost.remakeQueue(queue, { 'x-queue-type': 'quorum', 'x-msgctl-owner': 'school', 'x-dead-letter-exchange': 'elsewhere' });
      await vhost.addBinding({ source: 'mailer.inbox', queue, routingKey: 'send-email' });
      await withMessages(vhost.url, (messages) => messages.publish('mailer.inbox', 'send-email', 'hello'));
      await withAdmin(async (admin) => {
        const found = await plan(admin);
        const step = stepsOf(found).find(({ resource }) => resource.kind === 'queue');
        expect(step?.action).toBe('migrate');
        expect(step?.fields).toEqual([
          { name: 'arguments.x-dead-letter-exchange', from: 'elsewhere', to: 'mailer.dead' },
          { name: 'arguments.x-dead-letter-routing-key', to: queue },
        ]);
        expect(step).toMatchObject({ waitsFor: ['migrate'], risk: 'order' });
        expect(step?.reason).toMatch(/fixes x-dead-letter-exchange when it makes a queue.*1 message is moved, none arrive twice/s);
        await apply(admin, await plan(admin, ['migrate']));
        expect(told(await plan(admin))).toEqual([]);
      });
      await withMessages(vhost.url, async (messages) => expect(await messages.take(queue, 'ack')).toBe('hello'));
    });

    it('touches no queue of somebody else under a name that it wants', async () => {
      const queue = 'mailer.send-email';
      await vhost.remakeQueue(queue, { 'x-queue-type': 'classic' });
      await withAdmin(async (admin) => {
        const found = await plan(admin);
        expect(stepsOf(found).find(({ resource }) => resource.kind === 'queue')?.reason).toMatch(
          /there already and msgctl did not make it/,
        );
        // Its own policy leaves the queue to whatever policies the others have.
        expect((await apply(admin, found)).map(({ type, step }) => `${type} ${step.resource.kind}`)).toEqual([
          'step-started policy',
          'step-done policy',
        ]);
      });
      await vhost.call('DELETE', `/api/queues/${vhost.name}/${queue}`);
      await withAdmin(async (admin) => {
        await apply(admin, await plan(admin));
        expect(told(await plan(admin))).toEqual([]);
      });
    });

    it('tells each refusal at its own object, and makes all the others', async () => {
      const made = { kind: 'queue', attributes: { durable: true, auto_delete: false } } as const;
      const steps = Array.from({ length: 40 }, (_, index) =>
        stepFor({ ...made, name: `many-${index}`, attributes: { ...made.attributes, 'arguments.x-max-length': index === 7 ? -1 : 100 } }),
      );
      await vhost.call('PUT', `/api/queues/${vhost.name}/many-11`, { durable: true, arguments: { 'x-max-length': 50 } });
      await withAdmin(async (admin) => {
        await admin.inspect(signal);
        const outcomes = new Map<string, StepOutcome>();
        for await (const outcome of admin.execute(steps, signal)) outcomes.set(outcome.step.resource.name, outcome);
        const failed = [...outcomes.values()].filter(({ ok }) => !ok);
        expect(outcomes.size).toBe(40);
        expect(failed.map(({ step }) => step.resource.name).sort()).toEqual(['many-11', 'many-7']);
        expect(outcomes.get('many-11')).toMatchObject({ message: expect.stringContaining('another x-max-length') });
        const queues = (await vhost.call('GET', `/api/queues/${vhost.name}?disable_stats=true&columns=name`)) as {
          readonly name: string;
        }[];
        const names = queues.map((queue) => queue.name).filter((queue) => queue.startsWith('many-'));
        expect(names.length).toBe(39);
        for (const queue of names) await vhost.call('DELETE', `/api/queues/${vhost.name}/${queue}`);
      });
    });

    it('begins nothing more once interrupted, and is finished by the next run', async () => {
      const another = await createVhost((started as NonNullable<typeof started>).broker);
      const controller = new AbortController();
      const events: ApplyEvent[] = [];
      const place = { ...transport, options: { url: another.url, management: another.management } };
      await withAdmin(async (admin) => {
        for await (const event of applyPlan(await plan(admin), admin, controller.signal)) {
          events.push(event);
          if (event.type === 'step-done' && event.step.resource.kind === 'queue') controller.abort();
        }
        const skipped = events.filter(({ type }) => type === 'step-skipped');
        expect(skipped.length).toBeGreaterThan(0);
        expect(events.filter(({ type }) => type === 'step-failed')).toEqual([]);
        await apply(admin, await plan(admin));
        expect(stepsOf(await plan(admin)).filter(({ action }) => action !== 'refuse')).toEqual([]);
      }, place);
      await another.remove();
    });

    it('asks over more channels where answers are long on their way', async () => {
      const open = await openDeclaring(accessOf(transport));
      let [begun, now, highest] = [0, 0, 0];
      const declare = async () => {
        now += 1;
        highest = Math.max(highest, now);
        begun += 1;
        if (begun <= 8) await sleep(50);
        // Each answer of the first eight channels opens one more; those that come then wait for each other.
        else await expect.poll(() => highest, { timeout: 30_000 }).toBeGreaterThan(8);
        now -= 1;
      };
      const items = Array.from({ length: 64 }, (_, at) => at);
      for await (const { error } of open.each(items, { declare, signal })) expect(error).toBeUndefined();
      await open.close();
    });

    it('tells of every step how it ended when the connection breaks in between', async () => {
      const way = await openWay(vhost.url);
      const options = { url: vhost.url.replace(/@[^/]*/, `@${way.host}`), management: vhost.management };
      const made = { durable: true, auto_delete: false };
      const steps = Array.from({ length: 500 }, (_, index) => stepFor({ kind: 'queue', name: `cut-${index}`, attributes: made }));
      await withAdmin(
        async (admin) => {
          const outcomes: StepOutcome[] = [];
          for await (const outcome of admin.execute(steps, signal)) {
            if (outcomes.push(outcome) === 1) way.cut();
          }
          expect(new Set(outcomes.map(({ step }) => step.resource.name)).size).toBe(500);
          const messages = new Set(outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.message])));
          expect([...messages]).toEqual(['The connection to RabbitMQ was lost before it was done. Provision again when it is back.']);
        },
        { ...transport, options },
      );
      for (const queue of (await vhost.queues()).filter((name) => name.startsWith('cut-'))) {
        await vhost.call('DELETE', `/api/queues/${vhost.name}/${queue}`);
      }
    });

    it("keeps one of RabbitMQ's own exchanges where a contract names it, and never lists the others", async () => {
      await withAdmin(async (admin) => {
        const actual = await admin.inspect(signal);
        const exchange = { kind: 'exchange', name: 'amq.topic', attributes: { type: 'topic' } };
        const at = { file: 'a.yaml', start: { offset: 0, line: 1, column: 1 }, end: { offset: 0, line: 1, column: 1 } };
        const desired: Topology = {
          transport: 'rabbit',
          broker: 'rabbitmq',
          resources: [{ ...exchange, causes: [at], needs: [], existing: 'keep' }],
        };
        const planned = planTopology(desired, actual, rabbitmqSpec, { project: 'others', allow: [], target: admin.target });
        expect(stepsOf(planned)).toEqual([]);
        expect(planned.unchanged).toBe(1);
      });
    });

    it('makes nothing of what is not there', async () => {
      await withAdmin(async (admin) => {
        const resource = { kind: 'queue', name: 'never-made', attributes: { durable: true, auto_delete: false } };
        const outcomes: StepOutcome[] = [];
        for (const action of ['delete', 'migrate'] as const) {
          for await (const outcome of admin.execute([{ ...stepFor(resource), action }], signal)) outcomes.push(outcome);
        }
        expect(outcomes).toMatchObject([{ ok: true }, { ok: false, message: 'There is no such queue any more. Plan again.' }]);
        expect(await vhost.queues()).not.toContain('never-made');
      });
    });

    it('refuses an exchange of a type that the broker does not know, before anything is changed', async () => {
      await withAdmin(async (admin) => {
        await admin.inspect(signal);
        const step = stepFor({ kind: 'exchange', name: 'late', attributes: { type: 'x-delayed-message' } });
        expect(await admin.rehearse?.([step], signal)).toEqual([
          { step, reason: expect.stringContaining('knows no exchanges of type "x-delayed-message"') },
        ]);
      });
    });

    it('sends a message that one user rejects to the dead letters of that user and of no other', async () => {
      const users = ['certificates', 'learners', 'mailer'].map((user) => `${user}.catalog.course-retiring`);
      await withMessages(vhost.url, async (messages) => {
        await messages.publish('catalog.events', 'course-retiring', 'going');
        for (const queue of users) expect(await messages.take(queue, queue.startsWith('learners') ? 'reject' : 'ack')).toBe('going');
        expect(await messages.take('learners.catalog.course-retiring.dead', 'ack')).toBe('going');
        for (const queue of (await vhost.queues()).filter((name) => !name.includes('statements')))
          expect(await messages.has(queue)).toBe(false);
      });
    });

    it('brings a message back from the ladder to the queue it came from and to no other', async () => {
      const origin = 'learners.catalog.course-retiring';
      await withMessages(vhost.url, async (messages) => {
        await messages.publish('learners.retry.1s', origin, 'again');
        expect(await messages.take(origin, 'ack')).toBe('again');
        for (const queue of await vhost.queues()) expect(await messages.has(queue)).toBe(false);
      });
    });

    it('lets a message whose origin is gone when its delay ends rest among the dead letters', async () => {
      const origin = 'learners.catalog.course-retiring';
      await vhost.removeBinding({ source: 'learners.again', queue: origin, routingKey: origin });
      await withMessages(vhost.url, async (messages) => {
        await messages.publish('learners.retry.1s', origin, 'late');
        expect(await messages.take(`${origin}.dead`, 'ack')).toBe('late');
      });
      await withAdmin(async (admin) => void (await apply(admin, await plan(admin))));
    });

    async function withAdmin(work: (admin: BrokerAdmin) => Promise<void>, place = transport): Promise<void> {
      const admin = await openRabbitmq(place, 'school');
      try {
        await work(admin);
      } finally {
        await admin.close();
      }
    }

    async function plan(admin: BrokerAdmin, allow: readonly Approval[] = []): Promise<Plan> {
      const actual = await admin.inspect(signal);
      const options = { project: 'school', allow, target: admin.target };
      const planned = planTopology(deriveTopology(system, rabbitmqSpec, transport), actual, rabbitmqSpec, options);
      return heedRemarks(planned, (await admin.rehearse?.(stepsOf(planned), signal)) ?? []);
    }

    /** What a plan does, a line for each step. */
    function told(planned: Plan): readonly string[] {
      return stepsOf(planned).map(({ action, resource }) => `${action} ${resource.kind} ${resource.name}`);
    }

    async function apply(admin: BrokerAdmin, planned: Plan): Promise<readonly ApplyEvent[]> {
      const events: ApplyEvent[] = [];
      for await (const event of applyPlan(planned, admin, signal)) events.push(event);
      return events;
    }
  });
}

function stepFor(resource: Step['resource']): Step {
  return { action: 'create', resource, fields: [], cause: 'not-in-contract', risk: 'safe', waitsFor: [], needs: [] };
}
