import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../src/brokers/kafka/access.ts';
import { failureOf } from '../../../src/brokers/kafka/admin/failures.ts';
import { transportNamed } from './transports.ts';

const access = accessOf(transportNamed('log', 'kafka', { brokers: 'boot:9092,other:9093' }));
const thrown = (name: string, more: object, message = 'failed') => Object.assign(new Error(message), { name, ...more });

describe('what goes wrong between msgctl and a Kafka', () => {
  it.each<[string, Error, object]>([
    [
      'a bootstrap broker that nobody listens at',
      thrown('KafkaJSConnectionError', { broker: 'other:9093', code: 'ECONNREFUSED' }),
      { id: 'broker-unreachable', message: 'Transport "log": Kafka at boot:9092, other:9093 cannot be reached: nothing listens there.' },
    ],
    [
      'a broker whose address only the cluster tells',
      thrown('KafkaJSNumberOfRetriesExceeded', { cause: thrown('KafkaJSConnectionError', { broker: 'inside:9094', code: 'ENOTFOUND' }) }),
      {
        id: 'broker-unreachable',
        message: 'Transport "log": a broker of the Kafka cluster at inside:9094 cannot be reached: its name is not known here.',
        advice: expect.stringContaining('advertised.listeners'),
      },
    ],
    [
      'a broker of the cluster that takes too long',
      thrown('KafkaJSRequestTimeoutError', { broker: 'inside:9094' }),
      { message: expect.stringContaining('a broker of the Kafka cluster at inside:9094 cannot be reached: it did not answer in time.') },
    ],
    [
      'a request that is not offered',
      thrown('KafkaJSServerDoesNotSupportApiKey', { apiName: 'DescribeAcls' }),
      { id: 'broker-refused', message: expect.stringContaining('does not offer the request DescribeAcls.') },
    ],
    ['an error of the protocol', thrown('KafkaJSProtocolError', { code: 31 }), { message: expect.stringContaining('lacks the rights') }],
  ])('is told in words: %s', (_, error, expected) => {
    expect(failureOf(error, access)).toMatchObject(expected);
  });

  it('is given back where it is a bug', () => {
    const bug = new TypeError('undefined is not a function');
    expect(failureOf(bug, access)).toBe(bug);
  });
});
