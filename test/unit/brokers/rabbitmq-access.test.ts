import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../src/brokers/rabbitmq/access.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import { transportNamed } from './transports.ts';

function access(options: JsonObject) {
  return accessOf(transportNamed('rabbit', 'rabbitmq', options));
}

describe('where a RabbitMQ is and as whom to enter', () => {
  it('is this machine and its usual user where nothing is said', () => {
    const { amqp, management, vhost } = access({});
    expect(amqp).toMatchObject({ host: 'localhost', port: 5672, user: 'guest', password: 'guest', secure: false });
    expect(management).toMatchObject({ host: 'localhost', port: 15_672, user: 'guest', secure: false, path: '' });
    expect(vhost).toBe('/');
  });

  it('finds the management API on the same host, with TLS where AMQP has it, and with the same user', () => {
    const { amqp, management } = access({ url: 'amqps://shop:p%40ss@broker.example/school' });
    expect(amqp).toMatchObject({ host: 'broker.example', port: 5671, secure: true, password: 'p@ss' });
    expect(management).toMatchObject({ host: 'broker.example', port: 15_671, secure: true, user: 'shop', password: 'p@ss' });
  });

  it('takes the user of the management API where it names one, and its path', () => {
    const { management } = access({ url: 'amqp://a:b@broker', management: 'https://reader:c@console.example/rabbit/' });
    expect(management).toMatchObject({ host: 'console.example', port: 443, path: '/rabbit', user: 'reader', password: 'c', secure: true });
  });

  it('uses no management API where the project says so', () => {
    expect(access({ url: 'amqp://a:b@broker', management: 'none' })).toMatchObject({ overAmqp: true, amqp: { user: 'a' } });
    expect(access({}).overAmqp).toBe(false);
  });

  it('reads an IPv6 address', () => {
    expect(access({ url: 'amqp://[::1]:5673' }).amqp).toMatchObject({ host: '::1', port: 5673, endpoint: { where: '[::1]:5673' } });
  });

  it('hands TLS over in the words of Node', () => {
    expect(access({ tls: { ca: 'PEM', 'server-name': 'broker' } }).tls).toEqual({ ca: 'PEM', servername: 'broker' });
    expect(access({ tls: true }).tls).toEqual({});
  });

  it.each([{ url: 'localhost:5672' }, { url: 'amqp:/secret@host' }, { management: 'amqp://localhost' }])('refuses %o', (options) => {
    try {
      access(options);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      expect((error as Failure).message).not.toContain('secret');
    }
  });
});
