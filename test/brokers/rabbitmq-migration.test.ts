import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelModel, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFullSize, runs } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { runMsgctl } from './command-line.ts';
import { type CuttableWay, openWay } from './cuttable-way.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { startTraffic, type Tally } from './traffic.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
const versions = [
  { name: 'RabbitMQ 3.10', started: brokerOrSkip(await startRabbitmq(), 'test/brokers/rabbitmq-migration on 3.10', remedy) },
  { name: 'RabbitMQ 4', started: brokerOrSkip(await startRabbitmq({ version: '4' }), 'test/brokers/rabbitmq-migration on 4', remedy) },
];

const contracts = {
  'clock.yaml':
    'msgctl: 1\nservice: clock\nversion: 1.0.0\nprovides:\n  ticked: { pattern: publish-subscribe, via: rabbit, message: { type: object } }\n',
  'board.yaml': 'msgctl: 1\nservice: board\nversion: 1.0.0\nuses:\n  clock.ticked: {}\n',
};
const QUEUE = 'board.clock.ticked';
const OLD = {
  'x-queue-type': 'classic',
  'x-dead-letter-exchange': 'board.dead',
  'x-dead-letter-routing-key': QUEUE,
  'x-msgctl-owner': 'migrating',
};
type Named = { readonly name: string; readonly type: string };

const MSGCTL = join(import.meta.dirname, '../../bin/run.js');
const PATIENCE = 120_000;

for (const { name, started } of versions) {
  describe.skipIf(!started)(`a queue made anew on ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'msgctl-migration-'));
    let vhost: Vhost;
    let watching: ChannelModel;

    beforeAll(async () => {
      if (!started) return;
      vhost = await createVhost(started.broker);
      watching = await connect(vhost.url);
      mkdirSync(join(folder, 'contracts'));
      for (const [file, text] of Object.entries(contracts)) writeFileSync(join(folder, 'contracts', file), text);
      const variable = (name: string) => `${'$'}{${name}}`;
      const transport = { kind: 'rabbitmq', url: variable('URL'), management: variable('MANAGEMENT') };
      writeFileSync(join(folder, 'msgctl.yaml'), JSON.stringify({ msgctl: 1, project: 'migrating', transports: { rabbit: transport } }));
      const made = await msgctl('provision', '--yes');
      expect(made.code, `${made.stdout}${made.stderr}`).toBe(0);
    }, PATIENCE);

    afterAll(async () => {
      await watching?.close();
      await vhost?.remove();
      await started?.stop();
      rmSync(folder, { recursive: true, force: true });
    }, PATIENCE);

    it(
      'loses nothing from classic to quorum while messages come and go, however often it is killed',
      async () => {
        for (let round = 0; round < runs(1, 20); round += 1) {
          await makeOld();
          const { tally, kills } = await migrateUnderTraffic(2_000, 4);
          expect({ round, ...tally }).toMatchObject({ round, lost: 0, returned: 0 });
          process.stderr.write(`${name}, round ${round}: ${tally.sent} sent, ${kills} kills, ${tally.twice} twice\n`);
          await expectWhole();
        }
      },
      PATIENCE * runs(1, 20),
    );

    it.skipIf(!isFullSize).each([
      ['AMQP is cut', 'amqp', 3],
      ['the management API is cut', 'management', 3],
    ] as const)(
      'says that it is half done when %s in the middle, shows it in a plan, and is finished by the next run',
      async (_, cut, code) => {
        await makeOld();
        await fill(200);
        const ways = { amqp: await openWay(vhost.url), management: await openWay(vhost.management) };
        const running = msgctlBy(ways, 'provision', '--yes', '--allow', 'migrate');
        await untilThere(`${QUEUE}.msgctl-migrate`);
        ways[cut].cut();
        const ended = await running;
        expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(code);
        expect(ended.stdout).toMatch(/queue board\.clock\.ticked was not migrated:.*It is half done.*Provision again to finish\./s);
        for (const way of Object.values(ways)) way.cut();

        const planned = await msgctl('plan', '--exit-code');
        expect(planned.code).toBe(1);
        expect(planned.stdout).toMatch(/» queue +board\.clock\.ticked.*It is being made anew, and that was cut off\./s);
        expect(await msgctl('provision', '--yes')).toMatchObject({ code: 0, stdout: expect.stringMatching(/waits for --allow migrate/) });
        const finished = await msgctl('provision', '--yes', '--allow', 'migrate');
        expect(finished.code, `${finished.stdout}${finished.stderr}`).toBe(0);
        await expectWhole();
        expect(await count()).toBe(200);
      },
      PATIENCE,
    );

    it.skipIf(!isFullSize)(
      'loses nothing of what is on its way when it is killed, on the way there and on the way back',
      async () => {
        const all = 20_000;
        await makeOld();
        await fill(all);
        const there = provisionAndKill(PATIENCE, async () => (await readyIn(QUEUE)) < all - 2_000);
        expect(await there).toBe(true);
        const back = provisionAndKill(PATIENCE, async () => (await isQuorum()) && (await readyIn(QUEUE)) > 2_000);
        expect(await back).toBe(true);
        const ended = await msgctl('provision', '--yes', '--allow', 'migrate');
        expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
        expect(await count()).toBe(all);
        await expectWhole();
      },
      PATIENCE,
    );

    it.skipIf(!isFullSize)(
      'finishes what is in flight on Ctrl-C',
      async () => {
        await makeOld();
        await fill(200);
        const child = spawn(process.execPath, [MSGCTL, 'provision', '--yes', '--allow', 'migrate'], {
          cwd: folder,
          stdio: 'ignore',
          env: { ...process.env, URL: vhost.url, MANAGEMENT: vhost.management },
        });
        const ended = new Promise((resolve) => child.once('close', resolve));
        await untilThere(`${QUEUE}.msgctl-migrate`);
        child.kill('SIGINT');
        expect(await ended).toBe(0);
        await expectWhole();
        expect(await count()).toBe(200);
      },
      PATIENCE,
    );

    async function fill(messages: number): Promise<void> {
      const connection = await connect(vhost.url);
      const channel = await connection.createConfirmChannel();
      for (let index = 0; index < messages; index += 1)
        channel.publish('clock.events', 'ticked', Buffer.from(`${index}`), { persistent: true });
      await channel.waitForConfirms();
      await connection.close();
    }

    /** How many different messages are in the queue; it is empty afterwards. */
    async function count(): Promise<number> {
      const connection = await connect(vhost.url);
      const channel = await connection.createChannel();
      const found = new Set<string>();
      let last = Date.now();
      await channel.consume(
        QUEUE,
        (message) => {
          last = Date.now();
          found.add(String(message?.content));
        },
        { noAck: true },
      );
      while (Date.now() - last < 2_000) await sleep(100);
      await connection.close();
      return found.size;
    }

    async function untilThere(queue: string): Promise<void> {
      for (const end = Date.now() + 30_000; Date.now() < end; await sleep(20)) if ((await vhost.queues()).includes(queue)) return;
      throw new Error(`${queue} never came`);
    }

    async function makeOld(): Promise<void> {
      await vhost.remakeQueue(QUEUE, OLD);
      await vhost.addBinding({ source: 'clock.events', queue: QUEUE, routingKey: 'ticked' });
      await vhost.addBinding({ source: 'board.again', queue: QUEUE, routingKey: QUEUE });
    }

    async function migrateUnderTraffic(rate: number, most: number): Promise<{ readonly tally: Tally; readonly kills: number }> {
      const traffic = await startTraffic({ url: vhost.url, exchange: 'clock.events', routingKey: 'ticked', queue: QUEUE, rate });
      await sleep(300);
      let kills = 0;
      for (; kills < most; kills += 1) if (!(await provisionAndKill(500 + Math.random() * 3_500))) break;
      const ended = await msgctl('provision', '--yes', '--allow', 'migrate');
      expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
      return { tally: await traffic.end(), kills };
    }

    /** Kills it after a time, or when it has come to a point. Gives whether that was before it came to its end. */
    async function provisionAndKill(after: number, isAt: () => Promise<boolean> = () => Promise.resolve(false)): Promise<boolean> {
      const child = spawn(process.execPath, [MSGCTL, 'provision', '--yes', '--allow', 'migrate'], {
        cwd: folder,
        stdio: 'ignore',
        env: { ...process.env, URL: vhost.url, MANAGEMENT: vhost.management },
      });
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, by) => resolve(by)));
      for (const end = Date.now() + after; Date.now() < end && child.exitCode === null && !(await isAt()); ) await sleep(10);
      child.kill('SIGKILL');
      return (await ended) !== null;
    }

    /** How many messages are ready in a queue, as it says itself; none where it is not there. */
    async function readyIn(queue: string): Promise<number> {
      const channel = await watching.createChannel();
      channel.on('error', () => undefined);
      try {
        const { messageCount } = await channel.checkQueue(queue);
        await channel.close();
        return messageCount;
      } catch {
        return 0;
      }
    }

    async function isQuorum(): Promise<boolean> {
      const queues = (await vhost.call('GET', `/api/queues/${vhost.name}?disable_stats=true&columns=name,type`)) as Named[];
      return queues.some((queue) => queue.name === QUEUE && queue.type === 'quorum');
    }

    /** The queue is new, empty and bound as it was, and nothing else is left. */
    async function expectWhole(): Promise<void> {
      const queue = (await vhost.call('GET', `/api/queues/${vhost.name}/${QUEUE}?columns=type,arguments`)) as { readonly type: string };
      expect(queue.type).toBe('quorum');
      expect((await vhost.queues()).filter((one) => one.includes('msgctl-'))).toEqual([]);
      expect(await msgctl('plan', '--exit-code')).toMatchObject({ code: 0 });
    }

    function msgctl(...words: readonly string[]) {
      return runMsgctl(folder, words, { URL: vhost.url, MANAGEMENT: vhost.management });
    }

    /** The same by ways that can be cut. */
    function msgctlBy(ways: { readonly amqp: CuttableWay; readonly management: CuttableWay }, ...words: readonly string[]) {
      const by = (address: string, { host }: CuttableWay) => address.replace(/@[^/]*/, `@${host}`);
      return runMsgctl(folder, words, { URL: by(vhost.url, ways.amqp), MANAGEMENT: by(vhost.management, ways.management) });
    }
  });
}
