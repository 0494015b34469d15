import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis } from '../../src/brokers/redis/admin.ts';
import { serverNotes } from '../../src/brokers/redis/notes.ts';
import { groupResource, OWNER_HASH, streamResource } from '../../src/brokers/redis/resources.ts';
import { Failure } from '../../src/diagnostics/failure.ts';
import type { JsonValue } from '../../src/source/json.ts';
import type { Resource } from '../../src/topology/model.ts';
import type { BrokerAdmin, StepOutcome } from '../../src/topology/port.ts';
import type { Step } from '../../src/topology/steps.ts';
import { transportOf } from '../support/load-system.ts';
import { shop } from '../unit/brokers/shop.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerFolder, brokerOrSkip, freePort } from './broker-process.ts';
import { runMsgctl } from './command-line.ts';
import { type Redis, type ServerWish, startRedis } from './redis.ts';

/** Never to be seen in any output. */
const SECRET = 'hunter2-very-secret';
const suite = 'test/brokers/redis-failures';
const folder = brokerFolder('redis-tls');
const files = { cert: join(folder, 'ca.pem'), key: join(folder, 'key.pem') };
const subject = ['-subj', '/CN=cache.internal', '-addext', 'subjectAltName=DNS:cache.internal'];
execFileSync(
  'openssl',
  ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', files.key, '-out', files.cert, ...subject],
  {
    stdio: 'ignore',
  },
);

const start = async (wish: ServerWish) => brokerOrSkip(await startRedis(wish), suite, 'Run as root on Debian.');
const plainServer = await start({});
const locked = await start({ settings: ['--requirepass', SECRET], address: (place) => `redis://:${SECRET}@${place}` });
const cluster = await start({ settings: ['--cluster-enabled', 'yes'] });
const { signal } = new AbortController();

describe.skipIf(!plainServer || !locked || !cluster)('a Redis that is not as it should be', () => {
  const redis = plainServer?.broker as Redis;
  const guarded = locked?.broker as Redis;
  const place = (one: Redis) => new URL(one.url).host;

  beforeAll(async () => {
    const rights = ['reset', 'on', `>${SECRET}`, '~*'];
    for (const [user, ...granted] of [
      ['all', '+@all'],
      ['no-groups', '+@all', '-xgroup|create'],
      ['no-config', '+@all', '-config', '-info'],
      ['some-keys', '+@all', 'resetkeys', '~shop.*'],
      ['no-transactions', '+@all', '-multi'],
      // What docs/topology.md says is needed.
      [
        'least',
        '+info',
        '+hgetall',
        '+hsetnx',
        '+hget',
        '+hdel',
        '+hset',
        '+exists',
        '+type',
        '+xlen',
        '+xinfo',
        '+xgroup',
        '+multi',
        '+exec',
        '+discard',
      ],
    ] as const) {
      await guarded.run('ACL', 'SETUSER', user, ...rights, ...granted);
    }
    await cluster?.broker.run('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  });

  afterAll(async () => {
    await Promise.all([plainServer?.stop(), locked?.stop(), cluster?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    {
      what: 'nobody listens',
      url: async () => `redis://u:${SECRET}@127.0.0.1:${await freePort()}`,
      says: /^broker-unreachable: .*nothing listens there/,
    },
    {
      what: 'the name is not known',
      url: async () => `redis://u:${SECRET}@cache.invalid`,
      says: /^broker-unreachable: .*cache\.invalid:6379 cannot be reached/,
    },
    {
      what: 'the password is wrong',
      url: async () => `redis://all:wrong-${SECRET}@${place(guarded)}`,
      says: /^login-refused: .*does not let user "all" in/,
    },
    {
      what: 'the user is not known',
      url: async () => `redis://nobody:${SECRET}@${place(guarded)}`,
      says: /^login-refused: .*does not let user "nobody" in/,
    },
    {
      what: 'a login is missing',
      url: async () => `redis://${place(guarded)}`,
      says: /^login-refused: .*wants a login, and "url" gives none/,
    },
    { what: 'there is no such database', url: async () => `${redis.url}/99`, says: /^broker-refused: .*refused to use database 99/ },
    {
      what: 'a cluster has one database',
      url: async () => `${cluster?.broker.url}/1`,
      says: /^malformed-address|^broker-refused: .*database 1/,
    },
    {
      what: 'groups may not be made',
      url: as('no-groups'),
      says: /^right-missing: .*user "no-groups" may not do what the plan needs \(XGROUP CREATE/,
    },
    {
      what: 'a key may not be used',
      url: as('some-keys'),
      says: /^right-missing: .*user "some-keys" may not read who owns what \(HGETALL msgctl:owner\)/,
    },
    {
      what: 'transactions may not be used',
      url: as('no-transactions'),
      says: /^right-missing: .*user "no-transactions" may not do what the plan needs \(MULTI/,
    },
  ])('says that $what, and changes nothing', async ({ url, says }) => {
    expect(await tryTo(await url())).toMatch(says);
    expect(await guarded.run('DBSIZE')).toBe('0\n');
    expect(await redis.run('DBSIZE')).toBe('0\n');
  });

  it('needs no more rights than it says', async () => {
    expect(await tryTo(await as('least')(), { execute: true })).toBe('done');
    expect(await guarded.run('XINFO', 'GROUPS', 's')).toContain('name\ng\n');
    await guarded.run('FLUSHALL');
  });

  it('says what it was not allowed to find out about the server', async () => {
    const { server = {} } = await withAdmin(await as('no-config')(), (admin) => admin.inspect(signal));
    const system = await shop('redis', {});
    expect(serverNotes(system, transportOf(system, 'bus'), server)).toHaveLength(2);
  });

  it('says how the server is set up', async () => {
    await redis.run('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const { server = {} } = await withAdmin(redis.url, (admin) => admin.inspect(signal));
    await redis.run('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    expect(server).toMatchObject({ maxmemory_policy: 'allkeys-lru', aof_enabled: '0', save: '' });
  });

  it('does not wait for ever for one that takes the connection and never answers', async () => {
    const sockets: Socket[] = [];
    const hole = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
    const address = hole.address();
    const begin = performance.now();
    const said = await tryTo(`redis://:${SECRET}@127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    expect(said).toMatch(/^broker-unreachable: .*it did not answer in time/);
    expect(performance.now() - begin).toBeLessThan(25_000);
    for (const socket of sockets) socket.destroy();
    hole.close();
  }, 60_000);

  it.each([
    {
      what: 'a replica',
      set: ['REPLICAOF', '127.0.0.1', '1'],
      unset: ['REPLICAOF', 'NO', 'ONE'],
      says: /This server is a replica, which takes no changes/,
    },
    {
      what: 'a server whose memory is full',
      set: ['CONFIG', 'SET', 'maxmemory', '1'],
      unset: ['CONFIG', 'SET', 'maxmemory', '0'],
      says: /memory of the server is used up/,
    },
    {
      what: 'a server with too few replicas',
      set: ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
      unset: ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
      says: /too few replicas/,
    },
  ])('changes nothing on $what', async ({ set, unset, says }) => {
    await redis.run(...set);
    const said = await tryTo(redis.url).finally(() => redis.run(...unset));
    expect(said).toMatch(/^broker-refused: /);
    expect(said).toMatch(says);
  });

  it('says that the hash of owners is something else', async () => {
    await redis.run('SET', OWNER_HASH, 'theirs');
    expect(await tryTo(redis.url)).toMatch(/^broker-refused: .*the key msgctl:owner at .* is no hash/);
    await redis.run('DEL', OWNER_HASH);
  });

  it('makes and takes away in a cluster, marks first', async () => {
    const url = cluster?.broker.url ?? '';
    expect(await tryTo(url, { execute: true })).toBe('done');
    expect((await cluster?.broker.run('HGETALL', OWNER_HASH))?.trim().split('\n')).toEqual(['s', 'school', 's g', 'school']);
    const found = await withAdmin(url, (admin) => admin.inspect(signal));
    expect(found.resources.map(({ kind, name, owner }) => `${kind} ${name} ${owner}`)).toEqual(['stream s school', 'group s g school']);
    const outcomes = await withAdmin(url, async (admin) => {
      await admin.inspect(signal);
      return collect(admin, [step('delete', groupResource('s', 'g')), step('delete', streamResource('s'))]);
    });
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
    expect(await cluster?.broker.run('DBSIZE')).toBe('0\n');
  });

  it.each<[string, JsonValue, RegExp]>([
    ['is read where its authority and its name are known', { ca: true, 'server-name': 'cache.internal' }, /^done$/],
    ['is not trusted under another name', { ca: true }, /^broker-not-trusted: .*certificate is for another host/],
    ['is not trusted where nobody vouches for it', true, /^broker-not-trusted: .*certificate is signed by itself/],
  ])('behind TLS %s', async (_, tls, says) => {
    const port = String(await freePort());
    const settings = [
      '--tls-port',
      port,
      '--port',
      '0',
      '--tls-cert-file',
      files.cert,
      '--tls-key-file',
      files.key,
      '--tls-ca-cert-file',
      files.cert,
    ];
    const server = await start({ settings: [...settings, '--tls-auth-clients', 'no'], address: () => `rediss://127.0.0.1:${port}` });
    const known = typeof tls === 'object' ? { ...tls, ca: readFileSync(files.cert, 'utf8') } : tls;
    expect(await tryTo(`rediss://127.0.0.1:${port}`, { tls: known })).toMatch(says);
    await server?.stop();
  });

  function as(user: string): () => Promise<string> {
    return async () => `redis://${user}:${SECRET}@${place(guarded)}`;
  }
});

describe.skipIf(!plainServer)('msgctl on the example and a live Redis', () => {
  const project = mkdtempSync(join(tmpdir(), 'msgctl-redis-'));
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('plans, provisions, is up to date, and finds what somebody changed', async () => {
    const server = await start({});
    if (!server) return;
    for (const name of ['msgctl.yaml', 'contracts', 'schema']) cpSync(name, join(project, name), { recursive: true });
    const msgctl = (...words: readonly string[]) => runMsgctl(project, [...words, '--to', 'quick'], { REDIS_URL: server.broker.url });
    const first = await msgctl('provision', '--yes');
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/Note: .* is tried again until it is done, and the server keeps nothing on disk/);
    expect(first.stdout).toMatch(/verified: what is there now matches the contracts\.\nApplied (\d+) of \1 steps\.\n$/);
    expect(await msgctl('plan', '--exit-code')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^quick school: up to date \(\d+ resources\)\./),
    });
    await server.broker.run('XGROUP', 'DESTROY', 'mailer.send-code', 'mailer');
    const drift = await msgctl('plan', '--exit-code');
    expect(drift.code).toBe(1);
    expect(drift.stdout).toMatch(/\+ group {2,}mailer\.send-code mailer\n/);
    await server.stop();
  }, 120_000);
});

/** Plans a stream with a group there, as far as it goes; gives how that ended. */
async function tryTo(
  url: string,
  { execute = false, tls }: { readonly execute?: boolean; readonly tls?: JsonValue } = {},
): Promise<string> {
  try {
    return await withAdmin(
      url,
      async (admin) => {
        const resources = [streamResource('s'), groupResource('s', 'g', '0')];
        await admin.inspect(signal, resources);
        const steps = resources.map((resource) => step('create', resource));
        await admin.rehearse?.(steps, signal);
        const outcomes = execute ? await collect(admin, steps) : [];
        return outcomes.find(({ ok }) => !ok) ? JSON.stringify(outcomes) : 'done';
      },
      tls,
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const said = `${error.id}: ${error.message} ${error.why} ${error.advice}`;
    expect(said).not.toContain(SECRET);
    return said;
  }
}

async function withAdmin<Result>(url: string, work: (admin: BrokerAdmin) => Promise<Result>, tls?: JsonValue): Promise<Result> {
  const admin = await openRedis(transportNamed('quick', 'redis', { url, ...(tls !== undefined && { tls }) }), 'school');
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

async function collect(admin: BrokerAdmin, steps: readonly Step[]): Promise<readonly StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const each of steps) for await (const outcome of admin.execute([each], signal)) outcomes.push(outcome);
  return outcomes;
}

function step(action: Step['action'], resource: Resource): Step {
  return { action, resource, fields: [], cause: 'not-in-contract', risk: 'safe', waitsFor: [], needs: [] };
}
