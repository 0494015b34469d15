/** Remembers in Redis which messages were handled, for all instances of a service. Published as `msgctl/runtime/redis`; it needs ioredis. */
import type { Redis } from 'ioredis';
import type { Claim, Claimed, DeduplicationStore, StoredAnswer } from './deduplication.ts';

/** What it works with. */
export type RedisDeduplicationOptions = {
  /** A client of ioredis, which its owner closes. */
  readonly client: Redis;
  /** What stands before all keys; `msgctl:handled:` where nothing is said. */
  readonly prefix?: string;
};

/** What a key holds: whose payload, and, once it was handled, how it was answered. */
type Held = { readonly fingerprint: string; readonly done?: true; readonly answer?: StoredAnswer };

/** Claims a key where it is free; else says what it holds. One step for Redis, so that of two instances one gets it. */
const CLAIM = `
local held = redis.call('GET', KEYS[1])
if held then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false`;

/** Frees a key that still holds the very claim. */
const ABANDON = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/**
 * Makes a store. What it remembers lasts as long as Redis does: with `appendfsync everysec` a crash forgets the last second, and a failover what had not
 * been copied. Where an effect must not happen twice even then, it belongs into one transaction with what says that it has happened.
 */
export function redisDeduplication({ client, prefix = 'msgctl:handled:' }: RedisDeduplicationOptions): DeduplicationStore {
  const keyOf = ({ scope, key }: Claimed) => `${prefix}${scope}:${key}`;
  const claimText = ({ fingerprint }: Claimed) => JSON.stringify({ fingerprint } satisfies Held);
  return {
    async claim(claimed, lease): Promise<Claim> {
      const held = (await client.eval(CLAIM, 1, keyOf(claimed), claimText(claimed), String(Math.max(1, Math.ceil(lease))))) as
        | string
        | null;
      if (held === null) return { kind: 'new' };
      const { fingerprint, done, answer } = JSON.parse(held) as Held;
      if (fingerprint !== claimed.fingerprint) return { kind: 'conflict' };
      if (!done) return { kind: 'busy' };
      return { kind: 'done', ...(answer && { answer }) };
    },
    async complete(claimed, within, answer) {
      const held: Held = { fingerprint: claimed.fingerprint, done: true, ...(answer && { answer }) };
      await client.set(keyOf(claimed), JSON.stringify(held), 'PX', Math.max(1, Math.ceil(within)));
    },
    async abandon(claimed) {
      await client.eval(ABANDON, 1, keyOf(claimed), claimText(claimed));
    },
  };
}
