/**
 * Whatever message a schema allows comes back as it was, also through other implementations of Protobuf, which know nothing but the `.proto`
 * files. The messages are made by reading the schemas, the tables by generating code.
 */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileRegistry, type FileRegistry, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { narrowReads } from '../../../src/contract/narrow-reads.ts';
import { describeTables } from '../../../src/gen/descriptors/describe-codec.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { generatedServices } from '../../../src/gen/generated-services.ts';
import { participationsOf } from '../../../src/gen/participation.ts';
import { planProtobuf } from '../../../src/gen/protobuf-plan.ts';
import { planTypes } from '../../../src/gen/type-plan.ts';
import { loadSchemaCompiler } from '../../../src/payload/ajv.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import type { Documents, SchemaLocation } from '../../../src/payload/documents.ts';
import { loadProtobuf, type ProtobufCodec, type ProtobufTables } from '../../../src/runtime/protobuf.ts';
import { isObject, type JsonValue } from '../../../src/source/json.ts';
import { runBuf, writeBufModule } from '../../support/buf.ts';
import { loadSystem, readProjectFiles } from '../../support/load-system.ts';
import { messagesOf } from '../../support/random-messages.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const root = join(import.meta.dirname, '../../..');
const protobuf = await loadProtobuf();
const compileSchema = await loadSchemaCompiler();

type Payload = {
  readonly name: string;
  readonly message: string;
  readonly schema: SchemaLocation;
  readonly documents: Documents;
  readonly codec: ProtobufCodec;
  readonly folder: string;
  readonly registry: FileRegistry;
};

async function payloadsOf(project: string): Promise<readonly Payload[]> {
  const system = await loadSystem(readProjectFiles(project));
  const services = generatedServices(system);
  const types = planTypes(narrowReads(system, services), services);
  const plan = planProtobuf(system, services, types);
  const participations = services.flatMap((contract) => participationsOf(system, contract, types));
  const codec = protobuf.codec(describeTables(plan, participations) as ProtobufTables);
  const folder = writeBufModule(await generateCode(system));
  expect(runBuf(folder, 'build', '--as-file-descriptor-set', '-o', 'image.binpb')).toBe('');
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(join(folder, 'image.binpb'))));
  const { documents } = system;
  return [...system.interactions.values()]
    .filter(({ encoding }) => encoding === 'protobuf')
    .flatMap(({ id, payloads }) =>
      payloads.map(({ role, schema }) => {
        return { name: `${id} ${role}`, message: plan.payload(schema).fullName, schema, documents, codec, folder, registry };
      }),
    );
}

/** One text for equal values, whatever the order of properties; `__proto__` among them, which equality of objects passes over. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}

const payloads = (
  await Promise.all(['test/cases/protobuf', 'test/cases/gen/bookshop', '.'].map((folder) => payloadsOf(join(root, folder))))
).flat();

describe.each(payloads)('$name', ({ message, schema, documents, codec, folder, registry }) => {
  const messages = messagesOf(documents, schema);

  test('is made of messages that its schema accepts', () => {
    const accepts = compileSchema(bundleSchema(documents, schema, 'receiver'));
    for (const value of fc.sample(messages, { numRuns: 50, seed: 21 })) {
      if (!accepts(value)) expect([value, accepts.errors]).toEqual([value, null]);
      else expect(accepts.errors).toBe(null);
    }
  });

  test(
    'comes back as it was',
    () => {
      const back = (value: JsonValue): void => {
        expect(canonical(codec.decode(message, codec.encode(message, value)))).toBe(canonical(value));
      };
      fc.assert(fc.property(messages, back), { numRuns: runs(150, 10_000), seed: 21 });
    },
    PATIENCE,
  );

  test(
    'comes back from another implementation, which takes it to JSON and back',
    () => {
      const descriptor = registry.getMessage(message);
      if (!descriptor) throw new Error(`buf knows no ${message}`);
      const back = (value: JsonValue): void => {
        // It loses entries of maps under this name.
        fc.pre(!canonical(value).includes('"__proto__"'));
        const bytes = codec.encode(message, value);
        const read = fromBinary(descriptor, bytes);
        expect(read.$unknown).toBe(undefined);
        const again = toBinary(descriptor, fromJson(descriptor, toJson(descriptor, read, { registry }), { registry }));
        expect(canonical(codec.decode(message, again))).toBe(canonical(value));
      };
      fc.assert(fc.property(messages, back), { numRuns: runs(50, 2_000), seed: 22 });
    },
    PATIENCE,
  );

  test(
    'comes back from buf, through its JSON',
    () => {
      const values = fc.sample(messages, { numRuns: runs(1, 10), seed: 23 });
      for (const value of values) {
        writeFileSync(join(folder, 'a.binpb'), codec.encode(message, value));
        expect(runBuf(folder, 'convert', '.', '--type', message, '--from', 'a.binpb', '--to', 'a.json')).toBe('');
        expect(runBuf(folder, 'convert', '.', '--type', message, '--from', 'a.json', '--to', 'b.binpb')).toBe('');
        expect(canonical(codec.decode(message, readFileSync(join(folder, 'b.binpb'))))).toBe(canonical(value));
      }
    },
    PATIENCE,
  );
});

test('nothing is left behind', () => {
  for (const folder of new Set(payloads.map((payload) => payload.folder))) rmSync(folder, { recursive: true, force: true });
});
