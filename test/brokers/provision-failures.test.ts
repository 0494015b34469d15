import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerOrSkip, freePort } from './broker-process.ts';
import { type Ended, runMsgctl } from './command-line.ts';
import { startOwnRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const started = brokerOrSkip(
  await startOwnRabbitmq(),
  'test/brokers/provision-failures',
  'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL, or run as root on Debian.',
);

/** Never to be seen in any output. */
const SECRET = 'hunter2-very-secret';

const contract = `msgctl: 1
service: clock
version: 1.0.0
provides:
  ticked: { pattern: publish-subscribe, via: first, message: { type: object } }
  tocked: { pattern: publish-subscribe, via: second, message: { type: object } }
`;

describe.skipIf(!started)('msgctl provision where a broker is not to be had', () => {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-failures-'));
  let vhost: Vhost;
  /** Two transports are two places. */
  let second: Vhost;
  let down = '';

  beforeAll(async () => {
    if (!started) return;
    vhost = await createVhost(started.broker);
    second = await createVhost(started.broker);
    down = `127.0.0.1:${await freePort()}`;
    mkdirSync(join(folder, 'contracts'));
    writeFileSync(join(folder, 'contracts/clock.yaml'), contract);
    for (const [user, tags] of [
      ['untagged', ''],
      ['reader', 'management'],
      ['outsider', 'policymaker'],
    ] as const) {
      await vhost.call('PUT', `/api/users/${user}`, { password: SECRET, tags });
      for (const { name } of user === 'outsider' ? [] : [vhost, second]) {
        await vhost.call('PUT', `/api/permissions/${name}/${user}`, { configure: '.*', write: '.*', read: '.*' });
      }
    }
  }, 60_000);

  afterAll(async () => {
    for (const user of ['untagged', 'reader', 'outsider']) await vhost?.call('DELETE', `/api/users/${user}`).catch(() => undefined);
    await vhost?.remove();
    await second?.remove();
    await started?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('says that the broker is down', async () => {
    const ended = await provision({ url: `amqp://shop:${SECRET}@${down}`, management: `http://${down}` });
    expect(told(ended)).toEqual([
      'error broker-unreachable',
      `Transport "second": the management API of RabbitMQ at ${down} cannot be reached: nothing listens there.`,
    ]);
  });

  it('says that AMQP is down although the management API answers', async () => {
    const ended = await provision({ url: vhost.url.replace(/@[^/]*/, `@${down}`), management: vhost.management });
    expect(told(ended)).toEqual([
      'error broker-unreachable',
      `Transport "second": RabbitMQ at ${down} cannot be reached: nothing listens there.`,
    ]);
  });

  it.each([
    { who: 'a wrong password', user: 'guest', password: `wrong-${SECRET}`, id: 'login-refused', says: /does not let user "guest" in/ },
    { who: 'an unknown user', user: 'nobody', password: SECRET, id: 'login-refused', says: /does not let user "nobody" in/ },
    { who: 'a user without a virtual host', user: 'outsider', password: SECRET, id: 'right-missing', says: /user "outsider" may not/ },
  ])('tells $who', async ({ user, password, id, says }) => {
    const [url, management] = [vhost.url, vhost.management].map((address) => address.replace(/\/\/[^@]*@/, `//${user}:${password}@`));
    const ended = await provision({ url: url ?? '', management: management ?? '' });
    expect(told(ended)[0]).toBe(`error ${id}`);
    expect(told(ended)[1]).toMatch(says);
  });

  it('says that the virtual host is not there, and who can make it, to a user who cannot', async () => {
    const [url, management] = [vhost.url, vhost.management].map((address) => address.replace(/\/\/[^@]*@/, `//outsider:${SECRET}@`));
    const ended = await provision({ url: url?.replace(/[^/]*$/, 'nowhere') ?? '', management: management ?? '' });
    expect(told(ended)[0]).toBe('error unknown-vhost');
    expect(told(ended)[1]).toMatch(/no virtual host "nowhere"/);
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain(
      'rabbitmqctl add_vhost nowhere, then rabbitmqctl set_permissions --vhost nowhere outsider ".*" ".*" ".*"',
    );
  });

  it('says that an address cannot be understood', async () => {
    const ended = await provision({ url: `amqp:/shop:${SECRET}@host`, management: vhost.management });
    expect(told(ended)[0]).toBe('error malformed-address');
  });

  it('says that two transports are one place, whoever logs in there, and makes nothing', async () => {
    const url = vhost.url.replace(/\/\/[^@]*@/, `//reader:${SECRET}@`);
    const ended = await provision({ url, management: vhost.management });
    expect(told(ended)).toEqual(['error one-place-twice', 'Transports "first" and "second" are the same place on one broker.']);
  });

  it.each(['reader', 'untagged'])('lets a user in who may not read policies, or nothing at all, and goes on: %s', async (user) => {
    const [url, management] = [second.url, second.management].map((address) => address.replace(/\/\/[^@]*@/, `//${user}:${SECRET}@`));
    const ended = await run({ url: url ?? '', management: management ?? '' });
    expect(ended.code, ended.stderr).toBe(0);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(SECRET);
    for (const { name } of [vhost, second]) {
      expect(await vhost.call('GET', `/api/exchanges/${name}?columns=name`)).toContainEqual({ name: 'clock.events' });
    }
  });

  /** Provisions two transports of which only the first is as it should be; nothing must be made anywhere. */
  async function provision(other: { readonly url: string; readonly management: string }): Promise<Ended> {
    const ended = await run(other);
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stdout).toBe('');
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(SECRET);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(ended.stderr.match(/^error /gm)).toHaveLength(1);
    expect(await vhost.call('GET', `/api/exchanges/${vhost.name}?columns=name`)).not.toContainEqual({ name: 'clock.events' });
    return ended;
  }

  function run(other: { readonly url: string; readonly management: string }): Promise<Ended> {
    const first = { kind: 'rabbitmq', url: vhost.url, management: vhost.management };
    const project = { msgctl: 1, project: 'failures', transports: { first, second: { kind: 'rabbitmq', ...other } } };
    writeFileSync(join(folder, 'msgctl.yaml'), JSON.stringify(project));
    return runMsgctl(folder, ['provision', '--yes', '--verbose']);
  }
});

/** The first two lines of what was told: which failure, and what. */
function told({ stderr }: Ended): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => !line.startsWith('Reading the targets'))
    .slice(0, 2)
    .map((line) => line.trim());
}
