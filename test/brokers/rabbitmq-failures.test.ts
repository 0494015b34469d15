import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isFullSize } from '../support/size.ts';
import { brokerOrSkip, type Started } from './broker-process.ts';
import { type Ended, runMsgctl } from './command-line.ts';
import { type CuttableWay, openWay } from './cuttable-way.ts';
import { type OwnRabbitmq, type Rabbitmq, startOwnRabbitmq, startRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Run as root on Debian, or set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones).';
const suite = 'test/brokers/rabbitmq-failures';
/** Nodes are stopped and killed at full size only: those are our own. */
const starts: readonly Started<Rabbitmq & Partial<OwnRabbitmq>>[] = isFullSize
  ? await Promise.all([startOwnRabbitmq(), startOwnRabbitmq({ version: '4' })])
  : [await startRabbitmq()];
const versions = starts.map((started, at) => ({ name: ['3.10', '4'][at] ?? '', started: brokerOrSkip(started, suite, remedy) }));

const PATIENCE = 240_000;
/** 200 ms each way: a client cannot tell on which way it waits. */
const ROUND_TRIP = 400;

const message = { type: 'object' };
const EVENTS = 30;
const events = Array.from({ length: EVENTS }, (_, at) => `event-${at}`);
/** Settings that make six policies. */
const uses = Object.fromEntries(events.map((event, at) => [`clock.${event}`, { delivery: { 'max-length': 100 + (at % 6) } }]));
const contracts = [
  {
    service: 'clock',
    provides: Object.fromEntries(events.map((event) => [event, { pattern: 'publish-subscribe', via: 'bus', message }])),
  },
  { service: 'board', uses },
];

for (const { name, started } of versions) {
  describe.skipIf(!started)(`msgctl provision on a RabbitMQ ${name} that goes in the middle`, () => {
    const broker = started?.broker as Rabbitmq & Partial<OwnRabbitmq>;
    const folder = mkdtempSync(join(tmpdir(), 'msgctl-rabbitmq-failures-'));
    let vhost: Vhost;
    let ways: { readonly amqp: CuttableWay; readonly management: CuttableWay };

    beforeAll(() => {
      mkdirSync(join(folder, 'contracts'));
      for (const contract of contracts) {
        writeFileSync(join(folder, `contracts/${contract.service}.yaml`), JSON.stringify({ msgctl: 1, version: '1.0.0', ...contract }));
      }
    });

    beforeEach(async () => {
      vhost = await createVhost(broker);
      await openWays();
    }, PATIENCE);

    afterEach(async () => {
      for (const way of Object.values(ways)) way.cut();
      await vhost.remove();
    }, PATIENCE);

    afterAll(async () => {
      await started?.stop();
      rmSync(folder, { recursive: true, force: true });
    }, PATIENCE);

    it.skipIf(!isFullSize)(
      'tells that it could not verify when the management API goes after the policies, and loses nothing',
      {
        timeout: PATIENCE,
      },
      async () => {
        const running = msgctl('provision', '--yes');
        await ways.amqp.stopAfter(10_000);
        ways.management.cut();
        ways.amqp.goOn();
        const ended = await running;
        expect(ended).toMatchObject({ code: 3, stderr: expect.stringMatching(/the management API of RabbitMQ at .* cannot be reached/) });
        expect(ended.stdout).toMatch(/Applied (\d+) of \1 steps/);
        await isFinishedByTheNextRun();
      },
    );

    it('tells of each policy that was not written when the management API goes among them', { timeout: PATIENCE }, async () => {
      await msgctl('plan');
      const read = ways.management.sent();
      const running = msgctl('provision', '--yes');
      await ways.management.stopAfter(read + 100);
      ways.management.cut();
      const ended = await running;
      expect(ended.code, ended.stdout.slice(-2_000)).toBe(3);
      const failed = ended.stdout.match(/^ {2}bus: policy msgctl\.\S+ was not created: .* cannot be reached/gm) ?? [];
      expect(failed.length).toBeGreaterThan(0);
      // No queue stands without its settings.
      expect(ended.stdout).toMatch(/^queue board\.clock\.event-\d+: skipped, It needs policy msgctl\.\S+, which could not be done\.$/m);
      await isFinishedByTheNextRun();
    });

    it('tells of each object that was not made when the connection is cut', { timeout: PATIENCE }, async () => {
      const running = msgctl('provision', '--yes');
      await ways.amqp.stopAfter(10_000);
      ways.amqp.cut();
      await isHalfDone(await running);
      await isFinishedByTheNextRun();
    });

    it.skipIf(!isFullSize)('tells of each object that was not made when the node is stopped', { timeout: PATIENCE }, async () => {
      const running = msgctl('provision', '--yes');
      await ways.amqp.stopAfter(10_000);
      try {
        await broker.control?.('stop_app');
        ways.amqp.goOn();
        await isHalfDone(await running);
      } finally {
        await broker.control?.('start_app');
      }
      await isFinishedByTheNextRun();
    });

    it.skipIf(!isFullSize)('tells of each object that was not made when the node dies', { timeout: PATIENCE }, async () => {
      const running = msgctl('provision', '--yes');
      await ways.amqp.stopAfter(10_000);
      const [ended] = await Promise.all([running, broker.restart?.(), ways.amqp.goOn()]);
      await isHalfDone(ended);
      await isFinishedByTheNextRun();
    });

    it.skipIf(!isFullSize)('uses no more channels than a connection may have', { timeout: PATIENCE }, async () => {
      const allow = (channels: number) => broker.control?.('eval', `application:set_env(rabbit, channel_max, ${channels}).`);
      await allow(3);
      try {
        const ended = await msgctl('provision', '--yes');
        expect(ended.code, `${ended.stdout.slice(-2_000)}${ended.stderr}`).toBe(0);
      } finally {
        await allow(2_047);
      }
    });

    it.skipIf(!isFullSize)('gives up a broker that says nothing any more', { timeout: PATIENCE }, async () => {
      const running = msgctl('provision', '--yes');
      await ways.amqp.stopAfter(10_000);
      await isHalfDone(await running);
      await isFinishedByTheNextRun();
    });

    it.skipIf(!isFullSize)('waits for a broker that answers slowly, and fails nothing', { timeout: PATIENCE }, async () => {
      await openWays(ROUND_TRIP);
      const ended = await msgctl('provision', '--yes');
      expect(ended.code, `${ended.stdout.slice(-2_000)}${ended.stderr}`).toBe(0);
      expect(await msgctl('plan', '--exit-code')).toMatchObject({ code: 0 });
    });

    async function openWays(slowness = 0): Promise<void> {
      ways = { amqp: await openWay(vhost.url, slowness), management: await openWay(vhost.management, slowness) };
      writeProject(vhost.url.replace(/@[^/]*/, `@${ways.amqp.host}`), vhost.management.replace(/@[^/]*/, `@${ways.management.host}`));
    }

    function writeProject(url: string, management: string): void {
      const project = { msgctl: 1, project: 'failures', transports: { bus: { kind: 'rabbitmq', url, management } } };
      writeFileSync(join(folder, 'msgctl.yaml'), JSON.stringify(project));
    }

    function msgctl(...words: readonly string[]): Promise<Ended> {
      return runMsgctl(folder, words);
    }

    /** Each step has an end: some were carried out, and each that was not says what became of it. */
    async function isHalfDone(ended: Ended): Promise<void> {
      expect(ended.code, `${ended.stdout.slice(-2_000)}${ended.stderr}`).toBe(3);
      const [, applied, all, failed, skipped] =
        /Applied (\d+) of (\d+) steps; (\d+) failed(?:; (\d+) skipped)?/.exec(ended.stdout)?.map(Number) ?? [];
      expect(ended.stdout).toMatch(
        /^ {2}bus: (?:queue|exchange|binding) .* was not created: The connection to RabbitMQ was lost before it was done\./m,
      );
      expect((applied ?? 0) + (failed ?? 0) + (skipped || 0)).toBe(all);
      expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/^\s+at /m);
    }

    async function isFinishedByTheNextRun(): Promise<void> {
      writeProject(vhost.url, vhost.management);
      const ended = await msgctl('provision', '--yes');
      expect(ended.code, `${ended.stdout.slice(-2_000)}${ended.stderr}`).toBe(0);
      expect(await msgctl('plan', '--exit-code')).toMatchObject({ code: 0 });
    }
  });
}
