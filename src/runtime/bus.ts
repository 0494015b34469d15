/** What a process sends and receives with: the one thing that services make themselves, beside their handlers. */
import { randomBytes } from 'node:crypto';
import { createClient } from './client.ts';
import { type Clock, pause } from './clock.ts';
import { type CloseOptions, DRAIN, type Serving } from './closing.ts';
import { type DeduplicationStore, memoryDeduplication } from './deduplication.ts';
import { clockOf, openLinks } from './links.ts';
import type { AnyService, UntypedHandlers } from './receiving/inbound.ts';
import { DEFAULT_KILL_SWITCH, type KillSwitchPolicy } from './receiving/kill-switch.ts';
import { createReplyBoxes } from './reply-boxes.ts';
import { createPendingAnswers, type PendingAnswers } from './sending/pending-answers.ts';
import type { Client, Handlers } from './surface.ts';
import { makeSafe, type Telemetry } from './telemetry.ts';
import type { Link, Transport } from './transport.ts';

/** What a bus is made of. */
export type BusOptions = {
  /** What carries messages: one for all, or one for each transport of the project by its name. */
  readonly transport: Transport | Readonly<Record<string, Transport>>;
  /** Who this is, in messages and metrics. */
  readonly service: string;
  /** Which of its instances, unique among all that live; made up where nothing is said. */
  readonly instance?: string;
  /** Told what happens. */
  readonly telemetry?: Telemetry;
  /** For tests; that of a transport where nothing is said, and the system's where it has none. */
  readonly clock?: Clock;
};

/** How a service is served. */
export type ServeOptions = {
  /** Remembers messages for handlers whose contract says `deduplicate`; in this process only where nothing is said. */
  readonly deduplication?: DeduplicationStore;
  /** When a receiver whose messages keep failing rests; `false`: never. */
  readonly killSwitch?: Partial<KillSwitchPolicy> | false;
  /**
   * After how many milliseconds the handler of a message that nobody waits for is given up; five minutes where nothing is said. RabbitMQ takes a message
   * back after half an hour.
   */
  readonly handlerTimeout?: number;
};

/** What sends and receives. */
export interface Bus {
  readonly instance: string;
  /** How many messages wait for answers. */
  readonly pending: number;
  /** Done when all transports are connected; fails with `timeout` where that takes longer than so many milliseconds. Sending and serving wait by themselves. */
  ready(timeout?: number): Promise<void>;
  /** What a service sends. */
  client<S extends AnyService>(service: S): Client<S>;
  /** Begins to receive what a service receives. Throws where a handler is missing or too many. */
  serve<S extends AnyService>(service: S, handlers: Handlers<S>, options?: ServeOptions): Promise<Serving>;
  /** Ends all that it serves, then calls, then connections; each has `drain` milliseconds. Never fails. It ends once: a second call waits for the first. */
  close(options?: CloseOptions): Promise<void>;
}

const READY = 30_000;
const HANDLER_TIMEOUT = 5 * 60_000;
/** How often is looked whether calls have ended (milliseconds). */
const GLANCE = 10;

/** Makes a bus, and begins to connect. */
export function createBus(options: BusOptions): Bus {
  const { service, instance = randomBytes(6).toString('hex') } = options;
  const clock = options.clock ?? clockOf(options.transport);
  const telemetry = makeSafe(options.telemetry);
  const servings = new Set<Serving>();
  /** What is awaited over each link: one that is lost ends nothing of the others. */
  const awaited = new Map<Link, PendingAnswers>();
  const links = openLinks(options.transport, (transport) => {
    const pending = createPendingAnswers(clock);
    const link = transport.open({ service, instance, clock, telemetry, lost: (reason) => pending.loseAll(reason) });
    awaited.set(link, pending);
    return link;
  });
  const pendingOf = (link: Link) => awaited.get(link) as PendingAnswers;
  const pending = () => [...awaited.values()].reduce((sum, { size }) => sum + size, 0);
  const boxes = createReplyBoxes(clock, pendingOf, telemetry);
  let closing: Promise<void> | undefined;
  const close = async (drain: number): Promise<void> => {
    await Promise.all([...servings].map((serving) => serving.close({ drain })));
    await callsEnded(clock, pending, drain);
    for (const one of awaited.values()) one.loseAll(new Error('The bus was closed.'));
    await Promise.all(links.all.map((link) => link.close(drain)));
  };

  return {
    instance,
    get pending() {
      return pending();
    },
    async ready(timeout = READY) {
      const within = { deadline: clock.now() + timeout };
      await Promise.all(links.all.map((link) => link.ready(within)));
    },
    client(described) {
      refuseOther(described);
      const { version } = described;
      return createClient(described, {
        outbound: (interaction) => ({ interaction, link: links.of(interaction), clock, telemetry, service, instance, version }),
        pending: (interaction) => pendingOf(links.of(interaction)),
        replies: (interaction, within) => boxes.of(links.of(interaction), interaction, within),
      });
    },
    async serve(described, handlers, serveOptions = {}) {
      refuseOther(described);
      const receiver = {
        service: described.service,
        instance,
        version: described.version,
        clock,
        telemetry,
        ...policyOf(clock, serveOptions),
      };
      // Who only sends has nothing of it in memory.
      const { startServing } = await import('./receiving/serving.ts');
      const serving = await startServing(receiver, { described, handlers: handlers as unknown as UntypedHandlers }, (interaction) =>
        links.of(interaction),
      );
      servings.add(serving);
      return serving;
    },
    close({ drain = DRAIN } = {}) {
      // A second signal to stop must not cut what the first one is still ending properly.
      closing ??= close(drain);
      return closing;
    },
  };
}

function policyOf(clock: Clock, { deduplication, killSwitch, handlerTimeout = HANDLER_TIMEOUT }: ServeOptions) {
  return {
    deduplication: deduplication ?? memoryDeduplication(clock),
    killSwitch:
      killSwitch === false ? { ...DEFAULT_KILL_SWITCH, messages: Number.POSITIVE_INFINITY } : { ...DEFAULT_KILL_SWITCH, ...killSwitch },
    handlerTimeout,
  };
}

async function callsEnded(clock: Clock, pending: () => number, within: number): Promise<void> {
  const until = clock.now() + within;
  while (pending() > 0 && clock.now() < until) await pause(clock, GLANCE);
}

/** Refuses descriptors of another version than this runtime understands. Compilers do so as well, but not everybody has one. */
function refuseOther({ service, ...described }: AnyService): void {
  const { runtimeApi } = described as { readonly runtimeApi?: unknown };
  if (runtimeApi === 1) return;
  throw new TypeError(
    `The generated code of ${service} is for version ${String(runtimeApi)} of the runtime, which has version 1. Run \`msgctl gen\` with the msgctl that is installed here.`,
  );
}
