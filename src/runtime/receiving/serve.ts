/** Receives everything that a service receives, until it is stopped. */
import type { PayloadCodec } from '../payload-codec.ts';
import { openCodec } from '../payload-codec.ts';
import type { Delivery, Subscription } from '../transport.ts';
import { deadlineOf } from './accept.ts';
import type { Arrival } from './arrival.ts';
import { handleArrival } from './handle.ts';
import { isAnswered, type Place, type Route } from './inbound.ts';
import { createKillSwitch } from './kill-switch.ts';
import type { Receiver } from './receiver.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';

/** Something that receives. */
export interface Receiving {
  /** Takes no more, gives back what has not begun, and is done when what has begun is. Never fails. */
  drain(): Promise<void>;
  /** Whatever is left goes back, also what has begun and not ended. Never fails. */
  end(): Promise<void>;
  /** How many messages are being handled. */
  readonly active: number;
}

/** Begins to receive from one place. Done when messages are coming. */
export async function receiveFrom(receiver: Receiver, place: Place): Promise<Receiving> {
  const { clock, telemetry, link, killSwitch } = receiver;
  const { concurrent, queued, start, ordered } = place.policy;
  const codecs = await openCodecs(place);
  const scheduler = createScheduler<Arrival>(clock, concurrent, {
    run: (arrival) => handleArrival(receiver, arrival),
    // One by one they would go back in another order than they came, to somebody who has got later ones already: they go with their subscription.
    drop: ({ delivery }) => ordered || void delivery.release(),
  });
  const about = { place: [...place.routes.keys()].join(', '), transport: place.transport };
  const kill = createKillSwitch(clock, killSwitch, {
    rest(failed, of) {
      telemetry.log('error', `Receiving rests for ${killSwitch.rest} ms: ${failed} of ${of} messages failed.`, about);
      telemetry.count('switched-off', about);
      scheduler.allow(0);
    },
    probe: () => scheduler.allow(1),
    resume() {
      telemetry.count('switched-on', about);
      scheduler.allow(concurrent);
    },
  });
  const subscription = await link.consume(
    {
      from: place.from,
      types: [...place.routes.keys()],
      prefetch: concurrent + queued,
      start,
      ordered,
      parks: place.policy.parks,
      answers: place.first.kind === 'answer',
    },
    (delivery) => submit({ receiver, place, codecs, scheduler, note: kill.note }, delivery),
  );
  return {
    async drain() {
      kill.stop();
      // Where order is kept nobody else may get anything before what has begun has ended.
      if (!ordered) await stopTaking(subscription, scheduler);
      await scheduler.stop();
    },
    end: () => subscription.end(),
    get active() {
      return scheduler.active;
    },
  };
}

/** What is given back before the broker knows that it takes no more would come again at once. */
async function stopTaking(subscription: Subscription, scheduler: Scheduler<Arrival>): Promise<void> {
  scheduler.allow(0);
  await subscription.stop();
}

async function openCodecs({ routes }: Place): Promise<ReadonlyMap<string, PayloadCodec>> {
  const opened = [...routes.values()].map(async ({ interaction }) => [interaction.id, await openCodec(interaction.codec)] as const);
  return new Map(await Promise.all(opened));
}

type Reception = {
  readonly receiver: Receiver;
  readonly place: Place;
  readonly codecs: ReadonlyMap<string, PayloadCodec>;
  readonly scheduler: Scheduler<Arrival>;
  readonly note: Arrival['note'];
};

function submit({ receiver, place, codecs, scheduler, note }: Reception, delivery: Delivery): void {
  const { message } = delivery;
  const route = routeOf(place, message.type);
  const codec = route && codecs.get(route.interaction.id);
  if (!route || !codec) {
    void passOver(receiver, place, delivery);
    return;
  }
  const deadline = isAnswered(route) ? deadlineOf(message, receiver.clock.now()) : undefined;
  const key = place.policy.ordered ? message.meta.key : undefined;
  scheduler.submit({ delivery, route, place, codec, key, deadline, failed: 0, note });
}

/** Who handles it. Other programs may leave the type out: then it is what comes from there. */
function routeOf({ routes }: Place, type: string): Route | undefined {
  const route = routes.get(type);
  if (route || type !== '' || routes.size !== 1) return route;
  const [only] = routes.values();
  return only;
}

/** A message that nobody here handles: in a log others may, in a queue it is there for somebody to look at. */
async function passOver({ telemetry }: Receiver, { from, transport }: Place, delivery: Delivery): Promise<void> {
  const { message } = delivery;
  telemetry.count('unknown-type', { type: message.type, transport });
  if (from.kind === 'kafka' || from.kind === 'redis') {
    await delivery.acknowledge();
    return;
  }
  const reason = `nobody here handles ${message.type === '' ? 'a message without a type' : message.type}`;
  telemetry.log('error', `A message became a dead letter: ${reason}`, { message: message.id });
  await delivery.bury({ ...message, meta: { ...message.meta, reason, ...(from.kind === 'rabbitmq' && { origin: from.queue }) } });
}
