import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { migrateQueues } from '../../../src/brokers/rabbitmq/admin/migrate.ts';
import { queueResource } from '../../../src/brokers/rabbitmq/resources.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import type { StepOutcome } from '../../../src/topology/port.ts';
import type { Step } from '../../../src/topology/steps.ts';
import { scriptedRabbitmq } from './scripted-rabbitmq.ts';

vi.mock('node:timers/promises', async () => (await import('./scripted-rabbitmq.ts')).heldTimers());
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Broker = ReturnType<typeof scriptedRabbitmq>;

const MARK = { 'x-msgctl-owner': 'shop' };
const STAND_IN = { ...MARK, 'x-msgctl-migrates': 'q' };
const ORDERED = { 'x-single-active-consumer': true };

/** A classic queue of the project, bound to two exchanges, that shall be a quorum queue. */
function classic(more: Parameters<Broker['queue']>[1] = {}): Broker {
  const broker = scriptedRabbitmq();
  broker.queue('q', more);
  for (const exchange of ['e', 'f']) {
    broker.exchange(exchange, { arguments: {} });
    broker.bind(exchange, 'q');
  }
  return broker;
}

async function migrate({ site }: Broker, args: JsonObject = {}): Promise<StepOutcome | undefined> {
  const resource = queueResource('q', { 'x-queue-type': 'quorum', ...args });
  const step: Step = { action: 'migrate', resource, fields: [], cause: 'not-in-contract', risk: 'duplicates', waitsFor: [], needs: [] };
  let [outcome, isOver] = [undefined as StepOutcome | undefined, false];
  const work = (async () => {
    for await (const one of migrateQueues(site, [step], new AbortController().signal)) outcome = one;
  })().finally(() => {
    isOver = true;
  });
  for (let time = 0; !isOver && time < 2_000; time += 1) await vi.advanceTimersByTimeAsync(250);
  await work;
  return outcome;
}

function why(outcome: StepOutcome | undefined): string {
  return !outcome ? 'no outcome' : outcome.ok ? 'done' : `${outcome.message}${outcome.begun ? ' (begun)' : ''}`;
}

/** That the queue is the new one, bound as it was, with its messages, and that nothing else is left. */
function expectWhole(broker: Broker, ready: number, sources = ['e', 'f']): void {
  expect([...broker.queues.keys()]).toEqual(['q']);
  expect(broker.queues.get('q')).toMatchObject({ type: 'quorum', ready, unacknowledged: 0 });
  expect(broker.bound('q').sort()).toEqual(sources);
  expect([...broker.exchanges.keys()].filter((name) => name.startsWith('q'))).toEqual([]);
}

/** That nothing was made, bound or taken away but what shows whether it could be. */
function expectUntouched({ calls }: Broker): void {
  expect(calls.filter((call) => !/q\.msgctl-return$/.test(call))).toEqual([]);
}

describe('a queue that is made anew', () => {
  it('is tried first, is bound elsewhere before it is unbound, and goes when all is moved', async () => {
    const broker = classic({ ready: 3 });
    expect(why(await migrate(broker))).toBe('done');
    expectWhole(broker, 3);
    expect(broker.calls).toEqual([
      'declare q.msgctl-return',
      'delete q.msgctl-return',
      'declare q.msgctl-migrate',
      'exchange q.msgctl-migrate',
      'bind q.msgctl-migrate → q.msgctl-migrate',
      'bind e → q.msgctl-migrate',
      'DELETE bindings///e/e/q/q/~',
      'bind f → q.msgctl-migrate',
      'DELETE bindings///e/f/q/q/~',
      'DELETE queues///q?if-empty=true',
      'declare q',
      'exchange q.msgctl-return',
      'bind q.msgctl-return → q',
      'bind e → q',
      'DELETE bindings///e/e/q/q.msgctl-migrate/~',
      'bind f → q',
      'DELETE bindings///e/f/q/q.msgctl-migrate/~',
      'DELETE queues///q.msgctl-migrate',
      'DELETE queues///q.msgctl-return',
      'DELETE exchanges///q.msgctl-return',
      'DELETE exchanges///q.msgctl-migrate',
    ]);
  });

  it('stays as it is where the broker would not take the new one', async () => {
    const broker = classic({ ready: 3 });
    broker.at(/^declare q\.msgctl-return/, () => {
      throw new Error(
        `406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - invalid arg 'x-a' for queue 'q' in vhost '/' of queue type b"`,
      );
    });
    expect(why(await migrate(broker))).toBe(
      'The new queue cannot be made. This type of queue does not take x-a. Nothing of it was changed.',
    );
    expectUntouched(broker);
    expect(broker.queues.get('q')).toMatchObject({ type: 'classic', ready: 3 });
  });

  it.each([
    ['the queue', (broker: Broker) => broker.queue('q', { arguments: {} }), /^Somebody else made it since the plan was computed/],
    ['the holding queue', (broker: Broker) => broker.queue('q.msgctl-migrate', { arguments: MARK }), /There is queue q\.msgctl-migrate of/],
    [
      'the holding queue of another project',
      (broker: Broker) => broker.queue('q.msgctl-migrate', { arguments: { ...STAND_IN, 'x-msgctl-owner': 'bakery' } }),
      /There is queue q\.msgctl-migrate of somebody else/,
    ],
    ['the queue that is tried', (broker: Broker) => broker.queue('q.msgctl-return'), /There is queue q\.msgctl-return of/],
    ['the way there', (broker: Broker) => broker.exchange('q.msgctl-migrate'), /There is exchange q\.msgctl-migrate of/],
    ['the way back', (broker: Broker) => broker.exchange('q.msgctl-return'), /There is exchange q\.msgctl-return of/],
  ])('is left alone where %s is somebody else’s by now', async (_, came, says) => {
    const broker = classic();
    came(broker);
    expect(why(await migrate(broker))).toMatch(says);
    expect(broker.calls).toEqual([]);
  });

  it('is left alone where it is as it should be and somebody else’s', async () => {
    const broker = classic({ type: 'quorum', arguments: { 'x-queue-type': 'quorum' } });
    expect(why(await migrate(broker))).toMatch(/^Somebody else made it/);
    expect(broker.calls).toEqual([]);
  });

  it('keeps what somebody binds it to while its messages are moved, and what comes before its end', async () => {
    const broker = classic({ ready: 1 });
    broker.exchange('late', { arguments: {} });
    broker.at(/^DELETE bindings.*\/f\//, () => void setTimeout(() => broker.bind('late', 'q'), 1_000));
    broker.at(/^DELETE queues.*\/q\?/, () => Object.assign(broker.queues.get('q') ?? {}, { ready: 1 }));
    expect(why(await migrate(broker))).toBe('done');
    expectWhole(broker, 2, ['e', 'f', 'late']);
  });

  it.each([
    ['ready', 'quorum', { ready: 1 }],
    ['unacknowledged', 'classic', { unacknowledged: 1 }],
    ['on its way to where dead letters go', 'quorum', { deadLettered: 1 }],
  ])('does not go at the last moment with a message that is %s', async (_, type, held) => {
    const broker = classic({ type, arguments: type === 'quorum' ? { ...MARK, 'x-queue-type': 'quorum', 'x-max-length': 9 } : MARK });
    const atEnd: string[] = [];
    broker.at(/^GET .*q\/bindings/);
    broker.at(/^GET .*q\/bindings/, () => {
      const queue = broker.queues.get('q');
      Object.assign(queue ?? {}, held);
      // Whoever holds it is done with it after a while.
      setTimeout(() => Object.assign(queue ?? {}, { unacknowledged: 0, deadLettered: 0 }), 5_000);
      broker.at(/^DELETE queues.*\/q(\?|$)/, () => {
        atEnd.push(`${queue?.ready} ${queue?.unacknowledged} ${queue?.deadLettered}`);
      });
    });
    expect(why(await migrate(broker))).toBe('done');
    expect(atEnd).toEqual(['0 0 0']);
    expectWhole(broker, 'ready' in held ? 1 : 0);
  });

  it('is led back whole where somebody sends straight to its name', async () => {
    const broker = classic();
    const timer = setInterval(() => {
      const queue = broker.queues.get('q');
      if (queue) Object.assign(queue, { ready: queue.ready + 1, published: queue.published + 1 });
    }, 100);
    expect(why(await migrate(broker))).toMatch(/^Messages are sent straight to its name.*Everything is as it was before\.$/);
    clearInterval(timer);
    expect(broker.queues.get('q')?.type).toBe('classic');
    expect(broker.bound('q').sort()).toEqual(['e', 'f']);
    expect([...broker.queues.keys()]).toEqual(['q']);
  });

  it.each([
    ['expires, also where the queue has the same', { expires: 5 }, { expires: 5 }, false],
    ['another length', { 'max-length': 5 }, {}, false],
    ['the same length', { 'max-length': 5 }, { 'max-length': 5 }, true],
  ])('is weighed against policies on what holds its messages: %s', async (_, holding, own, goes) => {
    const broker = classic({ ready: 1, policy: own });
    broker.at(/^exchange q\.msgctl-migrate/, () => Object.assign(broker.queues.get('q.msgctl-migrate') ?? {}, { policy: holding }));
    const outcome = await migrate(broker);
    if (goes) expectWhole(broker, 1);
    else {
      expect(why(outcome)).toMatch(/^A policy gives the holding queue .* could drop messages meanwhile.*Everything is as it was before\.$/);
      expect(broker.queues.get('q')).toMatchObject({ type: 'classic', ready: 1 });
    }
  });

  it('waits for a pause where it is received in order', async () => {
    const args = { ...MARK, ...ORDERED };
    const received = classic({ arguments: args, consumers: 1 });
    expect(why(await migrate(received, ORDERED))).toMatch(/^It is received in order, and 1 consumer receives from it/);
    const sent = classic({ arguments: args });
    setTimeout(() => Object.assign(sent.queues.get('q') ?? {}, { published: 1 }), 3_000);
    expect(why(await migrate(sent, ORDERED))).toMatch(/^It is received in order, and messages are sent to it/);
    for (const broker of [received, sent]) expectUntouched(broker);
    const paused = classic({ arguments: args, ready: 2 });
    expect(why(await migrate(paused, ORDERED))).toBe('done');
  });
});

describe('a queue whose making was cut off', () => {
  /** As it stands when the run is cut off before each of the calls of a whole one. */
  const points = 21;

  it.each(Array.from({ length: points }, (_, point) => [point]))('before call %i is finished by the next run', async (point) => {
    const broker = classic({ ready: 3 });
    let made = 0;
    broker.atEach(/^(?!GET|check)/, () => {
      if (made++ >= point) throw new Error('The process was killed');
    });
    await migrate(broker);
    broker.atEach(undefined);
    expect(why(await migrate(broker))).toBe('done');
    expectWhole(broker, 3);
  });

  it('while it is not there goes on, whatever policies say: only forward leads out of the holding queue', async () => {
    const broker = scriptedRabbitmq();
    broker.exchange('e', { arguments: {} });
    broker.queue('q.msgctl-migrate', {
      type: 'quorum',
      arguments: { ...STAND_IN, 'x-queue-type': 'quorum' },
      ready: 2,
      policy: { 'max-length': 9 },
    });
    broker.bind('e', 'q.msgctl-migrate');
    expect(why(await migrate(broker))).toBe('done');
    expectWhole(broker, 2, ['e']);
  });

  it('says that it is half done where it cannot be led back', async () => {
    const broker = classic({ ready: 1 });
    broker.at(/^DELETE queues.*\/q\?/, undefined, 'after');
    expect(why(await migrate(broker))).toMatch(/It is not there at this moment, and what comes for it waits\..* \(begun\)$/);
    expect(why(await migrate(broker))).toBe('done');
    expectWhole(broker, 1);
  });
});
