import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFullSize } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type Ended, runMsgctl } from './command-line.ts';
import { type Rabbitmq, startRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
/** Each of these starts msgctl twenty times. */
const starts = await Promise.all([startRabbitmq({ version: '4' }), ...(isFullSize ? [startRabbitmq()] : [])]);
const versions = starts.map((started, at) => ({
  name: ['4', '3.10'][at] ?? '',
  started: brokerOrSkip(started, 'test/brokers/rabbitmq-logins', remedy),
}));

const PATIENCE = 180_000;
const SECRET = 'hunter2-very-secret';
const message = { type: 'object' };
const contracts = [
  {
    service: 'clock',
    provides: {
      ticked: { pattern: 'publish-subscribe', via: 'bus', message },
      wind: { pattern: 'notification', via: 'bus', message, delivery: { 'max-length': 5 } },
    },
  },
  { service: 'board', uses: { 'clock.ticked': {}, 'clock.wind': {} } },
];

afterAll(() => Promise.all(starts.map((started) => ('broker' in started ? started.stop() : undefined))), PATIENCE);

for (const { name: version, started } of versions) {
  describe.skipIf(!started).concurrent(`with less than all rights on RabbitMQ ${version}`, { timeout: PATIENCE }, () => {
    const broker = started?.broker as Rabbitmq;
    const folder = mkdtempSync(join(tmpdir(), 'msgctl-logins-'));
    const logins = { policymaker: 'policymaker', manager: 'management', nobody: '' };
    const userOf = (login: string) => `${login}-${process.pid}-${version}`;

    beforeAll(async () => {
      mkdirSync(join(folder, 'contracts'));
      for (const contract of contracts) {
        writeFileSync(join(folder, `contracts/${contract.service}.yaml`), JSON.stringify({ msgctl: 1, version: '1.0.0', ...contract }));
      }
      const vhost = await createVhost(broker);
      for (const [login, tags] of Object.entries(logins)) {
        await vhost.call('PUT', `/api/users/${userOf(login)}`, { password: SECRET, tags });
      }
      await vhost.remove();
    }, PATIENCE);

    afterAll(async () => {
      const vhost = await createVhost(broker);
      for (const login of Object.keys(logins)) await vhost.call('DELETE', `/api/users/${userOf(login)}`);
      await vhost.remove();
      rmSync(folder, { recursive: true, force: true });
    }, PATIENCE);

    it.skipIf(!isFullSize)('says before acting which policies a user cannot set, and is finished by one who may', async () => {
      await within(async (vhost) => {
        const planned = await msgctl(vhost, 'manager', 'plan');
        expect(planned.stdout).toMatch(/Note: User "manager-\S+" has neither the tag "policymaker" nor\s+"administrator"/);
        expect(planned.stdout.match(/^ +! policy/gm)).toHaveLength(2);
        expect(await vhost.queues()).toEqual([]);

        const first = await msgctl(vhost, 'manager', 'provision', '--yes');
        expect(first.code, first.stdout).toBe(1);
        expect(first.stdout).toMatch(/Applied (\d+) of \1 steps; 2 refused\./);
        expect(await msgctl(vhost, 'policymaker', 'provision', '--yes', '--allow', 'delete')).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/Applied 2 of 2 steps/),
        });
        for (const login of ['policymaker', 'manager'])
          expect(await msgctl(vhost, login, 'plan', '--exit-code')).toMatchObject({ code: 0 });
      });
    });

    it('does with AMQP alone what can be done, says what is not seen, and changes nothing while it looks', async () => {
      await within(async (vhost) => {
        for (const login of ['nobody', 'none'] as const) {
          const planned = await msgctl(vhost, login, 'plan', '--exit-code');
          expect(planned.code, planned.stderr).toBe(1);
          expect(planned.stdout).toMatch(
            login === 'none' ? /"management: none", so only/ : /has no tag that lets it use the management API, so only/,
          );
          expect(planned.stdout).toMatch(/Policies are neither seen nor set over AMQP\./);
          expect(await thingsOn(vhost)).toEqual([]);
        }
        const first = await msgctl(vhost, 'nobody', 'provision', '--yes');
        expect(first.code, `${first.stdout}${first.stderr}`).toBe(0);
        expect(first.stdout).toMatch(/verified: what is there now matches the contracts\./);
        // Where everything can be seen only the policies are left.
        const left = await msgctl(vhost, 'policymaker', 'plan');
        expect(left.stdout).toMatch(/Plan: 2 to create; \d+ unchanged\./);

        expect(await msgctl(vhost, 'nobody', 'plan', '--exit-code')).toMatchObject({ code: 0 });
        const before = await thingsOn(vhost);
        expect(await msgctl(vhost, 'nobody', 'provision', '--yes')).toMatchObject({ code: 0 });
        expect(await thingsOn(vhost)).toEqual(before);
      });
    });

    it('finds over AMQP alone what is gone and what is different, makes the one and explains the other', async () => {
      await within(async (vhost) => {
        expect(await msgctl(vhost, 'none', 'provision', '--yes')).toMatchObject({ code: 0 });
        await vhost.removeBinding({ source: 'clock.inbox', queue: 'clock.wind', routingKey: 'wind' });
        await vhost.call('DELETE', `/api/queues/${vhost.name}/board.clock.ticked`);
        await vhost.remakeQueue('clock.wind.dead', { 'x-queue-type': 'classic', 'x-max-length': 7 });
        await vhost.addBinding({ source: 'clock.events', queue: 'clock.wind.dead', routingKey: 'by-hand' });

        const planned = await msgctl(vhost, 'none', 'plan', '--exit-code');
        expect(planned.code).toBe(1);
        expect(planned.stdout).toMatch(/^ +\+ queue +board\.clock\.ticked /m);
        expect(planned.stdout).toMatch(/^ +! queue +clock\.wind\.dead\n +x-max-length +7 → \(none\)\n/m);
        expect(planned.stdout).toMatch(/That takes\s+the\s+management\s+API/);

        const ended = await msgctl(vhost, 'none', 'provision', '--yes');
        expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(1);
        expect(await vhost.queues()).toContain('board.clock.ticked');
        const bindings = (await vhost.call('GET', `/api/queues/${vhost.name}/clock.wind/bindings`)) as readonly {
          readonly source: string;
        }[];
        expect(bindings.map(({ source }) => source).sort()).toEqual(['', 'clock.again', 'clock.inbox']);
        // Neither what is different nor what somebody added was touched.
        const dead = (await vhost.call('GET', `/api/queues/${vhost.name}/clock.wind.dead`)) as { readonly arguments: unknown };
        expect(dead.arguments).toEqual({ 'x-queue-type': 'classic', 'x-max-length': 7 });
      });
    });

    it('says before acting what the user may not configure', async () => {
      await within(async (vhost) => {
        await vhost.call('PUT', `/api/permissions/${vhost.name}/${userOf('nobody')}`, {
          configure: '^(clock|msgctl)',
          write: '.*',
          read: '.*',
        });
        await vhost.call('PUT', `/api/exchanges/${vhost.name}/board.again`, { type: 'direct', durable: true });
        const planned = await msgctl(vhost, 'nobody', 'plan');
        expect(planned.stdout).toMatch(
          /^ +! queue +board\.clock\.ticked\n +User "nobody-\S+" has no permission to configure queue board\.clock\.ticked\./m,
        );
        expect(planned.stdout).toMatch(/How exchange board\.again is made is not told to user "nobody-/);
        expect(planned.stdout).toMatch(/^ +\+ queue +clock\.wind /m);
      });
    });

    it('says over AMQP alone that the virtual host is not there, or that the user may not enter it', async () => {
      const vhost = await createVhost(broker);
      for (const gone of [false, true]) {
        if (gone) await vhost.remove();
        const planned = await msgctl(vhost, 'none', 'plan');
        expect(planned.code).toBe(2);
        expect(planned.stderr).toMatch(
          /^error right-missing\n {2}Transport "bus": user "nobody-\S+" may not enter virtual host "msgctl-\S+" at \S+, or it is not there\.$/m,
        );
      }
    });

    /** A virtual host where all of them have permissions, and only so much. */
    async function within(work: (vhost: Vhost) => Promise<void>): Promise<void> {
      const vhost = await createVhost(broker);
      try {
        for (const login of Object.keys(logins)) {
          await vhost.call('PUT', `/api/permissions/${vhost.name}/${userOf(login)}`, { configure: '.*', write: '.*', read: '.*' });
        }
        await work(vhost);
      } finally {
        await vhost.remove();
      }
    }

    async function thingsOn(vhost: Vhost): Promise<readonly unknown[]> {
      const read = (kind: string, columns: string) =>
        vhost.call('GET', `/api/${kind}/${vhost.name}?${columns}`) as Promise<readonly { readonly name?: string }[]>;
      const [queues, exchanges, bindings] = await Promise.all([
        read('queues', 'disable_stats=true&columns=name,arguments'),
        read('exchanges', 'disable_stats=true&columns=name,type,arguments'),
        read('bindings', 'columns=source,destination,routing_key'),
      ]);
      return [...queues, ...exchanges.filter(({ name = '' }) => name !== '' && !name.startsWith('amq.')), ...bindings];
    }

    async function msgctl(vhost: Vhost, login: string, ...words: readonly string[]): Promise<Ended> {
      const as = (address: string) => address.replace(/\/\/[^@]*@/, `//${userOf(login === 'none' ? 'nobody' : login)}:${SECRET}@`);
      const variables = { BUS_URL: as(vhost.url), BUS_MANAGEMENT: login === 'none' ? 'none' : as(vhost.management) };
      const ended = await runMsgctl(folder, words, variables);
      expect(`${ended.stdout}${ended.stderr}`).not.toContain(SECRET);
      return ended;
    }

    beforeAll(() => {
      const transports = { bus: { kind: 'rabbitmq', url: variable('BUS_URL'), management: variable('BUS_MANAGEMENT') } };
      writeFileSync(join(folder, 'msgctl.yaml'), JSON.stringify({ msgctl: 1, project: `logins-${process.pid}`, transports }));
    });
  });
}

/** How a project file names a variable of the environment. */
function variable(name: string): string {
  return ['$', '{', name, '}'].join('');
}
