import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { definitionsFormat } from '../../../src/brokers/file/definitions.ts';
import { strimziFormat } from '../../../src/brokers/file/strimzi-topics.ts';
import { outlineKafka } from '../../../src/brokers/kafka/skeleton.ts';
import { expandNamePattern, namePattern } from '../../../src/brokers/rabbitmq/name-pattern.ts';
import { outlineRabbitmq } from '../../../src/brokers/rabbitmq/skeleton.ts';
import { createNaming, kebabName } from '../../../src/brokers/skeleton/names.ts';
import { guessService, matchesGlob, readServiceRule } from '../../../src/brokers/skeleton/service-rules.ts';
import type { Skeleton } from '../../../src/brokers/skeleton/skeleton.ts';
import { commentLines, flowText } from '../../../src/brokers/skeleton/yaml-text.ts';
import { settleContracts } from '../../../src/cli/import/settle-contracts.ts';
import { loadChecked } from '../../../src/cli/workspace.ts';
import { parseYaml } from '../../../src/source/yaml-tree.ts';
import type { ActualResource, BrokerKind } from '../../../src/topology/model.ts';
import { loadSystem } from '../../support/load-system.ts';
import { memoryProject } from '../../support/memory-project.ts';
import { PATIENCE, runs } from '../../support/size.ts';
import { provisionText } from './provision-text.ts';
import { desiredOn, shop } from './shop.ts';

const projectText = (kind: BrokerKind) => `msgctl: 1\nproject: shop\ntransports:\n  bus: { kind: ${kind} }\n`;
const context = { path: 'x', project: 'shop', transport: 'bus', vhost: '/' };

async function settle(kind: BrokerKind, actual: readonly ActualResource[], skeleton: Skeleton) {
  const reader = memoryProject({ 'msgctl.yaml': projectText(kind) });
  const around = { reader, file: 'msgctl.yaml', transport: 'bus', environment: undefined, today: '2026-11-29' };
  return settleContracts({ target: 'x', actual, skeleton }, around);
}

describe('services are guessed', () => {
  test.each([
    ['billing.order-created', 'billing'],
    ['ORDERS_EX', 'orders'],
    ['order-service.created', 'order-service'],
    ['Stock::Broadcast', 'stock'],
    ['prod.events.billing', 'billing'],
    ['billing', 'billing'],
    ['BillingService', 'billing-service'],
    ['__proto__', 'proto'],
    ['42', 'n42'],
    ['старые', 'unnamed'],
    ['', 'unnamed'],
  ])('%s is of %s', (name, service) => {
    expect(guessService(name, []).service).toBe(service);
  });

  test('by rules first, then by who consumes, then by the name', () => {
    const rules = [readServiceRule('billing=inv*'), readServiceRule('shop-front')];
    expect(guessService('invoices', rules).service).toBe('billing');
    expect(guessService('eu.shopFront.stock', rules).service).toBe('shop-front');
    expect(guessService('jobs', rules, { consumers: ['worker-1@a:5672', 'worker-2@b:5672'] }).service).toBe('worker');
    expect(guessService('jobs', rules, { consumers: ['worker-1', 'other'] }).service).toBe('jobs');
    expect(guessService('orders.billing', rules, { besides: 'orders' }).service).toBe('billing');
    expect(() => readServiceRule('Billing')).toThrow('cannot be used');
    expect(() => readServiceRule('billing=')).toThrow('cannot be used');
  });

  test.each([
    ['abc', 'a*c', true],
    ['abc', 'a?c', true],
    ['abc', '*', true],
    ['abc', 'b*', false],
    ['a.c', 'a.*', true],
    ['', '*', true],
    ['a'.repeat(50_000), `${'a*'.repeat(50)}b`, false],
  ])('%# globs', (text, glob, expected) => {
    expect(matchesGlob(text, glob)).toBe(expected);
  });
});

describe('names and texts', () => {
  test('no two names are one', () => {
    const naming = createNaming('message');
    expect(['order-1', 'order1', 'order-1', 'dead', 'con', '', 'v2'].map((wish) => naming(wish))).toEqual([
      'order-1',
      'order1-n2',
      'order-1-n3',
      'dead-message',
      'con-message',
      'message',
      'v2-message',
    ]);
  });

  test('any text is the same in YAML, and a remark stays on its lines', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('yes', '# a', 'a: b', '\u2028', "it's", '"', '1e3', '~')),
        (text) => {
          expect(parseYaml('x', `a: ${flowText({ b: [text], [`k${text}`]: 1 })}\n`).value).toEqual({ a: { b: [text], [`k${text}`]: 1 } });
          const comment = `${commentLines('  ', [text]).join('\n')}\nb: 1\n`;
          expect(parseYaml('x', comment)).toMatchObject({ value: { b: 1 }, problems: [] });
          expect(kebabName(text)).toMatch(/^(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*)?$/);
        },
      ),
      { seed: 7, numRuns: runs(300, 20_000) },
    );
  });
});

const name = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('orders', 'orders.created', 'billing', 'BILLING_EX', 'billing-orders', 'a.b.c', 'dead', 'v2', 'q 1'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'a\nb', ' x', 'on', '#', '{{a}}', "'", '*', 'ü', 'con', 'a'.repeat(255)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) },
);
const key = fc.oneof(fc.constantFrom('', 'order.created', 'order.*', '#', 'a', 'A', 'v2'), name);
const queueArguments = fc.record(
  {
    'x-queue-type': fc.constantFrom('classic', 'quorum', 'stream'),
    'x-dead-letter-exchange': fc.oneof(fc.constant(''), name),
    'x-dead-letter-routing-key': key,
    'x-message-ttl': fc.constant(1000),
    'x-max-length': fc.nat(),
    'x-anything': fc.jsonValue(),
  },
  { requiredKeys: [] },
);
/** A virtual host of anybody's. */
const definitions = fc
  .record({
    exchanges: fc.uniqueArray(
      fc.record({ name, type: fc.constantFrom('topic', 'direct', 'fanout', 'headers', 'x-random'), auto_delete: fc.boolean() }),
      { selector: (exchange) => exchange.name, minLength: 1, maxLength: 5 },
    ),
    queues: fc.uniqueArray(fc.record({ name, arguments: queueArguments, auto_delete: fc.boolean(), durable: fc.boolean() }), {
      selector: (queue) => queue.name,
      minLength: 1,
      maxLength: 6,
    }),
    routes: fc.array(
      fc.record({
        from: fc.nat(),
        to: fc.nat(),
        key,
        toExchange: fc.constantFrom(false, false, false, true),
        headers: fc.constantFrom({}, {}, {}, { a: 1 }),
      }),
      { maxLength: 10 },
    ),
  })
  .map(({ exchanges, queues, routes }) => {
    const bindings = new Map(
      routes.map(({ from, to, key: routing_key, toExchange, headers }) => {
        const source = exchanges[from % exchanges.length]?.name;
        const targets = toExchange ? exchanges : queues;
        const binding = {
          source,
          destination: targets[to % targets.length]?.name,
          destination_type: toExchange ? 'exchange' : 'queue',
          routing_key,
          arguments: headers,
        };
        return [JSON.stringify(binding), binding];
      }),
    );
    return { exchanges, queues, bindings: [...bindings.values()] };
  });

test('a second queue of a service for the same message is a service by itself', async () => {
  const queue = (queueName: string) => ({ name: queueName, arguments: {} });
  const binding = (destination: string, routing_key: string) => ({
    source: 'orders',
    destination,
    destination_type: 'queue',
    routing_key,
    arguments: {},
  });
  const found = {
    exchanges: [{ name: 'orders', type: 'topic' }],
    queues: [queue('billing.a'), queue('billing.b'), queue('billing.c')],
    bindings: [binding('billing.a', 'new'), binding('billing.b', 'new'), binding('billing.b', 'paid'), binding('billing.c', 'gone')],
  };
  const actual = definitionsFormat.read(JSON.stringify(found), context);
  const skeleton = outlineRabbitmq({ resources: actual, consumers: new Map(), transport: 'bus', project: 'shop', rules: [] });
  const { files, leftOut, pending } = await settle('rabbitmq', actual, skeleton);
  expect({ leftOut, pending }).toEqual({ leftOut: [], pending: [] });
  expect(files.map(({ path }) => path)).toEqual(['contracts/billing.yaml', 'contracts/billing-billing-b.yaml', 'contracts/orders.yaml']);
});

describe('whatever is on a broker', () => {
  it(
    'RabbitMQ: contracts of it are valid, a plan finds nothing to do, and nothing is lost in silence',
    async () => {
      await fc.assert(
        fc.asyncProperty(definitions, async (found) => {
          const actual = definitionsFormat.read(JSON.stringify(found), context);
          const skeleton = outlineRabbitmq({ resources: actual, consumers: new Map(), transport: 'bus', project: 'shop', rules: [] });
          const { files, leftOut, pending } = await settle('rabbitmq', actual, skeleton);
          expect(pending).toEqual([]);
          const texts = Object.fromEntries(files.map(({ path, text }) => [path, text]));
          if (files.length > 0) {
            const reader = memoryProject({ 'msgctl.yaml': projectText('rabbitmq'), ...texts });
            const { system, diagnostics } = await loadChecked(
              reader,
              { root: '', file: 'msgctl.yaml' },
              { environment: undefined, today: '2026-11-29' },
            );
            expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
            expect(system).toBeDefined();
          }
          const said = [
            ...files.map(({ path, text }) => JSON.stringify(parseYaml(path, text).value)),
            ...leftOut.map(({ what, reason }) => `${what} ${reason}`),
          ].join('\n');
          for (const { name: queue } of found.queues)
            expect(said).toContain(queue.length > 80 ? queue.slice(0, 80) : JSON.stringify(queue));
          for (const { name: exchange } of found.exchanges) {
            expect(said).toContain(exchange.length > 80 ? exchange.slice(0, 80) : JSON.stringify(exchange));
          }
        }),
        { seed: 11, numRuns: runs(60, 3_000) },
      );
    },
    PATIENCE,
  );

  it(
    'Kafka: the same, with groups that read several topics',
    async () => {
      const topicName = fc.oneof(
        fc.constantFrom('orders', 'orders.created', 'Orders_Created', 'a-b', '_schemas', 'x-changelog'),
        fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/),
      );
      const topics = fc.uniqueArray(
        fc.record({
          name: topicName,
          partitions: fc.integer({ min: 1, max: 50 }),
          config: fc.record(
            {
              'cleanup.policy': fc.constantFrom('delete', 'compact', 'compact,delete'),
              'retention.ms': fc.constantFrom(-1, 1, 604_800_000, 1234567),
              'retention.bytes': fc.constantFrom(-1, 1024, 5, 1073741824),
            },
            { requiredKeys: [] },
          ),
        }),
        { selector: (topic) => topic.name.replaceAll('_', '.'), minLength: 1, maxLength: 5 },
      );
      const groups = fc.array(fc.record({ name, reads: fc.array(fc.nat(), { maxLength: 3 }) }), { maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(topics, groups, async (made, reading) => {
          const text = made.map(
            (topic) =>
              `---\n${JSON.stringify({ apiVersion: 'kafka.strimzi.io/v1beta2', kind: 'KafkaTopic', metadata: { name: topic.name }, spec: { partitions: topic.partitions, replicas: 1, config: topic.config } })}\n`,
          );
          const actual = strimziFormat.read(text.join(''), context);
          const found = new Map(reading.map(({ name: group, reads }) => [group, reads.map((at) => made[at % made.length]?.name ?? '')]));
          const skeleton = outlineKafka({
            resources: actual,
            groups: [...found].map(([group, read]) => ({ name: group, topics: [...new Set(read)] })),
            transport: 'bus',
            rules: [],
          });
          const { files, leftOut, pending } = await settle('kafka', actual, skeleton);
          expect(pending).toEqual([]);
          const said = [...files.map(({ text: contract }) => contract), ...leftOut.map(({ what }) => what)].join('\n');
          for (const topic of made) expect(said).toContain(topic.name);
        }),
        { seed: 12, numRuns: runs(60, 3_000) },
      );
    },
    PATIENCE,
  );
});

describe('what msgctl made itself', () => {
  const event = 'pattern: publish-subscribe, via: bus, message: { type: object, required: [id], properties: { id: { type: string } } }';
  test.each([
    ['every pattern', {}],
    [
      'other settings',
      { billing: '  orders.moved: { delivery: { max-length: 50, overflow: reject-publish, dead-letters: { retain: 7d } } }' },
    ],
    ['other pauses', { billing: '  orders.moved: { delivery: { retry: { attempts: 3, delay: 2s, factor: 3 } } }' }],
    ['no retries', { billing: '  orders.moved: { delivery: { retry: false } }' }],
    ['nothing kept', { billing: '  orders.moved: { delivery: { retry: false, dead-letters: false } }' }],
    [
      'a queue of its own',
      { billing: '  orders.moved: { address: { queue: { name: MOVED, type: classic, arguments: { x-max-priority: 3 } } } }' },
    ],
    ['a second major', { orders: `  moved@2: { ${event} }`, billing: '  orders.moved@2: {}' }],
    ['in order', { orders: `  kept: { ${event}, delivery: { key: id } }`, billing: '  orders.kept: {}' }],
    [
      'durable answers',
      {
        orders: '  ask: { pattern: async-request-response, via: bus, request: {}, response: {}, timeout: 5s, reply: durable }',
        billing: '  orders.ask: {}',
      },
    ],
    ['events for nobody', { billing: '' }],
  ])('RabbitMQ, %s: contracts that are written anew ask for the same', async (_, changes: { orders?: string; billing?: string }) => {
    const system = await shop('rabbitmq', {
      orders: `  moved: { ${event} }${changes.orders ? `\n${changes.orders}` : ''}`,
      billing: changes.billing ?? '  orders.moved: {}',
    });
    const file = await provisionText(system, undefined);
    const actual = definitionsFormat.read(file, { ...context, vhost: 'shop' });
    const skeleton = outlineRabbitmq({ resources: actual, consumers: new Map(), transport: 'bus', project: 'shop', rules: [] });
    const { files, leftOut, pending } = await settle('rabbitmq', actual, skeleton);
    expect({ pending, leftOut }).toEqual({ pending: [], leftOut: [] });
    const texts = Object.fromEntries(files.map(({ path, text }) => [path, text]));
    const again = await loadSystem({ 'msgctl.yaml': projectText('rabbitmq'), ...texts });
    const names = (one: typeof system) => desiredOn(one).map(({ kind, name: resource, attributes }) => [kind, resource, attributes]);
    expect(names(again)).toEqual(names(system));
  });

  test('a pattern of names is read back, and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 30 }), (names) => {
        expect(new Set(expandNamePattern(namePattern(names)))).toEqual(new Set(names));
      }),
      { seed: 3, numRuns: runs(100, 5_000) },
    );
    for (const pattern of [
      '^a.*$',
      '.*',
      '^[ab]$',
      '^a+$',
      '^(a)$',
      '^(?:a$',
      '^a)$',
      '^\\w$',
      `^${'(?:a|b)'.repeat(40)}$`,
      `^${'(?:'.repeat(9_000)}$`,
    ]) {
      expect(expandNamePattern(pattern)).toBeUndefined();
    }
  });
});
