import { describe, expect, test } from 'vitest';
import contractSchema from '../../../schema/contract.json' with { type: 'json' };
import { correctName } from '../../../src/contract/correct-name.ts';

describe('correctName', () => {
  test.each([
    ['name', 'OrderCreated', 'order-created'],
    ['name', 'order_created', 'order-created'],
    ['name', 'order created', 'order-created'],
    ['name', 'HTTPServer2', 'http-server2'],
    ['name', 'order--created-', 'order-created'],
    ['name', '2nd', undefined],
    ['name', 'größe', undefined],
    ['name', '', undefined],
    ['type-name', 'order_item', 'OrderItem'],
    ['type-name', 'order-item', 'OrderItem'],
    ['type-name', 'charge', 'Charge'],
    ['type-name', '', undefined],
    ['interaction-name', 'chargeCard@2', 'charge-card@2'],
    ['interaction-name', 'chargeCard@x', undefined],
    ['interaction-id', 'Payments.chargeCard', 'payments.charge-card'],
    ['interaction-id', 'Payments.chargeCard@2', 'payments.charge-card@2'],
    ['interaction-id', 'payments', undefined],
    ['duration', '5', undefined],
  ])('%s %j is %j', (definition, written, corrected) => {
    expect(correctName(definition, written)).toBe(corrected);
  });

  test('gives names that are of the form', () => {
    for (const [definition, written] of [
      ['name', 'Order__Created'],
      ['type-name', 'x-order 5'],
      ['interaction-name', 'ABc@3'],
      ['interaction-id', 'A_b.C d@4'],
    ] as const) {
      const corrected = correctName(definition, written);
      expect(corrected, written).toMatch(new RegExp(contractSchema.$defs[definition].pattern, 'u'));
    }
  });
});
