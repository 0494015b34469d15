/** Remembers in Redis which messages were handled, for all instances of a service. Published as `msgctl/runtime/redis`; it needs ioredis. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type Claim, type Claimed, compareClaim, type DeduplicationStore, type Handled } from './deduplication.ts';

/** What it works with. */
export type RedisDeduplicationOptions = {
  /** A client of ioredis, which its owner closes. */
  readonly client: Redis;
  /** What stands before all keys; `msgctl:handled:` where nothing is said. */
  readonly prefix?: string;
};

/** Claims a key that is free, or that holds what does not matter any more; else says what it holds. One step for Redis, so that of two instances one gets it. */
const CLAIM = `
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[3] then return held end
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
  /** What stands in Redis for each claim: its own, lest one whose lease is over gives back what another has claimed since. */
  const claims = new WeakMap<Claimed, string>();
  return {
    async claim(claimed, lease): Promise<Claim> {
      const { fingerprint, message } = claimed;
      const claiming = JSON.stringify({ fingerprint, message, owner: randomUUID() } satisfies Handled & { readonly owner: string });
      // Once more where an error of another message stands there, and again where that changed meanwhile.
      for (let outdated = ''; ; ) {
        const held = (await client.eval(CLAIM, 1, keyOf(claimed), claiming, milliseconds(lease), outdated)) as string | null;
        // A command that is sent again over a new connection may find that it was done.
        if (held === null || held === claiming) {
          claims.set(claimed, claiming);
          return { kind: 'new' };
        }
        const claim = compareClaim(claimed, JSON.parse(held) as Handled);
        if (claim) return claim;
        outdated = held;
      }
    },
    async complete(claimed, within, answer) {
      const { fingerprint, message } = claimed;
      const held: Handled = { fingerprint, message, done: true, ...(answer && { answer }) };
      await client.set(keyOf(claimed), JSON.stringify(held), 'PX', milliseconds(within));
    },
    async abandon(claimed) {
      const claiming = claims.get(claimed);
      if (claiming !== undefined) await client.eval(ABANDON, 1, keyOf(claimed), claiming);
    },
  };
}

/** As Redis takes it. */
function milliseconds(time: number): string {
  return String(Math.max(1, Math.ceil(time)));
}
