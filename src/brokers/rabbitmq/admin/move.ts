/** Messages moved from one queue to another without losing one: each is answered only when the other queue has it for good. */
import type { QueueUse } from '../queue-use.ts';
import type { Held, MoveLine } from './move-line.ts';
import { Refused } from './problem.ts';
import { readUses } from './read-use.ts';
import type { Site } from './site.ts';

/** What is moved, and how long it may stand still. */
export type Moving = {
  readonly from: string;
  /** An exchange that leads to the other queue and nowhere else. */
  readonly through: string;
  /** Told at each look, so that whoever moves can give up: throws to end it. */
  readonly look?: (use: QueueUse, moved: number) => void;
};

/** So many messages are on their way at once: 12 times as fast as one after the other (measured on 4.0). */
const IN_FLIGHT = 500;
/** Where nobody knows how large they are: a broker that counts nothing, or has not counted yet. */
const IN_FLIGHT_UNKNOWN = 100;
/** And so many bytes of them. */
const BYTES_IN_FLIGHT = 64 * 1_024 * 1_024;
const LOOK_EVERY = 250;
/** Nothing came, and nothing was there, for this long: whatever was on its way to a queue when its last binding went has arrived. Milliseconds. */
const QUIET = 1_500;
/** The same for a quorum queue with other consumers: only its counters tell what they hold, and these are up to five seconds old. */
const QUIET_BY_COUNTERS = 6_500;
/** Without any progress for this long (milliseconds) it is given up. */
const PATIENCE = 60_000;
/** A queue that takes no more (a limit that rejects) is asked again after this long. */
const RETRY_AFTER = 200;

/**
 * Moves messages until the queue is empty and stays so, for long enough that nothing can be on its way to it any more; messages that others hold
 * are waited for. Resolves with how many were moved. Whatever goes wrong, an unanswered message goes back to its queue: it can come twice, never
 * get lost. Rejects with `Refused` when nothing has moved for a minute.
 */
export async function moveMessages(site: Site, moving: Moving): Promise<number> {
  const first = (await readUses(site, [moving.from])).get(moving.from);
  return site.moving(async (line) => {
    await line.prefetch(atOnce(first?.averageBytes ?? 0));
    const pump = await startPump(line, moving);
    await untilQuiet(site, moving, pump);
    await pump.stop();
    return pump.moved();
  });
}

function atOnce(averageBytes: number): number {
  if (averageBytes === 0) return IN_FLIGHT_UNKNOWN;
  return Math.max(1, Math.min(IN_FLIGHT, Math.floor(BYTES_IN_FLIGHT / averageBytes)));
}

type Pump = {
  readonly moved: () => number;
  readonly inFlight: () => number;
  readonly lastActivity: () => number;
  /** Rejects when the pump cannot go on. */
  readonly broken: Promise<never>;
  readonly stop: () => Promise<void>;
};

async function startPump(line: MoveLine, { from, through }: Moving): Promise<Pump> {
  const state = { moved: 0, inFlight: 0, lastActivity: Date.now(), isOver: false };
  let fail: (error: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    fail = (error) => {
      state.isOver = true;
      reject(error);
    };
  });
  broken.catch(() => undefined);
  line.onClosed(() => (state.isOver = true));
  line.onReturned(() => fail(new Refused({ message: `Exchange ${through} leads to no queue any more. Plan again.` })));
  /** Once it is over nothing is answered any more: the channel is closed, and what was not answered goes back to its queue. */
  const unlessOver = (act: () => void) => {
    if (!state.isOver) act();
  };
  const give = (message: Held) => {
    line.publish(through, message, (isTaken) => {
      state.lastActivity = Date.now();
      // It is kept meanwhile, not given back: a queue counts how often it brings a message, and brings none too often.
      if (!isTaken) setTimeout(() => unlessOver(() => give(message)), RETRY_AFTER);
      // A message that came back is confirmed as well, after the channel told of it.
      else
        unlessOver(() => {
          line.acknowledge(message);
          state.inFlight -= 1;
          state.moved += 1;
        });
    });
  };
  const cancel = await line.consume(from, (message) => {
    state.lastActivity = Date.now();
    if (!message) fail(new Refused({ message: `Queue ${from} was taken away by somebody else. Plan again.` }));
    else
      unlessOver(() => {
        state.inFlight += 1;
        give(message);
      });
  });
  return {
    moved: () => state.moved,
    inFlight: () => state.inFlight,
    lastActivity: () => state.lastActivity,
    broken,
    async stop() {
      await cancel();
      await every(LOOK_EVERY, async () => state.isOver || state.inFlight === 0);
      state.isOver = true;
    },
  };
}

/** Looks again and again until nothing is left, or until there is no sense in going on. */
function untilQuiet(site: Site, moving: Moving, pump: Pump): Promise<void> {
  let quietSince: number | undefined;
  let progress = { at: Date.now(), mark: '' };
  const look = async (): Promise<boolean> => {
    const use = (await readUses(site, [moving.from])).get(moving.from);
    if (!use) throw new Refused({ message: `There is no queue ${moving.from} any more. Plan again.` });
    const now = Date.now();
    moving.look?.(use, pump.moved());
    const others = use.consumers - 1;
    const isEmpty = use.ready + use.unacknowledged + use.deadLettered + pump.inFlight() === 0;
    quietSince = isEmpty ? Math.max(quietSince ?? now, pump.lastActivity()) : undefined;
    const mark = `${pump.moved()} ${use.ready} ${use.unacknowledged} ${use.deadLettered}`;
    if (mark !== progress.mark || isEmpty) progress = { at: now, mark };
    if (now - progress.at > PATIENCE) throw new Refused({ message: stuckText(moving, use, others) });
    const needed = use.type === 'quorum' && others > 0 ? QUIET_BY_COUNTERS : QUIET;
    return quietSince !== undefined && now - quietSince >= needed;
  };
  return Promise.race([every(LOOK_EVERY, look), pump.broken]);
}

function stuckText({ from }: Moving, { ready, unacknowledged, deadLettered }: QueueUse, others: number): string {
  if (deadLettered > 0 && ready + unacknowledged === 0)
    return `For a minute ${deadLettered} dead letters of ${from} were not taken where they go.`;
  return others > 0 && ready === 0
    ? `Whoever receives from ${from} has kept ${unacknowledged} messages unacknowledged for a minute.`
    : `For a minute no message could be moved out of ${from}; ${ready + unacknowledged} are in it. The queue that they go to may be full, or the broker takes none (an alarm).`;
}

/** Does something again and again until it says that it is done; a round begins when the one before has ended. */
async function every(milliseconds: number, round: () => Promise<boolean>): Promise<void> {
  while (!(await round())) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
