import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BROKERS } from '../../../src/brokers/index.ts';
import type { ActualResource, BrokerKind, DesiredResource } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { stepsOf } from '../../../src/topology/steps.ts';
import { PATIENCE, runs } from '../../support/size.ts';
import { applied, bindingOf, line, summary } from './resources.ts';

/** Resources that differ in little, so that names and attributes often meet. */
const shapes: Readonly<Record<BrokerKind, { readonly kinds: readonly string[]; readonly attributes: readonly string[] }>> = {
  rabbitmq: {
    kinds: ['policy', 'exchange', 'queue', 'binding'],
    attributes: ['durable', 'arguments.x-queue-type', 'definition.max-length'],
  },
  kafka: { kinds: ['topic'], attributes: ['partitions', 'configs.retention.ms', 'configs.segment.bytes'] },
  redis: { kinds: ['stream', 'group'], attributes: ['start'] },
};

function resourceOn(broker: BrokerKind) {
  const { kinds, attributes } = shapes[broker];
  const name = fc.constantFrom('a', 'b', 'c', '__proto__');
  const values = fc.dictionary(fc.constantFrom(...attributes), fc.constantFrom(1, 2, '1', 'classic', true), { noNullPrototype: true });
  return fc
    .tuple(fc.constantFrom(...kinds), name, name, values)
    .map(([kind, first, second, all]) => (kind === 'binding' ? bindingOf(first, second) : { kind, name: first, attributes: all }));
}

const unique = { selector: ({ kind, name }: { kind: string; name: string }) => `${kind}/${name}` };

function desiredOn(broker: BrokerKind): fc.Arbitrary<readonly DesiredResource[]> {
  const resource = fc.tuple(resourceOn(broker), fc.constantFrom(undefined, undefined, 'keep', 'adopt'));
  return fc.uniqueArray(
    resource.map(([base, existing]): DesiredResource => ({ ...base, causes: [line(1)], needs: [], ...(existing && { existing }) })),
    unique,
  );
}

function actualOn(broker: BrokerKind): fc.Arbitrary<readonly ActualResource[]> {
  const resource = fc.tuple(resourceOn(broker), fc.constantFrom(undefined, 'shop', 'blog'));
  return fc.uniqueArray(
    resource.map(([base, owner]): ActualResource => (base.kind === 'binding' || owner === undefined ? base : { ...base, owner })),
    unique,
  );
}

const brokers: readonly BrokerKind[] = ['rabbitmq', 'kafka', 'redis'];

function planOn(broker: BrokerKind, desired: readonly DesiredResource[], actual: readonly ActualResource[]) {
  const options = { project: 'shop', allow: ['delete', 'migrate'], target: 'here' } as const;
  return planTopology({ transport: 'bus', broker, resources: desired }, { resources: actual, readHash: '' }, BROKERS[broker].spec, options);
}

it.each(brokers)(
  '%s: once a plan is applied, nothing is left but what is refused',
  (broker) => {
    fc.assert(
      fc.property(desiredOn(broker), actualOn(broker), (desired, actual) => {
        const plan = planOn(broker, desired, actual);
        const after = applied(plan, { resources: actual, readHash: '' }, 'shop');
        const refused = summary(plan).filter((step) => step.startsWith('refuse'));
        expect(summary(planOn(broker, desired, after.resources)).filter((step) => !refused.includes(step))).toEqual([]);
      }),
      { seed: 21, numRuns: runs(500, 20_000) },
    );
  },
  PATIENCE,
);

it.each(brokers)(
  '%s: what is not ours stays as it was',
  (broker) => {
    fc.assert(
      fc.property(desiredOn(broker), actualOn(broker), (desired, actual) => {
        const plan = planOn(broker, desired, actual);
        const after = applied(plan, { resources: actual, readHash: '' }, 'shop').resources;
        const adopted = new Set(
          stepsOf(plan)
            .filter(({ fields }) => fields.some(({ name }) => name === 'owner'))
            .map(({ resource }) => resource.name),
        );
        const foreign = actual.filter(({ kind, name, owner }) => kind !== 'binding' && owner !== 'shop' && !adopted.has(name));
        for (const resource of foreign) expect(after).toContainEqual(resource);
      }),
      { seed: 22, numRuns: runs(500, 20_000) },
    );
  },
  PATIENCE,
);

it.each(brokers)(
  '%s: what is as wanted gives a plan without steps',
  (broker) => {
    fc.assert(
      fc.property(desiredOn(broker), (desired) => {
        const made = desired.map(({ kind, name, attributes }) => ({ kind, name, attributes, owner: 'shop' }));
        expect(planOn(broker, desired, made)).toMatchObject({ phases: [], unchanged: desired.length });
      }),
      { seed: 23, numRuns: runs(300, 10_000) },
    );
  },
  PATIENCE,
);
