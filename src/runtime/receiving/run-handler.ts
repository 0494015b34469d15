/** Runs a handler, and says what came of it, whatever it throws and however long it takes. */
import { runWithin } from '../ambient.ts';
import { declaredError, type ErrorClasses, isOwnError } from '../declared-error.ts';
import { MessageError } from '../errors.ts';
import { Reject, Retry } from '../failure.ts';
import type { WireMessage } from '../message.ts';
import type { Watch } from '../telemetry.ts';
import type { Delivery } from '../transport.ts';
import { HandlerSignal } from './handler-signal.ts';
import type { Route, UntypedHandler } from './inbound.ts';
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

/** Runs it. Never fails. */
export async function runHandler(receiver: Receiver, task: Task): Promise<Outcome> {
  const { clock } = receiver;
  const { route, delivery, deadline, watch } = task;
  const { message } = delivery;
  const ending = new HandlerSignal([receiver.stopping, delivery.lost]);
  const ambient = {
    ...(waitsForAnswer(message) && { deadline }),
    conversation: message.meta.conversation ?? message.id,
    causation: message.id,
  };
  const context = contextOf(receiver, task, ending);
  const handler: UntypedHandler = route.handler;
  const run = async () => handler(task.payload, context);
  const running = runWithin(ambient, () => (watch?.run ? watch.run(run) : run()));
  const lateness = new Promise<Outcome>((give) => {
    const timer = clock.after(deadline - clock.now(), () => {
      const error = new Error(`The handler of ${route.interaction.id} took longer than there was time.`);
      ending.abort(error);
      give({ kind: 'late', error });
    });
    const settled = () => {
      timer.cancel();
      ending.release();
    };
    running.then(settled, settled);
  });
  const outcome = running.then(
    (value): Outcome => ({ kind: 'returned', value }),
    (error: unknown) => outcomeOf(route, error),
  );
  return Promise.race([outcome, lateness]);
}

/** Whether somebody waits for the answer to a message. */
function waitsForAnswer({ replyTo, meta }: WireMessage): boolean {
  return replyTo !== undefined && meta.timeout !== undefined;
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
  const { message, redelivered } = delivery;
  const { meta, headers } = message;
  const common = {
    id: message.id,
    attempt,
    redelivered,
    get signal() {
      return ending.signal;
    },
    conversationId: meta.conversation ?? message.id,
    causationId: meta.causation,
    timeLeftMs: () => Math.max(0, deadline - clock.now()),
  };
  // Not spread, which would ask for the signal.
  if (route.kind === 'answer') return Object.assign(common, { request: message.correlationId ?? '' });
  const { id: interaction } = route.interaction;
  const classes = classesOf(route.interaction);
  return Object.assign(common, {
    headers,
    key: meta.key,
    error: (code: string, data: unknown) =>
      declaredError(classes, code, data, { interaction, message: `${interaction} ended with ${code}.` }),
  });
}
