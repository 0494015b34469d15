import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../../src/compat/compare.ts';
import type { Comparison } from '../../../src/compat/finding.ts';
import { loadProtobuf } from '../../../src/runtime/protobuf.ts';
import { loadSystem } from '../../support/load-system.ts';

/** Changes that must not pass unseen, each by what is written before and after in one of these files. */
const PROJECT = `msgctl: 1
project: school
contracts: contracts/*.yaml
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost', prefix: a. }
  log: { kind: kafka, brokers: 'localhost:9092', defaults: { partitions: 6 } }
  quick: { kind: redis, url: 'redis://localhost' }
`;

const OWNER = `msgctl: 1
service: catalog
version: 1.4.0
provides:
  course-created:
    pattern: publish-subscribe
    via: rabbit
    message: { $ref: '#/types/Course' }
    headers: { type: object, properties: { tenant: { $ref: '#/types/Name' } } }
  order-book:
    pattern: async-request-response
    via: rabbit
    timeout: 5s
    reply: durable
    request: { type: object }
    response: { type: object }
  course-read:
    pattern: publish-subscribe
    via: log
    delivery: { key: /courseId }
    message: { type: object, required: [courseId], properties: { courseId: { type: string } } }
  note:
    pattern: notification
    via: quick
    delivery: { retain: 1d }
    message: { type: object }
  packed:
    pattern: notification
    via: rabbit
    encoding: protobuf
    message: { $ref: '#/types/Packed' }
  existing:
    pattern: publish-subscribe
    via: rabbit
    address: { exchange: { name: OLD, type: fanout }, routing-key: x }
    existing: keep
    message: { type: object }
types:
  Name: { type: string }
  Course:
    type: object
    properties:
      level: { not: { enum: [a, b] } }
      way: { oneOf: [{ $ref: '#/types/Way' }, { type: 'null', title: Nothing }] }
  Way: { type: object, properties: { steps: { type: integer } } }
  Packed:
    type: object
    properties:
      part: { oneOf: [{ type: object, properties: { size: { type: integer, x-field: 2 } } }, { type: 'null' }], x-field: 1 }
`;

const USER = `msgctl: 1
service: learners
version: 3.0.0
uses:
  catalog.course-created: {}
  catalog.order-book: {}
  catalog.course-read: {}
  catalog.note: {}
  catalog.packed: {}
  catalog.existing: {}
`;

async function systemOf(replace: readonly (readonly [string, string])[]) {
  const edit = (text: string) => replace.reduce((edited, [from, to]) => edited.replace(from, to), text);
  return loadSystem({ 'msgctl.yaml': edit(PROJECT), 'contracts/catalog.yaml': edit(OWNER), 'contracts/learners.yaml': edit(USER) });
}

async function change(...replace: readonly (readonly [string, string])[]): Promise<Comparison> {
  for (const [from] of replace) expect(PROJECT + OWNER + USER).toContain(from);
  return compareSystems(await systemOf([]), await systemOf(replace), { today: '2026-11-23', protobuf: loadProtobuf });
}

const told = ({ findings }: Comparison) =>
  findings.map(({ id, verdict, change: { interaction, name } }) => [id, verdict, interaction, name]);

describe('an address moved by the project file', () => {
  it('is a break where messages are sent', async () => {
    const { findings } = await change(['prefix: a.', 'prefix: b.']);
    expect(findings.map(({ id, verdict, change: { interaction } }) => [id, verdict, interaction])).toEqual([
      ['address-changed', 'breaking', 'catalog.course-created'],
      ['address-changed', 'undecided', 'catalog.existing'],
      ['address-changed', 'breaking', 'catalog.order-book'],
      ['address-changed', 'breaking', 'catalog.packed'],
    ]);
  });

  it.each([
    ['queue', '{provider}-{interaction}', ['catalog.order-book', 'catalog.packed'], 'where catalog receives it'],
    ['subscription', '{user}-{provider}-{interaction}', ['catalog.course-created', 'catalog.existing'], 'where learners receives it'],
    ['durable-replies', '{user}-{interaction}', ['catalog.order-book'], 'where learners gets answers'],
    ['replies', '{service}-replies', ['catalog.order-book'], 'where learners gets answers'],
  ])('is undecided where they are received: names.%s', async (role, template, interactions, name) => {
    const comparison = await change(['prefix: a.', `prefix: a., names: { ${role}: '${template}' }`]);
    expect(told(comparison)).toEqual(interactions.map((interaction) => ['address-changed', 'undecided', interaction, name]));
  });

  it.each([
    ['retry', '{service}-retry-{delay}'],
    ['again', '{service}-again'],
    ['dead', '{service}-dead'],
    ['dead-queue', '{queue}-dead'],
  ])('is undecided where failed messages go: names.%s', async (role, template) => {
    const { findings } = await change(['prefix: a.', `prefix: a., names: { ${role}: '${template}' }`]);
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) expect(finding).toMatchObject({ id: 'address-changed', verdict: 'undecided' });
  });

  it.each([
    ["url: 'redis://localhost'", "url: 'redis://localhost', names: { group: 'g-{provider}' }", 'where catalog receives it'],
    ["url: 'redis://localhost'", "url: 'redis://localhost', names: { due: 'd-{service}' }", 'where catalog receives it'],
    ["brokers: 'localhost:9092'", "brokers: 'localhost:9092', names: { subscription: 'u-{user}' }", 'where learners receives it'],
  ])('is undecided on other brokers: %s → %s', async (from, to, name) => {
    expect(told(await change([from, to]))).toEqual([['address-changed', 'undecided', expect.any(String), name]]);
  });

  it('is a finding where topics get another number of partitions', async () => {
    const comparison = await change(['partitions: 6', 'partitions: 12']);
    expect(told(comparison)).toEqual([['partitions-changed', 'risky', 'catalog.course-read', 'transports.log.defaults.partitions']]);
  });

  it('is a finding where a user has a queue of its own name: its dead letters move', async () => {
    const named = ['catalog.existing: {}', 'catalog.existing: { address: { queue: { name: mine } } }'] as const;
    const [before, after] = [await systemOf([named]), await systemOf([named, ['prefix: a.', 'prefix: b.']])];
    const comparison = await compareSystems(before, after, { today: '2026-11-23' });
    expect(told(comparison)).toContainEqual(['address-changed', 'undecided', 'catalog.existing', 'where learners receives it']);
  });

  it('is nothing where only a broker answers elsewhere', async () => {
    expect((await change(['amqp://localhost', 'amqp://elsewhere'])).findings).toEqual([]);
  });
});

it('another type of an exchange is a break', async () => {
  expect(told(await change(['type: fanout', 'type: topic']))).toEqual([
    ['address-changed', 'breaking', 'catalog.existing', 'catalog.existing'],
  ]);
});

describe('what only some readers of a schema look at', () => {
  it('is a break where a list is opened under "not": receivers refuse more', async () => {
    const comparison = await change(['{ not: { enum: [a, b] } }', '{ not: { enum: [a, b], x-open: true } }']);
    expect(told(comparison)).toEqual([['schema-changed', 'breaking', 'catalog.course-created', 'not']]);
  });

  it('is a finding where a field number changes inside an alternative', async () => {
    expect(told(await change(['x-field: 2', 'x-field: 3']))).toEqual([['field-number-changed', 'breaking', 'catalog.packed', 'size']]);
  });

  it('is a text where it changes inside an alternative', async () => {
    const comparison = await change(['title: Nothing', 'title: None']);
    expect(told(comparison)).toEqual([['annotation-changed', 'compatible', 'catalog.course-created', 'A text in oneOf']]);
    expect(comparison.order).toBe('any');
  });
});

describe('the fingerprint of a change behind a reference', () => {
  const fingerprints = async (...replace: readonly (readonly [string, string])[]) =>
    (await change(...replace)).findings.map(({ fingerprint }) => fingerprint);

  it.each([
    ['steps: { type: integer }', 'steps: { type: string }', 'steps: { type: boolean }'],
    ['Name: { type: string }', 'Name: { type: string, maxLength: 5 }', 'Name: { type: string, maxLength: 2 }'],
  ])('is another one for another change: %s', async (from, one, other) => {
    const [first, second] = [await fingerprints([from, one]), await fingerprints([from, other])];
    expect(first).toHaveLength(1);
    expect(second).toHaveLength(1);
    expect(first).not.toEqual(second);
  });

  it('is the same whatever texts say', async () => {
    const changed = ['steps: { type: integer }', 'steps: { type: string }'] as const;
    const described = ['Way: { type: object,', 'Way: { type: object, description: How.,'] as const;
    const [plain, more] = [await fingerprints(changed), await fingerprints(described, changed)];
    expect(more).toEqual(plain);
  });
});

it('a doubt about properties that have no name is not laid upon one that has', async () => {
  const types = 'Name: { type: string }';
  // What looks back is tried on short texts only.
  const open = (type: string, name: string) =>
    `${types}\n  Named: { type: object, properties: { a: { type: string, maxLength: ${name} } }, patternProperties: { '^(x{9})y\\1': { type: ${type} } } }`;
  const named = ["message: { $ref: '#/types/Course' }", "message: { $ref: '#/types/Named' }"] as const;
  const [before, after] = [await systemOf([[types, open('string', '5')], named]), await systemOf([[types, open('integer', '4')], named])];
  const { findings } = await compareSystems(before, after, { today: '2026-11-23' });
  const verdicts = findings.filter(({ change: { payload } }) => payload).map(({ verdict, change: { name } }) => [name, verdict]);
  expect(verdicts).toEqual([
    ['maxLength', 'breaking'],
    ['patternProperties', 'undecided'],
  ]);
});
