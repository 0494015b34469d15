/** How a queue is used at a moment, and what that means for taking it away or making it anew: in words. */

/** What is in a queue and who uses it. */
export type QueueUse = {
  /** `classic`, `quorum` or `stream`. */
  readonly type: string;
  readonly ready: number;
  readonly unacknowledged: number;
  /** On their way to where dead letters go, and not taken there yet (`x-dead-letter-strategy: at-least-once`): neither ready nor unacknowledged. */
  readonly deadLettered: number;
  readonly consumers: number;
  /** How many messages were ever published to it; absent where the broker keeps no statistics. */
  readonly published?: number;
  /** The mean size of a message's body; 0 where the broker does not know. */
  readonly averageBytes: number;
  /** Messages a second, as the broker counts them over the last seconds. */
  readonly publishRate: number;
};

/** How long, in milliseconds, both bindings of a queue that is made anew stand: two windows of at most 27 ms were measured on 3.10 and 4.0. */
const BOTH_BOUND = 60;

/** What stands in the way of taking a queue away, as a full sentence; undefined where nothing does. A stream's log is what its consent is about. */
export function obstacleOf(use: QueueUse): string | undefined {
  const messages = use.type === 'stream' ? 0 : use.ready + use.unacknowledged + use.deadLettered;
  const dead = use.deadLettered > 0 ? `, ${use.deadLettered} to go where dead letters go` : '';
  const parts = [
    ...(messages > 0 ? [`it holds ${counted(messages, 'message')} (${use.ready} ready, ${use.unacknowledged} unacknowledged${dead})`] : []),
    ...(use.consumers > 0 ? [`${counted(use.consumers, 'consumer')} ${use.consumers === 1 ? 'receives' : 'receive'} from it`] : []),
  ];
  const [first, ...rest] = parts;
  return first === undefined ? undefined : `${[`${first[0]?.toUpperCase()}${first.slice(1)}`, ...rest].join(' and ')}.`;
}

/** What to do about such an obstacle; a full sentence. */
export function wayOut({ consumers }: QueueUse): string {
  return consumers > 0
    ? 'Stop who receives from it, then provision again.'
    : 'Have the messages received, or take them out by hand, then provision again. Where more arrive meanwhile, take its bindings away first.';
}

/** What a plan says of a queue that is going to be taken away. */
export function removalNote(use: QueueUse): string {
  const obstacle = obstacleOf(use);
  if (obstacle !== undefined) return `${obstacle} Where that is still so when the plan is applied, it stays as it is.`;
  if (use.type === 'stream') return `Its log is lost: ${counted(use.ready, 'message')}.`;
  const race =
    use.type === 'quorum'
      ? ' What is sent straight to its name, without an exchange, in the milliseconds between the last look and its end would be lost.'
      : '';
  return `Nothing is in it and nobody receives from it. It goes only if that stays so.${race}`;
}

/** What a plan says of a queue that is going to be made anew under its own name. */
export function migrationNote(use: QueueUse, isOrdered: boolean): string {
  const messages = use.ready + use.unacknowledged;
  const twice = Math.ceil((use.publishRate * BOTH_BOUND) / 1_000);
  const moved = messages === 0 ? 'It holds no messages' : `${counted(messages, 'message')} ${messages === 1 ? 'is' : 'are'} moved`;
  const repeated =
    use.publishRate > 0 ? `about ${twice} more arrive twice, at ${rateText(use.publishRate)} a second` : 'none arrive twice as things are';
  const consumers =
    use.consumers === 0
      ? ''
      : ` Its ${counted(use.consumers, 'consumer')} ${use.consumers === 1 ? 'is' : 'are'} cancelled once and must subscribe again, as msgctl's runtime does.`;
  const order = isOrdered
    ? ' It is received in order, which only a pause keeps: it is made anew when nobody sends to it and nobody receives from it, and stays as it is otherwise.'
    : ' Their order is not kept.';
  return (
    `What comes for it is held in a second queue until the new one is there; ${moved}, ${repeated}.${consumers}${order} ` +
    'What is sent straight to its name, without an exchange, finds no queue for some milliseconds.'
  );
}

/** Why a queue that is received in order cannot be made anew at this moment; undefined where it can. */
export function orderObstacle(before: QueueUse, after: QueueUse): string | undefined {
  if (after.consumers > 0) {
    return `It is received in order, and ${counted(after.consumers, 'consumer')} ${after.consumers === 1 ? 'receives' : 'receive'} from it. Stop them, then provision again.`;
  }
  if (hasMoved(before, after)) {
    return 'It is received in order, and messages are sent to it. Pause who sends them, then provision again.';
  }
  return undefined;
}

/** Whether something was published to a queue between two looks, as far as the broker counts it. */
export function hasMoved(before: QueueUse, after: QueueUse): boolean {
  return (after.published ?? 0) > (before.published ?? 0);
}

function rateText(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}

function counted(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
