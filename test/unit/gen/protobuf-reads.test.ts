/** What a user reads of a message that travels as Protobuf: the whole message is decoded, and what is read of it is checked. */
import { beforeAll, describe, expect, test } from 'vitest';
import { narrowReads } from '../../../src/contract/narrow-reads.ts';
import { describeCodec, describeTables } from '../../../src/gen/descriptors/describe-codec.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { type Participation, participationsOf } from '../../../src/gen/participation.ts';
import { planProtobuf } from '../../../src/gen/protobuf-plan.ts';
import { planTypes } from '../../../src/gen/type-plan.ts';
import { loadSchemaCompiler, type SchemaCompiler } from '../../../src/payload/ajv.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import { loadProtobuf, type ProtobufCodec, type ProtobufTables } from '../../../src/runtime/protobuf.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { loadSystem } from '../../support/load-system.ts';

/** The type of the payload has the name that the payload would get, so that the two are one type. */
const system = await loadSystem({
  'msgctl.yaml': `msgctl: 1
project: shop
contracts: 'contracts/*.yaml'
transports: { log: { kind: kafka, brokers: 'localhost:9092' } }
`,
  'contracts/orders.yaml': `msgctl: 1
service: orders
version: 1.0.0
provides:
  order-placed: { pattern: publish-subscribe, via: log, encoding: protobuf, message: { $ref: '#/types/OrderPlacedMessage' } }
types:
  OrderPlacedMessage:
    type: object
    required: [orderId, total, lines]
    properties:
      note: { type: string, minLength: 1, x-field: 1 }
      orderId: { type: string, minLength: 1, x-field: 2 }
      total: { type: integer, minimum: 1, x-field: 3 }
      lines: { type: array, minItems: 1, items: { type: string }, x-field: 4 }
`,
  'contracts/mailer.yaml': `msgctl: 1
service: mailer
version: 1.0.0
uses: { orders.order-placed: { reads: [total, orderId] } }
`,
  'contracts/archive.yaml': `msgctl: 1
service: archive
version: 1.0.0
uses: { orders.order-placed: {} }
`,
});

const { contracts: services } = system;
const narrowed = narrowReads(system, services);
const types = planTypes(narrowed, services);
const plan = planProtobuf(narrowed.system, services, types);

let codec: ProtobufCodec;
const accepts = new Map<string, ReturnType<SchemaCompiler>>();
const taking = (service: string): Participation => {
  const [first] = services.filter((contract) => contract.service === service).flatMap((one) => participationsOf(system, one, types));
  if (!first) throw new Error(`${service} takes part in nothing`);
  return first;
};

beforeAll(async () => {
  const compile = await loadSchemaCompiler();
  codec = (await loadProtobuf()).codec(describeTables(plan, [taking('orders')]) as ProtobufTables);
  for (const service of ['mailer', 'archive']) {
    const { type, side } = taking(service).payloads[0] ?? {};
    if (!type || !side) throw new Error(`${service} receives nothing`);
    accepts.set(service, compile(bundleSchema(narrowed.system.documents, type.schema, side)));
  }
});

describe('what a user reads of a message of Protobuf', () => {
  test.each(['orders', 'mailer', 'archive'])('%s knows it as the message that travels', (service) => {
    expect(describeCodec(plan, taking(service), 'tables')).toMatchObject({ messages: { message: 'shop.orders.v1.OrderPlacedMessage' } });
  });

  test('code is generated for all of them', async () => {
    const files = await generateCode(system);
    expect(files.map(({ path }) => path).filter((path) => path.endsWith('mailer.ts'))).toHaveLength(2);
  });

  test.each([
    ['a whole message', { note: 'x', orderId: 'o-1', total: 5, lines: ['a'] }, { mailer: true, archive: true }],
    ['a message without what is not read', { orderId: 'o-1', total: 5 }, { mailer: true, archive: false }],
    ['what is not read being wrong', { note: '', orderId: 'o-1', total: 5, lines: [] }, { mailer: true, archive: false }],
    ['a message without what is read', { orderId: 'o-1', lines: ['a'] }, { mailer: false, archive: false }],
    ['what is read being wrong', { orderId: 'o-1', total: 0, lines: ['a'] }, { mailer: false, archive: false }],
  ])('%s is decoded whole and then checked', (_, message, verdicts) => {
    const { messages } = describeCodec(plan, taking('mailer'), 'tables') as { readonly messages: { readonly message: string } };
    const decoded = codec.decode(messages.message, codec.encode(messages.message, message)) as JsonValue;
    expect(decoded).toMatchObject(message);
    expect(Object.fromEntries([...accepts].map(([service, check]) => [service, check(decoded)]))).toEqual(verdicts);
  });
});
