import { describe, expect, it } from 'vitest';
import { failureOf as kafkaFailure } from '../../../src/brokers/kafka/admin/failures.ts';
import { accessOf as rabbitmqAccess } from '../../../src/brokers/rabbitmq/access.ts';
import { notRabbitmq } from '../../../src/brokers/rabbitmq/admin/management.ts';
import { accessOf as redisAccess } from '../../../src/brokers/redis/access.ts';
import { failureOf as redisFailure } from '../../../src/brokers/redis/explain.ts';
import { loginRefused, unreachable } from '../../../src/brokers/unreachable.ts';
import { importFailure } from '../../../src/cli/import/import-failure.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import { transportNamed } from '../brokers/transports.ts';

const coded = (code: string) => Object.assign(new Error('no'), { code });
const redis = redisAccess(transportNamed('quick', 'redis', { url: 'redis://localhost' }));
const rabbitmq = rabbitmqAccess(transportNamed('rabbit', 'rabbitmq', { url: 'amqp://localhost' }));
const kafka = { brokers: ['localhost:9092'], endpoint: { transport: 'log', what: 'Kafka', where: 'localhost:9092' }, clientId: 'x' };

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const failures: readonly (readonly [kind: 'rabbitmq' | 'kafka' | 'redis', id: string, error: unknown, said: RegExp])[] = [
  ['rabbitmq', 'broker-unreachable', unreachable(rabbitmq.management.endpoint, coded('ECONNREFUSED')), /--url, and --management/],
  [
    'kafka',
    'broker-unreachable',
    kafkaFailure(Object.assign(coded('ECONNREFUSED'), { name: 'KafkaJSConnectionError' }), kafka),
    /--brokers/,
  ],
  ['redis', 'broker-unreachable', redisFailure({ error: 'ECONNREFUSED', isLost: true }, redis, 'be reached'), /--url/],
  ['rabbitmq', 'login-refused', loginRefused(rabbitmq.amqp.endpoint, 'me'), /RABBITMQ_URL/],
  ['kafka', 'login-refused', loginRefused(kafka.endpoint, 'me'), /"sasl"/],
  ['redis', 'login-refused', redisFailure({ error: 'NOAUTH Authentication required.' }, redis, 'log in'), /REDIS_URL/],
  ['rabbitmq', 'broker-refused', notRabbitmq(rabbitmq.management, 'the queues'), /--management/],
  ['kafka', 'broker-refused', kafkaFailure(Object.assign(new Error('no'), { code: 99 }), kafka), /--brokers/],
  ['redis', 'broker-refused', redisFailure({ error: 'LOADING it' }, redis, 'list its streams'), /--from FILE/],
  ['redis', 'right-missing', redisFailure({ error: "NOPERM no 'scan' command" }, redis, 'list its streams'), /ACL SETUSER default \+scan/],
  ['rabbitmq', 'malformed-address', thrownBy(() => rabbitmqAccess(transportNamed('rabbit', 'rabbitmq', { url: 'x' }))), /--url amqp:/],
  ['redis', 'malformed-address', thrownBy(() => redisAccess(transportNamed('quick', 'redis', { url: 'x' }))), /--url redis:/],
  ['redis', 'broker-not-trusted', unreachable(redis.endpoint, coded('CERT_HAS_EXPIRED')), /--out FOLDER/],
];

describe('what stops an import at its broker', () => {
  it.each(failures)('%s: %s is told in words of an import', (kind, id, error, said) => {
    const failure = importFailure(error, { kind, hasProject: false });
    expect(failure).toMatchObject({ id, message: (error as Failure).message, advice: expect.stringMatching(said) });
    expect(`${(failure as Failure).why} ${(failure as Failure).advice}`).not.toMatch(
      /--to\b|in the project file|Nothing was changed|plan compares/,
    );
  });

  it.each(failures)('%s: %s speaks of the project file where there is one', (kind, _, error) => {
    const failure = importFailure(error, { kind, hasProject: true }) as Failure;
    expect(failure.advice).not.toMatch(/--to\b|--url|--brokers|--management/);
  });

  it('is left as it is where it has nothing to do with the broker', () => {
    const own = new Failure('nothing-to-import', { message: 'Nothing.' });
    const bug = new TypeError('x is not a function');
    expect([own, bug].map((error) => importFailure(error, { kind: 'redis', hasProject: false }))).toEqual([own, bug]);
  });
});
