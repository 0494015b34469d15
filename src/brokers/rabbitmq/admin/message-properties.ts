/**
 * A message's properties as they are on the wire: a number in a header has a type there (a whole number of two bytes, of eight, a fraction), and what
 * amqplib reads and writes again has another one, or is rounded, where clients of other languages look at it. So they are passed on as bytes.
 */

/** How long a property is: a text with its length before it, a table of headers, or so many bytes. */
type Size = 'text' | 'table' | number;

/** All of them in the order of their flags, the highest first, and of the properties. */
const PROPERTIES: readonly (readonly [name: string, size: Size])[] = [
  ['content-type', 'text'],
  ['content-encoding', 'text'],
  ['headers', 'table'],
  ['delivery-mode', 1],
  ['priority', 1],
  ['correlation-id', 'text'],
  ['reply-to', 'text'],
  ['expiration', 'text'],
  ['message-id', 'text'],
  ['timestamp', 8],
  ['type', 'text'],
  ['user-id', 'text'],
  ['app-id', 'text'],
  ['cluster-id', 'text'],
];
const HIGHEST_FLAG = 0x8000;
/** The flags of `user-id` and `cluster-id`. */
const SENDER_OR_CLUSTER = 0x0014;

/** What the queue says of itself by: how often it has brought the message. */
const OF_THE_QUEUE: readonly string[] = ['x-delivery-count', 'x-acquired-count'];
/** Where the name of the sender goes that only the sender may give. */
const SENDER = 'x-msgctl-user-id';

/**
 * The properties of a message as somebody else may publish it again: without the queue's own counters, and with its sender (`user-id`) only where that
 * is `user`, as RabbitMQ takes no other; else it is in the header `x-msgctl-user-id`. All else is the same, byte for byte.
 */
export function forwardedProperties(raw: Buffer, user: string): Buffer {
  const isPlain = (raw.readUInt16BE(0) & SENDER_OR_CLUSTER) === 0 && !OF_THE_QUEUE.some((name) => raw.includes(name));
  return isPlain ? raw : changedProperties(raw, user);
}

function changedProperties(raw: Buffer, user: string): Buffer {
  const properties = splitProperties(raw);
  const sender = properties.get('user-id')?.subarray(1);
  const isOwn = sender === undefined || sender.equals(Buffer.from(user));
  properties.delete('cluster-id');
  if (!isOwn) properties.delete('user-id');
  const fields = fieldsOf(properties.get('headers')?.subarray(4) ?? Buffer.alloc(0)).filter(({ name }) => !OF_THE_QUEUE.includes(name));
  const headers = [...fields.map(({ bytes }) => bytes), ...(isOwn ? [] : [textField(SENDER, sender)])];
  if (properties.has('headers') || headers.length > 0) properties.set('headers', withLength(Buffer.concat(headers)));
  return joinProperties(properties);
}

function splitProperties(raw: Buffer): Map<string, Buffer> {
  const flags = raw.readUInt16BE(0);
  const properties = new Map<string, Buffer>();
  let at = 2;
  for (const [index, [name, size]] of PROPERTIES.entries()) {
    if ((flags & (HIGHEST_FLAG >> index)) === 0) continue;
    const length = size === 'text' ? 1 + raw.readUInt8(at) : size === 'table' ? 4 + raw.readUInt32BE(at) : size;
    properties.set(name, raw.subarray(at, at + length));
    at += length;
  }
  return properties;
}

function joinProperties(properties: ReadonlyMap<string, Buffer>): Buffer {
  const parts = PROPERTIES.flatMap(([name], index) => {
    const bytes = properties.get(name);
    return bytes ? [{ flag: HIGHEST_FLAG >> index, bytes }] : [];
  });
  const flags = Buffer.alloc(2);
  flags.writeUInt16BE(parts.reduce((all, { flag }) => all | flag, 0));
  return Buffer.concat([flags, ...parts.map(({ bytes }) => bytes)]);
}

/** A header with its name, as it stands in the table. */
type Field = { readonly name: string; readonly bytes: Buffer };

/** The headers one by one; where one has a type that is not known here, it and all after it as one without a name. */
function fieldsOf(table: Buffer): readonly Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < table.length; ) {
    const named = at + 1 + table.readUInt8(at);
    const length = valueLength(table, named);
    if (length === undefined) return [...fields, { name: '', bytes: table.subarray(at) }];
    fields.push({ name: table.toString('utf8', at + 1, named), bytes: table.subarray(at, named + length) });
    at = named + length;
  }
  return fields;
}

/** How long a value is by the letter that says its type, that letter included. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  Object.entries({ t: 2, b: 2, B: 2, s: 3, u: 3, U: 3, I: 5, i: 5, f: 5, D: 6, l: 9, L: 9, d: 9, T: 9, V: 1 }),
);

function valueLength(table: Buffer, at: number): number | undefined {
  const type = String.fromCharCode(table.readUInt8(at));
  return 'SxFA'.includes(type) ? 5 + table.readUInt32BE(at + 1) : LENGTHS.get(type);
}

function textField(name: string, text: Buffer): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(`${name}S`), withLength(text)]);
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
