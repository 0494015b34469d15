import { expect, test } from 'vitest';
import { maskSecrets } from '../../../src/source/mask-secrets.ts';

test.each([
  ['amqp://admin:hunter2@broker/%2f', 'amqp://admin:***@broker/%2f'],
  ['amqps://admin:p@ss@broker', 'amqps://admin:***@broker'],
  ['amqp://admin:p/a#s?s@broker/x', 'amqp://admin:***@broker/x'],
  ['redis://:hunter2@cache:6379/0', 'redis://:***@cache:6379/0'],
  ['cannot reach "http://u:pw@host:15672" nor amqp://a:b@c', 'cannot reach "http://u:***@host:15672" nor amqp://a:***@c'],
  ['https://host/path?token=abc&x=1', 'https://host/path?token=***&x=1'],
  ['Server=db;Password=hunter2;Port=1', 'Server=db;Password=***;Port=1'],
  ['http://localhost:15672 and a@b.example', 'http://localhost:15672 and a@b.example'],
  ['amqp://admin:*******@broker and amqp://admin:*@hunter2@broker', 'amqp://admin:*******@broker and amqp://admin:***@broker'],
  ['password=****&x=1 secret=***x', 'password=****&x=1 secret=***'],
  ['amqp://user@host', 'amqp://user@host'],
])('%s becomes %s', (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
});

test('long texts without a secret take no time worth speaking of', () => {
  const text = 'a'.repeat(200_000);
  expect(maskSecrets(text)).toBe(text);
});
