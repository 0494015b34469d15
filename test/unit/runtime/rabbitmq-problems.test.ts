import { expect, test } from 'vitest';
import { describeProblem } from '../../../src/runtime/rabbitmq/session.ts';

test.each([
  ['Expected ConnectionOpenOk; got <ConnectionClose channel:0>', 'its virtual host is not there, or this user may not enter it.'],
  [
    'Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - Login was refused"',
    'it does not let this user in: the user is not known there, or the password is another.',
  ],
  ['no way to amqp://me:secret@broker/shop', 'no way to amqp://***@broker/shop'],
  ['', 'ECONNREFUSED'],
])('%s is told as %s', (message, told) => {
  expect(describeProblem(Object.assign(new Error(message), { code: 'ECONNREFUSED' }))).toBe(told);
});
