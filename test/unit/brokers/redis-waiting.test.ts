import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/brokers/redis/admin/connection.ts';
import { whoWaits } from '../../../src/brokers/redis/admin/waiting.ts';
import type { Reply } from '../../../src/brokers/redis/replies.ts';

const client = (more: string) => `id=3 addr=10.0.0.1:5000 laddr=10.0.0.9:6379 fd=8 name=stock age=99 ${more} user=default\n`;
const blocked = (idle: number, db = 2) => client(`idle=${idle} flags=b db=${db} cmd=xreadgroup`);

function serverOf(list: Reply, version?: string): Connection {
  const facts = new Map(version === undefined ? [] : [['redis_version', version]]);
  return { access: { database: 2 }, run: async () => [[list]], facts: async () => facts } as unknown as Connection;
}

const stock = { kind: 'client', client: 'stock at 10.0.0.1:5000' };

describe('a client that waits for messages of groups', () => {
  it.each<[string, string, string | undefined, object | undefined]>([
    ['waits for longer than a consumer counts as busy', blocked(3_600), '7.2.4', stock],
    ['waits for so long just now', blocked(59), '8.0.1', stock],
    ['has asked a moment ago, which the group tells as well', blocked(58), '7.2.4', undefined],
    ['waits in another database', blocked(3_600, 0), '7.2.4', undefined],
    ['waits for something else', client('idle=90 flags=b db=2 cmd=blpop'), '7.2.4', undefined],
    ['asked long ago and does not wait', client('idle=90 flags=N db=2 cmd=xreadgroup'), '7.2.4', undefined],
    ['waits on a server that does not tell when a consumer asked', blocked(0), '7.0.15', stock],
    ['works with groups there', client('idle=0 flags=N db=2 cmd=xack'), '6.2.7', stock],
    ['does something else there', client('idle=0 flags=N db=2 cmd=get'), '7.0.15', undefined],
    ['waits on a server that does not say what it is', blocked(0), undefined, stock],
  ])('%s', async (_, list, version, expected) => {
    expect(await whoWaits(serverOf(client('idle=0 flags=N db=2 cmd=client|list') + list, version), 'a')).toEqual(expected);
  });

  it('may be there where nobody may look', async () => {
    expect(await whoWaits(serverOf({ error: "NOPERM this user has no permissions to run the 'client|list' command" }), 'a')).toEqual({
      kind: 'unknown',
    });
  });
});
