/**
 * What becomes of one message that came: it is handled and settled, answered where somebody waits, tried again later, or laid among the dead letters
 * with the reason. Never lost, and never tried for ever.
 */
import { type Claim, type Claimed, fingerprintOf } from '../deduplication.ts';
import { keyOf } from '../message-key.ts';
import { withinTime } from '../patience.ts';
import { type Soon, whenThere } from '../soon.ts';
import type { Watch } from '../telemetry.ts';
import { acceptMessage, isExpired } from './accept.ts';
import { type AnswerDraft, draftError, draftFailure, draftResponse, restoreAnswer, storeAnswer } from './answer.ts';
import {
  type Arrival,
  acknowledge,
  answerAndAcknowledge,
  attemptOf,
  bury,
  countArrival,
  isAwaited,
  putOff,
  refuse,
  reject,
  release,
} from './arrival.ts';
import type { Receiver } from './receiver.ts';
import { type Outcome, runHandler } from './run-handler.ts';
import { DONE, type Done } from './scheduler.ts';

/** A message that was handed out more often than this without being settled takes processes down with it. */
const MOST_DELIVERIES = 20;
/** How long a message is remembered where the contract does not say (milliseconds): longer than any retry, and than dead letters over a weekend. */
const REMEMBERED = 7 * 24 * 3_600_000;
/** The pause before a message is looked at again that another instance is handling (milliseconds). */
const BUSY_PAUSE = 250;

/** How long what was handled is waited for to be remembered, since somebody may wait for the answer (milliseconds). */
const REMEMBER_PATIENCE = 5000;
/** How long the store of deduplication may take to say whether a message is new (milliseconds). */
const CLAIM_PATIENCE = 30_000;
/** A claim outlives the handler's time by so much, lest another instance begins while this one still ends it (milliseconds). */
const LEASE_MARGIN = 5000;

/** Handles a message once; says when to do so again where it is to be kept here meanwhile. Never fails: what nobody thought of makes it a dead letter. */
export function handleArrival(receiver: Receiver, arrival: Arrival): Soon<Done> {
  const unforeseen = (error: unknown) => bury(receiver, arrival, `it could not be handled: ${(error as Error).message}`, error as Error);
  try {
    const done = handle(receiver, arrival);
    return done instanceof Promise ? done.catch(unforeseen) : done;
  } catch (error) {
    return unforeseen(error);
  }
}

function handle(receiver: Receiver, arrival: Arrival): Soon<Done> {
  const { delivery, route, deadline } = arrival;
  const { clock } = receiver;
  if (delivery.lost.aborted) return DONE;
  const earlier = delivery.earlier ?? 0;
  if (earlier >= MOST_DELIVERIES) return bury(receiver, arrival, `it was handed out ${earlier} times, and never settled`);
  if (isExpired(route, delivery.message, clock)) return bury(receiver, arrival, 'it was not handled in time');
  if (deadline !== undefined && deadline <= clock.now()) return acknowledge(receiver, arrival, 'dropped-late-request');
  const accepted = acceptMessage(route, delivery.message, arrival.codec);
  if (!accepted.ok) return refuse(receiver, arrival, accepted.why);
  const claimed = claimedOf(receiver, arrival, accepted.payload);
  const until = deadline ?? clock.now() + receiver.handlerTimeout;
  const task = { payload: accepted.payload, until };
  return claimed ? handleOnce(receiver, arrival, { ...task, claimed }) : work(receiver, arrival, task);
}

/** What is to be handled, and until when, by the receiver's clock. */
type Task = { readonly payload: unknown; readonly until: number; readonly claimed?: Claimed };

/** What tells a message from others, where its receiver wants to know. */
function claimedOf({ service }: Receiver, { route, delivery: { message } }: Arrival, payload: unknown): Claimed | undefined {
  const by = route.kind === 'message' ? route.interaction.policy.deduplicate?.by : undefined;
  if (by === undefined) return undefined;
  const key = by === 'message-id' ? message.id : keyOf(by, payload);
  if (key === undefined) return undefined;
  return { scope: `${service}/${route.interaction.id}`, key, fingerprint: fingerprintOf(message.body), message: message.id };
}

/** Handles it where it was not handled before. */
async function handleOnce(receiver: Receiver, arrival: Arrival, task: Task & { readonly claimed: Claimed }): Promise<Done> {
  const { claimed, until } = task;
  try {
    const claim = await claimWithin(receiver, claimed, until);
    switch (claim.kind) {
      case 'new':
        break;
      case 'busy':
        return { again: BUSY_PAUSE };
      case 'conflict':
        return repeatedOtherwise(receiver, arrival);
      case 'done':
        countArrival(receiver, arrival, 'duplicate');
        return claim.answer ? answerAndAcknowledge(receiver, arrival, restoreAnswer(claim.answer)) : acknowledge(receiver, arrival);
    }
  } catch (error) {
    // The store could not be reached. Handling the message all the same might do its work twice.
    arrival.note('failed');
    return putOff(receiver, arrival, error as Error);
  }
  const isLost = arrival.delivery.lost.aborted;
  if (!isLost && until > receiver.clock.now()) return work(receiver, arrival, task);
  // While the store was asked its time has run out: it is not begun.
  await abandon(receiver, claimed);
  if (isLost) return DONE;
  return arrival.deadline === undefined ? { again: BUSY_PAUSE } : acknowledge(receiver, arrival, 'dropped-late-request');
}

/** Asks the store, for as long as there is time. */
async function claimWithin({ clock, deduplication }: Receiver, claimed: Claimed, until: number): Promise<Claim> {
  const now = clock.now();
  const claiming = Promise.resolve(deduplication.claim(claimed, until - now + LEASE_MARGIN));
  try {
    return await withinTime(clock, claiming, { deadline: Math.min(until, now + CLAIM_PATIENCE) }, 'Asking whether a message is new');
  } catch (error) {
    // An answer that comes later holds it for nobody.
    claiming.then(({ kind }) => (kind === 'new' ? deduplication.abandon(claimed) : undefined)).catch(() => undefined);
    throw error;
  }
}

/** The same key as before, with other contents: a request is refused; an event has told all that its user wanted to know. */
async function repeatedOtherwise(receiver: Receiver, arrival: Arrival): Promise<Done> {
  if (!isAwaited(arrival)) return acknowledge(receiver, arrival, 'duplicate');
  const text = `${arrival.route.interaction.id} was asked before with the same key and other contents.`;
  return answerAndAcknowledge(receiver, arrival, draftFailure('conflict', text));
}

function work(receiver: Receiver, arrival: Arrival, { payload, until, claimed }: Task): Soon<Done> {
  const { delivery, route } = arrival;
  const attempt = attemptOf(arrival);
  const watch = watchHandling(receiver, arrival, attempt);
  const outcome = runHandler(receiver, { route, delivery, attempt, payload, deadline: until, watch });
  return whenThere(outcome, (what) => settle(receiver, arrival, { drafted: draftOf(receiver, arrival, what), watch, claimed }));
}

type Worked = { readonly drafted: Drafted; readonly watch: Watch | undefined; readonly claimed: Claimed | undefined };

function settle(receiver: Receiver, arrival: Arrival, { drafted, watch, claimed }: Worked): Soon<Done> {
  if (drafted.kind === 'problem') {
    const { outcome } = drafted;
    watch?.end(outcome.kind, outcome.error);
    const abandoned = claimed && abandon(receiver, claimed);
    return whenThere(abandoned, () => settleProblem(receiver, arrival, outcome));
  }
  const { answer } = drafted;
  watch?.end(answer?.code ?? 'ok');
  arrival.note('handled');
  const completed = claimed && complete(receiver, arrival, claimed, answer);
  return whenThere(completed, () => (answer ? answerAndAcknowledge(receiver, arrival, answer) : acknowledge(receiver, arrival)));
}

function watchHandling({ telemetry }: Receiver, { delivery: { message }, route, place }: Arrival, attempt: number): Watch | undefined {
  const { id: interaction, pattern } = route.interaction;
  const { conversation } = message.meta;
  return telemetry.handling?.(
    { interaction, pattern, transport: place.transport, messageId: message.id, conversation, attempt },
    message.headers,
  );
}

type Problem = Extract<Outcome, { readonly error: Error }>;
type Drafted = { readonly kind: 'good'; readonly answer?: AnswerDraft } | { readonly kind: 'problem'; readonly outcome: Problem };

/** The answer that follows from an outcome, where there is one; an answer that does not fit the contract is the handler's failure. */
function draftOf(receiver: Receiver, arrival: Arrival, outcome: Outcome): Drafted {
  const { route, codec } = arrival;
  if (outcome.kind !== 'returned' && outcome.kind !== 'declared') return { kind: 'problem', outcome };
  if (!isAwaited(arrival)) return { kind: 'good' };
  // A user of a gathered event may have nothing to say.
  if (outcome.kind === 'returned' && outcome.value === undefined && route.interaction.pattern === 'publish-async-responses')
    return { kind: 'good' };
  try {
    const answer =
      outcome.kind === 'declared' ? draftError(route, codec, outcome.error) : draftResponse(receiver, route, codec, outcome.value);
    return { kind: 'good', answer };
  } catch (error) {
    return { kind: 'problem', outcome: { kind: 'failed', error: error as Error } };
  }
}

/** A handler that did not come to an end of its own. */
function settleProblem(receiver: Receiver, arrival: Arrival, outcome: Problem): Soon<Done> {
  // What was interrupted is nobody's failure: it comes again here or goes to another instance.
  if (arrival.delivery.lost.aborted || receiver.stopping.aborted) return release(receiver, arrival);
  switch (outcome.kind) {
    case 'rejected':
      arrival.note('handled');
      return reject(receiver, arrival, outcome.error);
    case 'retry':
      arrival.note('handled');
      return putOff(receiver, arrival, outcome.error, outcome.delay);
    case 'late':
      arrival.note('failed');
      // Whoever waited does so no longer.
      return isAwaited(arrival) && arrival.deadline !== undefined
        ? acknowledge(receiver, arrival, 'dropped-late-request')
        : putOff(receiver, arrival, outcome.error);
    default:
      arrival.note('failed');
      return putOff(receiver, arrival, outcome.error);
  }
}

/** Remembers it. Where that fails the work is done all the same, and is answered: a repetition might do it again, which is told. */
async function complete(
  receiver: Receiver,
  { route, delivery }: Arrival,
  claimed: Claimed,
  answer: AnswerDraft | undefined,
): Promise<void> {
  const { clock, deduplication } = receiver;
  const within = route.kind === 'message' ? route.interaction.policy.deduplicate?.within : undefined;
  try {
    const completing = Promise.resolve(deduplication.complete(claimed, within ?? REMEMBERED, answer && storeAnswer(answer)));
    await withinTime(clock, completing, { deadline: clock.now() + REMEMBER_PATIENCE }, 'Remembering it');
  } catch (error) {
    const text = `That a message of ${route.interaction.id} was handled could not be remembered: ${(error as Error).message}`;
    receiver.telemetry.log('error', text, { message: delivery.message.id });
  }
}

async function abandon({ clock, deduplication, telemetry }: Receiver, claimed: Claimed): Promise<void> {
  try {
    const abandoning = Promise.resolve(deduplication.abandon(claimed));
    await withinTime(clock, abandoning, { deadline: clock.now() + REMEMBER_PATIENCE }, 'Giving it back');
  } catch (error) {
    // Its lease ends by itself.
    telemetry.log('warn', `A message could not be given back for another attempt: ${(error as Error).message}`, { scope: claimed.scope });
  }
}
