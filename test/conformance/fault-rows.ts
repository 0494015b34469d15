/** The rows of docs/faults.md: what each plays, what they play with, and how a row is measured. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'vitest';
import { type Bus, type Client, createBus, type Serving } from '../../src/runtime/index.ts';
import type { OwnRabbitmq } from '../brokers/rabbitmq.ts';
import { desk } from './generated/desk.ts';
import { shop } from './generated/shop.ts';
import { deskHandlers, type Journal } from './handlers.ts';
import type { RabbitmqStage } from './rabbitmq-stage.ts';
import { until } from './stage.ts';

/** By the words that stand first in each row of the table; `test/conformance/fault-table.test.ts` holds the two together. */
export const FAULT_ROWS = {
  closed: 'The connection is closed with ten calls in flight',
  untimed: 'The same, where the caller gave no timeout',
  reset: 'The connection is reset with ten calls in flight',
  cut: 'The connection is cut in the middle of a frame',
  closedByBroker: 'RabbitMQ closes the connection itself',
  blackHole: 'The way goes dead without a word',
  halfOpen: 'The way goes dead in one direction',
  serverCut: 'The connection of the server dies while ten handlers run',
  unroutable: 'Nobody would receive the request',
  noExchange: 'The exchange is missing',
  poison: 'A handler always throws: one event, one second',
  closing: 'A service stops while twenty handlers run',
  outage: 'Fifty messages are sent during an outage of a second',
  queueDeleted: 'A queue is deleted while it is consumed from',
  memoryAlarm: 'RabbitMQ runs out of memory',
  restart: 'RabbitMQ is killed and starts again',
  timedOut: 'Calls that time out: what is left of them',
} as const;

/** A row of the table. */
export type FaultRow = keyof typeof FAULT_ROWS;

/** What the rows work with. */
export type FaultScene = {
  readonly stage: RabbitmqStage;
  bus(options: BusPlace): Bus;
  readonly broker: OwnRabbitmq;
  /** Told what a row measured. */
  tell(row: string, figures: string): void;
};

/** A `direct` bus does not go through the gate. */
type BusPlace = { readonly service: string; readonly direct?: boolean };

/** Serves the desk, which notes what it handles. */
export async function serveDesk(
  scene: FaultScene,
  { journal = [], direct = true }: { readonly journal?: Journal; readonly direct?: boolean } = {},
): Promise<{ readonly bus: Bus; readonly serving: Serving }> {
  const bus = scene.bus({ service: 'desk', direct });
  return { bus, serving: await bus.serve(desk, deskHandlers(journal)) };
}

/** A client that has called once, so that everything it needs is there. */
export async function openClient(
  scene: FaultScene,
  direct = false,
): Promise<{ readonly bus: Bus; readonly client: Client<typeof shop>['desk'] }> {
  const bus = scene.bus({ service: 'shop', direct });
  const { desk: client } = bus.client(shop);
  await until('it is served', async () => (await client.quote.safe({ article: 'warm' })).ok, 30_000);
  return { bus, client };
}

/** A machine that does much else may be late for once; a runtime that is late is so each time. */
const ROUNDS = 5;

/**
 * Measures until it takes no longer than it may, a few times at most, and fails with the best where it never did. Gives that, in milliseconds.
 */
export async function measureUntil(most: number, measure: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && best > most; round += 1) best = Math.min(best, await measure());
  expect(best).toBeLessThanOrEqual(most);
  return best;
}

/** When the loss of a connection can be seen by any program on this machine: a bystander's own connection through the gate is lost with all others. */
export async function watchLoss({ stage: { gate } }: FaultScene): Promise<{ readonly at: Promise<number> }> {
  const { hostname, port } = new URL(`tcp://${gate.host}`);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  await once(socket, 'connect');
  return { at: new Promise((seen) => socket.resume().once('close', () => seen(performance.now()))) };
}

/** Opens buses, and closes them. */
export function createBuses(stage: () => RabbitmqStage): { bus: FaultScene['bus']; closeAll(): Promise<void> } {
  const buses = new Set<Bus>();
  return {
    bus({ service, direct = false }) {
      const bus = createBus({ transport: direct ? stage().directTransport() : stage().transport(), service });
      buses.add(bus);
      return bus;
    },
    async closeAll() {
      await Promise.all([...buses].map((bus) => bus.close({ drain: 200 })));
      buses.clear();
    },
  };
}
