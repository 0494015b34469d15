import type { Change } from '../change.ts';
import { inAnyOrder, inNoOrder, type Judgement, type RuleFamily, type Situation } from './rule.ts';
import { isTighter, setting, toldBy, valuesOf } from './setting.ts';

/** What keeps messages, and how it spreads them. */
export const LOGS = {
  'partitions-changed': setting('partitions-changed', {
    describes: 'A log has another number of partitions.',
    judge: judgePartitions,
    advice: () => 'Raise it when nothing that counts on the order is under way; for fewer partitions make a new log beside the old one.',
  }),
  'key-changed': setting('key-changed', {
    describes: 'Messages are put in order by another key.',
    judge: judgeKey,
    advice: () => 'Add a second major of the interaction with the new key, and let users move over.',
  }),
  'order-changed': setting('order-changed', {
    describes: 'Whether messages of one key stay in order changed.',
    judge: (change, situation) =>
      toldBy(change, situation).now.delivery.order === 'none'
        ? inAnyOrder('risky', 'Receivers that count on the order of a key get its messages in any order.')
        : inAnyOrder('compatible', 'What comes in order may be handled by whoever needs none.'),
    advice: () => 'Let every receiver work in any order first.',
  }),
  'retention-changed': setting('retention-changed', {
    describes: 'A log keeps messages for another time, or other messages.',
    judge: judgeRetention,
    advice: () => 'Let every reader catch up before messages go sooner; for another way of keeping them make a new log beside the old one.',
  }),
  'tombstone-changed': setting('tombstone-changed', {
    describes: 'Whether a message may be nothing but its key changed.',
    judge: (change) =>
      inNoOrder('breaking', 'One version takes a message without a body for a deletion, the other one rejects it.', valuesOf(change)),
    advice: () => 'Add a second major of the interaction beside the first, and let users move over.',
  }),
} as const satisfies RuleFamily<'partitions-changed' | 'key-changed' | 'order-changed' | 'retention-changed' | 'tombstone-changed'>;

function judgePartitions(change: Change, situation: Situation): Judgement {
  const { old, now } = toldBy(change, situation);
  if (old.partitions === undefined || now.partitions === undefined) {
    return inNoOrder('undecided', 'One version leaves the number to the broker, so it is not known whether there are fewer now.');
  }
  if (now.partitions < old.partitions) {
    return inNoOrder('breaking', 'A log cannot lose partitions: it has to be made anew, and what it holds moved.', valuesOf(change));
  }
  if (now.partitions === old.partitions) return inAnyOrder('compatible', 'The number is the same.');
  return old.keyed || now.keyed
    ? inAnyOrder(
        'risky',
        'Keys go to other partitions from then on: their order across the change, and what readers keep by partition, is lost.',
      )
    : inAnyOrder('compatible', 'Messages have no key, so none moves to another partition.');
}

function judgeKey(change: Change, situation: Situation): Judgement {
  const { old, now } = toldBy(change, situation);
  if (now.carrier === 'kafka' || now.carrier === 'redis') {
    const compacted =
      old.retain?.compact || now.retain?.compact ? ' A compacted log keeps the last message of each key, so it keeps others.' : '';
    return inNoOrder(
      'breaking',
      `Messages that belong together go to other partitions than before, and lose their order.${compacted}`,
      valuesOf(change),
    );
  }
  return inAnyOrder('risky', 'Messages that belong together by one version are handled at the same time by the other.');
}

function judgeRetention(change: Change, situation: Situation): Judgement {
  const { old, now } = toldBy(change, situation);
  if ((old.retain?.compact ?? false) !== (now.retain?.compact ?? false)) {
    const why = now.retain?.compact
      ? 'A compacted log keeps the last message of each key only, so whoever reads it later misses the ones between; a message without a key is refused.'
      : 'Messages go when their time is over, so whoever builds its state from the log misses what did not change since.';
    return inNoOrder('breaking', why, valuesOf(change));
  }
  if (!old.retain || !now.retain) {
    return inNoOrder('undecided', 'One version leaves it to the broker, so it is not known whether messages go sooner now.');
  }
  return isTighter(old.retain.time, now.retain.time) || isTighter(old.retain.size, now.retain.size)
    ? inAnyOrder('risky', 'Whoever reads late, or reads again, misses messages that are gone sooner.')
    : inAnyOrder('compatible', 'Messages are there for as long as before, and longer.');
}
