import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../src/brokers/kafka/access.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import { transportNamed } from './transports.ts';

const access = (options: JsonObject) => accessOf(transportNamed('log', 'kafka', options));

describe('how a transport says to reach its Kafka', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ['nothing', {}, ['localhost:9092']],
    ['one text', { brokers: 'a:1' }, ['a:1']],
    ['several with commas', { brokers: ' a:1, b ,' }, ['a:1', 'b:9092']],
    ['a list', { brokers: ['a:1', 'b:2,c:3'] }, ['a:1', 'b:2', 'c:3']],
  ])('%s', (_, options, brokers) => {
    expect(access(options).brokers).toEqual(brokers);
  });

  it.each(['kafka://user:secret@a:1', 'a:99999', 'user:secret@a:1', ','])('not %s, which it does not repeat', (brokers) => {
    expect(() => access({ brokers })).toThrow(
      expect.objectContaining({ id: 'malformed-address', message: expect.not.stringContaining('secret') }),
    );
  });

  it('with a login, a certificate and the id of the cluster', () => {
    const sasl = { mechanism: 'plain', username: 'u', password: 'p' };
    expect(access({ sasl, tls: { ca: 'PEM', 'server-name': 'kafka' }, cluster: 'id', 'client-id': 'us' })).toMatchObject({
      sasl,
      tls: { ca: 'PEM', servername: 'kafka' },
      cluster: 'id',
      clientId: 'us',
    });
    expect(access({ tls: true }).tls).toEqual({});
    expect(access({ tls: false }).tls).toBeUndefined();
  });
});
