/** What a user of a Redis can really do: everything is tried with ioredis, and what the server let happen is told in lines. */
import { Redis } from 'ioredis';

/** As whom, and where. */
export type RedisLogin = { readonly host: string; readonly port: number; readonly username: string; readonly password: string };

type Command = readonly [name: string, ...words: string[]];

/** What can be tried on a key, by the name that it is told by. The group is called as no group of ours is. */
const ON_KEY: Readonly<Record<string, (key: string) => Command>> = {
  append: (key) => ['APPEND', key, 'x'],
  copy: (key) => ['COPY', key, `${key}-copy`],
  del: (key) => ['DEL', key],
  dump: (key) => ['DUMP', key],
  eval: (key) => ['EVAL', 'return 1', '1', key],
  evalsha: (key) => ['EVALSHA', '0'.repeat(40), '1', key],
  eval_ro: (key) => ['EVAL_RO', 'return 1', '1', key],
  exists: (key) => ['EXISTS', key],
  expire: (key) => ['EXPIRE', key, '1000'],
  fcall: (key) => ['FCALL', 'some-function', '1', key],
  get: (key) => ['GET', key],
  getdel: (key) => ['GETDEL', key],
  hdel: (key) => ['HDEL', key, 'field'],
  hgetall: (key) => ['HGETALL', key],
  hset: (key) => ['HSET', key, 'field', 'value'],
  lpush: (key) => ['LPUSH', key, 'value'],
  'object|encoding': (key) => ['OBJECT', 'ENCODING', key],
  persist: (key) => ['PERSIST', key],
  pexpire: (key) => ['PEXPIRE', key, '1000000'],
  rename: (key) => ['RENAME', key, `${key}-renamed`],
  restore: (key) => ['RESTORE', key, '0', 'x'],
  sadd: (key) => ['SADD', key, 'member'],
  set: (key) => ['SET', key, 'value'],
  sort: (key) => ['SORT', key],
  touch: (key) => ['TOUCH', key],
  type: (key) => ['TYPE', key],
  unlink: (key) => ['UNLINK', key],
  watch: (key) => ['WATCH', key],
  xack: (key) => ['XACK', key, 'tried', '1-1'],
  xadd: (key) => ['XADD', key, '*', 'field', 'value'],
  xautoclaim: (key) => ['XAUTOCLAIM', key, 'tried', 'me', '0', '0'],
  xclaim: (key) => ['XCLAIM', key, 'tried', 'me', '0', '1-1', 'JUSTID'],
  xdel: (key) => ['XDEL', key, '1-1'],
  'xgroup|create': (key) => ['XGROUP', 'CREATE', key, 'tried', '$', 'MKSTREAM'],
  'xgroup|createconsumer': (key) => ['XGROUP', 'CREATECONSUMER', key, 'tried', 'me'],
  'xgroup|delconsumer': (key) => ['XGROUP', 'DELCONSUMER', key, 'tried', 'me'],
  'xgroup|destroy': (key) => ['XGROUP', 'DESTROY', key, 'tried'],
  'xgroup|setid': (key) => ['XGROUP', 'SETID', key, 'tried', '$'],
  'xinfo|consumers': (key) => ['XINFO', 'CONSUMERS', key, 'tried'],
  'xinfo|groups': (key) => ['XINFO', 'GROUPS', key],
  'xinfo|stream': (key) => ['XINFO', 'STREAM', key],
  xlen: (key) => ['XLEN', key],
  xpending: (key) => ['XPENDING', key, 'tried'],
  xrange: (key) => ['XRANGE', key, '-', '+'],
  xread: (key) => ['XREAD', 'STREAMS', key, '0'],
  xreadgroup: (key) => ['XREADGROUP', 'GROUP', 'tried', 'me', 'STREAMS', key, '>'],
  xrevrange: (key) => ['XREVRANGE', key, '+', '-'],
  xsetid: (key) => ['XSETID', key, '9999999999999-0'],
  xtrim: (key) => ['XTRIM', key, 'MINID', '0'],
  zadd: (key) => ['ZADD', key, '1', 'member'],
  zpopmin: (key) => ['ZPOPMIN', key],
  zrange: (key) => ['ZRANGE', key, '0', '1'],
  zrangebyscore: (key) => ['ZRANGEBYSCORE', key, '0', '1'],
  zrem: (key) => ['ZREM', key, 'some-member'],
};

/** What can be tried without a key. */
const WITHOUT_KEY: readonly Command[] = [
  ['ACL', 'GETUSER', 'default'],
  ['ACL', 'LIST'],
  ['ACL', 'SETUSER', 'some-new-user'],
  ['ACL', 'WHOAMI'],
  ['BGSAVE'],
  ['CLIENT', 'KILL', 'ID', '999999'],
  ['CLIENT', 'LIST'],
  ['CLIENT', 'SETNAME', 'tried'],
  ['CLUSTER', 'INFO'],
  ['CLUSTER', 'NODES'],
  ['CLUSTER', 'SHARDS'],
  ['CLUSTER', 'SLOTS'],
  ['CLUSTER', 'RESET'],
  ['COMMAND', 'COUNT'],
  ['CONFIG', 'GET', 'dir'],
  ['CONFIG', 'SET', 'appendonly', 'no'],
  ['DBSIZE'],
  ['ECHO', 'x'],
  ['EVAL', 'return 1', '0'],
  ['FLUSHALL'],
  ['FLUSHDB'],
  ['FUNCTION', 'LIST'],
  ['INFO'],
  ['KEYS', '*'],
  ['LASTSAVE'],
  ['MEMORY', 'DOCTOR'],
  ['MONITOR'],
  ['MULTI'],
  ['DISCARD'],
  ['PING'],
  ['PUBLISH', 'some-channel', 'x'],
  ['RANDOMKEY'],
  ['REPLICAOF', 'NO', 'ONE'],
  ['ROLE'],
  ['SCAN', '0'],
  ['SCRIPT', 'FLUSH'],
  ['SCRIPT', 'LOAD', 'return 1'],
  ['SELECT', '1'],
  ['SHUTDOWN', 'ABORT'],
  ['SLOWLOG', 'GET'],
  ['SUBSCRIBE', 'some-channel'],
  ['SWAPDB', '0', '1'],
  ['TIME'],
  ['WAIT', '0', '1'],
];

/** Everything that a user could do: a line for what needs no key, and one for each key. What is not told was tried and refused. */
export async function tryEverything(login: RedisLogin, keys: readonly string[]): Promise<readonly string[]> {
  const client = await enter(login);
  try {
    const free = await allowed(
      client,
      WITHOUT_KEY.map((command) => [command.slice(0, command[0] === 'EVAL' ? 1 : 2).join(' '), command]),
    );
    const lines = [`without a key: ${free.join(', ')}`];
    for (const key of keys) {
      const can = await allowed(
        client,
        Object.entries(ON_KEY).map(([label, commandOn]) => [label, commandOn(key)]),
      );
      if (can.length > 0) lines.push(`${key}: ${can.join(' ')}`);
    }
    return lines;
  } finally {
    client.disconnect();
  }
}

/** Connects as services do, with all that the driver asks by itself. */
export async function enter(login: RedisLogin): Promise<Redis> {
  const client = new Redis({ ...login, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Those of some commands that are not refused for want of a right, by their labels. What they do beside that does not matter. */
async function allowed(client: Redis, tried: readonly (readonly [label: string, command: Command])[]): Promise<readonly string[]> {
  const refused = await Promise.all(
    tried.map(([, [name, ...words]]) =>
      client.call(name, ...words).then(
        () => false,
        (error: Error) => {
          if (error.name !== 'ReplyError') throw error;
          return error.message.startsWith('NOPERM');
        },
      ),
    ),
  );
  return tried.flatMap(([label], index) => (refused[index] ? [] : [label]));
}
