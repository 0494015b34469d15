import { describe, expect, it } from 'vitest';
import { openKafka } from '../../../src/brokers/kafka/admin.ts';
import { openRabbitmq } from '../../../src/brokers/rabbitmq/admin.ts';
import { transportNamed } from './transports.ts';

const tls = { cert: 'no certificate', key: 'very secret' };
const opens = {
  rabbitmq: () => openRabbitmq(transportNamed('bus', 'rabbitmq', { url: 'amqps://localhost', tls }), 'shop'),
  kafka: () => openKafka(transportNamed('bus', 'kafka', { brokers: 'localhost', tls }), 'shop'),
};

describe('a certificate or key that cannot be read', () => {
  it.each(Object.entries(opens))('is told of before %s is connected to, without the key', async (_, open) => {
    const failure: unknown = await open().catch((error: unknown) => error);
    expect(failure).toMatchObject({ id: 'malformed-tls', message: expect.stringContaining('Transport "bus"') });
    expect(JSON.stringify(failure)).not.toContain('secret');
  });
});
