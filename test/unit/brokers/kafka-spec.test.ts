import { describe, expect, it } from 'vitest';
import { unlistedConfigs, unlistedNotes } from '../../../src/brokers/kafka/configs.ts';
import { kafkaSpec } from '../../../src/brokers/kafka/spec.ts';
import type { FieldChange } from '../../../src/topology/steps.ts';
import { desiredOn, linesOf, shop } from './shop.ts';

const cleanup = 'configs.cleanup.policy';
const retention = 'configs.retention.ms';

describe('the mapping on Kafka', () => {
  it('gives every interaction a topic, callers one for answers, receivers one for each delay and one for dead letters', async () => {
    expect(linesOf(desiredOn(await shop('kafka')), 'topic', cleanup, retention)).toEqual([
      `billing.dead ${cleanup}=delete ${retention}=-1`,
      `billing.replies ${cleanup}=delete ${retention}=-`,
      `billing.retry.1s ${cleanup}=delete ${retention}=604801000`,
      `billing.retry.2s ${cleanup}=delete ${retention}=604802000`,
      `billing.retry.4s ${cleanup}=delete ${retention}=604804000`,
      `billing.retry.8s ${cleanup}=delete ${retention}=604808000`,
      `orders.archive ${cleanup}=delete ${retention}=-`,
      `orders.dead ${cleanup}=delete ${retention}=-1`,
      `orders.place ${cleanup}=delete ${retention}=-`,
      `orders.placed ${cleanup}=delete ${retention}=-`,
      `orders.retry.1s ${cleanup}=delete ${retention}=604801000`,
      `orders.retry.2s ${cleanup}=delete ${retention}=604802000`,
      `orders.retry.4s ${cleanup}=delete ${retention}=604804000`,
      `orders.retry.8s ${cleanup}=delete ${retention}=604808000`,
    ]);
  });

  it('takes partitions from the contract, then from the transport, and leaves them to the broker otherwise', async () => {
    const system = await shop('kafka', {
      transport: ', defaults: { partitions: 3, replication: 2 }',
      orders:
        '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { key: /id, partitions: 12, retain: 30d } }',
    });
    expect(linesOf(desiredOn(system), 'topic', 'partitions', 'replication', retention)).toEqual(
      expect.arrayContaining([
        `orders.moved partitions=12 replication=2 ${retention}=2592000000`,
        `orders.placed partitions=3 replication=2 ${retention}=-`,
      ]),
    );
  });

  it('gives every topic that it makes the configs of the transport, and lets contracts have the last word', async () => {
    const system = await shop('kafka', {
      transport: ', configs: { min.insync.replicas: 2, retention.ms: 5, unclean.leader.election.enable: false }, own-configs: all',
      orders: '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { retain: 1d } }',
    });
    const topics = desiredOn(system);
    const configs = ['min.insync.replicas', 'unclean.leader.election.enable', 'retention.ms'].map((name) => `configs.${name}`);
    const values = (name: string) => configs.map((config) => topics.find((each) => each.name === name)?.attributes[config]);
    expect(values('orders.placed')).toEqual(['2', 'false', '5']);
    expect(values('orders.moved')).toEqual(['2', 'false', '86400000']);
    expect(values('orders.dead')).toEqual(['2', 'false', '-1']);
    expect(topics.every(({ exact }) => exact)).toBe(true);
  });

  it.each([
    ['compact alone keeps the newest of each key for ever', '{ compact: true }', ['compact', '-', '-']],
    ['compact with a time deletes too', '{ compact: true, time: 1d }', ['compact,delete', '86400000', '-']],
    ['a size bounds each partition', '{ size: 64KiB }', ['delete', '-', '65536']],
  ])('%s', async (_, retain, [policy, time, size]) => {
    const system = await shop('kafka', {
      orders: `  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { key: /id, retain: ${retain} } }`,
    });
    expect(linesOf(desiredOn(system), 'topic', cleanup, retention, 'configs.retention.bytes')).toContain(
      `orders.moved ${cleanup}=${policy} ${retention}=${time} configs.retention.bytes=${size}`,
    );
  });

  it('lets dead letters go only where every receiver of the service says when', async () => {
    const orders =
      '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { dead-letters: { retain: 7d } } }';
    const one = await shop('kafka', { orders, billing: '  orders.moved: {}' });
    expect(linesOf(desiredOn(one), 'topic', retention)).toContain(`billing.dead ${retention}=-1`);
  });
});

describe('comparing topics', () => {
  const at = { offset: 0, line: 1, column: 1 };
  const topic = (attributes: Record<string, string | number>) => ({
    kind: 'topic',
    name: 't',
    attributes,
    causes: [{ file: 'f', start: at, end: at }] as const,
    needs: [],
  });

  const effective = { [`effective.${cleanup}`]: 'delete', [`effective.${retention}`]: '604800000' };

  it.each<[string, Record<string, string | number>, Record<string, string | number>, readonly FieldChange[]]>([
    ['leaves partitions and replicas that the contract does not name', {}, { partitions: 3, replication: 2 }, []],
    ['leaves configs that are not its business', {}, { 'configs.segment.bytes': '1' }, []],
    ['takes a retention back that no contract names any more', {}, { [retention]: '5' }, [{ name: retention, from: '5' }]],
    ['sees another retention', { [retention]: '6' }, { [retention]: '5' }, [{ name: retention, from: '5', to: '6' }]],
    ['takes a list of policies whatever its order', { [cleanup]: 'compact,delete' }, { [cleanup]: 'delete, compact' }, []],
    [
      'sees one policy less',
      { [cleanup]: 'delete' },
      { [cleanup]: 'delete,compact' },
      [{ name: cleanup, from: 'delete,compact', to: 'delete' }],
    ],
    ['sets what is only in effect on what is its own', { [cleanup]: 'delete' }, effective, [{ name: cleanup, to: 'delete' }]],
    ['lists no effective value by itself', {}, effective, []],
    [
      'takes numbers that are written in another way',
      { 'configs.min.cleanable.dirty.ratio': '0.50' },
      { 'configs.min.cleanable.dirty.ratio': '0.5' },
      [],
    ],
    ['takes flags that are written in another way', { 'configs.preallocate': 'True' }, { 'configs.preallocate': 'true' }, []],
    [
      'tells large numbers apart',
      { 'configs.flush.ms': '9223372036854775807' },
      { 'configs.flush.ms': '9223372036854775806' },
      [{ name: 'configs.flush.ms', from: '9223372036854775806', to: '9223372036854775807' }],
    ],
    ['opens a topic that was fenced', {}, { 'configs.max.message.bytes': '0' }, [{ name: 'configs.max.message.bytes', from: '0' }]],
  ])('%s', (_, desired, actual, expected) => {
    expect(kafkaSpec.compare(topic(desired), topic(actual))).toEqual(expected);
  });

  it("takes back what nothing lists where all configs are the project's", () => {
    const actual = topic({ partitions: 1, 'configs.segment.bytes': '1', ...effective });
    expect(kafkaSpec.compare({ ...topic({}), exact: true }, actual)).toEqual([{ name: 'configs.segment.bytes', from: '1' }]);
  });

  it('tells of what nothing lists, where it stays', () => {
    const unlisted = unlistedConfigs(
      [
        { ...topic({ 'configs.segment.bytes': '1', [retention]: '5' }), owner: 'shop' },
        { ...topic({ 'configs.segment.bytes': '1' }), name: 'foreign' },
        { ...topic({ 'configs.segment.bytes': '1' }), name: 'exact', owner: 'shop' },
      ],
      [topic({}), { ...topic({}), name: 'exact', exact: true }],
      'shop',
    );
    expect(unlistedNotes(unlisted)).toEqual([
      'segment.bytes is set on t, and neither a contract nor "configs" of the transport lists it: it stays. With "own-configs: all" it is taken back.',
    ]);
    expect(unlistedNotes({ a: ['1', '2', '3', '4', '5'] })[0]).toMatch(/^a is set on 1, 2, 3 and 2 more,/);
  });

  it.each(['keep', 'adopt'] as const)('compares a topic to %s with what is in effect', (existing) => {
    const compare = (attributes: Record<string, string>) => kafkaSpec.compare({ ...topic(attributes), existing }, topic(effective));
    expect(compare({ [cleanup]: 'delete' })).toEqual([]);
    expect(compare({ [retention]: '5' })).toEqual([{ name: retention, from: '604800000', to: '5' }]);
  });

  it('invents no difference where the configs may not be read', () => {
    const hidden = topic({ partitions: 1, hidden: 'No rights.' });
    expect(kafkaSpec.compare(topic({ partitions: 2, [cleanup]: 'delete' }), hidden)).toEqual([{ name: 'partitions', from: 1, to: 2 }]);
    expect(kafkaSpec.compare({ ...topic({ partitions: 1 }), existing: 'keep' }, hidden)).toEqual([]);
    expect(() => kafkaSpec.compare({ ...topic({ [cleanup]: 'delete' }), existing: 'keep' }, hidden)).toThrow(
      'Kafka: the configs of topic "t" may not be read. No rights.',
    );
  });

  it.each<[string, FieldChange, string, string]>([
    ['more partitions', { name: 'partitions', from: 3, to: 6 }, 'in-place', 'order'],
    ['fewer partitions', { name: 'partitions', from: 6, to: 3 }, 'replace', 'order'],
    ['more replicas', { name: 'replication', from: 1, to: 3 }, 'in-place', 'safe'],
    ['a longer retention', { name: retention, from: '5', to: '6' }, 'in-place', 'safe'],
    ['a retention without end', { name: retention, from: '5', to: '-1' }, 'in-place', 'safe'],
    ['a shorter retention', { name: retention, from: '6', to: '5' }, 'in-place', 'data-loss'],
    ['the first end of a retention', { name: retention, from: '-1', to: '5' }, 'in-place', 'data-loss'],
    ['back to the default of the broker', { name: retention, from: '5' }, 'in-place', 'data-loss'],
    ['a smaller message', { name: 'configs.max.message.bytes', from: '6', to: '5' }, 'in-place', 'safe'],
    ['compaction', { name: cleanup, from: 'delete', to: 'compact' }, 'in-place', 'data-loss'],
  ])('knows what %s means', (_, change, how, risk) => {
    expect(kafkaSpec.mutability('topic', change)).toMatchObject({ how, risk });
  });
});
