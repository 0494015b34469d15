/**
 * Senders and receivers that come and go while messages flow and connections break, with a ledger of what was promised: each message that was confirmed is
 * handled, and an idempotent receiver does its work once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, createBus, type DeduplicationStore, type Transport } from '../../src/runtime/index.ts';
import { audit } from './generated/audit.ts';
import { desk } from './generated/desk.ts';
import { auditHandlers } from './handlers.ts';

/** Where it plays. */
export type ChaosStage = {
  transport(): Transport;
  /** Breaks all connections for so many milliseconds. */
  interrupt(milliseconds: number): Promise<void>;
  /** Shared by all receivers. */
  readonly deduplication: DeduplicationStore;
};

/** What came of it. */
export type Ledger = {
  /** Messages that the broker confirmed. */
  readonly confirmed: number;
  /** Those of them that were never handled. */
  readonly lost: readonly string[];
  /** Messages whose work was done more than once. */
  readonly repeated: readonly string[];
  /** Sends that failed, or whose end nobody knows. */
  readonly failed: number;
  readonly interruptions: number;
};

/** So much has to have happened for anything to be seen; a machine that does much else gets more time for it (milliseconds). */
const LEAST_CONFIRMED = 60;
const MORE_TIME = 20_000;

/** Plays for so many milliseconds at least. `random` gives numbers from 0 to 1. */
export async function playChaos(stage: ChaosStage, milliseconds: number, random: () => number): Promise<Ledger> {
  const until = Date.now() + milliseconds;
  const isOver = (now = Date.now()) => now >= until && (confirmed.size >= LEAST_CONFIRMED || now >= until + MORE_TIME);
  const confirmed = new Set<string>();
  const effects = new Map<string, number>();
  let failed = 0;
  let interruptions = 0;

  const send = async (name: string) => {
    for (let count = 0; !isOver(); ) {
      const bus = createBus({ transport: stage.transport(), service: 'desk' });
      const client = bus.client(desk);
      const lives = Date.now() + 500 + random() * 1500;
      while (Date.now() < lives && !isOver()) {
        count += 1;
        const text = `${name}-${count}`;
        await client.posted({ text }).then(
          () => confirmed.add(text),
          () => {
            failed += 1;
          },
        );
      }
      await bus.close({ drain: 1000 });
    }
  };
  const receive = async (name: string) => {
    while (!isOver()) {
      const bus = await serve(stage, name, effects);
      await sleep(300 + random() * 1500);
      await bus.close({ drain: 2000 });
    }
  };
  const interrupt = async () => {
    while (!isOver(Date.now() + 500)) {
      await sleep(200 + random() * 1300);
      interruptions += 1;
      await stage.interrupt(random() * 150);
    }
  };
  await Promise.all([send('one'), send('two'), receive('one'), receive('two'), interrupt()]);
  const last = await serve(stage, 'last', effects);
  const lost = () => [...confirmed].filter((text) => !effects.has(text));
  for (const end = Date.now() + 20_000; lost().length > 0 && Date.now() < end; ) await sleep(50);
  await last.close({ drain: 1000 });
  const repeated = [...effects].filter(([, times]) => times > 1).map(([text]) => text);
  return { confirmed: confirmed.size, lost: lost(), repeated, failed, interruptions };
}

async function serve({ transport, deduplication }: ChaosStage, name: string, effects: Map<string, number>): Promise<Bus> {
  const bus = createBus({ transport: transport(), service: 'audit' });
  const handlers = auditHandlers([], name);
  const posted = ({ text }: { readonly text: string }) => {
    effects.set(text, (effects.get(text) ?? 0) + 1);
  };
  try {
    await bus.serve(audit, { desk: { ...handlers.desk, posted } }, { deduplication });
  } catch {
    // The connection broke while it started. The next one tries again.
  }
  return bus;
}
