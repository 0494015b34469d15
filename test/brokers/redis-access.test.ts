import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis } from '../../src/brokers/redis/admin.ts';
import { redisSpec } from '../../src/brokers/redis/spec.ts';
import { DOINGS } from '../../src/brokers/redis/user-rights.ts';
import type { Transport } from '../../src/contract/model.ts';
import type { System } from '../../src/contract/system.ts';
import { redisDeduplication } from '../../src/runtime/redis.ts';
import { applyPlan } from '../../src/topology/apply.ts';
import type { Approval } from '../../src/topology/consent.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import type { DesiredResource } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { isApplicable, type Plan, stepsOf } from '../../src/topology/steps.ts';
import { loadSystem, readProjectFiles, transportOf } from '../support/load-system.ts';
import { enter, type RedisLogin, tryEverything } from './access/try-redis.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type Redis as Server, startRedis } from './redis.ts';

const { signal } = new AbortController();
const products = [
  { name: 'Redis', started: brokerOrSkip(await startRedis({}), 'test/brokers/redis-access', 'Run as root on Debian.') },
  {
    name: 'Valkey',
    started: brokerOrSkip(await startRedis({ product: 'valkey' }), 'test/brokers/redis-access', 'Run as root on Debian 12.'),
  },
];
const projects = [
  { project: 'school', files: readProjectFiles('.'), transportName: 'quick', users: { '*': '{service}' } },
  { project: 'library', files: libraryFiles(), transportName: 'bus', users: undefined },
];

/** The library on Redis: with shards, what is handled once, a part in braces for clusters, and a name that patterns would take for something else. */
function libraryFiles(): Readonly<Record<string, string>> {
  const braces = "due: '{{service}}.due', retry: '{{service}}.{provider}.{interaction}.retry'";
  const book = '{ type: object, required: [book], properties: { book: { type: string } } }';
  const own: Readonly<Record<string, string>> = {
    remind: "delivery: { deduplicate: true }\n    address: { stream: 'lib.orders[1]*?' }",
    lent: 'delivery: { retain: 1d, key: /book, partitions: 2 }',
    returned: 'delivery: { retain: 1d }',
    'who-has-it': 'delivery: { retain: 1d }',
  };
  const files = readProjectFiles('test/cases/access/library');
  const loans = (files['contracts/loans.yaml'] ?? '')
    .replaceAll(/\n {4}address: .*/g, '')
    .replaceAll(/\n {2}'?([\w-]+)'?:\n/g, (head, name: string) => `${head}${Object.hasOwn(own, name) ? `    ${own[name]}\n` : ''}`)
    .replace(/( lent:[\s\S]*?message: )\{ type: object \}/, `$1${book}`);
  const project = (files['msgctl.yaml'] ?? '')
    .replace('kind: rabbitmq\n    url: amqp://localhost', 'kind: redis\n    url: redis://localhost')
    .replace("'answers-to-{service}' }", `'answers-to-{service}', ${braces} }`);
  return { ...files, 'contracts/loans.yaml': loans, 'msgctl.yaml': project };
}

describe.each(products)('rights on $name', ({ started }) => {
  afterAll(() => started?.stop());

  describe.skipIf(!started).each(projects)('of the $project', ({ project, files, transportName, users }) => {
    const server = started?.broker as Server;
    let system: System;
    let transport: Transport;

    beforeAll(async () => {
      await server.run('FLUSHALL');
      system = await loadSystem(files);
      const found = transportOf(system, transportName);
      transport = { ...found, users: users ?? found.users ?? {}, options: { url: server.url } };
    });

    it('wait for consent, while all streams and groups are made', async () => {
      const waiting = stepsOf(await provision([])).filter((step) => !isApplicable(step));
      expect(new Set(waiting.map(({ resource }) => resource.kind))).toEqual(new Set(['user']));
      expect(stepsOf(await plan([])).every(({ waitsFor }) => waitsFor.join() === 'access')).toBe(true);
    });

    it('are given with consent, and then there is nothing to do', async () => {
      await provision(['access']);
      expect(stepsOf(await plan([]))).toEqual([]);
      // Who may log in, and how, is for whoever runs the server to say.
      for (const { name } of wantedUsers()) expect(await server.run('ACL', 'GETUSER', name)).toMatch(/^flags\noff\n/);
    });

    it('let each user do what its contract says and nothing else', async () => {
      const told: string[] = [];
      for (const user of wantedUsers()) {
        await server.run('ACL', 'SETUSER', user.name, 'on', '>right-password');
        await server.run('ACL', 'LOG', 'RESET');
        const can = await tryEverything(loginOn(server, user.name), keysOf(system, transport));
        const refusals = await server.run('ACL', 'LOG');
        // What the driver asks by itself is not among what was refused.
        expect(refusals).not.toMatch(/\n(?:info|hello|client\|setinfo|client\|setname)\n/);
        told.push(`${user.name}\n${can.map((line) => `  ${line}\n`).join('')}`);
      }
      if (project === 'library') await expectToRemember(loginOn(server, 'lib-loans'));
      expect(stepsOf(await plan([]))).toEqual([]);
      await expect(told.join('\n')).toMatchFileSnapshot(join(import.meta.dirname, `../cases/access/${project}.redis.txt`));
    }, 120_000);

    it('are found where they were changed by hand, and put right with consent only', async () => {
      const [{ name: user = '' } = {}] = wantedUsers();
      await server.run('ACL', 'SETUSER', 'somebody-else', 'on', '>their-password', '+@read', '~*');
      const before = await server.run('ACL', 'GETUSER', 'somebody-else');
      for (const { by, fields } of project === 'library' ? byHand : byHand.slice(0, 1)) {
        await server.run('ACL', 'SETUSER', user, ...by);
        const found = stepsOf(await plan([]));
        expect(found.map(({ action, resource, waitsFor }) => [action, resource.name, waitsFor])).toEqual([['change', user, ['access']]]);
        expect(found[0]?.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(fields));
        await provision([]);
        expect(stepsOf(await plan([]))).toHaveLength(1);
        await provision(['access']);
        expect(stepsOf(await plan([]))).toEqual([]);
      }
      expect(await server.run('ACL', 'GETUSER', user)).toMatch(/^flags\non\n/);
      expect(await server.run('ACL', 'GETUSER', 'somebody-else')).toBe(before);
      await server.run('ACL', 'DELUSER', user);
      expect(stepsOf(await plan([])).map(({ action }) => action)).toEqual(['create']);
      await provision(['access']);
      expect(stepsOf(await plan([]))).toEqual([]);
    });

    it('are taken away from a user that the project names no more, and from nobody else', async () => {
      const [{ name: user = '' } = {}] = wantedUsers();
      await server.run('ACL', 'SETUSER', user, 'on', '>kept-password');
      const others = Object.fromEntries(system.contracts.map(({ service }) => [service, 'one-for-all']));
      const without = { ...transport, users: others };
      await provision(['access'], without);
      expect(stepsOf(await plan([], without))).toEqual([]);
      const left = await server.run('ACL', 'GETUSER', user);
      expect(left).toMatch(/^flags\non\n/);
      expect(left).toMatch(/\ncommands\n-@all\nkeys\n\nchannels\n\nselectors\n\n?$/);
      await provision(['access']);
      expect(stepsOf(await plan([]))).toEqual([]);
      expect(await server.run('ACL', 'GETUSER', 'one-for-all')).toMatch(/\nselectors\n\n?$/);
    });

    it('are not taken from another project, nor from the user that msgctl logs in as', async () => {
      const elsewhere = stepsOf(await plan(['access'], transport, 'another'));
      const rights = elsewhere.filter(({ resource }) => resource.kind === 'user');
      expect(rights.map(({ reason }) => reason)).toEqual(
        wantedUsers().map(() => `Project "${project}" owns it. Two projects cannot own one user: give this one another name.`),
      );
      const own = { ...transport, users: { '*': 'default' } };
      const [step] = stepsOf(await plan(['access'], own)).filter(({ resource }) => resource.name === 'default');
      expect(step).toMatchObject({ action: 'refuse', reason: expect.stringContaining('is logged in as this user') });
    });

    function wantedUsers(): readonly DesiredResource[] {
      return deriveTopology(system, redisSpec, transport).resources.filter(({ kind }) => kind === 'user');
    }

    function plan(allow: readonly Approval[], place = transport, as = project): Promise<Plan> {
      return planOn({ system, transport: place, project: as }, allow);
    }

    function provision(allow: readonly Approval[], place = transport): Promise<Plan> {
      return provisionOn({ system, transport: place, project }, allow);
    }
  });
});

type Place = { readonly system: System; readonly transport: Transport; readonly project: string };

async function planOn({ system, transport, project }: Place, allow: readonly Approval[]): Promise<Plan> {
  const admin = await openRedis(transport, project);
  try {
    const desired = deriveTopology(system, redisSpec, transport);
    const actual = await admin.inspect(signal, desired.resources);
    const planned = planTopology(desired, actual, redisSpec, { project, allow, target: admin.target });
    const asked = stepsOf(planned).filter(({ action }) => action !== 'refuse');
    return heedRemarks(planned, (await admin.rehearse?.(asked, signal)) ?? []);
  } finally {
    await admin.close();
  }
}

async function provisionOn(place: Place, allow: readonly Approval[]): Promise<Plan> {
  const planned = await planOn(place, allow);
  const admin = await openRedis(place.transport, place.project);
  try {
    for await (const event of applyPlan(planned, admin, signal)) {
      if (event.type === 'step-failed') throw new Error(`${event.step.resource.name}: ${event.message} ${event.raw ?? ''}`);
    }
    return planned;
  } finally {
    await admin.close();
  }
}

/** What a receiver that handles each message once does with the store that comes with msgctl. */
async function expectToRemember(login: RedisLogin): Promise<void> {
  const client = await enter(login);
  const store = redisDeduplication({ client });
  const claimed = { scope: 'loans/loans.remind', key: 'm-1', fingerprint: 'f', message: 'm-1' };
  expect(await store.claim(claimed, 600_000)).toEqual({ kind: 'new' });
  await store.complete(claimed, 600_000);
  expect(await store.claim(claimed, 600_000)).toEqual({ kind: 'done' });
  await expect(store.claim({ ...claimed, scope: 'loans/loans.lend' }, 600_000)).rejects.toThrow('NOPERM');
  client.disconnect();
}

function loginOn({ url }: Server, username: string): RedisLogin {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port), username, password: 'right-password' };
}

/** What people do to rights, and what is to be told of it at least. */
const byHand = [
  { by: ['+get', '~by-hand'], fields: ['commands', 'keys'] },
  { by: ['allcommands'], fields: ['commands'] },
  { by: ['+@all', '-@dangerous'], fields: ['commands'] },
  { by: ['&news.*'], fields: ['channels'] },
  { by: ['(+hgetall ~by-hand)'], fields: ['(+hgetall)'] },
  { by: [`(${DOINGS.add.map((command) => `+${command}`).join(' ')} %W~by-hand)`], fields: [] },
  { by: ['-ping'], fields: ['commands'] },
  { by: ['clearselectors'], fields: [] },
  { by: ['reset', 'on', '>another-password'], fields: ['commands'] },
];

/** Every key that the contracts speak of, one of each that a process makes for itself, and others. */
function keysOf(system: System, transport: Transport): readonly string[] {
  const { resources } = deriveTopology(system, redisSpec, transport);
  const streams = resources.filter(({ kind }) => kind === 'stream').map(({ name }) => name);
  const patterns = resources
    .filter(({ kind }) => kind === 'user')
    .flatMap(({ attributes }) => Object.values(attributes).flat().map(String));
  const named = patterns.flatMap((pattern) => /^(?:%[RW])?~(.*)$/.exec(pattern)?.[1] ?? []);
  const made = named.map((pattern) => pattern.replace(/([^\\])\*$/, '$1process-1').replaceAll(/\\(.)/g, '$1'));
  const near = streams.flatMap((name) => [`${name}.9`, `x${name}`]);
  return [...new Set([...streams, ...made, ...near, 'lib.orders1x', 'some-other-key', 'msgctl:owner', 'msgctl:users'])].sort();
}

const folder = mkdtempSync(join(tmpdir(), 'msgctl-users-'));
const usersFile = join(folder, 'users.acl');
writeFileSync(usersFile, 'user default on nopass ~* &* +@all\n');
const saving = brokerOrSkip(
  await startRedis({ settings: ['--aclfile', usersFile] }),
  'test/brokers/redis-access',
  'Run as root on Debian.',
);

describe.skipIf(!saving)('rights on a server that keeps its users in a file', () => {
  const server = saving?.broker as Server;
  let place: Place;

  beforeAll(async () => {
    const system = await loadSystem(libraryFiles());
    place = { system, transport: { ...transportOf(system, 'bus'), options: { url: server.url } }, project: 'library' };
  });

  afterAll(async () => {
    await saving?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('outlive it, whatever database the streams are in', async () => {
    const elsewhere = { ...place, transport: { ...place.transport, options: { url: `${server.url}/3` } } };
    await provisionOn(elsewhere, ['access']);
    expect((await planOn(elsewhere, [])).notes?.join() ?? '').not.toContain('aclfile');
    await server.run('ACL', 'LOAD');
    expect(stepsOf(await planOn(elsewhere, []))).toEqual([]);
    // Whose users are is known in every database.
    const [step] = stepsOf(await planOn({ ...elsewhere, project: 'another' }, [])).filter(({ resource }) => resource.kind === 'user');
    expect(step?.reason).toContain('Project "library" owns it');
    const client = await enter({ ...loginOn(server, 'counter'), password: await passwordFor('counter') });
    expect(await client.select(3)).toBe('OK');
    client.disconnect();
  });

  it('are not what was asked for where the file cannot be written', async () => {
    await server.run('ACL', 'SETUSER', 'counter', '+get');
    rmSync(folder, { recursive: true, force: true });
    await expect(
      provisionOn({ ...place, transport: { ...place.transport, options: { url: `${server.url}/3` } } }, ['access']),
    ).rejects.toThrow(/not written into the server's file of users/);
  });

  it('are given also by a login that may not ask how users are kept, which the plan says', async () => {
    await server.run('ACL', 'SETUSER', 'unasking', 'on', '>right-password', '~*', '+@all', '-config', '-acl|save');
    const url = `${server.url.replace('//', '//unasking:right-password@')}/3`;
    const unasking = { ...place, transport: { ...place.transport, options: { url } } };
    await server.run('ACL', 'SETUSER', 'counter', '+get');
    expect((await provisionOn(unasking, ['access'])).notes?.join()).toContain(
      'Whether rights outlive a restart of the server is not known',
    );
    expect(stepsOf(await planOn(unasking, []))).toEqual([]);
  });

  it('are told of where the login may not look at them, and refused where they are asked for', async () => {
    await server.run('ACL', 'SETUSER', 'narrow', 'on', '>right-password', '~*', '+@all', '-acl');
    const url = server.url.replace('//', '//narrow:right-password@');
    const narrow = { ...place, transport: { ...place.transport, options: { url } } };
    const seen = await planOn(narrow, []);
    expect(seen.notes?.join()).toMatch(/The rights of users cannot be read\. .* may not run ACL CAT\. So they are not looked at\./);
    expect(stepsOf(seen).filter(({ resource }) => resource.kind === 'user')).toEqual([]);
    const asked = stepsOf(await planOn(narrow, ['access'])).filter(({ resource }) => resource.kind === 'user');
    expect(asked.map(({ action }) => action)).toEqual(['refuse', 'refuse', 'refuse']);
  });

  it('may be looked at by whoever may not change them', async () => {
    await server.run('ACL', 'SETUSER', 'looker', 'on', '>right-password', '~*', '+@all', '-acl|setuser');
    const url = server.url.replace('//', '//looker:right-password@');
    const looker = { ...place, transport: { ...place.transport, options: { url } } };
    expect(stepsOf(await planOn(looker, [])).some(({ resource }) => resource.kind === 'user')).toBe(true);
    await expect(planOn(looker, ['access'])).rejects.toMatchObject({
      id: 'right-missing',
      message: expect.stringContaining('ACL SETUSER'),
    });
  });

  async function passwordFor(user: string): Promise<string> {
    await server.run('ACL', 'SETUSER', user, 'on', '>right-password');
    return 'right-password';
  }
});
