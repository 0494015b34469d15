import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import { documentsOf } from '../../support/documents.ts';

const documents = documentsOf({
  'contracts/payments.yaml': `
types:
  Charge:
    type: object
    required: [amount]
    properties:
      amount: { $ref: './common.types.yaml#/types/Money', description: What is to be paid. }
      parent: { $ref: '#/types/Charge' }
      odd: { $ref: '#/types/Odd~1name' }
      unused: { $defs: { Inner: { type: boolean } }, $ref: '#/types/Charge/properties/unused/$defs/Inner' }
  Odd/name: { type: string }
  Money: { type: integer }
  Status: { enum: [open, closed], x-open: true }
  Method:
    x-open: true
    oneOf:
      - { $ref: '#/types/Card' }
      - { type: object, required: [kind], properties: { kind: { const: cash } } }
  Card: { type: object, required: [kind], properties: { kind: { const: card }, number: { type: string } } }
provides:
  charge: { request: { $ref: '#/types/Charge' }, response: { $ref: './common.types.yaml#/types/Money' } }
  status: { message: { $ref: '#/types/Status' } }
`,
  'contracts/common.types.yaml': `
types:
  Money: { type: object, required: [value], properties: { value: { $ref: '#/types/Digits' }, local: { $ref: './payments.yaml#/types/Money' } } }
  Digits: { type: string, pattern: '^[0-9]+$' }
`,
});

const at = (pointer: string) => ({ file: 'contracts/payments.yaml', pointer });
const ajv = new Ajv2020({ strict: false });

describe('bundleSchema', () => {
  const bundled = bundleSchema(documents, at('/provides/charge/request'));

  test('names every reached type once and readably', () => {
    expect(Object.keys(bundled.$defs ?? {})).toEqual([
      'Charge',
      'common.Money',
      'Odd_name',
      'Charge.unused.Inner',
      'common.Digits',
      'Money',
    ]);
  });

  test('keeps what stands beside a reference', () => {
    expect(bundled).toMatchObject({
      $ref: '#/$defs/Charge',
      $defs: { Charge: { properties: { amount: { $ref: '#/$defs/common.Money', description: 'What is to be paid.' } } } },
    });
  });

  test.each([
    [{ amount: { value: '12' } }, true],
    [{ amount: { value: 'x' } }, false],
    [{ amount: { value: '12', local: 'x' } }, false],
    [{ amount: { value: '12' }, parent: { amount: { value: '1' }, odd: 1 } }, false],
    [{ amount: { value: '12' }, unused: 'x' }, false],
  ])('is a schema that ajv understands: %j is valid: %j', (message, valid) => {
    expect(ajv.validate(bundled, message)).toBe(valid);
  });

  test('an open enum accepts unlisted values on the receiving side only', () => {
    const location = at('/provides/status/message');
    expect(ajv.validate(bundleSchema(documents, location, 'sender'), 'new')).toBe(false);
    expect(ajv.validate(bundleSchema(documents, location, 'receiver'), 'new')).toBe(true);
    expect(ajv.validate(bundleSchema(documents, location, 'receiver'), 7)).toBe(false);
  });

  test('an open oneOf accepts an unknown discriminator, and no known one of a wrong shape', () => {
    const receiver = bundleSchema(documents, at('/types/Method'), 'receiver');
    expect(ajv.validate(receiver, { kind: 'crypto', wallet: 'w' })).toBe(true);
    expect(ajv.validate(receiver, { kind: 'card', number: 7 })).toBe(false);
    expect(ajv.validate(bundleSchema(documents, at('/types/Method')), { kind: 'crypto' })).toBe(false);
  });

  test('does not change with the order of questions', () => {
    expect(JSON.stringify(bundleSchema(documents, at('/provides/charge/request')))).toBe(JSON.stringify(bundled));
  });
});
