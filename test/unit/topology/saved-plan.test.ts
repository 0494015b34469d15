import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, test } from 'vitest';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import type { Approval } from '../../../src/topology/consent.ts';
import type { ActualTopology, Topology } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { planDifferences, readSavedPlan, type SavedPlan, savedPlanText } from '../../../src/topology/saved-plan.ts';
import type { Plan } from '../../../src/topology/steps.ts';
import { bindingOf, found, line, state, topology, wanted } from './resources.ts';

const validate = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../schema/plan.json'), 'utf8')),
);

function plan(desired: Topology, actual: ActualTopology, allow: readonly Approval[] = []): Plan {
  return planTopology(desired, actual, rabbitmqSpec, { project: 'shop', allow, target: 'vhost /' });
}

const queue = wanted('queue', 'a', { durable: true });
const some = plan(
  topology(queue, wanted('queue', 'b', { 'arguments.x-queue-type': 'quorum' }), wanted('queue', 'foreign')),
  state(
    found('queue', 'b', { 'arguments.x-queue-type': 'classic' }, 'shop'),
    found('queue', 'foreign'),
    found('queue', 'gone', {}, 'shop'),
    bindingOf('e', 'gone'),
  ),
);
const saved: SavedPlan = { project: 'shop', environment: 'offline', to: ['bus'], plans: [some] };

/** A plan that went through a file. */
function reread(...plans: readonly Plan[]): readonly Plan[] {
  return readSavedPlan(savedPlanText({ ...saved, plans }, '1.2.3'), 'plan.json').plans;
}

function refusal(text: string): Failure {
  try {
    readSavedPlan(text, 'plan.json');
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

describe('the file of a saved plan', () => {
  test.each([
    ['every action', saved],
    ['no environment and nothing to do', { project: 'shop', to: [], plans: [plan(topology(), state())] }],
    ['no target', { project: 'shop', to: [], plans: [] }],
  ] as const)('is what schema/plan.json says, and says what was saved: %s', (_, one) => {
    const text = savedPlanText(one, '1.2.3');
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(readSavedPlan(text, 'plan.json')).toMatchObject(one);
  });

  it('holds no secret, and is the same plan all the same', () => {
    const secret = plan(topology(wanted('queue', 'a', { uri: 'amqp://u:hunter2@h/?password="x"' })), state());
    const text = savedPlanText({ ...saved, plans: [secret] }, '1.2.3');
    expect(text).not.toContain('hunter2');
    expect(planDifferences(readSavedPlan(text, 'plan.json').plans, [secret])).toEqual([]);
  });

  const document = JSON.parse(savedPlanText(saved, '1.2.3'));
  test.each([
    ['no JSON', 'plan', 'it is not JSON'],
    ['a list', '[]', 'a JSON object is expected'],
    ['a report', '{"formatVersion":"1.0","tool":{},"project":"shop","plans":[]}', 'it has no "to"'],
    ['an inherited name', '{"formatVersion":"1.0","project":"shop","to":[],"__proto__":{"plans":[]}}', 'it has no "plans"'],
    ['a wrong environment', JSON.stringify({ ...document, environment: null }), 'its "environment" is malformed'],
    ['a version that is none', JSON.stringify({ ...document, formatVersion: 1 }), 'its "formatVersion" is malformed'],
    ['a step without a resource', JSON.stringify({ ...document, plans: [{ ...some, phases: [[{}]] }] }), 'its "plans" is malformed'],
    ['a bottomless one', `{"plans":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'it is nested more than 100 levels deep'],
  ])('is refused where it is %s', (_, text, problem) => {
    expect(refusal(text)).toMatchObject({ id: 'not-a-saved-plan', message: `plan.json is no plan that msgctl saved: ${problem}.` });
  });

  test.each(['1.1', '2.0'])('is refused where its format is of version %s', (formatVersion) => {
    expect(refusal(JSON.stringify({ ...document, formatVersion }))).toMatchObject({
      id: 'plan-version',
      message: `plan.json has format version ${formatVersion}, and this version of msgctl reads 1.0.`,
    });
  });
});

describe('planDifferences', () => {
  it('finds none where the plan is as it was', () => {
    expect(planDifferences(reread(some), [some])).toEqual([]);
  });

  const desired = topology(queue);
  const before = plan(desired, state());
  test.each<readonly [string, Plan]>([
    ['that others changed', plan(desired, { ...state(found('queue', 'other', {}, 'blog'), found('queue', 'foreign')), readHash: 'x' })],
    ['that moved in the contract', plan(topology(wanted('queue', 'a', { durable: true }, { causes: [line(9)] })), state())],
    ['that is as it should be', plan(topology(queue, wanted('queue', 'b')), state(found('queue', 'b', {}, 'shop')))],
  ])('does not count what changes no step: what is there %s', (_, fresh) => {
    expect(planDifferences(reread(before), [fresh])).toEqual([]);
  });

  it('does not count consents, which are given when a plan is applied', () => {
    const actual = state(found('queue', 'gone', {}, 'shop'));
    expect(planDifferences(reread(plan(topology(), actual)), [plan(topology(), actual, ['delete'])])).toEqual([]);
  });

  test.each<readonly [string, Plan, readonly string[]]>([
    ['done meanwhile', plan(desired, state(found('queue', 'a', { durable: true }, 'shop'))), ['bus: "create queue a" is gone']],
    ['there but otherwise', plan(desired, state(found('queue', 'a'))), ['bus: "create queue a" became "refuse"']],
    [
      'wanted otherwise',
      plan(topology(wanted('queue', 'a', { durable: false })), state()),
      ['bus: "create queue a" is different (durable)'],
    ],
    ['wanted besides', plan(topology(queue, wanted('queue', 'b')), state()), ['bus: "create queue b" is new']],
    ['on another target', { ...before, target: 'vhost test' }, ['bus was vhost / (rabbitmq) and is vhost test (rabbitmq) now']],
    ['elsewhere', { ...before, transport: 'bus2' }, ['transport bus2 is new', 'transport bus is gone']],
  ])('tells what is %s', (_, fresh, differences) => {
    expect(planDifferences(reread(before), [fresh])).toEqual(differences);
  });

  it('counts what is there, also where the same is to be made of it', () => {
    const limit = (length: number) => ({ 'definition.max-length': length });
    const from = (length: number) => plan(topology(wanted('policy', 'p', limit(9))), state(found('policy', 'p', limit(length), 'shop')));
    expect(planDifferences(reread(from(5)), [from(5)])).toEqual([]);
    expect(planDifferences(reread(from(5)), [from(7)])).toEqual(['bus: "change policy p" is different (definition.max-length)']);
  });

  test.each<readonly [string, (step: Plan['phases'][number][number]) => object, string]>([
    ['risk', () => ({ risk: 'data-loss' }), 'bus: "create queue a" is different'],
    ['needs', () => ({ needs: ['exchange/e'] }), 'bus: "create queue a" is different'],
    [
      'attributes',
      ({ resource }) => ({ resource: { ...resource, attributes: { durable: 'true' } } }),
      'bus: "create queue a" is different',
    ],
  ])('finds a file changed by hand: %s', (_, change, difference) => {
    const changed = { ...before, phases: before.phases.map((phase) => phase.map((step) => ({ ...step, ...change(step) }))) };
    expect(planDifferences(reread(changed), [before])).toEqual([difference]);
  });

  it('finds steps that stand twice or in another order', () => {
    expect(planDifferences(reread({ ...before, phases: [...before.phases, ...before.phases] }), [before])).toEqual([
      'the steps come in another order',
    ]);
    expect(planDifferences(reread({ ...some, phases: [...some.phases].reverse() }), [some])).toEqual(['the steps come in another order']);
  });

  it('takes attributes called like a property of every object for what they are', () => {
    const odd = (value: number) =>
      plan(topology(wanted('queue', '__proto__', JSON.parse(`{"__proto__":${value},"constructor":1}`) as Record<string, number>)), state());
    expect(planDifferences(reread(odd(1)), [odd(1)])).toEqual([]);
    expect(planDifferences(reread(odd(1)), [odd(2)])).toEqual(['bus: "create queue __proto__" is different (__proto__)']);
  });
});
