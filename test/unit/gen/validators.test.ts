import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { narrowReads } from '../../../src/contract/narrow-reads.ts';
import type { System } from '../../../src/contract/system.ts';
import type { GeneratedFile } from '../../../src/gen/emitter.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { generatedServices } from '../../../src/gen/generated-services.ts';
import { type ParticipatingPayload, participationsOf } from '../../../src/gen/participation.ts';
import { planTypes } from '../../../src/gen/type-plan.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import type { Validator } from '../../../src/runtime/validation.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../src/source/json.ts';
import { loadValidators } from '../../support/generated.ts';
import { loadSystem, readProjectFiles } from '../../support/load-system.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const school = await loadSystem(readProjectFiles(root));
const bookshop = await loadSystem(readProjectFiles(join(root, 'test', 'cases', 'gen', 'bookshop')));

type Subject = {
  readonly name: string;
  readonly validate: Validator<unknown>;
  readonly oracle: (value: unknown) => boolean;
  /** The verdict of the schema that is given to other languages. */
  readonly schema: (value: unknown) => boolean;
  readonly examples: readonly JsonValue[];
};

/** Every validator of a project beside ajv's verdict in memory on the whole schema, and what the contract gives as examples. */
async function subjectsOf(system: System): Promise<readonly Subject[]> {
  const files = await generateCode(system);
  const services = generatedServices(system);
  const narrowed = narrowReads(system, services);
  const plan = planTypes(narrowed, services);
  const subjects: Subject[] = [];
  for (const contract of services) {
    const file = files.find(({ path }) => path.endsWith(`/${contract.service}.validators.js`));
    const validators = file ? await loadValidators(file) : {};
    for (const { interaction, payloads } of participationsOf(system, contract, plan)) {
      for (const payload of payloads) {
        subjects.push({
          name: `${contract.service}: ${payload.validator}`,
          validate: validators[payload.validator] as Validator<unknown>,
          oracle: oracleOf(narrowed.system, payload),
          schema: publishedSchema(files, contract.service, payload),
          examples: interaction.examples.flatMap(({ values }) => exampleOf(values, payload)),
        });
      }
    }
  }
  return subjects;
}

function oracleOf(system: System, { type, side }: ParticipatingPayload): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, ownProperties: true });
  addFormats.default(ajv, { mode: 'full' });
  return ajv.compile({ ...bundleSchema(system.documents, type.schema, side) });
}

function publishedSchema(
  files: readonly GeneratedFile[],
  service: string,
  { validator }: ParticipatingPayload,
): (value: unknown) => boolean {
  const file = files.find(({ path }) => path.endsWith(`/schemas/${service}.schema.json`));
  const schema: JsonObject = JSON.parse(file?.text ?? '');
  const ajv = new Ajv2020({ strict: false, ownProperties: true });
  addFormats.default(ajv, { mode: 'full' });
  ajv.addSchema({ ...schema }, 'bundle');
  return ajv.compile({ $ref: `bundle#/properties/${validator}` });
}

function exampleOf(values: Readonly<Record<string, JsonValue>>, { role, name }: ParticipatingPayload): readonly JsonValue[] {
  const value = role === 'error' || name !== undefined ? undefined : values[role];
  return value === undefined ? [] : [value];
}

/** Values that differ from an example in one place: a property left out, an unknown one, another type, another text. */
function mutations(value: JsonValue): readonly JsonValue[] {
  const replaced: readonly JsonValue[] = [null, true, -1, 0.5, 'mutated', '', [], {}];
  if (Array.isArray(value)) return [...replaced, ...value.flatMap((item, at) => mutations(item).map((other) => value.with(at, other)))];
  if (!isObject(value)) return replaced;
  return [
    ...replaced,
    { ...value, unheardOf: 1 },
    ...Object.keys(value).flatMap((key) => {
      const { [key]: item = null, ...rest } = value;
      return [rest, ...mutations(item).map((other) => ({ ...value, [key]: other }))];
    }),
  ];
}

describe.each([
  ['the bookshop', await subjectsOf(bookshop)],
  ['the school', await subjectsOf(school)],
])('validators of %s', (_, subjects) => {
  test.each(subjects)('$name', ({ validate, oracle, schema, examples }) => {
    for (const example of examples) {
      expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
      for (const mutated of mutations(example)) {
        expect([validate(mutated), schema(mutated)], JSON.stringify(mutated)).toEqual([oracle(mutated), oracle(mutated)]);
      }
      expect(mutations(example).some((mutated) => !validate(mutated))).toBe(true);
    }
    for (const value of mutations({})) expect([validate(value), schema(value)]).toEqual([oracle(value), oracle(value)]);
  });
});

describe('a validator', () => {
  test('says why, until the next call', async () => {
    const subjects = await subjectsOf(bookshop);
    const validate = subjects.find(({ name }) => name === 'orders: placeOrderRequest')?.validate;
    expect(validate?.({ lines: [{ isbn: '978', count: 1 }] })).toBe(false);
    expect(validate?.errors).toMatchObject([
      {
        path: '/lines/0/isbn',
        keyword: 'pattern',
        expected: 'a text that matches ^[0-9]{13}$',
        got: 'a text of 3 characters',
      },
    ]);
    expect(validate?.({ lines: [{ isbn: '9780000000001', count: 1 }] })).toBe(true);
    expect(validate?.errors).toBe(null);
  });

  test('of a receiver lets through what an open list does not name, that of a sender does not', async () => {
    const subjects = await subjectsOf(bookshop);
    const order = { orderId: 'o', placed: '2026-11-02T09:30:00Z', lines: [], state: 'lost' };
    const verdict = (name: string): boolean | undefined => subjects.find((subject) => subject.name === name)?.validate(order);
    expect(verdict('orders: placeOrderResponse')).toBe(false);
    expect(verdict('archive: ordersPlaceOrderResponse')).toBe(true);
  });
});

test('generated validators compile nothing when they run', async () => {
  const code = (await generateCode(school)).filter(({ path }) => path.endsWith('.validators.js'));
  for (const { text } of code) expect(text).not.toMatch(/\brequire\(|new Function|\beval\(|from ['"](?!msgctl\/runtime\/validation)/);
});
