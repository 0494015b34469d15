import { describe, expect, it } from 'vitest';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import type { ActualTopology } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { stepsOf } from '../../../src/topology/steps.ts';
import { bindingOf, found, state, topology, wanted } from './resources.ts';

const repeats = { kinds: ['binding'], reason: 'It may be there.' };
const bound = (more: object = {}) => {
  const { kind, name, attributes } = bindingOf('e', 'q');
  return wanted(kind, name, attributes, { needs: ['exchange/e', 'queue/q'], ...more });
};

describe('what cannot be looked at and is made again each time', () => {
  const ends = [found('exchange', 'e', {}, 'shop'), found('queue', 'q', {}, 'shop')];
  const all = (more: object = {}) => topology(wanted('exchange', 'e'), wanted('queue', 'q'), bound(more));

  it('is told apart where both of its ends are there', () => {
    expect(steps(all(), { ...state(...ends), repeats })).toEqual([
      { name: 'e → q ""', action: 'create', repeats: true, reason: repeats.reason },
    ]);
  });

  it('is known to be missing where one of them is', () => {
    const [exchange] = ends as [(typeof ends)[number]];
    const made = steps(all(), { ...state(exchange), repeats });
    expect(made).toEqual([
      { name: 'q', action: 'create' },
      { name: 'e → q ""', action: 'create' },
    ]);
  });

  it('is left out where it may only be verified', () => {
    expect(steps(all({ existing: 'keep' }), { ...state(...ends), repeats })).toEqual([]);
  });

  it('is no other kind, and none where everything is seen', () => {
    expect(steps(topology(wanted('queue', 'q')), { ...state(), repeats })).toEqual([{ name: 'q', action: 'create' }]);
    expect(steps(all(), state(...ends))).toEqual([{ name: 'e → q ""', action: 'create' }]);
  });

  function steps(desired: ReturnType<typeof topology>, actual: ActualTopology) {
    const plan = planTopology(desired, actual, rabbitmqSpec, { project: 'shop', allow: [], target: 'here' });
    return stepsOf(plan).map(({ resource, action, repeats: again, reason }) => ({
      name: resource.name,
      action,
      ...(again && { repeats: again, reason }),
    }));
  }
});
