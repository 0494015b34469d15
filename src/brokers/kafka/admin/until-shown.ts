/** What a cluster has done is not at once what its brokers tell. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../diagnostics/failure.ts';
import type { Connection } from './connection.ts';
import { failureOf } from './failures.ts';
import type { Broker } from './kafkajs.ts';

/**
 * Waits until each of the brokers shows what the controller has done: they learn of it later, much later where they have much to do, and whoever
 * reads next, a service or the next plan, may ask any of them. `countLeft` tells how much is not shown yet. Gives up in silence where nothing more is
 * shown or a broker cannot be asked; what was done is done. A bug is thrown on.
 */
export async function untilAllShow(connection: Connection, countLeft: (broker: Broker) => Promise<number>): Promise<void> {
  const { brokers } = await connection.refresh();
  for (const { nodeId } of brokers) {
    try {
      await untilShown(async () => countLeft(await connection.broker(nodeId)));
    } catch (error) {
      if (!(failureOf(error, connection.access) instanceof Failure)) throw error;
    }
  }
}

/** How long nothing more may become visible before waiting is given up, and how often to look at first and later; in milliseconds. */
const PATIENCE = 30_000;
const FIRST_LOOK = 25;
const LATER_LOOK = 500;

async function untilShown(countLeft: () => Promise<number>): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  let end = Date.now() + PATIENCE;
  for (let wait = FIRST_LOOK; Date.now() < end; wait = Math.min(LATER_LOOK, wait * 2)) {
    const left = await countLeft();
    if (left === 0) return;
    if (left < least) end = Date.now() + PATIENCE;
    least = Math.min(least, left);
    await sleep(wait);
  }
}
