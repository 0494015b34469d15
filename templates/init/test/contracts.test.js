// @ts-check
// Messages as services write them, checked by the validators that msgctl generates from the contracts, and by tsc.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warehouseStockChangedMessage } from '../src/generated/orders.validators.js';
import { reserveRequest } from '../src/generated/warehouse.validators.js';

test('the warehouse accepts a reservation', () => {
  /** @type {import('../src/generated/warehouse.js').ReserveRequest} */
  const reservation = { orderId: 'o-1', items: [{ sku: 'pen', quantity: 2 }] };
  assert.ok(reserveRequest(reservation), JSON.stringify(reserveRequest.errors));
});

test('the warehouse refuses to reserve nothing', () => {
  assert.equal(reserveRequest({ orderId: 'o-1', items: [{ sku: 'pen', quantity: 0 }] }), false);
  assert.equal(reserveRequest.errors?.[0]?.path, '/items/0/quantity');
});

test('orders ignores what the warehouse may add to an event later', () => {
  assert.ok(warehouseStockChangedMessage({ sku: 'pen', left: 38, colour: 'blue' }));
});
