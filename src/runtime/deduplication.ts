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
  /**
   * The id of the message. What ended with an error of its contract is done for this message only, which gets the error again where it comes again: what was
   * refused may be asked another time.
   */
  readonly message: string;
};

/**
 * Remembers messages. Its functions fail where it cannot be reached; the message is then handled as one whose handler failed. What is completed or abandoned
 * is the very object that was claimed.
 */
export interface DeduplicationStore {
  /** `lease` and `within` in milliseconds: how long it may be handled, and how long it is remembered afterwards. */
  claim(claimed: Claimed, lease: number): Promise<Claim>;
  /** It was handled, and is remembered. */
  complete(claimed: Claimed, within: number, answer?: StoredAnswer): Promise<void>;
  /** It was not handled, and may be claimed again; where its lease was over and another has claimed it since, that one keeps it. */
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

/** What is remembered of a message. */
export type Handled = Pick<Claimed, 'fingerprint' | 'message'> & { readonly done?: true; readonly answer?: StoredAnswer };

/** `owner` is what claimed it. */
type Remembered = Handled & { readonly until: number; readonly owner?: Claimed };

/** What a message finds that comes to what is remembered; `undefined`: nothing that matters to it. */
export function compareClaim({ fingerprint, message }: Claimed, held: Handled): Claim | undefined {
  if (held.answer?.status === 'error' && held.message !== message) return undefined;
  if (held.fingerprint !== fingerprint) return { kind: 'conflict' };
  if (!held.done) return { kind: 'busy' };
  return { kind: 'done', ...(held.answer && { answer: held.answer }) };
}

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
      const claim = found && found.until > clock.now() ? compareClaim(claimed, found) : undefined;
      if (claim) return claim;
      const { fingerprint, message } = claimed;
      remember(name, { fingerprint, message, until: clock.now() + lease, owner: claimed });
      return { kind: 'new' };
    },
    async complete(claimed, within, answer) {
      const { fingerprint, message } = claimed;
      remember(nameOf(claimed), { fingerprint, message, until: clock.now() + within, done: true, ...(answer && { answer }) });
    },
    async abandon(claimed) {
      if (known.get(nameOf(claimed))?.owner === claimed) known.delete(nameOf(claimed));
    },
  };
}
