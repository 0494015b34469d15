/**
 * What a handler is told beside the message: `HandlerContext` and `AnswerContext` of `surface.ts`. What most handlers never look at is made when it is
 * looked at, and what is a function may be taken out of it.
 */
import type { Clock } from '../clock.ts';
import { declaredError, type ErrorClasses } from '../declared-error.ts';
import type { MessageError } from '../errors.ts';
import type { Delivery } from '../transport.ts';
import type { HandlerSignal } from './handler-signal.ts';

/** Of which run of a handler it tells. */
type Facts = {
  readonly delivery: Delivery;
  readonly attempt: number;
  /** By the clock. */
  readonly deadline: number;
  readonly clock: Clock;
  readonly ending: HandlerSignal;
};

class Context {
  readonly id: string;
  readonly attempt: number;
  readonly redelivered: boolean;
  readonly conversationId: string;
  readonly causationId: string | undefined;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly #facts: Facts;

  constructor(facts: Facts) {
    const { message, redelivered } = facts.delivery;
    this.#facts = facts;
    this.id = message.id;
    this.attempt = facts.attempt;
    this.redelivered = redelivered;
    this.conversationId = message.meta.conversation ?? message.id;
    this.causationId = message.meta.causation;
    this.traceparent = message.headers.traceparent;
    this.tracestate = message.headers.tracestate;
  }

  get signal(): AbortSignal {
    return this.#facts.ending.signal;
  }

  get timeLeftMs(): () => number {
    const { deadline, clock } = this.#facts;
    return () => Math.max(0, deadline - clock.now());
  }
}

/** Beside a message. */
export class MessageContext extends Context {
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly #interaction: string;
  readonly #classes: ErrorClasses;

  /** `classes` of the errors that the contract declares. */
  constructor(facts: Facts, interaction: string, classes: ErrorClasses) {
    super(facts);
    const { headers, meta } = facts.delivery.message;
    this.headers = headers;
    this.key = meta.key;
    this.#interaction = interaction;
    this.#classes = classes;
  }

  get error(): (code: string, data: unknown) => MessageError {
    const interaction = this.#interaction;
    const classes = this.#classes;
    return (code, data) => declaredError(classes, code, data, { interaction, message: `${interaction} ended with ${code}.` });
  }
}

/** Beside an answer. */
export class AnswerContext extends Context {
  /** The id of the request. */
  readonly request: string;

  constructor(facts: Facts) {
    super(facts);
    this.request = facts.delivery.message.correlationId ?? '';
  }
}
