/** What is used of ioredis, in one place: one connection, with every reply and every error as a value. */
import type { Redis, RedisOptions } from 'ioredis';
import { Failure } from '../../../diagnostics/failure.ts';
import type { RedisAccess } from '../access.ts';
import { failureOf } from '../explain.ts';
import type { Refused, Reply } from '../replies.ts';
import { isRefused } from '../replies.ts';

/** A command and its words. */
export type Command = readonly [name: string, ...words: string[]];

/** One connection to one server. */
export type Node = {
  /** Sends commands at once and gives the reply to each, in order. Never throws: where the connection breaks, the rest is lost. */
  send(commands: readonly Command[]): Promise<readonly Reply[]>;
  /** Whether commands can be sent. */
  isOpen(): boolean;
  close(): void;
};

/** How long connecting, and every single answer, may take, in milliseconds. */
const PATIENCE = 10_000;
/** Commands on their way at once: what is more only waits in memory. */
const AT_ONCE = 2_000;

/** Connects and logs in. Throws `Failure`. */
export async function connect(access: RedisAccess): Promise<Node> {
  const { Redis } = await load(access.endpoint.transport);
  const redis = new Redis(optionsOf(access));
  let last: Error | undefined;
  redis.on('error', (error: Error) => {
    last = error;
  });
  const node = nodeOf(redis, () => last);
  try {
    await withinPatience(redis.connect());
  } catch (error) {
    redis.disconnect();
    throw failureOf(lost(last ?? error), access, 'be reached');
  }
  try {
    await enter(node, access);
    return node;
  } catch (error) {
    node.close();
    throw error;
  }
}

/** Logs in and chooses the database, by commands of our own: so each has its answer. */
async function enter(node: Node, access: RedisAccess): Promise<void> {
  const { login, database } = access;
  const greetings: readonly (readonly [Command, string])[] = [
    ...(login ? [[login.user === 'default' ? ['AUTH', login.password] : ['AUTH', login.user, login.password], 'log in'] as const] : []),
    [['PING'], 'ask whether it answers (PING)'],
    ...(database === 0 ? [] : [[['SELECT', String(database)], `use database ${database}`] as const]),
  ] as readonly (readonly [Command, string])[];
  for (const [command, doing] of greetings) {
    const [reply] = await node.send([command]);
    // Who may not even ask may still do what is needed.
    if (isRefused(reply) && !(command[0] === 'PING' && /^NOPERM/.test(reply.error))) throw failureOf(reply, access, doing);
  }
}

function nodeOf(redis: Redis, lastError: () => Error | undefined): Node {
  return {
    async send(commands) {
      const replies: Reply[] = [];
      for (let at = 0; at < commands.length; at += AT_ONCE) {
        const portion = commands.slice(at, at + AT_ONCE);
        if (redis.status !== 'ready') {
          replies.push(...portion.map(() => lost(lastError())));
          continue;
        }
        const pipeline = redis.pipeline();
        for (const [name, ...words] of portion) pipeline.call(name, ...words);
        const answers = (await pipeline.exec()) ?? [];
        replies.push(...portion.map((_, index) => replyOf(answers[index])));
      }
      // What got no answer in time may still be done, and leave a transaction open: nothing more goes over this connection.
      if (replies.some((reply) => isRefused(reply) && reply.isLost)) redis.disconnect();
      return replies;
    },
    isOpen: () => redis.status === 'ready',
    close: () => redis.disconnect(),
  };
}

function replyOf(answer: readonly [error: Error | null, result: unknown] | undefined): Reply {
  if (!answer) return lost(undefined);
  const [error, result] = answer;
  if (!error) return plain(result);
  return error.name === 'ReplyError' ? { error: error.message } : lost(error);
}

/** Errors inside of lists, as values. */
function plain(value: unknown): Reply {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Error) return { error: value.message };
  return value as Reply;
}

function lost(error: unknown): Refused {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? `${error.code} ` : '';
  return { error: `${code}${error instanceof Error ? error.message : 'The connection is closed.'}`, isLost: true };
}

/** Nothing is tried again behind our back: what is sent twice, and what not, is decided by whoever sends. */
function optionsOf({ host, port, tls }: RedisAccess) {
  return {
    host,
    port,
    ...(tls && { tls: { ...(isName(host) && { servername: host }), ...tls } }),
    lazyConnect: true,
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
    retryStrategy: () => null,
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    // The newest protocol has maps; the one before has the same shapes on every version of the server and of the driver.
    protocol: 2,
  } as const satisfies RedisOptions;
}

function isName(host: string): boolean {
  return !/^[\d.]+$|:/.test(host);
}

async function withinPatience(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' })), PATIENCE);
  });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function load(transport: string): Promise<Pick<typeof import('ioredis'), 'Redis'>> {
  try {
    return await import('ioredis');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause;
    throw new Failure('package-missing', {
      message: `Transport "${transport}" points at a live Redis, for which the package ioredis is missing.`,
      why: 'msgctl brings only the drivers that most projects need. Nothing was changed.',
      advice: 'Add it where msgctl is installed: npm install --save-dev ioredis. Or plan into files with "target: file:DIR".',
      cause,
    });
  }
}
