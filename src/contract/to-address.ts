import type { JsonObject } from '../source/json.ts';
import { choiceAt, objectAt, textAt, withoutUndefined } from './fields.ts';
import type { ProviderAddress, ReceiverAddress } from './model.ts';

type QueueAddress = Extract<ReceiverAddress, { kind: 'queue' }>['queue'];

/** Reads a provider's `address:`, how its side is named where it exists already. */
export function toProviderAddress(written: JsonObject | undefined): ProviderAddress | undefined {
  const exchange = objectAt(written, 'exchange');
  const name = textAt(exchange, 'name');
  if (name !== undefined) {
    const routingKey = textAt(written, 'routing-key') ?? '';
    return { kind: 'exchange', exchange: { name, type: textAt(exchange, 'type') ?? 'topic' }, routingKey };
  }
  const topic = textAt(written, 'topic');
  if (topic !== undefined) return { kind: 'topic', topic };
  const stream = textAt(written, 'stream');
  return stream === undefined ? undefined : { kind: 'stream', stream };
}

/** Reads a user's `address:`, how the receiver's side is named where it exists already. */
export function toReceiverAddress(written: JsonObject | undefined): ReceiverAddress | undefined {
  const queue = objectAt(written, 'queue');
  const name = textAt(queue, 'name');
  if (name !== undefined) {
    const type = choiceAt(queue, 'type', ['classic', 'quorum', 'stream']);
    return { kind: 'queue', queue: withoutUndefined<QueueAddress>({ name, type, arguments: objectAt(queue, 'arguments') ?? {} }) };
  }
  const group = textAt(written, 'group');
  return group === undefined ? undefined : { kind: 'group', group };
}
