/** A service that is being served, and how that ends. */
import { type Clock, pause } from '../clock.ts';
import { DRAIN, type Serving } from '../closing.ts';
import type { Interaction } from '../descriptor.ts';
import { transportError } from '../failure.ts';
import { createLoss } from '../loss.ts';
import type { Link } from '../transport.ts';
import { type AnyService, placesOf, type UntypedHandlers } from './inbound.ts';
import type { Receiver } from './receiver.ts';
import { type Receiving, receiveFrom } from './serve.ts';

/** How long handlers have after their signals were aborted (milliseconds). */
const LAST_WORDS = 500;

/** What is served, and by what. */
type Served = { readonly described: AnyService; readonly handlers: UntypedHandlers };

/**
 * Begins to receive all that a service receives; where one place cannot be received from, none is. Fails with a `TypeError` that names every handler that
 * is missing or too many.
 */
export async function startServing(
  receiver: Omit<Receiver, 'link' | 'stopping'>,
  { described, handlers }: Served,
  linkOf: (interaction: Interaction) => Link,
): Promise<Serving> {
  const places = placesOf(described, handlers);
  const stopping = createLoss();
  const opened = await Promise.allSettled(
    places.map(async (place) => receiveFrom({ ...receiver, link: linkOf(place.first.interaction), stopping: stopping.signal }, place)),
  );
  const receivings = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = opened.find((result) => result.status === 'rejected');
  if (failed) {
    await stop(receiver.clock, { receivings, stopping, drain: 0 });
    throw failed.reason;
  }
  let closing: Promise<void> | undefined;
  return {
    get active() {
      return receivings.reduce((sum, { active }) => sum + active, 0);
    },
    close({ drain = DRAIN } = {}) {
      closing ??= stop(receiver.clock, { receivings, stopping, drain });
      return closing;
    },
  };
}

type Stopping = { readonly receivings: readonly Receiving[]; readonly stopping: AbortController; readonly drain: number };

async function stop(clock: Clock, { receivings, stopping, drain }: Stopping): Promise<void> {
  const until = clock.now() + drain;
  const drained = Promise.all(receivings.map((receiving) => receiving.drain()));
  if (!(await isDoneWithin(clock, drained, drain))) {
    stopping.abort(transportError('aborted', 'The service stops.'));
    await isDoneWithin(clock, drained, LAST_WORDS);
  }
  const ended = Promise.all(receivings.map((receiving) => receiving.end()));
  await isDoneWithin(clock, ended, Math.max(LAST_WORDS, until - clock.now()));
}

async function isDoneWithin(clock: Clock, done: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const enough = new AbortController();
  const isDone = await Promise.race([done.then(() => true), pause(clock, milliseconds, enough.signal).then(() => false)]);
  enough.abort();
  return isDone;
}
