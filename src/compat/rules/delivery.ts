import { retrySpan } from '../../contract/delivery.ts';
import type { Deduplication } from '../../contract/model.ts';
import { type System, usersOf } from '../../contract/system.ts';
import { ownProperty } from '../../source/json.ts';
import type { Change } from '../change.ts';
import { inAnyOrder, inNoOrder, type Judgement, listNames, type RuleFamily, type Situation } from './rule.ts';
import { isTighter, setting, type Told, toldBy, valuesOf } from './setting.ts';

/** How messages are delivered, tried again and given up. */
export const DELIVERY = {
  'expiry-changed': setting('expiry-changed', {
    describes: 'Messages become dead letters sooner or later than before, when nobody handles them.',
    judge: (change, situation) => {
      const { old, now } = toldBy(change, situation);
      return isTighter(old.delivery.expire, now.delivery.expire)
        ? inAnyOrder('risky', 'Messages that a slow receiver still handled become dead letters.')
        : inAnyOrder('compatible', 'Messages wait for as long as before, and longer.');
    },
    advice: () => 'Look how long messages wait at the busiest time before you shorten it.',
  }),
  'queue-limit-changed': setting('queue-limit-changed', {
    describes: 'A queue may hold another number of messages, or does something else when it is full.',
    judge: judgeQueueLimit,
    advice: () => 'Look how long the queue gets at the busiest time before you shorten it.',
  }),
  'dead-letters-changed': setting('dead-letters-changed', {
    describes: 'Dead letters are kept for another time, or no longer.',
    judge: (change, situation) => {
      const { old, now } = toldBy(change, situation);
      const [before, after] = [old.delivery.deadLetters ?? {}, now.delivery.deadLetters ?? {}];
      if (after === false) return inAnyOrder('risky', 'What fails for good is kept nowhere by msgctl from now on.');
      return before !== false && isTighter(before.retain, after.retain)
        ? inAnyOrder('risky', 'Dead letters that nobody has looked at yet are gone sooner.')
        : inAnyOrder('compatible', 'Dead letters are there for as long as before, and longer.');
    },
    advice: () => 'Look through the dead letters that would go first.',
  }),
  'retry-changed': setting('retry-changed', {
    describes: 'A receiver tries another number of times, or at other times.',
    judge: judgeRetry,
    advice: () => 'Let the receiver drop what it has seen ("deduplicate") before it tries requests again.',
  }),
  'deduplication-changed': setting('deduplication-changed', {
    describes: 'A receiver takes other messages for the same, or remembers them for another time.',
    judge: judgeDeduplication,
    advice: () => 'Change it when nothing is tried again that was sent before.',
  }),
  'outbox-changed': setting('outbox-changed', {
    describes: 'Whether a message is part of the transaction of its sender changed.',
    judge: (change, situation) =>
      toldBy(change, situation).now.delivery.outbox
        ? inAnyOrder('compatible', 'It changes how the sender keeps a message until it is sent, not the message.')
        : inAnyOrder('risky', 'A sender that stops between its own commit and sending never sends the message.'),
    advice: () => 'Let receivers find out by themselves what they may have missed.',
  }),
  'reception-moved': setting('reception-moved', {
    describes: 'A user receives in another queue or group, or in one of another kind.',
    judge: (change) => inNoOrder('breaking', whyMoved(change), valuesOf(change)),
    advice: () => 'Empty the old place before the new version receives, and accept the finding.',
  }),
} as const satisfies RuleFamily<
  | 'expiry-changed'
  | 'queue-limit-changed'
  | 'dead-letters-changed'
  | 'retry-changed'
  | 'deduplication-changed'
  | 'outbox-changed'
  | 'reception-moved'
>;

/** A queue that keeps its name is the same one on the broker, which refuses to make it anew with anything else. */
function whyMoved({ before, after }: Change): string {
  const [was, is] = [before.value, after.value].map((address) => ownProperty(address, 'queue'));
  const name = ownProperty(was, 'name');
  if (name === undefined || name !== ownProperty(is, 'name')) return 'What waits where it received until now is left there.';
  const refused = 'RabbitMQ refuses whichever version comes second (406 PRECONDITION_FAILED)';
  if (ownProperty(was, 'type') !== ownProperty(is, 'type'))
    return `A queue of that name cannot become one of another kind: ${refused}, and what waits in the old one has to be moved.`;
  const [old, now] = [was, is].map((queue) => ownProperty(queue, 'arguments'));
  const lost =
    ownProperty(old, DEAD_LETTERS) !== undefined && ownProperty(now, DEAD_LETTERS) === undefined
      ? ' What is rejected or expires in a queue without dead-letter exchange is lost.'
      : '';
  return `A queue keeps the arguments it was made with: ${refused}, and the queue has to be made anew, with what waits in it moved.${lost}`;
}

const DEAD_LETTERS = 'x-dead-letter-exchange';

function judgeQueueLimit(change: Change, situation: Situation): Judgement {
  const { old, now } = toldBy(change, situation);
  const overflow = now.delivery.overflow;
  const full =
    overflow === 'drop-head'
      ? 'the oldest messages become dead letters'
      : overflow === 'reject-publish'
        ? 'senders are refused'
        : 'it does what its type does';
  if (old.delivery.overflow !== overflow) return inAnyOrder('risky', `When the queue is full, ${full}.`);
  return isTighter(old.delivery.maxLength, now.delivery.maxLength)
    ? inAnyOrder('risky', `The queue is full sooner; then ${full}.`)
    : inAnyOrder('compatible', 'The queue holds as many messages as before, and more.');
}

function judgeRetry(change: Change, situation: Situation): Judgement {
  const { old, now } = toldBy(change, situation);
  const isRequest = now.interaction?.payloads.some(({ role }) => role === 'request') ?? false;
  const more = (now.retry?.attempts ?? 1) > (old.retry?.attempts ?? 1);
  if (isRequest && more && !now.delivery.deduplicate) {
    return inAnyOrder('risky', 'A request that was carried out before its answer was lost is carried out again.');
  }
  const impatient = isRequest ? outlastedCallers(situation.before, { old, now }) : [];
  if (impatient.length > 0) {
    const why = `${listNames(impatient, '')} on the old version gives up before the last attempt, whose answer nobody gets.`;
    return inAnyOrder('risky', why);
  }
  return inAnyOrder('compatible', 'It changes how often the receiver tries, not what is sent.');
}

/** Callers of the old version who waited for as long as was tried, and for whom it takes too long now. */
function outlastedCallers(before: System, { old, now }: { readonly old: Told; readonly now: Told }): readonly string[] {
  const [was, is] = [old.retry ? retrySpan(old.retry) : 0, now.retry ? retrySpan(now.retry) : 0];
  const { interaction } = old;
  if (!interaction) return [];
  const impatient = usersOf(before, interaction.id).filter(({ use }) => {
    const timeout = use.timeout ?? interaction.timeout;
    return timeout !== undefined && was < timeout && is >= timeout;
  });
  return impatient.map(({ contract }) => contract.service).sort();
}

function judgeDeduplication(change: Change, situation: Situation): Judgement {
  const { old, now } = toldBy(change, situation);
  const [was, is] = [old.delivery.deduplicate, now.delivery.deduplicate];
  const isRequest = now.interaction?.payloads.some(({ role }) => role === 'request') ?? false;
  if (!is) return inAnyOrder('risky', 'A message that comes twice takes effect twice.');
  if (!was) {
    return isRequest
      ? inAnyOrder('risky', 'Two requests that look the same by these properties, and are not, end as "conflict".')
      : inAnyOrder('risky', 'Two messages that look the same by these properties are taken for one; the second has no effect.');
  }
  if (!sameKey(was, is))
    return inAnyOrder('risky', 'What was seen before the change is not known by the new properties, and takes effect again.');
  return isTighter(was.within, is.within)
    ? inAnyOrder('risky', 'What comes again after that time takes effect again.')
    : inAnyOrder('compatible', 'What comes again is known for as long as before, and longer.');
}

function sameKey(a: Deduplication, b: Deduplication): boolean {
  return JSON.stringify(a.by) === JSON.stringify(b.by);
}
