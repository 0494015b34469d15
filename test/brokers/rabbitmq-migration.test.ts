import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runs } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { runMsgctl } from './command-line.ts';
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
const PATIENCE = 120_000;

for (const { name, started } of versions) {
  describe.skipIf(!started)(`a queue made anew on ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'msgctl-migration-'));
    let vhost: Vhost;

    beforeAll(async () => {
      if (!started) return;
      vhost = await createVhost(started.broker);
      mkdirSync(join(folder, 'contracts'));
      for (const [file, text] of Object.entries(contracts)) writeFileSync(join(folder, 'contracts', file), text);
      const transport = { kind: 'rabbitmq', url: vhost.url, management: vhost.management };
      writeFileSync(join(folder, 'msgctl.yaml'), JSON.stringify({ msgctl: 1, project: 'migrating', transports: { rabbit: transport } }));
      const made = await msgctl('provision', '--yes');
      expect(made.code, `${made.stdout}${made.stderr}`).toBe(0);
    }, PATIENCE);

    afterAll(async () => {
      await vhost?.remove();
      await started?.stop();
      rmSync(folder, { recursive: true, force: true });
    }, PATIENCE);

    it(
      'loses nothing from classic to quorum while messages come and go, however often it is killed',
      async () => {
        for (let round = 0; round < runs(1, 20); round += 1) {
          await makeOld();
          const { tally, kills } = await migrateUnderTraffic(2_000, 3);
          expect({ round, ...tally }).toMatchObject({ round, lost: 0, returned: 0 });
          process.stderr.write(`${name}, round ${round}: ${tally.sent} sent, ${kills} kills, ${tally.twice} twice\n`);
          await expectWhole();
        }
      },
      PATIENCE * runs(1, 20),
    );

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

    /** Whether it was killed before it came to its end. */
    async function provisionAndKill(after: number): Promise<boolean> {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/run.js'), 'provision', '--yes', '--allow', 'migrate'], {
        cwd: folder,
        stdio: 'ignore',
      });
      const timer = setTimeout(() => child.kill('SIGKILL'), after);
      const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
      clearTimeout(timer);
      return signal !== null;
    }

    /** The queue is new, empty and bound as it was, and nothing else is left. */
    async function expectWhole(): Promise<void> {
      const queue = (await vhost.call('GET', `/api/queues/${vhost.name}/${QUEUE}?columns=type,arguments`)) as { readonly type: string };
      expect(queue.type).toBe('quorum');
      expect((await vhost.queues()).filter((one) => one.includes('msgctl-'))).toEqual([]);
      expect(await msgctl('plan', '--exit-code')).toMatchObject({ code: 0 });
    }

    function msgctl(...words: readonly string[]) {
      return runMsgctl(folder, words);
    }
  });
}
