import { describe, expect, it } from 'vitest';
import { applyPlan } from '../../../src/topology/apply.ts';
import type { BrokerAdmin } from '../../../src/topology/port.ts';
import type { Plan, Step } from '../../../src/topology/steps.ts';
import { line } from './resources.ts';

function step(name: string, more: Partial<Step> = {}): Step {
  return {
    action: 'create',
    resource: { kind: 'queue', name, attributes: {} },
    fields: [],
    cause: line(1),
    risk: 'safe',
    waitsFor: [],
    needs: [],
    ...more,
  };
}

function planOf(...phases: readonly (readonly Step[])[]): Plan {
  return { transport: 'bus', broker: 'rabbitmq', target: 'here', readHash: '', phases, unchanged: 0 };
}

/** A target on which steps of some names fail and of some are never answered. */
function adminWhere(failing: readonly string[], silent: readonly string[] = []) {
  const batches: string[][] = [];
  const admin: BrokerAdmin = {
    target: 'here',
    inspect: () => Promise.reject(new Error('not asked')),
    async *execute(steps) {
      batches.push(steps.map(({ resource }) => resource.name));
      for (const one of steps) {
        if (silent.includes(one.resource.name)) continue;
        yield failing.includes(one.resource.name) ? { step: one, ok: false, message: 'No.', raw: '406' } : { step: one, ok: true };
      }
    },
    close: () => Promise.resolve(),
  };
  return { admin, batches };
}

async function eventsOf(plan: Plan, admin: BrokerAdmin, signal = new AbortController().signal): Promise<readonly string[]> {
  const events: string[] = [];
  for await (const event of applyPlan(plan, admin, signal)) {
    const text =
      event.type === 'step-failed' ? ` ${event.message} ${event.raw ?? ''}` : event.type === 'step-skipped' ? ` ${event.because}` : '';
    events.push(`${event.type} ${event.step.resource.name}${text}`.trim());
  }
  return events;
}

describe('applyPlan', () => {
  it('goes phase by phase', async () => {
    const { admin, batches } = adminWhere([]);
    expect(await eventsOf(planOf([step('a'), step('b')], [step('c')]), admin)).toEqual([
      'step-started a',
      'step-started b',
      'step-done a',
      'step-done b',
      'step-started c',
      'step-done c',
    ]);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('passes over what is refused or waits for consent, without a word', async () => {
    const { admin, batches } = adminWhere([]);
    expect(await eventsOf(planOf([step('a', { action: 'refuse' }), step('b', { waitsFor: ['delete'] })]), admin)).toEqual([]);
    expect(batches).toEqual([]);
  });

  it('skips what needs a failed step, and what needs that, and nothing else', async () => {
    const { admin } = adminWhere(['a']);
    const plan = planOf(
      [step('a'), step('b')],
      [step('c', { needs: ['queue/a'] }), step('d', { needs: ['queue/b'] })],
      [step('e', { needs: ['queue/c'] })],
    );
    expect(await eventsOf(plan, admin)).toEqual([
      'step-started a',
      'step-started b',
      'step-failed a No. 406',
      'step-done b',
      'step-skipped c It needs queue a, which could not be done.',
      'step-started d',
      'step-done d',
      'step-skipped e It needs queue c, which could not be done.',
    ]);
  });

  it('takes a step without an answer as failed', async () => {
    const { admin } = adminWhere([], ['a']);
    expect(await eventsOf(planOf([step('a')], [step('b', { needs: ['queue/a'] })]), admin)).toEqual([
      'step-started a',
      'step-failed a It was not attempted.',
      'step-skipped b It needs queue a, which could not be done.',
    ]);
  });

  it('skips what its broker did not begin any more once interrupted', async () => {
    const controller = new AbortController();
    const { admin } = adminWhere([], ['b']);
    const aborting: BrokerAdmin = {
      ...admin,
      async *execute(steps, signal) {
        controller.abort();
        yield* admin.execute(steps, signal);
      },
    };
    expect(await eventsOf(planOf([step('a'), step('b')]), aborting, controller.signal)).toEqual([
      'step-started a',
      'step-started b',
      'step-done a',
      'step-skipped b Interrupted.',
    ]);
  });

  it('skips what its broker did not try, as something that goes with it failed', async () => {
    const admin: BrokerAdmin = {
      ...adminWhere([]).admin,
      async *execute(steps) {
        for (const one of steps) yield { step: one, ok: false, message: 'Its queue stays.', skipped: true };
      },
    };
    expect(await eventsOf(planOf([step('a')], [step('b', { needs: ['queue/a'] })]), admin)).toEqual([
      'step-started a',
      'step-skipped a Its queue stays.',
      'step-skipped b It needs queue a, which could not be done.',
    ]);
  });

  it('starts no further phase once interrupted', async () => {
    const controller = new AbortController();
    const { admin } = adminWhere([]);
    const aborting: BrokerAdmin = {
      ...admin,
      async *execute(steps, signal) {
        controller.abort();
        yield* admin.execute(steps, signal);
      },
    };
    expect(await eventsOf(planOf([step('a')], [step('b')]), aborting, controller.signal)).toEqual([
      'step-started a',
      'step-done a',
      'step-skipped b Interrupted.',
    ]);
  });
});
