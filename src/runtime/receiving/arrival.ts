/** One message on its way through a receiver, and how it leaves it: acknowledged, answered, put off, or among the dead letters. */
import { pause } from '../clock.ts';
import type { WireMessage } from '../message.ts';
import type { PayloadCodec } from '../payload-codec.ts';
import { type Soon, whenThere } from '../soon.ts';
import type { Metric } from '../telemetry.ts';
import type { Delivery, Settled } from '../transport.ts';
import { type AnswerDraft, answerMessage, draftFailure, type FailureCode } from './answer.ts';
import { isAnswered, type Place, type Route, retryDelaysOf } from './inbound.ts';
import type { Receiver } from './receiver.ts';
import { DONE, type Done } from './scheduler.ts';

/** A message that came, and what is known of it here. */
export type Arrival = {
  readonly delivery: Delivery;
  readonly route: Route;
  readonly place: Place;
  readonly codec: PayloadCodec;
  /** What it is in order by, where it is. */
  readonly key: string | undefined;
  /** Until when somebody waits for the answer, by the receiver's clock. */
  readonly deadline: number | undefined;
  /** How often it failed here while it held its key; other attempts stand in the message. */
  failed: number;
  /** Told how it went, for the kill switch. */
  note(outcome: 'handled' | 'failed'): void;
};

/** The pause before a message is given back that was handled and could not be answered: it would be handled again at once (milliseconds). */
const UNSENT_PAUSE = 1000;
/** What a header may hold of a reason. */
const LONGEST_REASON = 500;

/** Which attempt it is, from 1. */
export function attemptOf({ delivery, failed }: Arrival): number {
  return (delivery.message.meta.attempt ?? 1) + failed;
}

/** Whether somebody waits for the answer, for however long. */
export function isAwaited({ delivery: { message }, route }: Arrival): boolean {
  return message.replyTo !== undefined && isAnswered(route);
}

/** Counts something of this message. */
export function countArrival({ telemetry }: Receiver, { route, place }: Arrival, metric: Metric): void {
  telemetry.count(metric, { interaction: route.interaction.id, transport: place.transport });
}

/** It is done with. */
export function acknowledge(receiver: Receiver, arrival: Arrival, metric?: Metric): Soon<Done> {
  if (metric) countArrival(receiver, arrival, metric);
  return whenThere(arrival.delivery.acknowledge(), (how) => settled(receiver, arrival, how));
}

/** Another instance may have it. */
export async function release(receiver: Receiver, arrival: Arrival): Promise<Done> {
  countArrival(receiver, arrival, 'released');
  return settled(receiver, arrival, await arrival.delivery.release());
}

/** Answers first and settles afterwards: where one of them fails the message comes again, and nobody waits in vain. */
function answer(receiver: Receiver, arrival: Arrival, draft: AnswerDraft): Soon<boolean> {
  const { link, telemetry } = receiver;
  const { message, lost } = arrival.delivery;
  if (message.replyTo === undefined) return true;
  const unsent = (error: unknown) => {
    telemetry.log('warn', `An answer to ${message.type} could not be sent: ${(error as Error).message}`, { message: message.id });
    return false;
  };
  try {
    const answering = { replyTo: message.replyTo, message: answerMessage(receiver, message, draft), durable: isDurable(arrival.route) };
    const sending = link.answer(answering, lost);
    return sending instanceof Promise ? sending.then(() => true, unsent) : true;
  } catch (error) {
    return unsent(error);
  }
}

/** Answers, and is done with it. */
export function answerAndAcknowledge(receiver: Receiver, arrival: Arrival, draft: AnswerDraft): Soon<Done> {
  return whenThere(answer(receiver, arrival, draft), (isSent) =>
    isSent ? acknowledge(receiver, arrival) : releaseLater(receiver, arrival),
  );
}

async function releaseLater(receiver: Receiver, arrival: Arrival): Promise<Done> {
  await pause(receiver.clock, UNSENT_PAUSE, arrival.delivery.lost);
  return release(receiver, arrival);
}

/** Lays it among the dead letters, as it came but for the reason; `error` is what a handler threw. */
export async function bury(receiver: Receiver, arrival: Arrival, reason: string, error?: Error): Promise<Done> {
  const { delivery } = arrival;
  const { telemetry } = receiver;
  const text = `A message of ${arrival.route.interaction.id} became a dead letter: ${reason}`;
  telemetry.log('error', text, { message: delivery.message.id }, error);
  countArrival(receiver, arrival, 'dead-lettered');
  const dead = withMeta(delivery.message, {
    attempt: attemptOf(arrival),
    origin: originOf(arrival),
    reason: reason.slice(0, LONGEST_REASON),
  });
  return settled(receiver, arrival, await delivery.bury(dead));
}

/** It cannot be what the contract says, however often it is tried: whoever waits is told, and what nobody waits for is a dead letter. */
export async function refuse(receiver: Receiver, arrival: Arrival, why: string): Promise<Done> {
  if (!isAwaited(arrival)) return bury(receiver, arrival, `it does not fit the contract: ${why}`);
  const draft = draftFailure('invalid', `${arrival.route.interaction.id} was refused by ${receiver.service}: ${why}.`);
  // A gathered event is a message to several: it fits none of them, and somebody should look at it.
  if (!isRequest(arrival.route) && (await answer(receiver, arrival, draft)))
    return bury(receiver, arrival, `it does not fit the contract: ${why}`);
  return answerAndAcknowledge(receiver, arrival, draft);
}

/** A failed attempt: tried again as the contract has it, and given up after the last. */
export async function putOff(receiver: Receiver, arrival: Arrival, error: Error, wanted?: number): Promise<Done> {
  const { route, delivery, deadline } = arrival;
  const attempt = attemptOf(arrival);
  const planned = retryDelaysOf(route)[attempt - 1];
  const delay = planned === undefined ? undefined : (wanted ?? planned);
  const inTime = delay !== undefined && (deadline === undefined || receiver.clock.now() + delay < deadline);
  if (delay === undefined || !inTime) return giveUp(receiver, arrival, error, attempt);
  countArrival(receiver, arrival, 'retried');
  if (staysHere(arrival)) {
    arrival.failed += 1;
    return { again: delay };
  }
  const again = withMeta(delivery.message, { attempt: attempt + 1, origin: originOf(arrival) });
  return settled(receiver, arrival, await delivery.retry(again, delay));
}

/** Whether what is to be tried again waits in this process: since its key must not go on without it, or as there is no other place for it. */
function staysHere({ place: { from, policy }, delivery: { message } }: Arrival): boolean {
  if (policy.ordered && message.meta.key !== undefined) return true;
  return (from.kind === 'rabbitmq' || from.kind === 'kafka') && from.ladder.length === 0;
}

async function giveUp(receiver: Receiver, arrival: Arrival, error: Error, attempt: number): Promise<Done> {
  const { route } = arrival;
  const code: FailureCode = 'remote';
  const text = `The handler of ${route.interaction.id} in ${receiver.service} failed.`;
  if (isAwaited(arrival) && isRequest(route)) {
    receiver.telemetry.log('error', `${text} ${error.message}`, { message: arrival.delivery.message.id }, error);
    return answerAndAcknowledge(receiver, arrival, draftFailure(code, text));
  }
  if (isAwaited(arrival)) await answer(receiver, arrival, draftFailure(code, text));
  return bury(receiver, arrival, attempt === 1 ? error.message : `${error.message} (attempt ${attempt})`, error);
}

/** Never to be handled again, as its handler said. */
export async function reject(receiver: Receiver, arrival: Arrival, error: Error): Promise<Done> {
  const text = `The handler of ${arrival.route.interaction.id} in ${receiver.service} rejected it.`;
  if (isAwaited(arrival) && !(await answer(receiver, arrival, draftFailure('remote', text)))) return releaseLater(receiver, arrival);
  return bury(receiver, arrival, error.message);
}

/** Whether any instance of whoever asked may get the answer. */
function isDurable({ interaction }: Route): boolean {
  return 'reply' in interaction && interaction.reply === 'durable';
}

function isRequest({ interaction }: Route): boolean {
  return interaction.pattern === 'async-request-response' || interaction.pattern === 'request-response';
}

function originOf({ place: { from }, route }: Arrival): string {
  switch (from.kind) {
    case 'rabbitmq':
      return from.queue;
    case 'kafka':
      return from.topic;
    case 'redis':
      return from.stream;
    default:
      return route.interaction.id;
  }
}

function withMeta(message: WireMessage, meta: Partial<WireMessage['meta']>): WireMessage {
  return { ...message, meta: { ...message.meta, ...meta } };
}

function settled(receiver: Receiver, arrival: Arrival, how: Settled): Done {
  // It comes again, here or elsewhere, though all was done: what handles it twice has to be idempotent.
  if (how === 'lost') countArrival(receiver, arrival, 'lost-settlement');
  return DONE;
}
