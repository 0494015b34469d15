import { describe, expect, test } from 'vitest';
import { type RabbitmqOptions, rabbitmq } from '../../../src/runtime/rabbitmq.ts';

describe('the address of RabbitMQ', () => {
  const none = /^RabbitMQ has no address: `url` is empty\. Where it comes from a variable of the environment, is that set\?$/;

  test.each([
    ['a variable that is not set', undefined, none],
    ['one that is empty', '', none],
    ['a list of none', [], none],
    ['a list with one that is empty', ['amqp://localhost', ''], none],
    ['no URL', 'localhost', /^RabbitMQ's address is none: it begins with no protocol/],
    ['another protocol', 'https://me:secret@localhost', /^RabbitMQ's address is none: it begins with https:, not with amqp: or amqps:\.$/],
  ])('%s is refused, and not quoted', (_, url, message) => {
    expect(() => rabbitmq({ url } as RabbitmqOptions)).toThrow(message);
  });

  test('what is written in place of the options is refused in the same words', () => {
    expect(() => rabbitmq('amqp://localhost' as unknown as RabbitmqOptions)).toThrow(none);
  });
});
