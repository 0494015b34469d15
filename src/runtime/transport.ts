/**
 * The port between the runtime and what carries its messages. A transport knows exchanges, topics and streams, and nothing of patterns, payloads,
 * handlers or errors of contracts; the runtime knows nothing of brokers. test/conformance holds every transport to what is promised here.
 */
import type { Clock } from './clock.ts';
import type { ReceiveAddress, ReplyAddress, SendAddress } from './descriptor.ts';
import type { WireMessage } from './message.ts';
import type { Soon } from './soon.ts';
import type { Signal } from './surface.ts';
import type { SafeTelemetry } from './telemetry.ts';

/** What carries messages. */
export interface Transport {
  /** As messages of errors and metrics name it. */
  readonly kind: string;
  /** The clock that a bus goes by, unless it is told another one. */
  readonly clock?: Clock;
  /** Begins to connect, and keeps connected until it is closed. Never throws: what goes wrong is told to whoever waits. */
  open(host: Host): Link;
}

/** What a transport is told of the process in which it is. */
export type Host = {
  readonly service: string;
  /** Of this process, unique. */
  readonly instance: string;
  readonly clock: Clock;
  readonly telemetry: SafeTelemetry;
  /** Called each time the connection is lost, at once: answers to what was sent before will not come. */
  lost(reason: Error): void;
};

/** Until when something is waited for. */
export type Within = {
  /** By the clock of the host. */
  readonly deadline: number;
  readonly signal?: Signal | undefined;
};

/** A message on its way out. */
export type Outgoing = {
  readonly to: SendAddress;
  readonly message: WireMessage;
  /** Whether it is an error that nobody would receive it. */
  readonly mandatory: boolean;
};

/** An answer on its way out. */
export type Answering = {
  readonly replyTo: string;
  readonly message: WireMessage;
  /** Whether it is waited for beyond the connection of whoever asked. */
  readonly durable: boolean;
};

/** Takes back what waits to be sent: why it has not been, for people. `undefined` where it has been, and may arrive. */
export type Withdraw = () => string | undefined;

/** The connection to a broker, over all reconnections. */
export interface Link {
  /** Done once it is connected the first time. Fails where the deadline passes. */
  ready(within: Within): Promise<void>;
  /**
   * Done when the broker has the message for good. Fails with a transport error: `unroutable` where it is mandatory and nobody would receive it,
   * `overloaded` where too much is waiting, `disconnected` or `timeout`, indeterminate where the broker may have it. While there is no
   * connection it waits for one until the deadline, within bounds.
   */
  send(outgoing: Outgoing, within: Within): Promise<void>;
  /**
   * The same for what is answered: tells only that it did not get there, as an answer tells that it did, and a lost connection is told to the host. Waits until
   * it is taken back.
   */
  post(outgoing: Outgoing, failed: (error: Error) => void): Withdraw;
  /** Done when messages are being received. They go on after each reconnection. */
  consume(source: Source, receive: (delivery: Delivery) => void): Promise<Subscription>;
  /** Receives the answers that come to this process; the address is what senders put into `replyTo`, and may change with a reconnection. */
  listen(replies: ReplyAddress, receive: (answer: WireMessage) => void): Promise<ReplyBox>;
  /** What senders put into `replyTo` for answers that any instance takes. */
  sharedAddress(interaction: { readonly id: string; readonly replies?: ReplyAddress }): string | undefined;
  /**
   * Sends an answer to the address that a message named. Done when it is on its way, before anything that is settled afterwards: mostly at once. That nobody
   * waits for it any more is counted (`undeliverable-reply`), and no error. A durable one is done when the broker has it for good; it is tried until `lost` is
   * aborted, and fails then.
   */
  answer(answering: Answering, lost: Signal): Soon<void>;
  /** Ends everything; what is under way fails. Done within `patience` milliseconds whatever the broker does. Never throws. */
  close(patience: number): Promise<void>;
}

/** Where messages come from. */
export type Source = {
  readonly from: ReceiveAddress;
  /** The interactions whose messages may come. */
  readonly types: readonly string[];
  /** How many unsettled messages a process holds at most. */
  readonly prefetch: number;
  /** Where somebody who was never here before begins. */
  readonly start: 'earliest' | 'latest';
  /** Whether messages of one key stay in order, also over several instances. */
  readonly ordered: boolean;
  /** Whether what fails for good is put among dead letters; else it is refused, and goes where its queue itself sends it, or is gone. */
  readonly parks: boolean;
  /** Whether they are answers to what this service asked, and not messages to it. */
  readonly answers: boolean;
};

/** Messages that keep coming. */
export interface Subscription {
  /** Takes no more messages. Those that were handed out can still be settled. Never throws. */
  stop(): Promise<void>;
  /** What was handed out and is not settled goes back, in its order, before anybody gets what comes after it. Never throws. */
  end(): Promise<void>;
}

/** Where answers come in. */
export interface ReplyBox {
  /** What goes into `replyTo` now; `undefined` while answers cannot come. */
  address(): string | undefined;
  /** The address as soon as answers can come again. Fails where the deadline passes. */
  opened(within: Within): Promise<string>;
}

/** Whether something was settled, or its connection was lost before, so that the message comes again. */
export type Settled = 'settled' | 'lost';

/** A message that was handed out. It is settled exactly once, by one of its functions; none of them throws. */
export interface Delivery {
  readonly message: WireMessage;
  /** Whether it was perhaps handed out before. */
  readonly redelivered: boolean;
  /** How often it was handed out before without being settled, where the broker counts it. */
  readonly earlier?: number | undefined;
  /** Aborted when its connection is lost: it will come again, here or elsewhere. */
  readonly lost: Signal;
  /** It was handled. */
  acknowledge(): Soon<Settled>;
  /** It was not handled, and may go to another instance at once. */
  release(): Soon<Settled>;
  /** Comes again after that many milliseconds, to this receiver only, as `message` says. Where it cannot be put away it is released. */
  retry(message: WireMessage, delay: number): Soon<Settled>;
  /** Goes to the dead letters as `message` says. Where it cannot be put away it is released. */
  bury(message: WireMessage): Soon<Settled>;
}
