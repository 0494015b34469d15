/** Why a message did not get to a queue, for people. */
import type { TransportError } from '../errors.ts';
import { transportError } from '../failure.ts';
import type { Publication } from './frames.ts';

/** No queue takes it. */
export function unroutable({ message, exchange, key }: Publication): TransportError {
  return transportError('unroutable', `${message.type} was not sent: no queue is bound to ${exchange} for ${key}.`);
}

/** Its exchange is not there, or not this user's to write to. */
export function missing({ message, exchange }: Publication, cause: Error): TransportError {
  const why = /ACCESS_REFUSED/.test(cause.message)
    ? `this user may not write to ${exchange}`
    : `there is no exchange ${exchange}, which \`msgctl provision\` makes`;
  return transportError('unroutable', `${message.type} was not sent: ${why}.`, { cause });
}

/** It has more bytes than the broker takes. */
export function tooLarge({ message }: Publication, cause: Error): TransportError {
  return transportError('invalid', `${message.type} was not sent: ${cause.message}`, { cause });
}

/** The broker said no to it: for one of the queues that it was to get to, and others may have it. */
export function refused({ message }: Publication): TransportError {
  return transportError('overloaded', `${message.type} was not taken by RabbitMQ: a queue is full, or it cannot be stored.`, {
    indeterminate: true,
  });
}

/** AMQP cannot say it. */
export function unwritable({ message }: Publication, cause: Error): TransportError {
  return transportError('invalid', `${message.type} was not sent: it cannot be written as AMQP: ${cause.message}`, { cause });
}

/** It may have arrived. */
export function indeterminate({ message }: Publication, cause: Error): TransportError {
  return transportError('disconnected', `The connection was lost before RabbitMQ confirmed ${message.type}: ${cause.message}`, {
    indeterminate: true,
    cause,
  });
}

/** It waited to be sent for longer than anybody waits. */
export function unsent({ message }: Publication, why: string, { code, cause }: TransportError): TransportError {
  const text = code === 'aborted' ? 'was given up by its caller before it was sent' : 'was not sent in time';
  return transportError(code, `${message.type} ${text}: ${why}.`, { cause });
}

/** It was sent, and nobody waits any longer to hear that it has arrived. */
export function unconfirmed(error: TransportError): TransportError {
  return transportError(error.code, `${error.message} RabbitMQ has not confirmed it.`, { indeterminate: true, cause: error });
}
