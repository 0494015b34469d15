import { describe, expect, it } from 'vitest';
import { policyResource } from '../../../src/brokers/rabbitmq/resources.ts';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import type { Approval } from '../../../src/topology/consent.ts';
import type { ActualResource, ActualTopology, Topology } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { type Plan, stepsOf } from '../../../src/topology/steps.ts';
import { desiredOn, shop } from './shop.ts';

const limits = '\n    delivery: { max-length: 500, overflow: reject-publish }';
const system = await shop('rabbitmq', { billing: '' });
const limited = await shop('rabbitmq', {
  orders: `  settled:\n    pattern: publish-subscribe\n    via: bus\n    message: { type: object }${limits}`,
  billing: '  orders.settled: {}',
});

const QUEUE = 'billing.orders.placed';
const LIMITED = 'billing.orders.settled';

function topologyOf(from: typeof system): Topology {
  return { transport: 'bus', broker: 'rabbitmq', resources: desiredOn(from) };
}

/** Everything as the contracts ask for it, made by msgctl. */
function applied(from: typeof system): readonly ActualResource[] {
  return topologyOf(from).resources.map(({ kind, name, attributes }) => ({ kind, name, attributes, owner: 'shop' }));
}

type Foreign = {
  readonly name: string;
  readonly pattern: string;
  readonly definition: JsonObject;
  readonly priority?: number;
  readonly to?: string;
  readonly kind?: string;
};

function foreign({ name, pattern, definition, priority = 0, to = 'queues', kind = 'policy' }: Foreign): ActualResource {
  const { attributes } = policyResource(name, pattern, definition);
  return { kind, name, attributes: { ...attributes, priority, 'apply-to': to } };
}

type Wish = {
  readonly from?: typeof system;
  readonly version?: string;
  readonly allow?: readonly Approval[];
  readonly inForce?: JsonObject;
};

function plan(resources: readonly ActualResource[], { from = system, version = '4.0.5', allow = [], inForce }: Wish = {}): Plan {
  const server = { version, ...(inForce && { 'policies-in-force': inForce }) };
  const actual: ActualTopology = { resources, readHash: '', server };
  return planTopology(topologyOf(from), actual, rabbitmqSpec, { project: 'shop', allow, target: 'test' });
}

function told(made: Plan): readonly string[] {
  return stepsOf(made).map(({ action, resource, waitsFor }) => [action, resource.kind, resource.name, ...waitsFor].join(' '));
}

function reasonOf(made: Plan, name: string): string | undefined {
  return stepsOf(made).find(({ resource }) => resource.name === name)?.reason;
}

describe('policies of others beside those of msgctl', () => {
  it('make no difference where they match nothing of ours, or say the same', () => {
    const others = [
      foreign({ name: 'theirs', pattern: '^theirs\\.', definition: { 'max-length': 1 }, priority: 50 }),
      foreign({ name: 'same', pattern: '^billing', definition: { 'delivery-limit': 20 }, priority: 50 }),
      foreign({ name: 'for streams', pattern: '.*', definition: { 'max-age': '1h' }, priority: 50 }),
    ];
    const made = plan([...applied(system), ...others]);
    expect(told(made)).toEqual([]);
    expect(made.notes).toBeUndefined();
  });

  it('are told where they apply instead of ours, for each object, and its settings would not hold', () => {
    const other = foreign({ name: 'ops', pattern: '^billing\\.', definition: { 'delivery-limit': 3 }, priority: 50 });
    const made = plan([...applied(system), other]);
    expect(told(made)).toEqual([`refuse queue ${QUEUE}`]);
    expect(stepsOf(made)[0]?.fields).toEqual([{ name: 'definition.delivery-limit', from: 3, to: 20 }]);
    expect(reasonOf(made, QUEUE)).toMatch(
      /^Policy "ops" of somebody else \(pattern "\^billing\\\\.", priority 50\) applies to it instead of msgctl's: its priority is 50, and 10 is msgctl's\..*priority below 10, or let its pattern leave "billing\.orders\.placed" out\.$/,
    );
  });

  it('keep a queue from being made that would stand without its settings, and what needs it', () => {
    const made = plan([foreign({ name: 'ops', pattern: QUEUE, definition: { 'message-ttl': 5 }, priority: 11 })], { version: '3.10.8' });
    expect(told(made)).toContain(`refuse queue ${QUEUE}`);
    expect(told(made)).toContain(`refuse binding orders.events → ${QUEUE} "placed"`);
    expect(told(made)).toContain('create queue orders.place');
  });

  it('of the same priority are refused: which one RabbitMQ takes is not to be told', () => {
    const made = plan([
      ...applied(system),
      foreign({ name: 'ops', pattern: QUEUE, definition: { overflow: 'drop-head', 'delivery-limit': 1 }, priority: 10 }),
    ]);
    expect(reasonOf(made, QUEUE)).toMatch(/both have the priority 10/);
  });

  it('without a limit of deliveries are as good as ours from 4.0 on, which has the same by itself', () => {
    const other = foreign({ name: 'ops', pattern: QUEUE, definition: { 'queue-leader-locator': 'balanced' }, priority: 50 });
    expect(told(plan([...applied(system), other]))).toEqual([]);
    expect(told(plan([...applied(system), other], { version: '3.10.8' }))).toEqual([`refuse queue ${QUEUE}`]);
  });

  it('with a setting that the type of queue does not take do not apply at all', () => {
    const other = foreign({ name: 'ha', pattern: '.*', definition: { 'ha-mode': 'all', 'delivery-limit': 1 }, priority: 50 });
    expect(told(plan([...applied(system), other], { version: '3.10.8' }))).toEqual([]);
  });

  it('that msgctl outranks are told once, with what they are not in force on', () => {
    const made = plan([...applied(system), foreign({ name: 'ops', pattern: '.*', definition: { expires: 1 } })]);
    expect(told(made)).toEqual([]);
    expect(made.notes).toContain(
      `Policy "ops" of somebody else (pattern ".*", priority 0) is not in force on queue "${QUEUE}", queue "orders.archive", queue "orders.place": msgctl's policies are (priority 10), and RabbitMQ takes one policy and merges none.`,
    );
  });

  it('are told where they add to what no policy of ours speaks of', () => {
    const made = plan([
      ...applied(system),
      foreign({ name: 'ttl', pattern: '\\.dead$', definition: { 'message-ttl': 60 } }),
      foreign({ name: 'ae', pattern: '^orders\\.inbox$', definition: { 'alternate-exchange': 'lost' }, to: 'all' }),
    ]);
    expect(made.notes?.join('\n')).toMatch(
      /"ttl".* is in force on queue "billing\.orders\.placed\.dead".*: message-ttl 60, which no contract asks for\./,
    );
    expect(made.notes?.join('\n')).toMatch(
      /"ae".* is in force on exchange "orders\.inbox": alternate-exchange "lost", which no contract asks for\./,
    );
  });

  it('with a pattern that cannot be decided are told as that, unless the broker says what is in force', () => {
    const other = foreign({ name: 'odd', pattern: '(b)illing.*\\1', definition: { 'delivery-limit': 1 }, priority: 50 });
    const unsure = plan([...applied(system), other]);
    expect(told(unsure)).toEqual([]);
    expect(unsure.notes?.join('\n')).toMatch(
      /It cannot be told whether policy "odd".* applies to .*where it does, what the contracts say of it would not hold\./,
    );
    const inForce = {
      [`queue/${QUEUE}`]: 'odd',
      'queue/orders.place': 'msgctl.shop.delivery-limit-20',
      'queue/orders.archive': 'msgctl.shop.delivery-limit-20',
    };
    const sure = plan([...applied(system), other], { inForce });
    expect(told(sure)).toEqual([`refuse queue ${QUEUE}`]);
    expect(sure.notes).toBeUndefined();
  });

  it('of an operator are told where they change what is in force, and with what', () => {
    const operator = foreign({
      name: 'cap',
      pattern: '.*',
      definition: { 'max-length': 100, 'delivery-limit': 50 },
      kind: 'operator-policy',
    });
    const made = plan([...applied(limited), operator], { from: limited });
    expect(told(made)).toEqual([]);
    expect(made.notes?.join('\n')).toMatch(
      /Operator policy "cap" \(pattern "\.\*", priority 0\) is in force on queue "billing\.orders\.settled", whatever contracts say: max-length 100 instead of 500\./,
    );
  });

  it('are found for hostile patterns in a time that does not explode', () => {
    const others = ['(a+)+$', '(?:a?){200}a{200}', '(.*.*.*)*\\1', '^(?!(a|a)*$)'].map((pattern, index) =>
      foreign({ name: `evil ${index}`, pattern, definition: { 'max-length': 1 }, priority: 50 }),
    );
    const begin = performance.now();
    plan([...applied(system), ...others]);
    expect(performance.now() - begin).toBeLessThan(20_000);
  });
});

describe('policies of msgctl', () => {
  it("leave out what is somebody else's, so that they disable no policy of others there", () => {
    const resources = applied(system).filter(({ kind, name }) => kind !== 'policy' && name !== QUEUE);
    const theirs: ActualResource = { kind: 'queue', name: QUEUE, attributes: { durable: true, auto_delete: false } };
    const made = plan([...resources, theirs, foreign({ name: 'theirs', pattern: QUEUE, definition: { expires: 1 } })]);
    const policy = stepsOf(made).find(({ resource }) => resource.kind === 'policy');
    expect(policy?.resource.attributes.pattern).toBe('^orders\\.(?:archive|place)$');
    expect(told(made)).toContain(`refuse queue ${QUEUE}`);
  });

  it('wait for consent where a queue that is there gets a tighter limit, and so does what would stand without them', () => {
    const before = applied(limited).filter(
      ({ name }) => name !== 'msgctl.shop.max-length-500.overflow-reject-publish' && !name.startsWith('msgctl.'),
    );
    const made = plan(before, { from: limited });
    const policy = 'msgctl.shop.delivery-limit-20.max-length-500.overflow-reject-publish';
    expect(told(made)).toContain(`create policy ${policy} delete`);
    expect(reasonOf(made, policy)).toBe(`Queue "${LIMITED}" gets max-length 500, which it did not have: what is over is dropped.`);
    expect(told(made)).toContain('create policy msgctl.shop.delivery-limit-20');
    expect(told(plan(before, { from: limited, allow: ['delete'] }))).toContain(`create policy ${policy}`);
  });

  it('are taken away or narrowed after those that take their queues over, and wait with them', () => {
    const old = policyResource('msgctl.shop.delivery-limit-20.max-length-9000', `^${LIMITED.replaceAll('.', '\\.')}$`, {
      'delivery-limit': 20,
      'max-length': 9_000,
    });
    const next = 'msgctl.shop.delivery-limit-20.max-length-500.overflow-reject-publish';
    const before = [...applied(limited).filter(({ name }) => name !== next), { ...old, owner: 'shop' }];
    const made = plan(before, { from: limited });
    expect(told(made)).toEqual([`create policy ${next} delete`, `delete policy ${old.name} delete`]);
    expect(stepsOf(made)[1]?.needs).toEqual([`policy/${next}`]);
  });

  it('wait for consent to go where what comes in force instead would drop messages, also of a queue that no contract asks for', () => {
    const other = foreign({ name: 'ops', pattern: '.*', definition: { 'max-length': 5 } });
    const mine = 'msgctl.shop.delivery-limit-20.max-length-500.overflow-reject-publish';
    const before = [...applied(limited), other];
    const made = plan(before);
    expect(told(made)).toContain(`delete queue ${LIMITED} delete`);
    expect(told(made)).toContain(`delete policy ${mine} delete`);
    expect(reasonOf(made, mine)).toBe(
      `Made or taken over by msgctl, no longer in any contract. Queue "${LIMITED}" gets max-length 5, which was 500: what is over is dropped.`,
    );
    expect(told(plan(before, { allow: ['delete'] }))).toContain(`delete policy ${mine}`);
    // Where nothing tighter comes, it goes by itself.
    expect(told(plan(applied(limited)))).toContain(`delete policy ${mine}`);
  });

  it('say where an argument that the queue was made with defeats them', async () => {
    const [queue] = topologyOf(limited).resources.filter(({ kind, name }) => kind === 'queue' && name === LIMITED);
    const tight = { ...queue, attributes: { ...queue?.attributes, 'arguments.x-max-length': 40 } };
    const desired = topologyOf(limited);
    const resources = applied(limited).map((resource) =>
      resource.name === LIMITED ? { ...resource, attributes: tight.attributes } : resource,
    );
    // Of what is taken over only what the contract says is compared.
    const adopting = {
      ...desired,
      resources: desired.resources.map((one) => (one.name === LIMITED ? { ...one, existing: 'adopt' as const } : one)),
    };
    const made = planTopology(adopting, { resources, readHash: '' }, rabbitmqSpec, { project: 'shop', allow: [], target: 'test' });
    expect(told(made)).toEqual([]);
    expect(made.notes).toEqual([
      `The argument x-max-length 40 counts on queue "${LIMITED}", and not max-length 500 of the contract: a queue keeps the arguments that it was made with, and no policy can undo this one. Say in the contract what is there, or make the queue anew.`,
    ]);
  });
});
