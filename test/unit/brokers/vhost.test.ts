import { expect, it } from 'vitest';
import { vhostOf } from '../../../src/brokers/rabbitmq/vhost.ts';
import { transportNamed } from './transports.ts';

it.each([
  ['amqp://localhost', '/'],
  ['amqp://localhost/', '/'],
  ['amqp://localhost/school', 'school'],
  ['amqps://user:p%2Fw@host:5671/eu%2Fschool?heartbeat=10', 'eu/school'],
  ['amqp://localhost/%', '%'],
  ['amqp://localhost/eu/school', 'eu/school'],
  [undefined, '/'],
])('%s is on virtual host %s', (url, vhost) => {
  expect(vhostOf(transportNamed('bus', 'rabbitmq', url === undefined ? {} : { url }))).toBe(vhost);
});
