import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeResources } from '../../../src/brokers/rabbitmq/admin/remove.ts';
import { bindingResource, exchangeResource, queueResource } from '../../../src/brokers/rabbitmq/resources.ts';
import type { Resource } from '../../../src/topology/model.ts';
import { resourceKey } from '../../../src/topology/model.ts';
import type { StepOutcome } from '../../../src/topology/port.ts';
import type { Step } from '../../../src/topology/steps.ts';
import { scriptedRabbitmq } from './scripted-rabbitmq.ts';

vi.mock('node:timers/promises', async () => (await import('./scripted-rabbitmq.ts')).heldTimers());
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Broker = ReturnType<typeof scriptedRabbitmq>;

function stepOf(resource: Resource, needs: readonly string[] = []): Step {
  return { action: 'delete', resource, fields: [], cause: 'not-in-contract', risk: 'data-loss', waitsFor: [], needs };
}

function bindingStep(source: string, queue: string): Step {
  return stepOf(bindingResource({ source, destination: queue, destinationType: 'queue', routingKey: '', arguments: {} }));
}

/** A queue that goes with the bindings that it has now. */
function queueSteps({ bound }: Broker, queue: string): readonly Step[] {
  const parts = bound(queue).map((source) => bindingStep(source, queue));
  const needs = parts.map(({ resource }) => resourceKey(resource));
  return [...parts, stepOf(queueResource(queue, {}), needs)];
}

async function remove({ site }: Broker, steps: readonly Step[], signal = new AbortController().signal): Promise<readonly StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  let isOver = false;
  const work = (async () => {
    for await (const outcome of removeResources(site, steps, signal)) outcomes.push(outcome);
  })().finally(() => {
    isOver = true;
  });
  for (let time = 0; !isOver && time < 200; time += 1) await vi.advanceTimersByTimeAsync(250);
  await work;
  return outcomes;
}

/** How the removal of a queue or an exchange itself ended: why not, or that it did. */
function end(outcomes: readonly StepOutcome[], name = 'q'): string {
  const outcome = outcomes.find(({ step }) => step.resource.name === name && step.resource.kind !== 'binding');
  if (!outcome) return 'no outcome';
  return outcome.ok ? 'gone' : `${outcome.message}${outcome.begun ? ' (begun)' : ''}`;
}

function bound(more: Parameters<Broker['queue']>[1] = {}): Broker {
  const broker = scriptedRabbitmq();
  broker.queue('q', more);
  broker.exchange('e', { arguments: {} });
  broker.exchange('f', { arguments: {} });
  broker.bind('e', 'q');
  broker.bind('f', 'q');
  return broker;
}

describe('a queue that is taken away', () => {
  it.each([
    ['classic', 'DELETE queues///q?if-unused=true&if-empty=true'],
    ['quorum', 'DELETE queues///q'],
  ])('goes with its bindings, a %s one on the conditions that it knows', async (type, last) => {
    const broker = bound({ type });
    expect((await remove(broker, queueSteps(broker, 'q'))).every(({ ok }) => ok)).toBe(true);
    expect(broker.calls).toEqual(['DELETE bindings///e/e/q/q/~', 'DELETE bindings///e/f/q/q/~', last]);
  });

  it.each([
    ['messages', { ready: 1 }, /^It holds 1 message \(1 ready/],
    ['unacknowledged ones', { unacknowledged: 1 }, /^It holds 1 message \(0 ready, 1 unacknowledged\)/],
    ['dead letters that nobody took yet', { type: 'quorum', deadLettered: 1 }, /1 to go where dead letters go\)/],
    ['a consumer', { consumers: 1 }, /^1 consumer receives from it/],
    [
      'somebody else for an owner',
      { arguments: {} },
      /^Somebody else made it since .*: it carries no mark of msgctl\. Plan again\. Nothing/,
    ],
    ['another project for an owner', { arguments: { 'x-msgctl-owner': 'bakery' } }, /project "bakery" owns it/],
  ])('stays as it is where it has %s, at the first look or at the second', async (_, found, says) => {
    const first = bound(found);
    expect(end(await remove(first, queueSteps(first, 'q')))).toMatch(says);
    const second = bound('type' in found ? { type: found.type } : {});
    second.at(/^GET .*enable_queue_totals/);
    second.at(/^GET .*enable_queue_totals/, () => Object.assign(second.queues.get('q') ?? {}, found));
    expect(end(await remove(second, queueSteps(second, 'q')))).toMatch(says);
    for (const { calls, bound: sources } of [first, second]) {
      expect(calls).toEqual([]);
      expect(sources('q')).toEqual(['e', 'f']);
    }
  });

  it('goes where it carries no mark and was taken over', async () => {
    const broker = bound({ arguments: {} });
    broker.state.adopted.push('queue/q');
    expect(end(await remove(broker, queueSteps(broker, 'q')))).toBe('gone');
  });

  it('stays where something passes through it while it is watched', async () => {
    const broker = bound({ published: 5 });
    const steps = queueSteps(broker, 'q');
    setTimeout(() => Object.assign(broker.queues.get('q') ?? {}, { published: 6 }), 3_000);
    expect(end(await remove(broker, steps))).toMatch(/^Messages passed through it while it was watched/);
    expect(broker.calls).toEqual([]);
  });

  it('stays where the broker counts nothing, or does not tell what is in it', async () => {
    for (const overview of [{ disable_stats: true }, { rates_mode: 'none' }]) {
      const blind = bound();
      Object.assign(blind.state, { overview });
      expect(end(await remove(blind, queueSteps(blind, 'q')))).toMatch(/^This RabbitMQ keeps no statistics/);
      expect(blind.calls).toEqual([]);
    }
    const unlisted = bound();
    unlisted.state.unlisted = 'q';
    expect(end(await remove(unlisted, queueSteps(unlisted, 'q')))).toMatch(/^The management API does not tell what is in queue q/);
    expect(unlisted.calls).toEqual([]);
  });

  it('is not taken for gone where its node is down', async () => {
    const broker = bound();
    const down = `Operation failed: QueueDeclare; 404 (NOT-FOUND) with message "NOT_FOUND - home node 'b' of durable queue 'q' in vhost '/' is down or inaccessible"`;
    broker.at(/^check q/, () => {
      throw new Error(down);
    });
    expect(end(await remove(broker, queueSteps(broker, 'q')))).toMatch(/its node is down/);
    expect(broker.calls).toEqual([]);
  });

  it('is told as gone where it is gone', async () => {
    const broker = bound();
    const steps = queueSteps(broker, 'q');
    broker.queues.delete('q');
    expect(end(await remove(broker, steps))).toBe('gone');
    expect(broker.calls).toEqual([]);
  });

  it.each([
    ['a message came', { ready: 1 }],
    ['a consumer came', { consumers: 1 }],
    ['a message came that somebody holds', { unacknowledged: 1 }],
  ])('is bound again where %s while it was unbound', async (_, found) => {
    const broker = bound({ type: 'quorum' });
    const steps = queueSteps(broker, 'q');
    broker.at(/^DELETE bindings.*\/f\//, () => void setTimeout(() => Object.assign(broker.queues.get('q') ?? {}, found), 500));
    expect(end(await remove(broker, steps))).toMatch(/^While it was unbound somebody began to use it.*Its bindings were put back/);
    expect(broker.bound('q')).toEqual(['e', 'f']);
  });

  it('keeps a binding that somebody makes before it or while it is unbound', async () => {
    const early = bound();
    const steps = queueSteps(early, 'q');
    early.bind('theirs', 'q');
    expect(end(await remove(early, steps))).toMatch(/^Somebody bound it since the plan was computed \(theirs → q ""\)/);
    expect(early.calls).toEqual([]);
    const late = bound();
    const planned = queueSteps(late, 'q');
    late.at(/^DELETE bindings.*\/f\//, () => void setTimeout(() => late.bind('theirs', 'q'), 500));
    expect(end(await remove(late, planned))).toMatch(/^While it was unbound somebody bound it \(theirs → q ""\)/);
    expect(late.bound('q').sort()).toEqual(['e', 'f', 'theirs']);
  });

  it('is bound again where no answer came to an unbinding that was done', async () => {
    const broker = bound();
    const steps = queueSteps(broker, 'q');
    broker.at(/^DELETE bindings.*\/f\//, undefined, 'after');
    expect(end(await remove(broker, steps))).toMatch(/^It did not answer in time\. Its bindings were put back/);
    expect(broker.bound('q')).toEqual(['e', 'f']);
  });

  it('is gone where no answer came to its end', async () => {
    const broker = bound();
    const steps = queueSteps(broker, 'q');
    broker.at(/^DELETE queues/, undefined, 'after');
    expect(end(await remove(broker, steps))).toBe('gone');
  });

  it('is told as half done where it is unbound and cannot be bound again', async () => {
    const broker = bound();
    const steps = queueSteps(broker, 'q');
    broker.at(/^DELETE queues/, undefined, 'before');
    broker.at(/^bind /, undefined, 'before');
    expect(end(await remove(broker, steps))).toMatch(/could not be bound again: e → q "", f → q ""\. \(begun\)$/);
  });

  it('stays where it feeds on dead letters that wait elsewhere, also of a queue that is a connection’s alone', async () => {
    const broker = bound();
    broker.queue('rung', { arguments: { 'x-dead-letter-exchange': 'e' }, ready: 1 });
    broker.queue('private', { arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'q' } });
    const lockedOut = () => {
      throw new Error(
        `Operation failed: QueueDeclare; 405 (RESOURCE-LOCKED) with message "RESOURCE_LOCKED - cannot obtain exclusive access"`,
      );
    };
    broker.at(/^check private/, lockedOut);
    expect(end(await remove(broker, queueSteps(broker, 'q')))).toMatch(/^Messages wait in rung that may still come to it/);
    Object.assign(broker.queues.get('rung') ?? {}, { ready: 0 });
    broker.at(/^check private/, lockedOut);
    broker.at(/^check private/, lockedOut);
    expect(end(await remove(broker, queueSteps(broker, 'q')))).toBe('gone');
  });

  it('goes after a queue whose dead letters come to it, and stays where that one stays', async () => {
    const pair = () => {
      const broker = bound();
      broker.queue('a', { arguments: { 'x-msgctl-owner': 'shop', 'x-dead-letter-exchange': 'e' } });
      return { broker, steps: [...queueSteps(broker, 'q'), ...queueSteps(broker, 'a')] };
    };
    const both = pair();
    expect((await remove(both.broker, both.steps)).every(({ ok }) => ok)).toBe(true);
    expect(both.broker.calls.filter((call) => call.startsWith('DELETE queues'))).toEqual([
      'DELETE queues///a?if-unused=true&if-empty=true',
      'DELETE queues///q?if-unused=true&if-empty=true',
    ]);
    const held = pair();
    setTimeout(() => Object.assign(held.broker.queues.get('a') ?? {}, { consumers: 1 }), 3_000);
    expect(end(await remove(held.broker, held.steps))).toBe('Dead letters of a come to it, and a stays. Nothing of it was changed.');
    expect(held.broker.calls).toEqual([]);
  });

  it('stays where a shovel names it, or where an exchange of somebody else would delete itself with it', async () => {
    const shoveled = bound();
    shoveled.state.shovels.push({ name: 'mover', value: { 'src-uri': 'amqp://a:secret@b', 'dest-queue': 'q' } });
    expect(end(await remove(shoveled, queueSteps(shoveled, 'q')))).toBe(
      'Shovel mover names it. Nothing of it was changed; take the shovel away first.',
    );
    const last = bound();
    last.exchange('f', { arguments: {}, auto_delete: true });
    expect(end(await remove(last, queueSteps(last, 'q')))).toMatch(/^Exchange f deletes itself with its last binding/);
    expect([...shoveled.calls, ...last.calls]).toEqual([]);
    last.queue('other');
    last.bind('f', 'other');
    expect(end(await remove(last, queueSteps(last, 'q')))).toBe('gone');
    expect(last.exchanges.has('f')).toBe(true);
  });

  it('stays where it is watched when the run is interrupted', async () => {
    const broker = bound();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1_000);
    expect(await remove(broker, queueSteps(broker, 'q'), controller.signal)).toEqual([]);
    expect(broker.calls).toEqual([]);
  });
});

describe('a binding of a queue that stays', () => {
  it('goes, but not the last one of an exchange that would delete itself, and not of a queue that is somebody else’s by now', async () => {
    const broker = bound();
    broker.exchange('f', { arguments: {}, auto_delete: true });
    const outcomes = await remove(broker, [bindingStep('e', 'q'), bindingStep('f', 'q')]);
    expect(outcomes.map((outcome) => outcome.ok || outcome.message)).toEqual([
      true,
      'Exchange f deletes itself with its last binding, which would go with it. It was not changed.',
    ]);
    expect(broker.calls).toEqual(['DELETE bindings///e/e/q/q/~']);
    const theirs = bound({ arguments: {} });
    expect(await remove(theirs, [bindingStep('e', 'q')])).toMatchObject([
      { ok: false, message: expect.stringMatching(/^Somebody else made it/) },
    ]);
    expect(theirs.calls).toEqual([]);
  });
});

describe('an exchange that is taken away', () => {
  const gone = (name: string, type = 'direct') => stepOf(exchangeResource(name, type));

  it.each([
    ['leads somewhere', (broker: Broker) => broker.bind('x', 'q'), /^Bindings lead from it/],
    [
      'takes dead letters',
      (broker: Broker) => broker.queue('d', { arguments: { 'x-dead-letter-exchange': 'x' } }),
      /the dead letters of queue d/,
    ],
    [
      'takes what another one has no queue for',
      (broker: Broker) => broker.exchange('y', { arguments: { 'alternate-exchange': 'x' } }),
      /what exchange y has no queue for/,
    ],
    ['is somebody else’s by now', (broker: Broker) => broker.exchange('x', { arguments: {} }), /^Somebody else made it/],
    [
      'is named by a shovel',
      (broker: Broker) => broker.state.shovels.push({ name: 'mover', value: { 'dest-exchange': 'x' } }),
      /^Shovel mover names it/,
    ],
    [
      'is sent to while it is watched',
      (broker: Broker) => setTimeout(() => Object.assign(broker.exchanges.get('x') ?? {}, { published: 1 }), 3_000),
      /^Messages are sent to it/,
    ],
    [
      'is on a broker that counts nothing',
      (broker: Broker) => Object.assign(broker.state, { overview: { rates_mode: 'none' } }),
      /no statistics/,
    ],
  ])('stays where it %s', async (_, meanwhile, says) => {
    const broker = bound();
    broker.exchange('x');
    meanwhile(broker);
    expect(end(await remove(broker, [gone('x')]), 'x')).toMatch(says);
    expect(broker.exchanges.has('x')).toBe(true);
  });

  it('stays where it may hold messages itself, and goes where nothing needs it', async () => {
    const broker = bound();
    broker.exchange('x', { type: 'x-delayed-message' });
    expect(end(await remove(broker, [gone('x', 'x-delayed-message')]), 'x')).toMatch(/^Messages may wait in it/);
    broker.exchange('x');
    expect(end(await remove(broker, [gone('x')]), 'x')).toBe('gone');
    expect(broker.calls).toEqual(['DELETE exchanges///x?if-unused=true']);
  });
});
