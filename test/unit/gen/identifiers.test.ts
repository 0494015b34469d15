import { describe, expect, test } from 'vitest';
import { camelCase, createAllocator, createPropertyAllocator, pascalCase } from '../../../src/gen/identifiers.ts';

describe('cases', () => {
  test.each([
    ['charge', 'Charge', 'charge'],
    ['payment-settled', 'PaymentSettled', 'paymentSettled'],
    ['charge.v2', 'ChargeV2', 'chargeV2'],
    ['OAuthToken', 'OAuthToken', 'oAuthToken'],
    ['2fa', 'N2fa', 'n2fa'],
    ['', 'N', 'n'],
  ])('%s: %s, %s', (text, pascal, camel) => {
    expect(pascalCase(text)).toBe(pascal);
    expect(camelCase(text)).toBe(camel);
  });
});

describe('createAllocator', () => {
  test('gives the first that is free, then numbers', () => {
    const names = createAllocator(['Taken']);
    expect(names.allocate('Order')).toBe('Order');
    expect(names.allocate('Order')).toBe('Order2');
    expect(names.allocate('Order', 'OrderPayload')).toBe('OrderPayload');
    expect(names.allocate('Order', 'OrderPayload')).toBe('Order3');
    expect(names.allocate('Taken')).toBe('Taken2');
  });

  test('keeps away from words and types that mean something already', () => {
    const names = createAllocator();
    expect(names.allocate('Promise', 'PromiseType')).toBe('PromiseType');
    expect(names.allocate('delete')).toBe('delete2');
  });

  test('lets properties have any name', () => {
    expect(createPropertyAllocator().allocate('delete')).toBe('delete');
  });
});
