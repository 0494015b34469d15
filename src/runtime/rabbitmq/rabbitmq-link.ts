/** A bus's connection to RabbitMQ. */
import type { ReplyAddress } from '../descriptor.ts';
import type { WireMessage } from '../message.ts';
import { doneWithin } from '../patience.ts';
import { type Soon, whenThere } from '../soon.ts';
import type { Answering, Delivery, Host, Link, Outgoing, ReplyBox, Source, Subscription, Within } from '../transport.ts';
import { Answers } from './answers.ts';
import { consume, type RabbitmqSource } from './consume.ts';
import type { Publication } from './frames.ts';
import { unconfirmed } from './publish-errors.ts';
import type { Publisher } from './publisher.ts';
import { listen } from './replies.ts';
import { formatReplyAddress, parseReplyAddress } from './reply-address.ts';
import { Room } from './room.ts';
import { type Connecting, Supervisor } from './supervisor.ts';

/** How long putting a message elsewhere may take (milliseconds). */
const MOVE_PATIENCE = 10_000;

/** A link to RabbitMQ. */
export class RabbitmqLink implements Link {
  readonly #host: Host;
  readonly #supervisor: Supervisor;
  readonly #room: Room;
  #answers: Answers | undefined;

  constructor(connecting: Omit<Connecting, 'clock' | 'telemetry' | 'lost'>, host: Host) {
    const { clock, telemetry } = host;
    this.#host = host;
    this.#supervisor = new Supervisor({ ...connecting, clock, telemetry, lost: (reason) => host.lost(reason) });
    this.#room = new Room(this.#supervisor, clock);
    this.#supervisor.each((session) => {
      this.#answers = new Answers(session, (type) => this.#undeliverable(type));
    });
  }

  async ready(within: Within): Promise<void> {
    await this.#supervisor.connected(within, 'Connecting');
  }

  send(outgoing: Outgoing, within: Within): Promise<void> {
    const { type } = outgoing.message;
    const what = `Sending ${type}`;
    const send = (publisher: Publisher) =>
      doneWithin<void>(this.#host.clock, publishing(publisher, outgoingOf(outgoing)), within, { what, tell: unconfirmed });
    try {
      const room = this.#room.enter(within, type);
      return 'publish' in room ? send(room) : room.then(send);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  post(outgoing: Outgoing, within: Within, failed: (error: Error) => void): void {
    const send = (publisher: Publisher) => publisher.publish(outgoingOf(outgoing), (error) => error && failed(error));
    try {
      const room = this.#room.enter(within, outgoing.message.type);
      if ('publish' in room) send(room);
      else room.then(send).catch(failed);
    } catch (error) {
      failed(error as Error);
    }
  }

  async consume(source: Source, receive: (delivery: Delivery) => void): Promise<Subscription> {
    if (source.from.kind !== 'rabbitmq') throw new TypeError(`${source.types.join(', ')} does not come over RabbitMQ.`);
    const { clock, telemetry } = this.#host;
    const move = (exchange: string, key: string, message: WireMessage) => this.#move(exchange, key, message);
    return consume({ supervisor: this.#supervisor, clock, telemetry, move }, source as RabbitmqSource, receive);
  }

  listen({ replies }: ReplyAddress, receive: (answer: WireMessage) => void): Promise<ReplyBox> {
    const { clock, telemetry, instance } = this.#host;
    const lost = (reason: Error) => this.#host.lost(reason);
    return listen({ supervisor: this.#supervisor, clock, telemetry, instance, lost }, replies, receive);
  }

  sharedAddress({ replies }: { readonly replies?: ReplyAddress }): string | undefined {
    return replies?.shared?.kind === 'rabbitmq' ? formatReplyAddress(replies.replies, replies.shared.queue) : undefined;
  }

  answer({ replyTo, message, durable }: Answering, within: Within): Soon<void> {
    const address = parseReplyAddress(replyTo);
    if (!address) return this.#undeliverable(message.type);
    const publication = { ...address, message, mandatory: true };
    return whenThere(this.#room.enter(within, `An answer to ${message.type}`), (publisher) => {
      const answers = this.#answers;
      if (!durable && answers?.takes(address.exchange)) return answers.publish(publication);
      publisher.publish(publication, (error) => {
        if (error?.code === 'unroutable') this.#undeliverable(message.type);
      });
    });
  }

  async close(patience: number): Promise<void> {
    const { clock } = this.#host;
    const until = clock.now() + patience;
    await this.#room.empty(until);
    await this.#supervisor.close(Math.max(1, until - clock.now()));
  }

  /** Puts a copy of a message somewhere else, for good. What is to be kept does not expire. */
  async #move(exchange: string, key: string, { expiration: _, ...message }: WireMessage): Promise<void> {
    const publisher = await this.#room.enter({ deadline: this.#host.clock.now() + MOVE_PATIENCE }, message.type);
    await new Promise<void>(publishing(publisher, { exchange, key, message, mandatory: true }));
  }

  #undeliverable(type: string): void {
    this.#host.telemetry.count('undeliverable-reply', { interaction: type, transport: 'rabbitmq' });
  }
}

function publishing(publisher: Publisher, publication: Publication): (done: () => void, failed: (error: unknown) => void) => void {
  return (done, failed) => publisher.publish(publication, (error) => (error ? failed(error) : done()));
}

function outgoingOf({ to, message, mandatory }: Outgoing): Publication {
  if (to.kind !== 'rabbitmq') throw new TypeError(`${message.type} does not go over RabbitMQ.`);
  return { exchange: to.exchange, key: to.routingKey, message, mandatory };
}
