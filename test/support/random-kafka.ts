/** Random contracts over one Kafka, which differ in what a topic can differ in, and what may stand on the cluster before them. */
import fc from 'fast-check';
import type { JsonObject } from '../../src/source/json.ts';

/** One version of a project: its files, as a loader takes them. */
export type RandomProject = { readonly files: Readonly<Record<string, string>> };

/** A topic that is there before: whose, how made, and what was done with it. */
export type Standing = {
  readonly name: string;
  readonly owner: 'nobody' | 'another';
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
  readonly messages: number;
};

/** What people do between two versions to the topic that stands at this place among those of the project. */
export type ByHand = {
  readonly at: number;
  readonly what: 'write' | 'write and read' | 'set retention' | 'add partitions' | 'set another config';
};

const SERVICES = ['desk', 'shop', 'store'] as const;
const NAMES = ['one', 'two'] as const;
const MESSAGE = { type: 'object', required: ['k'], properties: { k: { type: 'string' } } };

/** What an existing topic is called that contracts may name: one that may be there, and one that never is. */
const ADDRESSES = ['before.one', 'before.two', 'before.never'] as const;

const existing = fc.option(fc.constantFrom('keep' as const, 'adopt' as const), { nil: undefined, freq: 4 });
const retain = fc.constantFrom<(string | JsonObject)[]>('1d', '7d', { time: '1d', size: '10MiB' }, { size: '1MiB' });

const event = fc.record({ retain, partitions: fc.integer({ min: 1, max: 3 }), compact: fc.boolean() }).map(
  ({ partitions, compact, ...rest }): JsonObject => ({
    pattern: 'publish-subscribe',
    message: MESSAGE,
    delivery: compact ? { retain: { compact: true }, key: '/k', partitions } : { ...rest, key: '/k', order: 'none', partitions },
  }),
);
const notification = fc.record({ attempts: fc.integer({ min: 1, max: 3 }), isKept: fc.boolean() }).map(
  ({ attempts, isKept }): JsonObject => ({
    pattern: 'notification',
    message: MESSAGE,
    delivery: { retry: attempts === 1 ? false : { attempts, delay: '1s' }, ...(!isKept && { 'dead-letters': false }) },
  }),
);
const request = fc.constantFrom<JsonObject>(
  { pattern: 'async-request-response', request: MESSAGE, response: MESSAGE, timeout: '5s' },
  { pattern: 'async-request-response', request: MESSAGE, response: MESSAGE, timeout: '5s', reply: 'durable' },
);

const interaction = fc
  .tuple(fc.oneof(event, event, notification, request), fc.constantFrom(...ADDRESSES), existing, fc.boolean())
  .map(([base, topic, kept, isNamed]) => ({
    ...base,
    via: 'log',
    ...(kept && { existing: kept }),
    ...(kept && isNamed && { address: { topic } }),
  }));

const service = fc.record({
  provides: fc.dictionary(fc.constantFrom(...NAMES), interaction, { noNullPrototype: true }),
  uses: fc.uniqueArray(fc.tuple(fc.constantFrom(...SERVICES), fc.constantFrom(...NAMES)), {
    selector: ([of, name]) => `${of}.${name}`,
    maxLength: 3,
  }),
});

/** A project whose topics begin with a prefix that is filled in later: `%PREFIX%`. */
export const randomProject: fc.Arbitrary<RandomProject> = fc
  .record({
    services: fc.tuple(service, service, service),
    partitions: fc.integer({ min: 1, max: 2 }),
    configs: fc.constantFrom<JsonObject[]>({}, { 'segment.ms': 3_600_000 }),
    users: fc.boolean(),
  })
  .map(({ services, partitions, configs, users }) => {
    const transport = {
      kind: 'kafka',
      brokers: 'localhost:9092',
      prefix: '%PREFIX%',
      defaults: { partitions, replication: 1 },
      ...(Object.keys(configs).length > 0 && { configs }),
      ...(users && { users: { '*': '%PREFIX%{service}' } }),
    };
    const project = { msgctl: 1, project: '%PROJECT%', contracts: 'contracts/*.yaml', transports: { log: transport } };
    const contracts = services.map(({ provides, uses }, index) => {
      const name = SERVICES[index] as string;
      const there = uses.filter(([of, id]) => of !== name && Object.hasOwn(services[SERVICES.indexOf(of)]?.provides ?? {}, id));
      const used = Object.fromEntries(there.map(([of, id]) => [`${of}.${id}`, {}]));
      return [
        `contracts/${name}.yaml`,
        JSON.stringify({ msgctl: 1, service: name, version: '1.0.0', provides: named(provides), uses: used }),
      ] as const;
    });
    return { files: { 'msgctl.yaml': JSON.stringify(project), ...Object.fromEntries(contracts) } };
  });

/** An address of one's own is written as it is, so that it takes the prefix here. */
function named(provides: Readonly<Record<string, JsonObject>>): JsonObject {
  return Object.fromEntries(
    Object.entries(provides).map(([name, { address, ...rest }]) => [
      name,
      address === undefined ? rest : { ...rest, address: { topic: `%PREFIX%${(address as { topic: string }).topic}` } },
    ]),
  );
}

/** Topics of others, some under names that the contracts may want. */
export const standings: fc.Arbitrary<readonly Standing[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(
      'desk.one',
      'shop.one',
      'shop.two',
      'desk.dead',
      'shop.replies',
      'before.one',
      'before.two',
      'elsewhere',
      'elsewhere.too',
    ),
    owner: fc.constantFrom<Standing['owner'][]>('nobody', 'nobody', 'another'),
    partitions: fc.integer({ min: 1, max: 3 }),
    configs: fc.constantFrom<Standing['configs'][]>(
      {},
      { 'retention.ms': '86400000' },
      { 'cleanup.policy': 'compact' },
      { 'segment.ms': '60000' },
    ),
    messages: fc.nat({ max: 2 }),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);

/** What people do in between. */
export const handiwork: fc.Arbitrary<readonly ByHand[]> = fc.uniqueArray(
  fc.record({
    at: fc.nat({ max: 7 }),
    what: fc.constantFrom<ByHand['what'][]>('write', 'write and read', 'set retention', 'add partitions', 'set another config'),
  }),
  { selector: ({ at }) => at, maxLength: 3 },
);
