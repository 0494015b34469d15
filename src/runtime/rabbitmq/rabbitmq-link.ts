/** A bus's connection to RabbitMQ. */

import { whenAborted } from '../aborted.ts';
import { pause } from '../clock.ts';
import type { ReplyAddress } from '../descriptor.ts';
import type { TransportError } from '../errors.ts';
import { transportError } from '../failure.ts';
import type { WireMessage } from '../message.ts';
import { doneWithin } from '../patience.ts';
import type { Soon } from '../soon.ts';
import type { Signal } from '../surface.ts';
import type { Answering, Delivery, Host, Link, Outgoing, ReplyBox, Source, Subscription, Withdraw, Within } from '../transport.ts';
import { Answers } from './answers.ts';
import { consume, type Move, type RabbitmqSource } from './consume.ts';
import type { Publication } from './frames.ts';
import { unconfirmed, unsent } from './publish-errors.ts';
import { listen } from './replies.ts';
import { formatReplyAddress, parseReplyAddress } from './reply-address.ts';
import { Room } from './room.ts';
import { type Connecting, Supervisor } from './supervisor.ts';

/** The pause before a durable answer is sent again that was not taken (milliseconds). */
const ANSWER_PAUSE = 1000;

/** A link to RabbitMQ. */
export class RabbitmqLink implements Link {
  readonly #host: Host;
  readonly #supervisor: Supervisor;
  readonly #room: Room;
  /** For what others say where it goes, such as answers and dead letters: an exchange that is missing takes nothing along that this service sends. */
  readonly #apart: Room;
  #answers: Answers | undefined;

  constructor(connecting: Omit<Connecting, 'clock' | 'telemetry' | 'lost'>, host: Host) {
    const { clock, telemetry } = host;
    this.#host = host;
    this.#supervisor = new Supervisor({ ...connecting, clock, telemetry, lost: (reason) => host.lost(reason) });
    this.#room = new Room(this.#supervisor, clock);
    this.#apart = new Room(this.#supervisor, clock);
    this.#supervisor.each((session) => {
      const answers = new Answers(
        session,
        (publication) => this.#answerApart(publication),
        (type) => this.#undeliverable(type),
      );
      this.#answers = answers;
      session.lost.addEventListener('abort', () => {
        if (this.#answers === answers) this.#answers = undefined;
      });
    });
  }

  async ready(within: Within): Promise<void> {
    await this.#supervisor.connected(within, 'Connecting');
  }

  async send(outgoing: Outgoing, within: Within): Promise<void> {
    const publication = outgoingOf(outgoing);
    let withdraw: Withdraw = () => undefined;
    const tell = (error: TransportError) => {
      const why = withdraw();
      return why === undefined ? unconfirmed(error) : unsent(publication, why, error);
    };
    await doneWithin<void>(
      this.#host.clock,
      (done, failed) => {
        withdraw = this.#room.publish(publication, (error) => (error ? failed(error) : done()));
      },
      within,
      { what: `Sending ${outgoing.message.type}`, tell },
    );
  }

  post(outgoing: Outgoing, failed: (error: Error) => void): Withdraw {
    try {
      return this.#room.publish(outgoingOf(outgoing), (error) => {
        // Where only its channel was lost it may be answered all the same; a lost connection is told to the host.
        if (error && !(error.code === 'disconnected' && error.data.indeterminate)) failed(error);
      });
    } catch (error) {
      failed(error as Error);
      return () => undefined;
    }
  }

  async consume(source: Source, receive: (delivery: Delivery) => void): Promise<Subscription> {
    if (source.from.kind !== 'rabbitmq') throw new TypeError(`${source.types.join(', ')} does not come over RabbitMQ.`);
    const { clock, telemetry } = this.#host;
    const move: Move = (exchange, key, message, lost) => this.#move(exchange, key, message, lost);
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

  answer({ replyTo, message, durable }: Answering, lost: Signal): Soon<void> {
    const address = parseReplyAddress(replyTo);
    if (!address) return this.#undeliverable(message.type);
    const publication = { ...address, message, mandatory: true };
    if (durable) return this.#keep(publication, lost);
    // Without a connection the message that is answered is lost as well, and comes again.
    return this.#answers?.publish(publication);
  }

  async close(patience: number): Promise<void> {
    const { clock } = this.#host;
    const until = clock.now() + patience;
    await Promise.all([this.#room.empty(until), this.#apart.empty(until)]);
    await this.#supervisor.close(Math.max(1, until - clock.now()));
  }

  /** An answer that is to be there whatever happens: again and again, until the broker has it or nobody wants it. */
  async #keep(publication: Publication, lost: Signal): Promise<void> {
    const { type, id } = publication.message;
    for (;;) {
      try {
        await this.#publishApart(publication, lost);
        return;
      } catch (error) {
        const { code, message } = error as TransportError;
        if (code === 'unroutable') return this.#undeliverable(type);
        if (code === 'invalid' || lost.aborted) throw error;
        this.#host.telemetry.log('warn', `An answer to ${type} was not taken, and is sent again: ${message}`, { message: id });
      }
      await pause(this.#host.clock, ANSWER_PAUSE, lost);
    }
  }

  /** An answer that nobody waits for here. */
  #answerApart(publication: Publication): void {
    this.#apart.publish(publication, (error) => {
      if (!error || error.code === 'disconnected') return;
      const { type } = publication.message;
      if (error.code !== 'unroutable') this.#host.telemetry.log('error', `An answer was lost: ${error.message}`, { interaction: type });
      this.#undeliverable(type);
    });
  }

  /** Puts a copy of a message somewhere else, for good. What is to be kept does not expire. */
  #move(exchange: string, key: string, { expiration: _, ...message }: WireMessage, lost: Signal): Promise<void> {
    return this.#publishApart({ exchange, key, message, mandatory: true }, lost);
  }

  /** Waits for as long as the message is held that it is for: given up earlier, it would be there once more each time that it is tried again. */
  #publishApart(publication: Publication, lost: Signal): Promise<void> {
    const { type } = publication.message;
    return new Promise((done, failed) => {
      if (lost.aborted) return failed(transportError('disconnected', `${type} was not sent: its connection was lost.`));
      const heedless = whenAborted(lost, () => {
        withdraw();
        failed(transportError('disconnected', `The connection was lost before RabbitMQ confirmed ${type}.`, { indeterminate: true }));
      });
      const withdraw = this.#apart.publish(publication, (error) => {
        heedless();
        if (error) failed(error);
        else done();
      });
    });
  }

  #undeliverable(type: string): void {
    this.#host.telemetry.count('undeliverable-reply', { interaction: type, transport: 'rabbitmq' });
  }
}

function outgoingOf({ to, message, mandatory }: Outgoing): Publication {
  if (to.kind !== 'rabbitmq') throw new TypeError(`${message.type} does not go over RabbitMQ.`);
  return { exchange: to.exchange, key: to.routingKey, message, mandatory };
}
