/** Runs a handler, and says what came of it, whatever it throws and however long it takes. */
import { type Ambient, runWithin } from '../ambient.ts';
import { type ErrorClasses, isOwnError } from '../declared-error.ts';
import { MessageError } from '../errors.ts';
import { Reject, Retry } from '../failure.ts';
import type { WireMessage } from '../message.ts';
import type { Soon } from '../soon.ts';
import type { Watch } from '../telemetry.ts';
import type { Delivery } from '../transport.ts';
import { AnswerContext, MessageContext } from './handler-context.ts';
import { HandlerSignal } from './handler-signal.ts';
import { isAnswered, type Route, type UntypedHandler } from './inbound.ts';
import type { Receiver } from './receiver.ts';

/** What came of a handler. */
export type Outcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  /** It ended with an error of its contract. */
  | { readonly kind: 'declared'; readonly error: MessageError }
  | { readonly kind: 'retry'; readonly delay: number | undefined; readonly error: Error }
  | { readonly kind: 'rejected'; readonly error: Error }
  | { readonly kind: 'failed'; readonly error: Error }
  /** It took longer than anybody waits for it, and may still be at work. */
  | { readonly kind: 'late'; readonly error: Error };

/** What is handled. */
export type Task = {
  readonly route: Route;
  readonly delivery: Delivery;
  readonly attempt: number;
  readonly payload: unknown;
  /** By the clock of the receiver. */
  readonly deadline: number;
  readonly watch: Watch | undefined;
};

/** Runs it. What it does without waiting for anything is done when this returns. Never fails. */
export function runHandler(receiver: Receiver, task: Task): Soon<Outcome> {
  const { clock } = receiver;
  const { route, delivery, deadline, watch, payload } = task;
  const { message } = delivery;
  const ending = new HandlerSignal(receiver.stopping, delivery.lost);
  const conversation = message.meta.conversation ?? message.id;
  const isLimited = waitsForAnswer(route, message);
  const ambient: Ambient = {
    conversation,
    causation: message.id,
    // What it began and left behind, such as a loop of its own, is nobody's answer.
    timeLeft: () => (isLimited && !ending.isOver ? deadline - clock.now() : undefined),
    headers: message.headers,
  };
  const context = contextOf(receiver, task, ending);
  const handler: UntypedHandler = route.handler;
  try {
    const value = runWithin(ambient, () => (watch?.run ? watch.run(() => handler(payload, context)) : handler(payload, context)));
    if (isPromise(value)) return awaitHandler(receiver, task, { running: value, ending });
    ending.release();
    return { kind: 'returned', value };
  } catch (error) {
    ending.release();
    return outcomeOf(route, error);
  }
}

type Run = { readonly running: PromiseLike<unknown>; readonly ending: HandlerSignal };

/** Waits for a handler, no longer than there is time. */
function awaitHandler({ clock }: Receiver, { route, deadline }: Task, { running, ending }: Run): Promise<Outcome> {
  return new Promise((give) => {
    const timer = clock.after(deadline - clock.now(), () => {
      const error = new Error(`The handler of ${route.interaction.id} took longer than there was time.`);
      ending.abort(error);
      give({ kind: 'late', error });
    });
    const settle = (outcome: Outcome) => {
      timer.cancel();
      ending.release();
      give(outcome);
    };
    // Not every thenable is a promise, and what is none may do anything.
    Promise.resolve(running).then(
      (value) => settle({ kind: 'returned', value }),
      (error: unknown) => settle(outcomeOf(route, error)),
    );
  });
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return value instanceof Promise || typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

/** Whether somebody waits for the answer to a message. */
function waitsForAnswer(route: Route, { replyTo, meta }: WireMessage): boolean {
  return replyTo !== undefined && meta.timeout !== undefined && isAnswered(route);
}

function outcomeOf({ interaction }: Route, thrown: unknown): Outcome {
  const error = thrown instanceof Error ? thrown : new Error(`The handler threw ${typeof thrown}, which is no error.`, { cause: thrown });
  if (error instanceof Retry) return { kind: 'retry', delay: error.delay, error };
  if (error instanceof Reject) return { kind: 'rejected', error };
  return error instanceof MessageError && isDeclared(interaction, error) ? { kind: 'declared', error } : { kind: 'failed', error };
}

function isDeclared(interaction: Route['interaction'], error: MessageError): boolean {
  const { validators } = interaction;
  if (!('errors' in validators) || !Object.hasOwn(validators.errors, error.code)) return false;
  return error.interaction === interaction.id || isOwnError(classesOf(interaction), error);
}

function classesOf(interaction: Route['interaction']): ErrorClasses {
  return 'errors' in interaction ? interaction.errors : {};
}

/** What the handler is told beside the message: `HandlerContext` and `AnswerContext` of `surface.ts`. */
function contextOf({ clock }: Receiver, { route, delivery, attempt, deadline }: Task, ending: HandlerSignal): object {
  return route.kind === 'answer'
    ? new AnswerContext({ delivery, attempt, deadline, clock, ending })
    : new MessageContext({ delivery, attempt, deadline, clock, ending }, route.interaction.id, classesOf(route.interaction));
}
