import { describe, expect, it } from 'vitest';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import type { Approval } from '../../../src/topology/consent.ts';
import type { ActualTopology, Topology } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { bindingOf, found, state, summary, topology, wanted } from './resources.ts';

function plan(desired: Topology, actual: ActualTopology, allow: readonly Approval[] = []) {
  return summary(planTopology(desired, actual, rabbitmqSpec, { project: 'shop', allow, target: 'here' }));
}

describe('what goes together', () => {
  const { name, attributes } = bindingOf('e', 'log');
  const log = [found('queue', 'log', { 'arguments.x-queue-type': 'stream' }, 'shop'), found('binding', name, attributes, 'shop')] as const;

  it('waits for the same consents: a stream keeps its bindings as long as it stays', () => {
    expect(plan(topology(), state(...log))).toEqual([
      `delete binding/${name} waits for delete waits for delete-log`,
      'delete queue/log waits for delete waits for delete-log',
    ]);
    expect(plan(topology(), state(...log), ['delete'])).toEqual([
      `delete binding/${name} waits for delete-log`,
      'delete queue/log waits for delete-log',
    ]);
    expect(plan(topology(), state(...log), ['delete', 'delete-log'])).toEqual([`delete binding/${name}`, 'delete queue/log']);
  });

  it('waits for nothing more where only the part goes', () => {
    const stays = topology(wanted('queue', 'log', { 'arguments.x-queue-type': 'stream' }));
    expect(plan(stays, state(...log), ['delete'])).toEqual([`delete binding/${name}`]);
  });
});

describe('bindings of a queue that was taken over', () => {
  const { name, attributes } = bindingOf('e', 'q');
  const adopting = topology(wanted('queue', 'q', {}, { existing: 'adopt' }));
  const theirs = [found('queue', 'q'), found('binding', name, attributes)] as const;

  it('are among what it shall be, and go with consent', () => {
    expect(plan(adopting, state(...theirs), ['delete'])).toContain(`delete binding/${name}`);
  });

  it('are left alone where it cannot be seen whose it is', () => {
    expect(plan(adopting, { ...state(...theirs), adoptionUnseen: true }, ['delete'])).toEqual([]);
  });
});
