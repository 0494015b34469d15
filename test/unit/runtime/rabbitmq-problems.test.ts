import { expect, test } from 'vitest';
import { describeProblem } from '../../../src/runtime/rabbitmq/session.ts';

test.each([
  ['Expected ConnectionOpenOk; got <ConnectionClose channel:0>', 'its virtual host is not there, or this user may not enter it.'],
  ['no way to amqp://me:secret@broker/shop', 'no way to amqp://***@broker/shop'],
  ['', 'ECONNREFUSED'],
])('%s is told as %s', (message, told) => {
  expect(describeProblem(Object.assign(new Error(message), { code: 'ECONNREFUSED' }))).toBe(told);
});
