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

/** Whoever asks has one exchange for all that is answered to it; who names more than so many does not ask in earnest, and waits for confirms. */
const MOST_WAYS = 64;

/** Answers over one connection. */
export class Answers {
  readonly #session: Session;
  readonly #undeliverable: (type: string) => void;
  readonly #ways = new Map<string, Way>();

  /** `undeliverable` is told the type of what nobody waits for any more. */
  constructor(session: Session, undeliverable: (type: string) => void) {
    this.#session = session;
    this.#undeliverable = undeliverable;
  }

  /** Whether there is a way to this exchange, or there may be one more. */
  takes(exchange: string): boolean {
    return this.#ways.has(exchange) || this.#ways.size < MOST_WAYS;
  }

  /** Done when it is written: at once but for the first one to an exchange. Fails where no channel can be opened; throws where AMQP cannot say it. */
  publish(publication: Publication): void | Promise<void> {
    const { exchange } = publication;
    const way = this.#ways.get(exchange) ?? this.#open(exchange);
    if (way.channel !== undefined) return this.#write(way, way.channel, publication);
    return way.opened.then((channel) => this.#write(way, channel, publication));
  }

  #write(way: Way, channel: number, publication: Publication): void {
    way.lastType = publication.message.type;
    this.#session.writer.publish(channel, publication);
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
