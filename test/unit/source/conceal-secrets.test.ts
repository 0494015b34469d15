import { describe, expect, test } from 'vitest';
import { concealLogins, concealSecrets } from '../../../src/source/conceal-secrets.ts';

describe('what may be shown of a file of settings', () => {
  test.each([
    ['password: hunter2', 'password: *******'],
    ['password: hun, {ter} # 2', 'password: **** ***** * *'],
    ['password hunter2', 'password *******'],
    ['pasword: hunter2', 'pasword: *******'],
    ["'password': hunter2", "'password': *******"],
    ['{ username: u, password: hunter2, nope: 1 }', '{ username: u, password: *******, nope: 1 }'],
    ['{ username: u, password: hun}ter2 }', '{ username: u, password: ******** }'],
    ['tls: { key: k, passphrase: "a \\" b", ca: c }', 'tls: { key: *, passphrase: ** ** **, ca: c }'],
    ["tls: { passphrase: 'it''s, } me', ca: c }", 'tls: { passphrase: ******* * ***, ca: c }'],
    ["tls: { passphrase: 'open, ca: c }", 'tls: { passphrase: ****** *** * *'],
    ['password: [hunter2]', 'password: *********'],
    ['password: !hunter2 x', 'password: ******** *'],
    ['password: *hunter2', 'password: ********'],
    ["url: 'amqp://admin:hunter2@broker/%2f'", "url: 'amqp://admin:*******@broker/%2f'"],
    ["url: 'amqp://admin:hunter 2@broker'", "url: 'amqp://admin:****** *@broker'"],
    ["brokers: 'admin:hunter2@broker:9092'", "brokers: 'admin:*******@broker:9092'"],
    ['z: { url: redis://:p@ss@cache, x: 1 }', 'z: { url: redis://:****@cache, x: 1 }'],
    ['url: admin:hunter2@broker', 'url: admin:*******@broker'],
    ['brokers: localhost:9092', 'brokers: localhost:9092'],
    ['project: school', 'project: school'],
  ])('%s', (text, shown) => {
    expect(concealSecrets(text)).toBe(shown);
  });

  test('a secret over several lines is concealed to its end', () => {
    const text = 'tls:\n  key: |\n    one\n\n    two\n  ca: c\n  passphrase:\n    three\nx: "a"\npassword: "four\nfive", y: 1\nz: 1';
    expect(concealSecrets(text)).toBe(
      'tls:\n  key: *\n    ***\n\n    ***\n  ca: c\n  passphrase:\n    *****\nx: "a"\npassword: *****\n****", y: 1\nz: 1',
    );
  });

  test('it keeps its length, whatever it holds, and the work is bounded', () => {
    for (const part of ['a:', 'a:b@', '"', "'a:", 'key ', 'password: "\\', '{', '://', 'pas'])
      for (const text of [part.repeat(20_000), `x: ${part}\n`.repeat(2_000)]) expect(concealSecrets(text)).toHaveLength(text.length);
  });
});

test('of other files only logins are concealed', () => {
  expect(concealLogins('token: tok-5f1 at http://a:b@c')).toBe('token: tok-5f1 at http://a:*@c');
});
