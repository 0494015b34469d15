import { describe, expect, test } from 'vitest';
import { buildProtobufModel } from '../../../src/payload/protobuf/build-model.ts';
import type { ProtobufModel } from '../../../src/payload/protobuf/model.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import { documentsOf } from '../../support/documents.ts';

function modelOf(types: JsonObject, name = 'T'): ProtobufModel {
  return buildProtobufModel(documentsOf({ 'a.yaml': JSON.stringify({ types }) }), [{ file: 'a.yaml', pointer: `/types/${name}` }]);
}

/** The only field of `T`, in short: its label and type. */
function fieldOf(property: JsonObject, more: JsonObject = {}): string {
  const model = modelOf({ T: { type: 'object', properties: { p: { 'x-field': 1, ...property } } }, ...more });
  const message = model.messages.get('a.yaml#/types/T');
  const [field] = message?.kind === 'fields' ? message.fields : [];
  if (!field) return 'none';
  const { label, value, nullable } = field;
  return `${label} ${value.kind === 'scalar' ? value.scalar : `${value.kind} ${value.key}`}${nullable ? ' or null' : ''}`;
}

const A = { type: 'object', properties: { a: { type: 'string', 'x-field': 1 } } };
const B = { type: 'object', required: ['k'], properties: { k: { const: 'b', 'x-field': 1 } } };
const C = { type: 'object', required: ['k'], properties: { k: { const: 'c', 'x-field': 1 } } };

describe('what a property becomes', () => {
  test.each<[JsonObject, string]>([
    [{ type: 'string' }, 'single string'],
    [{ type: 'string', format: 'date-time' }, 'single string'],
    [{ type: 'string', format: 'binary' }, 'single string'],
    [{ type: 'string', format: 'byte' }, 'single bytes'],
    [{ type: 'string', contentEncoding: 'base64' }, 'single bytes'],
    [{ type: 'string', contentEncoding: 'base64url' }, 'single string'],
    [{ type: 'integer' }, 'single int64'],
    [{ type: 'integer', minimum: 0, maximum: 255 }, 'single int64'],
    [{ type: 'integer', format: 'int32' }, 'single int32'],
    [{ allOf: [{ type: 'integer' }, { type: 'number' }] }, 'single int64'],
    [{ type: 'number', format: 'float' }, 'single double'],
    [{ type: ['boolean', 'null'] }, 'single bool or null'],
    [{ const: 1.5 }, 'single double'],
    [{ const: 'x' }, 'single string'],
    [{ enum: ['x', null], 'x-enum-numbers': { x: 1 } }, 'single enum a.yaml#/types/T/properties/p or null'],
    [{ type: 'array', items: { type: 'number' } }, 'list double'],
    [{ oneOf: [{ type: 'array', items: { $ref: '#/types/A' } }, { type: 'null' }] }, 'list message a.yaml#/types/A or null'],
    [{ type: 'object', additionalProperties: { type: 'integer', format: 'int32' } }, 'map int32'],
    [{ $ref: '#/types/A', description: 'beside' }, 'single message a.yaml#/types/A'],
    [{ allOf: [{ $ref: '#/types/A' }], minProperties: 1 }, 'single message a.yaml#/types/A'],
    [{ oneOf: [{ oneOf: [{ $ref: '#/types/A' }, { type: 'null' }] }] }, 'single message a.yaml#/types/A or null'],
    [{ allOf: [{ $ref: '#/types/A' }, { $ref: '#/types/B' }] }, 'single message a.yaml#/types/T/properties/p'],
    [{ $ref: '#/types/A', properties: { b: { type: 'string', 'x-field': 2 } } }, 'single message a.yaml#/types/T/properties/p'],
    [{ anyOf: [{ required: ['a'] }, { required: ['b'] }], $ref: '#/types/A' }, 'single message a.yaml#/types/A'],
    [{ oneOf: [{ $ref: '#/types/B' }, { $ref: '#/types/C' }] }, 'single message a.yaml#/types/T/properties/p'],
    [{ oneOf: [{ $ref: '#/types/B' }, { $ref: '#/types/C' }, { type: 'null' }] }, 'single message a.yaml#/types/T/properties/p or null'],
    [{ $ref: '#/types/T' }, 'single message a.yaml#/types/T'],
  ])('%j: %s', (property, expected) => {
    expect(fieldOf(property, { A, B, C })).toBe(expected);
  });

  test.each<[string, JsonObject]>([
    ['a type that is none', { type: 'strnig' }],
    ['nothing said', {}],
    ['a reference to nothing', { $ref: '#/types/Missing' }],
    ['a list of nothing', { type: 'array' }],
    ['no number', { type: 'string', 'x-field': 'one' }],
    ['a reference to itself', { $ref: '#/types/T/properties/p' }],
    ['a choice of itself', { oneOf: [{ $ref: '#/types/T/properties/p' }, { type: 'null' }] }],
  ])('what has been reported is left out: %s', (_, property) => {
    expect(fieldOf(property)).toBe('none');
  });
});

test('the alternatives of a choice have the numbers of their constants', () => {
  const model = modelOf({
    T: { oneOf: [{ $ref: '#/types/C' }, { $ref: '#/types/B' }], 'x-enum-numbers': { b: 4, c: 2 }, 'x-reserved': [1] },
    B,
    C,
  });
  expect(model.messages.get('a.yaml#/types/T')).toMatchObject({
    kind: 'choice',
    tag: 'k',
    reserved: [1],
    alternatives: [
      { value: 'c', number: 2, key: 'a.yaml#/types/C' },
      { value: 'b', number: 4, key: 'a.yaml#/types/B' },
    ],
  });
});

test('one message is made of all that holds together', () => {
  const more = { type: 'object', required: ['b'], properties: { b: { type: 'string', 'x-field': 2 } }, 'x-reserved': [7] };
  const model = modelOf({ T: { allOf: [{ $ref: '#/types/A' }, more], 'x-reserved': [8] }, A });
  const message = model.messages.get('a.yaml#/types/T');
  expect(message?.reserved).toEqual([8, 7]);
  expect(message?.kind === 'fields' && message.fields.map(({ property, number, required }) => [property, number, required])).toEqual([
    ['a', 1, false],
    ['b', 2, true],
  ]);
});

test('messages that hold each other twenty thousand deep are made all the same', () => {
  const types = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index) => [
      `T${index}`,
      { type: 'object', properties: { next: { $ref: `#/types/T${index + 1}`, 'x-field': 1 } } },
    ]),
  );
  expect(modelOf({ ...types, T20000: A }, 'T0').messages.size).toBe(20_001);
});
