// One large project in three languages: contracts for msgctl, the same messages as Protobuf for buf, and as AsyncAPI 3 for its command line.
// The same number of services always gives the same files; each service has ten interactions over two brokers and uses those of its neighbour. No
// two messages are quite the same (each has a bound of its own), lest a tool that knows a message again get all of them for the price of one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const INTERACTIONS = 10;

/** Writes a project of `services` services and returns the folders of its three forms; `changed`: a later version, in which each message is another. */
export function writeLargeProject(folder, services, { changed = false } = {}) {
  const all = Array.from({ length: services }, (_, index) => index);
  const [contracts, protobuf, asyncapi] = ['contracts', 'protobuf', 'asyncapi'].map((name) => join(folder, name));
  write(join(contracts, 'msgctl.yaml'), PROJECT);
  write(join(contracts, 'contracts/common.types.yaml'), COMMON_TYPES);
  write(join(protobuf, 'buf.yaml'), 'version: v2\nmodules:\n  - path: proto\n');
  write(join(protobuf, 'proto/common/v1/common.proto'), COMMON_PROTO);
  for (const index of all) {
    write(join(contracts, `contracts/svc-${index}.yaml`), contractOf(index, { services, changed }));
    write(join(protobuf, `proto/svc${index}/v1/svc${index}.proto`), protoOf(index, changed));
    write(join(asyncapi, `svc-${index}.yaml`), asyncapiOf(`svc-${index}`, { services: [index], changed }));
  }
  write(join(asyncapi, 'all.yaml'), asyncapiOf('everything', { services: all, changed }));
  return { contracts, protobuf, asyncapi };
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const numbers = Array.from({ length: INTERACTIONS }, (_, number) => number);
const isRequest = (number) => number % 2 === 1;

const PROJECT = `msgctl: 1
project: large
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost' }
  log: { kind: kafka, brokers: 'localhost:9092' }
`;

const COMMON_TYPES = `types:
  Money:
    type: object
    required: [amount, currency]
    properties:
      amount: { type: integer, minimum: 0 }
      currency: { enum: [EUR, USD, GBP] }
  Address:
    type: object
    required: [street, city]
    properties:
      street: { type: string }
      city: { type: string }
      zip: { type: string, pattern: '^[0-9]{5}$' }
`;

/**
 * What may happen to a message, in its properties and in Protobuf: some of it breaks nobody, some whoever receives, some whoever sends. Protobuf has
 * no constraints: where one of them changes, it has something else that breaks.
 */
const CHANGES = [
  { properties: ['  note:', '  hint: { type: string }\n  note:'], proto: ['Address to = 7;', 'Address to = 7;\n  string hint = 8;'] },
  { properties: ['string, maxLength', 'string, minLength: 1, maxLength'], proto: ['string note = 5', 'bytes note = 5'] },
  { properties: ['[low, middle, high]', '[low, high]'], proto: ['    LEVEL_MIDDLE = 2;\n', ''] },
  { properties: ['[low, middle, high]', '[low, middle, high, top]'], proto: ['LEVEL_HIGH = 3;', 'LEVEL_HIGH = 3;\n    LEVEL_TOP = 4;'] },
  { properties: [/ {2}note: .*\n/, ''], proto: ['  string note = 5;\n', ''] },
  { properties: ['[id, at, total]', '[id, at, total, level]'], proto: ['string at = 2', 'string made = 2'] },
  { properties: ['integer, minimum: 1', 'integer'], proto: ['int32 count', 'int64 count'] },
  { properties: [/string, maxLength: \d+/, 'integer'], proto: ['string note', 'int32 note'] },
  { properties: ['{ sku: ', '{ unit: { type: string }, sku: '], proto: ['int32 count = 2;', 'int32 count = 2;\n    string unit = 3;'] },
  { properties: ['string, format: uuid', 'string'], proto: ['string id = 1;\n  string at', 'int64 id = 1;\n  string at'] },
];

/** The text of a message, or what becomes of it in the later version. */
function change(text, form, { index, number, changed }) {
  const later = text.replace(...CHANGES[(index + number) % CHANGES.length][form]);
  if (later === text) throw new Error(`nothing of message ${number} of service ${index} can change so in ${form}`);
  return changed ? later : text;
}

/** The properties of a message; `money` and `address` are how a form refers to the shared types. */
const propertiesOf = ({ money, address }, { index, number, changed }) =>
  change(properties({ money, address }, longestNote(index, number)), 'properties', { index, number, changed });

const properties = ({ money, address }, most) => `required: [id, at, total]
properties:
  id: { type: string, format: uuid }
  at: { type: string, format: date-time }
  total: { $ref: '${money}' }
  level: { enum: [low, middle, high] }
  note: { type: string, maxLength: ${most}, description: For people. }
  lines: { type: array, items: { type: object, required: [sku], properties: { sku: { type: string }, count: { type: integer, minimum: 1 } } } }
  to: { $ref: '${address}' }
`;

const longestNote = (index, number) => 200 + index * INTERACTIONS + number;

function contractOf(index, { services, changed }) {
  const provides = numbers.map((number) =>
    isRequest(number)
      ? `  do-thing-${number}:
    pattern: async-request-response
    via: rabbit
    description: Does thing ${number} for whoever asks.
    request: { $ref: '#/types/Thing${number}' }
    response:
      type: object
      required: [id]
      properties: { id: { type: string, format: uuid } }
    timeout: 5s
`
      : `  thing-${number}-done:
    pattern: publish-subscribe
    via: log
    description: Thing ${number} is done.
    message: { $ref: '#/types/Thing${number}' }
    delivery: { key: id, retain: 7d }
`,
  );
  const neighbour = `svc-${(index + services - 1) % services}`;
  const uses = numbers.map((number) =>
    isRequest(number)
      ? `  ${neighbour}.do-thing-${number}: { timeout: 3s }\n`
      : `  ${neighbour}.thing-${number}-done: { reads: [id, /total/amount] }\n`,
  );
  const shared = { money: './common.types.yaml#/types/Money', address: './common.types.yaml#/types/Address' };
  const types = numbers.map(
    (number) => `  Thing${number}:\n    type: object\n${indent(propertiesOf(shared, { index, number, changed }), 4)}`,
  );
  const head = `msgctl: 1\nservice: svc-${index}\nversion: 1.0.0\ndescription: Service number ${index}.\n`;
  return `${head}\nprovides:\n${provides.join('')}\nuses:\n${uses.join('')}\ntypes:\n${types.join('')}`;
}

const COMMON_PROTO = `syntax = "proto3";

package common.v1;

message Money {
  int64 amount = 1;
  Currency currency = 2;
}

enum Currency {
  CURRENCY_UNSPECIFIED = 0;
  CURRENCY_EUR = 1;
  CURRENCY_USD = 2;
  CURRENCY_GBP = 3;
}

message Address {
  string street = 1;
  string city = 2;
  string zip = 3;
}
`;

function protoOf(index, changed) {
  const requests = numbers.filter(isRequest);
  const calls = requests.map(
    (number) => `  // Does thing ${number} for whoever asks.
  rpc DoThing${number}(DoThing${number}Request) returns (DoThing${number}Response);
`,
  );
  const wrappers = requests.map(
    (number) => `
message DoThing${number}Request {
  Thing${number} thing = 1;
}

message DoThing${number}Response {
  string id = 1;
}
`,
  );
  const things = numbers.map((number) =>
    change(
      `
// Thing ${number}.
message Thing${number} {
  enum Level {
    LEVEL_UNSPECIFIED = 0;
    LEVEL_LOW = 1;
    LEVEL_MIDDLE = 2;
    LEVEL_HIGH = 3;
  }
  message Line {
    string sku = 1;
    int32 count = 2;
  }
  string id = 1;
  string at = 2;
  common.v1.Money total = 3;
  Level level = 4;
  // For people.
  string note = 5;
  repeated Line lines = 6;
  common.v1.Address to = 7;
}
`,
      'proto',
      { index, number, changed },
    ),
  );
  return `syntax = "proto3";

package svc${index}.v1;

import "common/v1/common.proto";

// Service number ${index}.
service Svc${index}Service {
${calls.join('')}}
${wrappers.join('')}${things.join('')}`;
}

/** A document of some services. What is shared stands in it, as resolving other files only takes the peer longer. */
function asyncapiOf(title, { services, changed }) {
  const parts = services.flatMap((index) => numbers.map((number) => ({ index, number, id: `svc${index}Thing${number}` })));
  const requests = parts.filter(({ number }) => isRequest(number));
  const channels = parts.map(
    ({ index, number, id }) => `  ${id}:
    address: svc-${index}.thing-${number}
    messages:
      ${id}: { $ref: '#/components/messages/${id}' }
`,
  );
  const replies = requests.map(
    ({ index, number, id }) => `  ${id}Reply:
    address: svc-${index}.thing-${number}.reply
    messages:
      reply: { $ref: '#/components/messages/${id}Reply' }
`,
  );
  const operations = parts.map(
    ({ number, id }) => `  ${isRequest(number) ? 'do' : 'send'}${id}:
    action: ${isRequest(number) ? 'receive' : 'send'}
    summary: Thing ${number}.
    channel: { $ref: '#/channels/${id}' }
${isRequest(number) ? `    reply: { channel: { $ref: '#/channels/${id}Reply' } }\n` : ''}`,
  );
  const messages = parts.map(({ id }) => `    ${id}: { payload: { $ref: '#/components/schemas/${id}' } }\n`);
  const answers = requests.map(
    ({ id }) => `    ${id}Reply:
      payload: { type: object, required: [id], properties: { id: { type: string, format: uuid } } }
`,
  );
  const shared = { money: '#/components/schemas/Money', address: '#/components/schemas/Address' };
  const schemas = parts.map(
    ({ index, number, id }) => `    ${id}:\n      type: object\n${indent(propertiesOf(shared, { index, number, changed }), 6)}`,
  );
  const common = indent(COMMON_TYPES.slice('types:\n'.length), 2);
  return `asyncapi: 3.1.0
info: { title: ${title}, version: 1.0.0 }
channels:
${channels.join('')}${replies.join('')}operations:
${operations.join('')}components:
  messages:
${messages.join('')}${answers.join('')}  schemas:
${common}${schemas.join('')}`;
}

function indent(text, by) {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
}
