import { connect } from 'amqplib';
import { afterAll, describe, expect, it } from 'vitest';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { queueResource } from '../../src/brokers/rabbitmq/resources.ts';
import type { Resource } from '../../src/topology/model.ts';
import type { StepOutcome } from '../../src/topology/port.ts';
import type { Step } from '../../src/topology/steps.ts';
import { isFullSize } from '../support/size.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startOwnRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

/** It waits for what msgctl waits for: a minute without progress. */
const started = isFullSize
  ? brokerOrSkip(await startOwnRabbitmq({ version: '4' }), 'test/brokers/rabbitmq-alarm', 'Run as root on Debian.')
  : undefined;
const PATIENCE = 400_000;

describe.skipIf(!started)('a RabbitMQ that takes no messages', () => {
  afterAll(() => started?.stop(), PATIENCE);

  it(
    'is given up, everything is led back, and the next run does it',
    async () => {
      if (!started) return;
      const { broker } = started;
      const vhost = await createVhost(broker);
      const connection = await connect(vhost.url);
      connection.on('error', () => undefined);
      const channel = await connection.createConfirmChannel();
      const mark = { 'x-msgctl-owner': 'moving' };
      await vhost.call('PUT', `/api/queues/${vhost.name}/full`, { durable: true, auto_delete: false, arguments: mark });
      for (let index = 0; index < 300; index += 1) channel.sendToQueue('full', Buffer.from(`${index}`), { persistent: true });
      await channel.waitForConfirms();

      await broker.control('set_vm_memory_high_watermark', 'absolute', '1MB');
      const begun = Date.now();
      expect(await migrate(vhost)).toMatchObject({
        ok: false,
        message: expect.stringMatching(
          /^For a minute no message could be moved out of full; 300 are in it\. .*Everything is as it was before\.$/,
        ),
      });
      expect(Date.now() - begun).toBeLessThan(200_000);
      expect(await vhost.queues()).toEqual(['full']);

      await broker.control('set_vm_memory_high_watermark', '0.6');
      expect(await migrate(vhost)).toMatchObject({ ok: true });
      expect((await channel.checkQueue('full')).messageCount).toBe(300);
      expect(await vhost.queues()).toEqual(['full']);
      await connection.close();
    },
    PATIENCE,
  );

  it(
    'or that counts nothing, is not watched, so that nothing is taken away from it',
    async () => {
      if (!started) return;
      const { broker } = started;
      const vhost = await createVhost(broker);
      const mark = { 'x-msgctl-owner': 'moving' };
      await vhost.call('PUT', `/api/queues/${vhost.name}/idle`, { durable: true, auto_delete: false, arguments: mark });
      const count = (isOff: boolean) =>
        broker.control('eval', `application:set_env(rabbitmq_management_agent, disable_metrics_collector, ${isOff}).`);
      await count(true);
      try {
        expect(await execute(vhost, { ...step(queueResource('idle', {})), action: 'delete' })).toMatchObject({
          ok: false,
          message: expect.stringMatching(/^This RabbitMQ keeps no statistics/),
        });
      } finally {
        await count(false);
      }
      expect(await vhost.queues()).toEqual(['idle']);
    },
    PATIENCE,
  );
});

function migrate(vhost: Vhost): Promise<StepOutcome | undefined> {
  return execute(vhost, step(queueResource('full', { 'x-queue-type': 'quorum' })));
}

function step(resource: Resource): Step {
  return { action: 'migrate', resource, fields: [], cause: 'not-in-contract', risk: 'duplicates', waitsFor: [], needs: [] };
}

async function execute({ url, management }: Vhost, one: Step): Promise<StepOutcome | undefined> {
  const admin = await openRabbitmq(transportNamed('bus', 'rabbitmq', { url, management }), 'moving');
  try {
    for await (const outcome of admin.execute([one], new AbortController().signal)) return outcome;
    return undefined;
  } finally {
    await admin.close();
  }
}
