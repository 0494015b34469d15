/**
 * Which messages were handled already: what makes a receiver idempotent. A store remembers by scope (the receiver) and key (the message id, or values in
 * the message), and gives a repeated request its first answer again.
 */
import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';

/** An answer as it was sent, to be sent again. */
export type StoredAnswer = {
  readonly status: 'response' | 'error';
  readonly code?: string;
  readonly contentType: string;
  /** Base64. */
  readonly body: string;
};

/** What a store knows of a message that came. */
export type Claim =
  /** It is new, and this receiver's to handle; others are told that it is `busy` until it is completed, abandoned, or the lease is over. */
  | { readonly kind: 'new' }
  /** It was handled. */
  | { readonly kind: 'done'; readonly answer?: StoredAnswer }
  /** Another one with the same key and another payload was. */
  | { readonly kind: 'conflict' }
  /** It is being handled right now. */
  | { readonly kind: 'busy' };

/** What is claimed. */
export type Claimed = {
  readonly scope: string;
  readonly key: string;
  /** Of the payload: two messages with the same key are the same only where this is, too. */
  readonly fingerprint: string;
};

/** Remembers messages. Its functions fail where it cannot be reached; the message is then handled as one whose handler failed. */
export interface DeduplicationStore {
  /** `lease` and `within` in milliseconds: how long it may be handled, and how long it is remembered afterwards. */
  claim(claimed: Claimed, lease: number): Promise<Claim>;
  /** It was handled, and is remembered. */
  complete(claimed: Claimed, within: number, answer?: StoredAnswer): Promise<void>;
  /** It was not handled, and may be claimed again. */
  abandon(claimed: Claimed): Promise<void>;
}

/** A text that two payloads share only where their bytes are the same. */
export function fingerprintOf(body: Uint8Array | null): string {
  return createHash('sha256')
    .update(body ?? new Uint8Array())
    .digest('base64url');
}

/** Where nothing else is said: so many messages in one process at most. */
const MOST_REMEMBERED = 100_000;

type Remembered = { fingerprint: string; until: number; done: boolean; answer?: StoredAnswer };

/** Remembers in this process, for tests and for services of a single instance: what it knows is gone with the process. Bounded: the oldest go first. */
export function memoryDeduplication(clock: Clock, most: number = MOST_REMEMBERED): DeduplicationStore {
  const known = new Map<string, Remembered>();
  const nameOf = ({ scope, key }: Claimed) => `${scope}\n${key}`;
  const remember = (name: string, entry: Remembered) => {
    known.delete(name);
    known.set(name, entry);
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
  };
  return {
    async claim(claimed, lease) {
      const name = nameOf(claimed);
      const found = known.get(name);
      const { fingerprint } = claimed;
      if (found && found.until > clock.now()) {
        if (found.fingerprint !== fingerprint) return { kind: 'conflict' };
        if (!found.done) return { kind: 'busy' };
        return { kind: 'done', ...(found.answer && { answer: found.answer }) };
      }
      remember(name, { fingerprint, until: clock.now() + lease, done: false });
      return { kind: 'new' };
    },
    async complete(claimed, within, answer) {
      const { fingerprint } = claimed;
      remember(nameOf(claimed), { fingerprint, until: clock.now() + within, done: true, ...(answer && { answer }) });
    },
    async abandon(claimed) {
      if (!known.get(nameOf(claimed))?.done) known.delete(nameOf(claimed));
    },
  };
}
