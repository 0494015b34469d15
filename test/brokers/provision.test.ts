import { randomUUID } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerOrSkip } from './broker-process.ts';
import { runMsgctl } from './command-line.ts';
import { startKafka } from './kafka.ts';
import { startOwnRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Name them in the environment (MSGCTL_TEST_AMQP_URL, MSGCTL_TEST_KAFKA_BROKERS and so on), or run as root on Debian.';
const suite = 'test/brokers/provision';
const starts = await Promise.all([startOwnRabbitmq(), startOwnRabbitmq({ version: '4' }), startKafka()]);
const three = brokerOrSkip(starts[0], `${suite} on RabbitMQ 3.10`, remedy);
const four = brokerOrSkip(starts[1], `${suite} on RabbitMQ 4`, remedy);
const kafka = brokerOrSkip(starts[2], `${suite} on Kafka`, remedy);

/** A run starts several processes. */
const PATIENCE = 120_000;

describe.skipIf(!three || !four || !kafka)('msgctl on the example and live brokers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-provision-'));
  const vhosts: Vhost[] = [];

  beforeAll(async () => {
    for (const name of ['msgctl.yaml', 'contracts', 'schema']) cpSync(name, join(folder, name), { recursive: true });
    // Topics of this run alone, should the cluster be shared.
    appendFileSync(join(folder, 'msgctl.yaml'), `  live: { transports: { log: { prefix: 'run-${randomUUID().slice(0, 8)}.' } } }\n`);
    for (const started of [three, four]) {
      if (!started) continue;
      const vhost = await createVhost(started.broker);
      await vhost.importExisting();
      vhosts.push(vhost);
    }
  }, PATIENCE);

  afterAll(async () => {
    for (const vhost of vhosts) await vhost.remove();
    await Promise.all([three?.stop(), four?.stop(), kafka?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }, PATIENCE);

  it.each([
    ['3.10', 0],
    ['4', 1],
  ])(
    'makes everything on RabbitMQ %s and on Kafka, and is up to date the second time',
    async (_, index) => {
      const vhost = vhosts[index] as Vhost;
      const planned = await msgctl(vhost, 'plan', '--exit-code');
      expect(planned.code, planned.stderr).toBe(1);
      expect(planned.stdout).toMatch(/Plan: \d+ to create/);

      const first = await msgctl(vhost, 'provision', '--yes');
      expect(first.code, `${first.stdout.slice(-2_000)}${first.stderr}`).toBe(0);
      expect(first.stdout).toMatch(/verified: what is there now matches the contracts\.\nApplied (\d+) of \1 steps\.\n$/);

      const second = await msgctl(vhost, 'provision', '--yes');
      expect(second).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^rabbit school: up to date \(166 resources\)\.\nlog school: up to date \(\d+ resources\)\.\n$/),
        // On a busy machine reading may take longer than a second.
        stderr: expect.stringMatching(/^(?:Reading the targets …\n)?$/),
      });
      expect(await msgctl(vhost, 'plan', '--exit-code')).toMatchObject({ code: 0 });
    },
    PATIENCE,
  );

  it(
    'needs consent where nobody is at a terminal',
    async () => {
      const [vhost] = vhosts as [Vhost];
      await vhost.removeBinding({ source: 'mailer.inbox', queue: 'mailer.send-email', routingKey: 'send-email' });
      const ended = await msgctl(vhost, 'provision');
      expect(ended.code).toBe(2);
      expect(ended.stderr).toMatch(/1 step would be applied, and nobody is at a terminal/);
      expect(await msgctl(vhost, 'provision', '--yes')).toMatchObject({ code: 0 });
    },
    PATIENCE,
  );

  function msgctl(vhost: Vhost, ...words: readonly string[]) {
    const variables = { RABBITMQ_URL: vhost.url, RABBITMQ_MANAGEMENT_URL: vhost.management, KAFKA_BROKERS: kafka?.broker.brokers };
    return runMsgctl(folder, [...words, '--env', 'live', '--to', 'rabbit,log'], variables);
  }
});
