import { expect, test } from 'vitest';
import { unreachable } from '../../../src/brokers/unreachable.ts';

const endpoint = { transport: 'rabbit', what: 'RabbitMQ', where: 'broker:5671' };

test.each([
  ['ECONNREFUSED', 'nothing listens there'],
  ['EPROTO', 'TLS was begun, and none is spoken at that port'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS was begun, and none is spoken at that port'],
  ['HPE_INVALID_CONSTANT', 'what answers there speaks no HTTP'],
  ['E_OTHER', 'the connection failed (E_OTHER)'],
])('a connection that fails with %s is told in words', (code, words) => {
  const { id, message } = unreachable(endpoint, Object.assign(new Error('driver'), { code }));
  expect({ id, message }).toEqual({
    id: 'broker-unreachable',
    message: `Transport "rabbit": RabbitMQ at broker:5671 cannot be reached: ${words}.`,
  });
});
