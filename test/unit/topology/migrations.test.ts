import { describe, expect, it } from 'vitest';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import type { Approval } from '../../../src/topology/consent.ts';
import type { ActualTopology, Topology } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { stepsOf } from '../../../src/topology/steps.ts';
import { bindingOf, found, state, summary, topology, wanted } from './resources.ts';

function plan(desired: Topology, actual: ActualTopology, allow: readonly Approval[] = []) {
  return planTopology(desired, actual, rabbitmqSpec, { project: 'shop', allow, target: 'file bus' });
}

describe('a migration that was cut off', () => {
  const binding = bindingOf('e', 'q');
  const standIn = { ...found('queue', 'q.standin', {}, 'shop'), migrates: 'queue/q' };
  const desired = topology(
    wanted('queue', 'q', { 'arguments.x-queue-type': 'quorum' }),
    wanted('binding', binding.name, binding.attributes, { needs: ['queue/q'] }),
  );

  it('is finished, with consent, and what needs the resource waits with it', () => {
    expect(summary(plan(desired, state(standIn)))).toEqual([
      'migrate queue/q waits for migrate',
      `create binding/${binding.name} waits for migrate`,
    ]);
    expect(summary(plan(desired, state(standIn), ['migrate']))).toEqual(['migrate queue/q', `create binding/${binding.name}`]);
  });

  it('is finished where the resource is as it should be already', () => {
    const right = found('queue', 'q', { 'arguments.x-queue-type': 'quorum' }, 'shop');
    const [step] = stepsOf(plan(desired, state(standIn, right), ['migrate']));
    expect(step).toMatchObject({
      action: 'migrate',
      fields: [],
      risk: 'duplicates',
      reason: expect.stringContaining('waits in q.standin.'),
    });
  });

  it('lets nothing be bound in the middle of it without the consent: what comes is held already', () => {
    const old = found('queue', 'q', { 'arguments.x-queue-type': 'classic' }, 'shop');
    expect(summary(plan(desired, state(standIn, old)))).toEqual([
      'migrate queue/q waits for migrate',
      `create binding/${binding.name} waits for migrate`,
    ]);
    // Before it has begun a binding that is missing is made at once.
    expect(summary(plan(desired, state(old)))).toEqual(['migrate queue/q waits for migrate', `create binding/${binding.name}`]);
  });

  it('is of no account where another project makes it', () => {
    expect(summary(plan(desired, state({ ...standIn, owner: 'others' })))[0]).toBe('create queue/q');
  });

  it('leaves nothing behind where the resource is wanted no more', () => {
    expect(summary(plan(topology(), state(standIn)))).toEqual(['delete queue/q.standin waits for delete']);
  });
});
