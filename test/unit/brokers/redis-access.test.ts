import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../src/brokers/redis/access.ts';
import { slotOf } from '../../../src/brokers/redis/slots.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import { transportNamed } from './transports.ts';

const access = (options: JsonObject) => accessOf(transportNamed('quick', 'redis', options));

describe('how a transport says to reach its Redis', () => {
  it.each<[string, JsonObject, object]>([
    ['nothing', {}, { host: 'localhost', port: 6379, database: 0 }],
    ['host and port', { url: 'redis://cache:7000' }, { host: 'cache', port: 7000, database: 0 }],
    ['a database', { url: 'redis://cache/3' }, { database: 3 }],
    ['an address of version 6', { url: 'redis://[::1]:7000' }, { host: '::1', endpoint: { where: '[::1]:7000' } }],
    ['a user', { url: 'redis://shop:p%40ss@cache' }, { login: { user: 'shop', password: 'p@ss' } }],
    ['a password alone', { url: 'redis://:secret@cache' }, { login: { user: 'default', password: 'secret' } }],
    ['a user whose password is empty', { url: 'redis://shop:@cache' }, { login: { user: 'shop', password: '' } }],
    ['a user alone', { url: 'redis://shop@cache' }, { login: { user: 'shop', password: '' } }],
    ['TLS', { url: 'rediss://cache' }, { tls: {} }],
    ['TLS with an authority', { url: 'rediss://cache', tls: { ca: 'PEM', 'server-name': 'x' } }, { tls: { ca: 'PEM', servername: 'x' } }],
    ['TLS by its option', { url: 'redis://cache', tls: true }, { tls: {} }],
  ])('%s', (_, options, expected) => {
    expect(access(options)).toMatchObject(expected);
  });

  it('without TLS and without a login where it asks for none', () => {
    for (const url of ['redis://cache', 'redis://default@cache', 'redis://:@cache']) {
      expect(Object.keys(access({ url }))).toEqual(['endpoint', 'host', 'port', 'database']);
    }
  });

  it.each(['amqp://u:secret@h', 'redis:/u:secret@h', 'redis://u:secret@h/db', 'redis://u:secret@h/1/2', 'secret'])(
    'not %s, which it does not repeat',
    (url) => {
      expect(() => access({ url })).toThrow(
        expect.objectContaining({ id: 'malformed-address', message: expect.not.stringContaining('secret') }),
      );
    },
  );
});

describe('the slot of a key', () => {
  // As CLUSTER KEYSLOT of Redis 7.0 gives them.
  it.each([
    ['123456789', 12739],
    ['orders.placed', 10575],
    ['{orders}.placed', 105],
    ['{orders}.due', 105],
    ['orders', 105],
    ['{}.due', 9170],
    ['a{b', 13340],
    ['größe', 9425],
  ])('%s is %i', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
  });
});
