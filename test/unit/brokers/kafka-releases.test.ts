import { describe, expect, it } from 'vitest';
import { kafkaNotes } from '../../../src/brokers/kafka/notes.ts';
import { releaseOf } from '../../../src/brokers/kafka/releases.ts';
import { transportOf } from '../../support/load-system.ts';
import { shop } from './shop.ts';

/** The newest versions of requests that clients send, as Apache Kafka had them. */
const KAFKA_2_8 = { 0: 9, 1: 12, 2: 6, 3: 11, 9: 7, 11: 7, 16: 4, 24: 3, 29: 2, 35: 2 };
const KAFKA_3_4 = { ...KAFKA_2_8, 1: 13, 2: 7, 3: 12, 9: 8, 11: 9, 29: 3, 35: 4 };
const KAFKA_4_1 = { 0: 13, 1: 18, 2: 10, 3: 13, 9: 9, 11: 9, 16: 5, 24: 5, 29: 3, 35: 4 };
const KAFKA_4_3 = { ...KAFKA_4_1, 2: 11, 35: 5 };

const release = (newest: Readonly<Record<number, number>>) => releaseOf((request) => newest[request]);

describe('which Kafka takes these requests', () => {
  it.each([
    ['one of the table', KAFKA_2_8, { least: '2.8', below: '3.0' }],
    ['one of two that clients cannot tell apart', KAFKA_3_4, { least: '3.3', below: '3.5' }],
    ['the one that is tried', KAFKA_4_1, { least: '4.1', below: '4.2' }],
    ['the newest that is known', KAFKA_4_3, { least: '4.3' }],
    ['one that is newer than all', { ...KAFKA_4_3, 0: 99, 1: 99 }, { least: '4.3' }],
  ])('%s', (_, newest, expected) => {
    expect(release(newest)).toEqual(expected);
  });

  it.each([
    ['what takes new requests and not all that came before', { ...KAFKA_4_1, 9: 5 }],
    ['what has no such requests at all', {}],
    ['what is older than the first', { 0: 2, 1: 3 }],
  ])('cannot be said of %s', (_, newest) => {
    expect(release(newest)).toBeUndefined();
  });
});

describe('the version of a live Kafka', () => {
  const notes = async (said: string | undefined, server: Readonly<Record<string, string>>) => {
    const system = await shop('kafka', { ...(said !== undefined && { transport: `, version: '${said}'` }) });
    return kafkaNotes(system, transportOf(system, 'bus'), server);
  };
  const is41 = { least: '4.1', below: '4.2' };

  it.each<[string | undefined, Readonly<Record<string, string>>]>([
    ['4.1', is41],
    ['4.1.1', is41],
    ['3.3', { least: '3.3', below: '3.5' }],
    ['3.4.1', { least: '3.3', below: '3.5' }],
    ['4.3', { least: '4.3' }],
    ['5.0', { least: '4.3' }],
    ['3.9', {}],
    [undefined, is41],
  ])('agrees with the project that says %s', async (said, server) => {
    expect(await notes(said, server)).toEqual([]);
  });

  it.each([
    ['3.9', is41, '4.1 by the requests that its brokers take', '4.1'],
    ['4.2', is41, '4.1 by the requests that its brokers take', '4.1'],
    ['3.9', { least: '4.3' }, '4.3 or newer by the requests that its brokers take', '4.3'],
  ])('is told where the project says %s', async (said, server, told, advised) => {
    expect(await notes(said, server)).toEqual([
      `The project says that "bus" is Kafka ${said}, and it is ${told}: without asking the broker, contracts are held against the wrong version. Write version: '${advised}' in the project file, for this environment if others have another.`,
    ]);
  });

  it('is what contracts are held against', async () => {
    expect(await notes(undefined, { least: '2.3', below: '2.4' })).toEqual([
      expect.stringMatching(/^contracts\/orders\.yaml:\d+: .*partitions or replicas.*bus is Kafka 2\.3\.$/),
    ]);
  });
});
