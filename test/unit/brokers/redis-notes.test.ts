import { describe, expect, it } from 'vitest';
import { serverNotes } from '../../../src/brokers/redis/notes.ts';
import { loadSystem, transportOf } from '../../support/load-system.ts';
import { shop, shopFiles } from './shop.ts';

const safe = { maxmemory_policy: 'noeviction', aof_enabled: '1', cluster_enabled: '0', save: '' };

describe('what is said of a Redis server', () => {
  it('is nothing where it forgets nothing', async () => {
    expect(await notes(safe)).toEqual([]);
  });

  it.each([
    ['the server is too old', { redis_version: '6.0.16' }, /^contracts\/\w+\.yaml:\d+: .*XAUTOCLAIM.*bus is Redis 6\.0\.16\.$/],
    ['whole streams may be evicted', { maxmemory_policy: 'allkeys-lru' }, /whole streams are deleted .*maxmemory-policy is allkeys-lru/],
    ['replies may be evicted', { maxmemory_policy: 'volatile-ttl' }, /streams of replies, .* are deleted before their time/],
    ['nothing is kept on disk', { aof_enabled: '0' }, /is tried again until it is done, and the server keeps nothing on disk/],
    ['snapshots alone are kept', { aof_enabled: '0', save: '3600 1' }, /only saves snapshots: a crash loses all since the last one/],
  ])('that %s', async (_, changed, expected) => {
    const said = await notes({ ...safe, ...changed });
    expect(said[0]).toMatch(expected);
    expect(said.filter((note) => !/^contracts\//.test(note)).length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['7.0', { redis_version: '7.0.15' }],
    ['7.2', { redis_version: '7.2.4', valkey_version: '8.0.2' }],
    ['8.0', { redis_version: '7.2.4', valkey_version: '8.0.2' }],
    ['7.4', {}],
  ])('nothing of its version where the project says %s', async (said, server) => {
    expect(await notes({ ...safe, ...server }, `, version: '${said}'`)).toEqual([]);
  });

  it.each([
    ['7.4', { redis_version: '7.0.15' }, '7.0.15', '7.0'],
    ['8.1', { redis_version: '7.2.4', valkey_version: '8.0.2' }, 'Valkey 8.0.2, which continues Redis 7.2.4', '7.2'],
  ])('that it is another version than the project says: %s', async (version, server, told, advised) => {
    expect(await notes({ ...safe, ...server }, `, version: '${version}'`)).toEqual([
      `The project says that "bus" is Redis ${version}, and it is ${told}: without asking the broker, contracts are held against the wrong version. Write version: '${advised}' in the project file, for this environment if others have another.`,
    ]);
  });

  it('that it may not be asked', async () => {
    const said = await notes({});
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/may not run INFO/);
    expect(said[1]).toMatch(/may not run CONFIG GET/);
  });

  it('not what does not matter: where nothing is promised, nothing need be kept', async () => {
    const files = {
      orders: '  seen: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { retain: 1m, retry: false } }',
    };
    const system = await shop('redis', files);
    const promising = system.contracts.map((contract) => ({
      ...contract,
      provides: contract.provides.filter(({ name }) => name === 'seen'),
      uses: [],
    }));
    const told = serverNotes({ ...system, contracts: promising }, transportOf(system, 'bus'), { ...safe, aof_enabled: '0' });
    expect(told).toEqual([]);
  });

  it('nothing of a cluster in which what is used together stands together, and a failure elsewhere', async () => {
    const cluster = { ...safe, cluster_enabled: '1' };
    await expect(notes(cluster)).rejects.toMatchObject({ id: 'keys-apart', advice: expect.stringContaining('names: { due:') });
    const names = ", names: { due: '{{service}}.due', retry: '{{service}}.{provider}.{interaction}.retry' }";
    expect(await notes(cluster, names)).toEqual([]);
  });

  it('a failure in a cluster in which answers that are tried again do not stand with what is due', async () => {
    const cluster = { ...safe, cluster_enabled: '1' };
    const names = "due: '{{service}}.due', retry: '{{service}}.{provider}.{interaction}.retry'";
    const durable = { ...shopFiles('redis', { transport: `, names: { ${names} }` }) };
    const files = {
      ...durable,
      'contracts/orders.yaml': durable['contracts/orders.yaml'].replace('timeout: 5s', 'timeout: 5s\n    reply: durable'),
    };
    const answered = async (transport: string) => {
      const system = await loadSystem({ ...files, 'msgctl.yaml': files['msgctl.yaml'].replace(names, transport) });
      return serverNotes(system, transportOf(system, 'bus'), cluster);
    };
    await expect(answered(names)).rejects.toMatchObject({
      id: 'keys-apart',
      message: expect.stringContaining('"billing.orders.place.replies.retry"'),
      advice: expect.stringContaining('durable-replies:'),
    });
    expect(await answered(`${names}, durable-replies: '{{user}}.{provider}.{interaction}.replies'`)).toEqual([]);
  });
});

async function notes(server: Readonly<Record<string, string>>, transport = ''): Promise<readonly string[]> {
  const system = await shop('redis', { transport });
  return serverNotes(system, transportOf(system, 'bus'), server);
}
