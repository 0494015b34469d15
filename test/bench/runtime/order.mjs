// What is sent: an order of about a kilobyte as JSON, with eight lines.

const LINE = { sku: 'AB-1234', title: 'a thing of wood, painted blue, with two small handles', quantity: 2, price: 1995 };

/** A new order, so that nothing of it is at hand from the last one. */
export function makeOrder() {
  return {
    orderId: '018f3a5c-7b1e-7c3a-9d2f-4a6b8c0e1f23',
    placedAt: '2026-11-29T18:30:00Z',
    customer: { name: 'Ada Lovelace', city: 'London' },
    note: 'leave it with the neighbours',
    lines: Array.from({ length: 8 }, () => ({ ...LINE })),
  };
}
