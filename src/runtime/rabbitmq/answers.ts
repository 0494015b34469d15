/**
 * Answers over one connection. They are published without being confirmed: what acknowledges the request comes after its answer on the same connection, so
 * that a broker that has the one has the other (docs/decisions/0041-runtime.md). The answers to each exchange have a channel of their own, since an exchange
 * that is not there closes the channel, with all that is under way on it.
 */
import type { Publication } from './frames.ts';
import type { Session } from './session.ts';
import { numberOf } from './standing.ts';

/** To one exchange. */
type Way = { readonly opened: Promise<number>; channel: number | undefined; lastType: string };

/** Whoever asks has one exchange for all that is answered to it; who names more than so many does not ask in earnest. */
const MOST_WAYS = 64;
/** What is larger may be more than the broker takes, which would close the channel with all that is under way on it (bytes). */
const MOST_BYTES = 1024 * 1024;

/** Answers over one connection. */
export class Answers {
  readonly #session: Session;
  readonly #apart: (publication: Publication) => void;
  readonly #undeliverable: (type: string) => void;
  readonly #ways = new Map<string, Way>();

  /** `apart` publishes what has no way of its own; `undeliverable` is told the type of what nobody waits for any more, or could be told. */
  constructor(session: Session, apart: (publication: Publication) => void, undeliverable: (type: string) => void) {
    this.#session = session;
    this.#apart = apart;
    this.#undeliverable = undeliverable;
  }

  /** Done when it is written: at once but for the first one to an exchange. Never fails. */
  publish(publication: Publication): void | Promise<void> {
    const { exchange, message } = publication;
    const known = this.#ways.get(exchange);
    if ((message.body?.byteLength ?? 0) > MOST_BYTES || (!known && this.#ways.size >= MOST_WAYS)) return this.#apart(publication);
    const way = known ?? this.#open(exchange);
    if (way.channel !== undefined) return this.#write(way, way.channel, publication);
    return way.opened.then(
      (channel) => this.#write(way, channel, publication),
      () => this.#apart(publication),
    );
  }

  #write(way: Way, channel: number, publication: Publication): void {
    const { type } = publication.message;
    // Its channel was closed while it was waited for.
    if (this.#ways.get(publication.exchange) !== way) {
      this.#apart(publication);
      return;
    }
    way.lastType = type;
    try {
      this.#session.writer.publish(channel, publication);
    } catch {
      // What AMQP cannot say: an address or an id that is none, so that nobody can be told.
      this.#undeliverable(type);
    }
  }

  #open(exchange: string): Way {
    const way: Way = { opened: this.#openChannel(exchange), channel: undefined, lastType: '' };
    this.#ways.set(exchange, way);
    way.opened.then(
      (channel) => {
        way.channel = channel;
      },
      () => this.#ways.delete(exchange),
    );
    return way;
  }

  async #openChannel(exchange: string): Promise<number> {
    const channel = await this.#session.model.createChannel();
    let isRefused = false;
    channel.on('error', () => {
      isRefused = true;
    });
    channel.on('return', ({ properties }: { readonly properties: { readonly type?: unknown } }) =>
      this.#undeliverable(String(properties.type ?? '')),
    );
    // What comes next opens another: whoever asks may have made its exchange by then.
    channel.on('close', () => {
      const way = this.#ways.get(exchange);
      this.#ways.delete(exchange);
      if (isRefused && way) this.#undeliverable(way.lastType);
    });
    return numberOf(channel);
  }
}
