import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { strimziFormat } from '../../../src/brokers/file/strimzi-topics.ts';
import { kubernetesName } from '../../../src/brokers/file/yaml-documents.ts';
import { context, pending, provisionText } from './provision-text.ts';
import { shop } from './shop.ts';

const transport = ', defaults: { partitions: 3, replication: 2 }';

describe('a file of Strimzi topics', () => {
  it('holds a document for each topic, marked as ours', async () => {
    const text = await provisionText(await shop('kafka', { transport }), undefined);
    const documents = parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>);
    expect(documents.map((document) => (document.spec as { topicName: string }).topicName)).toContain('orders.place');
    expect(documents[0]).toEqual({
      apiVersion: 'kafka.strimzi.io/v1beta2',
      kind: 'KafkaTopic',
      metadata: { name: 'billing.dead', labels: { 'strimzi.io/cluster': 'bus', 'msgctl/project': 'shop' } },
      spec: { topicName: 'billing.dead', partitions: 3, replicas: 2, config: { 'cleanup.policy': 'delete', 'retention.ms': -1 } },
    });
  });

  it('says afterwards what was asked for, and is written the same again', async () => {
    const system = await shop('kafka', { transport });
    const text = await provisionText(system, undefined);
    expect(await pending(system, text)).toEqual([]);
    expect(await provisionText(system, text)).toBe(text);
  });

  it.each([
    ['a config', ['retention.ms: -1', 'retention.ms: 5'], 'change topic billing.dead; configs.retention.ms: "5" → "-1"'],
    ['partitions taken away', ['partitions: 3', 'partitions: 2'], 'change topic billing.dead; partitions: 2 → 3'],
    ['partitions added', ['partitions: 3', 'partitions: 9'], 'migrate topic billing.dead; partitions: 9 → 3'],
    ['a mark taken away', ['    msgctl/project: shop\n', ''], 'refuse topic billing.dead'],
  ])('shows a change by hand: %s', async (_, [from, to], expected) => {
    const system = await shop('kafka', { transport });
    const text = (await provisionText(system, undefined)).replace(from as string, to as string);
    expect(await pending(system, text)).toEqual([expected]);
  });

  it('changes what differs and keeps the rest of a document, comments included', async () => {
    const system = await shop('kafka', { transport });
    const text = (await provisionText(system, undefined)).replace(
      'partitions: 3',
      '# asked for by ops\n  partitions: 2 # few\n  status: kept',
    );
    const after = await provisionText(system, text);
    expect(after).toContain('# asked for by ops\n  partitions: 3 # few\n  status: kept');
    expect(await pending(system, after)).toEqual([]);
  });

  it('keeps what is not ours to the letter, before what is', async () => {
    const foreign =
      '# A user\nkind:   KafkaUser\nmetadata: {name: "x"}\n--- # another\napiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata: { name: legacy }\nspec:  {}\n';
    const system = await shop('kafka', { transport });
    const after = await provisionText(system, foreign);
    expect(after.startsWith(foreign)).toBe(true);
    expect(await pending(system, after)).toEqual([]);
  });

  it('takes over a topic that exists by marking it', async () => {
    const system = await shop('kafka', {
      orders:
        '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, address: { topic: old_Topic }, existing: adopt }',
    });
    const text = await provisionText(
      system,
      'apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata: { name: old }\nspec: { topicName: old_Topic }\n',
    );
    expect(text).toContain('msgctl/project: shop');
    expect(await pending(system, text)).toEqual([]);
  });

  it('deletes the document of a topic that no contract asks for, with consent', async () => {
    const more = await shop('kafka', { orders: '  moved: { pattern: publish-subscribe, via: bus, message: { type: object } }' });
    const less = await shop('kafka');
    const text = await provisionText(more, undefined);
    expect(await pending(less, text)).toEqual(['delete topic orders.moved']);
    expect(await provisionText(less, text, ['delete'])).toBe(await provisionText(less, undefined));
  });

  it('follows the cluster and the version that the first topic in the file has', async () => {
    const system = await shop('kafka', { transport });
    const theirs =
      'apiVersion: kafka.strimzi.io/v1\nkind: KafkaTopic\nmetadata: { name: legacy, labels: { strimzi.io/cluster: live } }\nspec: {}\n';
    const documents = parseAllDocuments(await provisionText(system, theirs)).map((document) => document.toJS());
    expect(new Set(documents.map(({ apiVersion }) => apiVersion))).toEqual(new Set(['kafka.strimzi.io/v1']));
    expect(new Set(documents.map(({ metadata }) => metadata.labels['strimzi.io/cluster']))).toEqual(new Set(['live']));
  });

  it('gives no topic of ours the name of an object of somebody else', async () => {
    const system = await shop('kafka', { transport });
    const theirs = 'apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata: { name: orders.place }\nspec: { topicName: older }\n';
    const after = await provisionText(system, theirs);
    const documents = parseAllDocuments(after).map((document) => document.toJS());
    const names = documents.map(({ metadata }) => metadata.name);
    expect(new Set(names).size).toBe(names.length);
    expect(documents.find(({ spec }) => spec.topicName === 'orders.place').metadata.name).toBe('orders.place-2');
    expect(await pending(system, after)).toEqual([]);
    expect(await provisionText(system, after)).toBe(after);
  });

  it('rounds no number of a document that it changes', async () => {
    const system = await shop('kafka', { transport });
    const text = (await provisionText(system, undefined)).replace(
      'partitions: 3',
      'partitions: 2\n  other: { flush.ms: 9223372036854775807, ratio: 0.50 }',
    );
    expect(await provisionText(system, text)).toContain('partitions: 3\n  other: { flush.ms: 9223372036854775807, ratio: 0.50 }');
  });

  it('is reported with its place where it is no YAML, and left alone', () => {
    const text = 'kind: A\n---\nkind: [B\n';
    const expected = expect.objectContaining({
      id: 'topology-file-malformed',
      message: expect.stringMatching(/^topology\/bus:[34]:\d+: /),
    });
    expect(() => strimziFormat.read(text, context)).toThrow(expected);
    expect(() => strimziFormat.write(text, [], context)).toThrow(expected);
  });

  it('does not take a topic that stands there twice', () => {
    const topic = '---\napiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata: { name: a }\n';
    expect(() => strimziFormat.read(topic + topic, context)).toThrow('topology/bus:5:1: topic a stands here a second time.');
  });
});

describe('kubernetesName', () => {
  it.each([
    ['orders.placed', /^orders\.placed$/],
    ['ORDERS_EX', /^orders-ex-[0-9a-f]{8}$/],
    ['_a_.b', /^a\.b-[0-9a-f]{8}$/],
    ['___', /^topic-[0-9a-f]{8}$/],
  ])('%s', (topic, expected) => {
    expect(kubernetesName(topic)).toMatch(expected);
  });

  it('keeps names apart that look the same to Kubernetes', () => {
    expect(kubernetesName('Orders')).not.toBe(kubernetesName('ORDERS'));
  });
});

describe('marking a document that somebody else wrote', () => {
  const adopting = {
    orders: '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, address: { topic: old }, existing: adopt }',
  };
  const topic = (metadata: string) => `apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\n${metadata}spec: { topicName: old }\n`;

  it.each([
    ['without metadata', topic('')],
    ['with empty labels', topic('metadata:\n  name: old\n  labels:\n')],
    ['with labels from elsewhere', topic('metadata:\n  annotations: &all { team: a }\n  labels: *all\n')],
  ])('works %s', async (_, text) => {
    const system = await shop('kafka', adopting);
    const after = await provisionText(system, text);
    expect(await pending(system, after)).toEqual([]);
  });
});
