import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../../src/topology/broker-features.ts';
import { checkTopology } from '../../../src/topology/check-topology.ts';
import { loadSystem } from '../../support/load-system.ts';

async function idsOf(transport: string, use: string, provided = 'via: bus, message: { type: object }'): Promise<readonly string[]> {
  const system = await loadSystem({
    'msgctl.yaml': `msgctl: 1\nproject: school\ntransports: { bus: { ${transport} } }\n`,
    'contracts/shop.yaml': `msgctl: 1\nservice: shop\nversion: 1.0.0\nprovides:\n  placed: { pattern: publish-subscribe, ${provided} }\n`,
    'contracts/desk.yaml': `msgctl: 1\nservice: desk\nversion: 1.0.0\nuses:\n  shop.placed: { ${use} }\n`,
  });
  return checkTopology(system).map(({ id }) => id);
}

describe('compareVersions', () => {
  test.each([
    ['3.9', '3.10', -1],
    ['3.10', '3.9.29', 1],
    ['4.0', '4.0.0', 0],
    ['3.13.7', '3.13', 1],
    ['0.11', '2.4', -1],
  ])('%s and %s', (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign);
    expect(compareVersions(other, one)).toBe(-compareVersions(one, other) || 0);
  });
});

const rabbit = (version: string) => `kind: rabbitmq, version: '${version}'`;
const queue = (parts: string) => `address: { queue: { name: desk-orders, ${parts} } }`;

describe('the version of a broker', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['none is said, so nothing is assumed', 'kind: rabbitmq', '', []],
    ['the first that has it', rabbit('3.10'), '', []],
    ['the last that has it not', rabbit('3.9.29'), '', ['broker-too-old']],
    ['no retries, so no queue whose messages expire', rabbit('3.9'), 'delivery: { retry: false }', []],
    [
      'a queue that was there before needs nothing',
      rabbit('3.7'),
      `${queue('type: classic')}, existing: keep, delivery: { retry: false }`,
      [],
    ],
    [
      'the time to live of a classic queue is old',
      rabbit('3.8'),
      `${queue('type: classic, arguments: { x-message-ttl: 1000 }')}, delivery: { retry: false }`,
      [],
    ],
    [
      'that of a quorum queue is not',
      rabbit('3.9'),
      `${queue('arguments: { x-message-ttl: 1000 }')}, delivery: { retry: false }`,
      ['broker-too-old'],
    ],
    ['lazy queues before they were for all', rabbit('3.11'), queue('type: classic, arguments: { x-queue-mode: lazy }'), []],
    [
      'lazy queues without effect',
      rabbit('3.12'),
      queue('type: classic, arguments: { x-queue-mode: lazy }'),
      ['queue-argument-without-effect'],
    ],
    ['lazy queues refused', rabbit('4.3'), queue('type: classic, arguments: { x-queue-mode: lazy }'), ['broker-too-new']],
    ['a Kafka that names replicas for itself', "kind: kafka, version: '2.3'", '', ['broker-too-old']],
    ['a Kafka that is told how many', "kind: kafka, version: '2.3', defaults: { partitions: 3, replication: 3 }", '', []],
  ])('%s', async (_, transport, use, ids) => {
    expect(await idsOf(transport, use)).toEqual(ids);
  });

  test.each([
    ['6.2', []],
    ['7.2.4', []],
    ['6.0', ['broker-too-old', 'broker-too-old']],
  ])('Redis %s', async (version, ids) => {
    expect(await idsOf(`kind: redis, version: '${version}'`, '', 'via: bus, message: { type: object }, delivery: { retain: 1h }')).toEqual(
      ids,
    );
  });
});
