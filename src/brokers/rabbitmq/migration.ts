/** A queue that is made anew under its own name: what is there meanwhile. */
import type { JsonObject } from '../../source/json.ts';
import type { Resource } from '../../topology/model.ts';
import { exchangeResource, queueBinding, queueResource } from './resources.ts';

/** The argument that names the queue that a queue or an exchange stands in for. RabbitMQ keeps arguments that it does not know and never compares them. */
export const MIGRATES_ARGUMENT = 'x-msgctl-migrates';

/** What stands in for a queue while it is made anew. */
export type StandIns = {
  /** Holds what comes for the queue. */
  readonly holding: Resource;
  /** What is published to it goes to the holding queue alone. */
  readonly out: Resource;
  /** What is published to it goes to the queue alone. */
  readonly back: Resource;
  readonly outBinding: Resource;
  readonly backBinding: Resource;
  /** A queue that is only made to see whether the broker takes the new one, and goes at once. */
  readonly trial: Resource;
};

/** A message may be brought to the holding queue's reader very often, should a migration be cut off again and again: 4.x destroys them after 20 times otherwise. */
const DELIVERY_LIMIT = 1_000_000;

/** Where dead letters of a queue go, as arguments. */
type DeadLetters = { readonly exchange?: string | undefined; readonly key?: string | undefined };

/**
 * The stand-ins of a queue. Messages are moved through fanout exchanges of their own, never through the default one: a routing key is kept, and
 * what a message says of further routing keys (CC, BCC) is not followed a second time. A message whose time is over in the holding queue is a
 * dead letter as it would be in the queue.
 */
export function standInsOf(queue: string, dead: DeadLetters): StandIns {
  const name = `${queue}.msgctl-migrate`;
  const holding = queueResource(name, {
    'x-queue-type': 'quorum',
    'x-delivery-limit': DELIVERY_LIMIT,
    ...(dead.exchange !== undefined && { 'x-dead-letter-exchange': dead.exchange }),
    ...(dead.key !== undefined && { 'x-dead-letter-routing-key': dead.key }),
  });
  const back = `${queue}.msgctl-return`;
  return {
    holding,
    out: exchangeResource(name, 'fanout'),
    back: exchangeResource(back, 'fanout'),
    outBinding: queueBinding(name, name, ''),
    backBinding: queueBinding(back, queue, ''),
    trial: queueResource(back, {}),
  };
}

/** The marks of stand-ins. */
export function standInMark(queue: string): JsonObject {
  return { [MIGRATES_ARGUMENT]: queue };
}

/**
 * The settings that policies give a holding queue, which would drop messages from it, and which the queue itself does not have in the same way. One
 * by which a queue goes when nobody uses it does so always: nobody receives from a holding queue, however many from the queue.
 */
export function droppingSettings(holding: JsonObject, queue: JsonObject): readonly string[] {
  return Object.keys(holding).filter(
    (key) => key === 'expires' || (['max-length', 'max-length-bytes', 'message-ttl'].includes(key) && holding[key] !== queue[key]),
  );
}
