import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { rabbitmqSpec } from '../../src/brokers/rabbitmq/spec.ts';
import type { Transport } from '../../src/contract/model.ts';
import { type ApplyEvent, applyPlan } from '../../src/topology/apply.ts';
import type { Approval } from '../../src/topology/consent.ts';
import { planTopology } from '../../src/topology/plan.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { type Plan, stepsOf } from '../../src/topology/steps.ts';
import { loadSystem, readProjectFiles, transportOf } from '../support/load-system.ts';
import { runs } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type RabbitmqVersion, startRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
// With npm test on one version, with npm run verify on both: most of the time it waits for what the broker counts.
const wanted: readonly RabbitmqVersion[] = runs(1, 2) === 1 ? ['3'] : ['3', '4'];
const versions = await Promise.all(
  wanted.map(async (version) => {
    const name = version === '3' ? 'RabbitMQ 3.10' : 'RabbitMQ 4';
    return { name, started: brokerOrSkip(await startRabbitmq({ version }), `test/brokers/rabbitmq-removal on ${name}`, remedy) };
  }),
);

const PATIENCE = 120_000;
/** The broker's counters are up to five seconds old: what was sent before must not look as if it was sent meanwhile. */
const COUNTERS_ARE_NEW = 6_000;
const signal = new AbortController().signal;

for (const { name, started } of versions) {
  describe.skipIf(!started)(`taking away what no contract asks for on ${name}`, () => {
    let vhost: Vhost;
    let transport: Transport;
    let connection: ChannelModel;
    let channel: ConfirmChannel;

    beforeAll(async () => {
      if (!started) return;
      vhost = await createVhost(started.broker);
      const system = await loadSystem(readProjectFiles('.'));
      transport = { ...transportOf(system, 'rabbit'), options: { url: vhost.url, management: vhost.management } };
      connection = await connect(vhost.url);
      channel = await connection.createConfirmChannel();
    }, PATIENCE);

    afterAll(async () => {
      await connection?.close();
      await vhost?.remove();
      await started?.stop();
    }, PATIENCE);

    it(
      'takes only what is empty, unused and its own, says of all others why they stay, and takes them when they are free',
      async () => {
        await makeAll();
        const foreign = await listForeign();
        const planned = await plan(['delete']);
        const reason = (queue: string) => stepsOf(planned).find(({ resource }) => resource.name === queue)?.reason;
        expect(reason('idle')).toMatch(/Nothing is in it and nobody receives from it\. It goes only if that stays so\.$/);
        expect(reason('idle-quorum')).toMatch(/straight to its name/);
        expect(reason('full')).toMatch(/It holds 2 messages \(2 ready, 0 unacknowledged\)\. Where that is still so/);
        expect(stepsOf(planned).find(({ resource }) => resource.name === 'log')?.waitsFor).toEqual(['delete-log']);

        // Somebody makes these anew while the plan is looked at.
        await vhost.remakeQueue('swapped', {});
        await vhost.call('DELETE', `/api/exchanges/${vhost.name}/swapped`);
        await makeExchange('swapped', {});
        const poller = pollAndSend('passing');
        const late = sleep(2_000).then(() => channel.consume('late', () => undefined));
        const events = await apply(planned);
        await poller.end();

        expect(failures(events)).toEqual({
          busy: '1 consumer receives from it. Nothing of it was changed. Stop who receives from it, then provision again.',
          full: expect.stringMatching(/^It holds 2 messages \(2 ready, 0 unacknowledged\)\. Nothing of it was changed\./),
          held: expect.stringMatching(/^It holds 1 message \(0 ready, 1 unacknowledged\)\. Nothing of it was changed\./),
          'held-quorum': expect.stringMatching(/receives from it\. Nothing of it was changed\./),
          late: expect.stringMatching(/^1 consumer receives from it\. Nothing/),
          lasting: expect.stringMatching(/^Exchange fading deletes itself with its last binding/),
          parked: expect.stringMatching(/^It holds 1 message \(0 ready, 0 unacknowledged, 1 to go where dead letters go\)/),
          origin: expect.stringMatching(/^Messages wait in rung that may still come to it\./),
          passing: expect.stringMatching(/^Messages passed through it while it was watched/),
          'full.dead': expect.stringMatching(/^Dead letters of full come to it, and full stays\./),
          swapped: expect.stringMatching(/^Somebody else made it since the plan was computed: it carries no mark of msgctl\. Plan again\./),
          led: expect.stringMatching(/^Bindings lead from it to what is not to be taken away\./),
          sent: expect.stringMatching(/^Messages are sent to it/),
          target: expect.stringMatching(/^It is where the dead letters of queue theirs go/),
          again: expect.stringMatching(/^It is where the dead letters of queue rung go/),
          dead: expect.stringMatching(/^It is where the dead letters of queue full go/),
        });
        expect(await bindingsOf('log')).toEqual(['sent log']);
        expect(events.filter(({ type }) => type === 'step-skipped').map(({ step }) => step.resource.name)).toContain('sent → full "full"');
        expect(new Set(await vhost.queues())).toEqual(new Set([...Object.keys(queuesThatStay), 'theirs', 'rung', 'log', 'private']));
        expect(await bindingsOf('full')).toEqual(['sent full']);
        expect(await adopted()).toEqual(['queue/kept']);
        expect(await listForeign()).toEqual(foreign);

        await connection.close();
        connection = await connect(vhost.url);
        await sleep(COUNTERS_ARE_NEW);
        for (const queue of ['full', 'rung', 'held', 'held-quorum', 'passing'])
          await vhost.call('DELETE', `/api/queues/${vhost.name}/${queue}/contents`);
        await vhost.addBinding({ source: 'fading', queue: 'swapped', routingKey: 'x' });
        // It tries again after three minutes only.
        await vhost.call('DELETE', `/api/queues/${vhost.name}/parked`);
        await late;
        expect(Object.keys(failures(await apply(await plan(['delete', 'delete-log'])))).sort()).toEqual(['again', 'led', 'target']);
        expect(new Set(await vhost.queues())).toEqual(new Set(['theirs', 'rung', 'swapped']));
        expect(await listForeign()).toEqual(foreign);
      },
      PATIENCE,
    );

    const queuesThatStay: Readonly<Record<string, true>> = {
      lasting: true,
      parked: true,
      swapped: true,
      busy: true,
      full: true,
      held: true,
      'held-quorum': true,
      late: true,
      origin: true,
      passing: true,
      'full.dead': true,
    };

    /** Queues and exchanges in every state, of the project and of others. */
    async function makeAll(): Promise<void> {
      for (const [exchange, args] of Object.entries({
        lone: {},
        led: {},
        target: {},
        sent: {},
        again: {},
        dead: {},
        second: {},
        first: { 'alternate-exchange': 'second' },
      })) {
        await makeExchange(exchange, { 'x-msgctl-owner': 'tidy', ...args });
      }
      for (const queue of ['idle', 'busy', 'held', 'late', 'origin', 'passing', 'full.dead']) await makeQueue(queue, OWN);
      for (const queue of ['idle-quorum', 'held-quorum']) await makeQueue(queue, { ...OWN, 'x-queue-type': 'quorum' });
      await makeQueue('full', { ...OWN, 'x-dead-letter-exchange': 'dead', 'x-dead-letter-routing-key': 'full' });
      await makeQueue('log', { ...OWN, 'x-queue-type': 'stream' });
      await makeQueue('rung', { 'x-dead-letter-exchange': 'again' });
      await makeQueue('theirs', { 'x-dead-letter-exchange': 'target' });
      await makeQueue('taken', {});
      await makeQueue('swapped', OWN);
      await makeExchange('swapped', OWN);
      // An exchange of somebody else that is there as long as something is bound to it.
      await vhost.call('PUT', `/api/exchanges/${vhost.name}/fading`, { type: 'direct', durable: true, auto_delete: true });
      await makeQueue('lasting', OWN);
      await vhost.addBinding({ source: 'fading', queue: 'lasting', routingKey: 'x' });
      // Its dead letters go nowhere at this moment, so that it keeps them, neither ready nor unacknowledged.
      const parking = { 'x-dead-letter-exchange': 'lost', 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' };
      await vhost.call('PUT', `/api/exchanges/${vhost.name}/lost`, { type: 'fanout', durable: true });
      await makeQueue('parked', { ...OWN, ...parking, 'x-queue-type': 'quorum' });
      // Dead letters of what is a connection's alone may come to a queue, and nobody else may ask it.
      await channel.assertQueue('private', { exclusive: true, deadLetterExchange: '', deadLetterRoutingKey: 'idle' });
      const value = { adopted: { [vhost.name]: ['queue/taken', 'queue/kept'] } };
      await vhost.call('PUT', '/api/global-parameters/msgctl-tidy', { name: 'msgctl-tidy', value });
      for (const queue of ['idle', 'full', 'passing', 'held', 'log']) await vhost.addBinding({ source: 'sent', queue, routingKey: queue });
      await vhost.addBinding({ source: 'again', queue: 'origin', routingKey: 'origin' });
      await vhost.addBinding({ source: 'dead', queue: 'full.dead', routingKey: 'full' });
      await vhost.addBinding({ source: 'led', queue: 'theirs', routingKey: 'x' });
      for (const queue of ['parked', 'full', 'full', 'held', 'held-quorum', 'rung', 'theirs'])
        channel.sendToQueue(queue, Buffer.from('kept'), { persistent: true });
      await channel.waitForConfirms();
      expect([await channel.get('held'), await channel.get('held-quorum')]).not.toContain(false);
      const parked = await channel.get('parked');
      if (parked) channel.reject(parked, false);
      await channel.consume('busy', () => undefined);
    }

    const OWN = { 'x-msgctl-owner': 'tidy' };

    async function makeQueue(queue: string, args: object): Promise<void> {
      await vhost.call('PUT', `/api/queues/${vhost.name}/${queue}`, { durable: true, auto_delete: false, arguments: args });
    }

    async function makeExchange(exchange: string, args: object): Promise<void> {
      await vhost.call('PUT', `/api/exchanges/${vhost.name}/${exchange}`, { type: 'direct', durable: true, arguments: args });
    }

    /** Sends to a queue and takes what comes at once, with nobody connected as a consumer for long. */
    function pollAndSend(queue: string) {
      let isOver = false;
      const work = (async () => {
        const own = await connection.createConfirmChannel();
        while (!isOver) {
          own.publish('sent', queue, Buffer.from('passing'));
          await own.waitForConfirms();
          await own.get(queue, { noAck: true });
          await sleep(1_000);
        }
        await own.close();
      })();
      return {
        end: () => {
          isOver = true;
          return work;
        },
      };
    }

    async function plan(allow: readonly Approval[]): Promise<Plan> {
      const admin = await openRabbitmq(transport, 'tidy');
      try {
        const actual = await admin.inspect(signal);
        const desired = { transport: 'rabbit', broker: 'rabbitmq', resources: [] } as const;
        const planned = planTopology(desired, actual, rabbitmqSpec, { project: 'tidy', allow, target: admin.target });
        return heedRemarks(planned, (await admin.rehearse?.(stepsOf(planned), signal)) ?? []);
      } finally {
        await admin.close();
      }
    }

    async function apply(planned: Plan): Promise<readonly ApplyEvent[]> {
      const admin = await openRabbitmq(transport, 'tidy');
      try {
        const events: ApplyEvent[] = [];
        for await (const event of applyPlan(planned, admin, signal)) events.push(event);
        return events;
      } finally {
        await admin.close();
      }
    }

    function failures(events: readonly ApplyEvent[]): Readonly<Record<string, string>> {
      return Object.fromEntries(
        events.flatMap((event) => (event.type === 'step-failed' ? [[event.step.resource.name, event.message]] : [])),
      );
    }

    async function bindingsOf(queue: string): Promise<readonly string[]> {
      const bindings = (await vhost.call('GET', `/api/queues/${vhost.name}/${queue}/bindings`)) as {
        source: string;
        routing_key: string;
      }[];
      return bindings.filter(({ source }) => source !== '').map(({ source, routing_key }) => `${source} ${routing_key}`);
    }

    async function adopted(): Promise<unknown> {
      const { value } = (await vhost.call('GET', '/api/global-parameters/msgctl-tidy')) as { value: { adopted: Record<string, unknown> } };
      return value.adopted[vhost.name];
    }

    /** What the project does not own, with how many messages wait in it. */
    async function listForeign(): Promise<unknown> {
      const queues = (await vhost.call('GET', `/api/queues/${vhost.name}?disable_stats=true&columns=name,arguments`)) as { name: string }[];
      const theirs = queues.filter((queue) => ['theirs', 'rung'].includes(queue.name));
      const waiting = (await withChannel((one) => one.checkQueue('theirs'))).messageCount;
      return { theirs, waiting, bindings: await bindingsOf('theirs') };
    }

    async function withChannel<Result>(work: (one: ConfirmChannel) => Promise<Result>): Promise<Result> {
      const one = await connection.createConfirmChannel();
      try {
        return await work(one);
      } finally {
        await one.close();
      }
    }
  });
}
