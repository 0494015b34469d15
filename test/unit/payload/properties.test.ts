import { describe, expect, test } from 'vitest';
import { findMissingProperty } from '../../../src/payload/properties.ts';
import { documentsOf } from '../../support/documents.ts';

const documents = documentsOf({
  'f.yaml': `
types:
  Order:
    type: object
    properties:
      orderId: { type: string }
      price: { $ref: '#/types/Money' }
      lines: { type: array, items: { type: object } }
      labels: { type: object, additionalProperties: { type: string } }
      free: { type: object }
      any: true
      a/b: { type: string }
      parent: { $ref: '#/types/Order' }
    additionalProperties: false
  Money:
    allOf:
      - { type: object, properties: { amount: { type: integer } } }
      - oneOf: [{ type: object, properties: { currency: { type: string } } }, { type: 'null' }]
`,
});

const order = { file: 'f.yaml', pointer: '/types/Order' };

describe('findMissingProperty', () => {
  test.each([
    '/orderId',
    '/price',
    '/price/amount',
    '/price/currency',
    '/lines/0',
    '/labels/whatever',
    '/free/whatever/it/is',
    '/any/thing',
    '/a~1b',
    '/parent/parent/orderId',
  ])('finds nothing wrong with %s', (pointer) => {
    expect(findMissingProperty(documents, order, pointer)).toBeUndefined();
  });

  test.each([
    ['/oderId', 'oderId', ['orderId', 'price', 'lines', 'labels', 'free', 'any', 'a/b', 'parent']],
    ['/price/amont', 'amont', ['amount', 'currency']],
    ['/orderId/x', 'x', []],
    ['/parent/parent/gone', 'gone', expect.arrayContaining(['orderId'])],
    ['/toString', 'toString', expect.arrayContaining(['orderId'])],
  ])('tells where %s ends', (pointer, missing, known) => {
    expect(findMissingProperty(documents, order, pointer)).toEqual({ missing, known });
  });
});
