/** How a runtime infers what it needs from descriptors, and what a compiler then refuses. Compiled by test/unit/gen/generate.test.ts. */
import type { Client, ErrorsOf, Handlers, Interaction, MessageOf, Notification, ResponsesOf, Send } from 'msgctl/runtime';
import { archive } from './generated/archive.js';
import { type Line, type Order, orders, type PlaceOrderRequest } from './generated/orders.js';
import { type OrdersOrderPlacedMessage, warehouse } from './generated/warehouse.js';

type Interactions = Readonly<Record<string, Interaction>>;
type AnyService = { readonly provides: Interactions; readonly uses: Readonly<Record<string, Interactions>> };
declare function client<S extends AnyService>(service: S): Client<S>;
declare function serve<S extends AnyService>(service: S, handlers: Handlers<S>): void;

export async function call(line: Line): Promise<string> {
  const request: PlaceOrderRequest = { lines: [line], note: 'now' };
  const order = await client(archive).orders.placeOrder(request, { timeoutMs: 100 });
  const result = await client(archive).orders.placeOrder.safe(request);
  if (result.ok) return describe(result.value) + describe(order);
  const { error } = result;
  switch (error.code) {
    case 'out-of-stock':
      return error.data.missing.join(', ');
    case 'timeout':
    case 'aborted':
    case 'unroutable':
    case 'no-responder':
    case 'disconnected':
    case 'overloaded':
    case 'conflict':
    case 'invalid':
    case 'invalid-reply':
    case 'remote':
      return error.data.indeterminate ? 'perhaps' : 'no';
    default: {
      const nothing: never = error;
      return nothing;
    }
  }
}

export async function ask(isbn: string): Promise<number> {
  const gathering = client(orders).quoteWanted({ isbn }, { quorum: 1 });
  for await (const reply of gathering) {
    if (!reply.ok) continue;
    if (reply.from === 'warehouse') return reply.value.price.amount;
    const shelf: string | null = reply.value.shelf;
    if (shelf === null) break;
  }
  const { replies, missing, errors } = await gathering.all();
  const late: 'warehouse' | 'archive' | undefined = missing[0];
  return replies.warehouse?.price.amount ?? (errors.archive?.code === 'unknown-book' || late === 'archive' ? 0 : 1);
}

export async function send(): Promise<void> {
  await client(orders).orderPlaced({ orderId: 'o-1', total: { amount: 1, currency: 'EUR' } });
}

function describe(order: Order): string {
  switch (order.state) {
    case 'placed':
    case 'packed':
    case 'sent':
      return order.state;
    default: {
      // @ts-expect-error An open list is not exhausted by the values it names.
      const nothing: never = order.state;
      return nothing;
    }
  }
}

serve(warehouse, {
  reserve: ({ isbn, count }, context) => {
    if (count > 3) throw context.error('sold-out', { again: { day: '2026-12-01' } });
    return { shelf: [isbn, count] };
  },
  bind: ({ isbn }, context) => {
    if (isbn === '') throw context.error('torn', { page: 1 });
    return { pages: 214 };
  },
  restock: ({ because }, { headers }) => void (because === 'sold' && headers.campaign?.length),
  orders: {
    orderPlaced: ({ orderId }) => void orderId,
    quoteWanted: async ({ isbn }, context) => {
      if (isbn === '') throw context.error('unknown-book', {});
      return { price: { amount: 1, currency: 'EUR' } };
    },
  },
});

serve(orders, {
  placeOrder: ({ lines }) => ({ orderId: '1', placed: '', lines, state: 'placed' }),
  placeOrderV2: (order) => order,
  warehouse: {
    bind: (answer, { request }) => {
      if (answer.ok) return void (answer.value.pages + request.length);
      if (answer.error.code === 'torn') return void answer.error.data.page;
    },
    stocked: (stock, { key }) => void (stock === null ? key : stock.count),
  },
});

export async function bind(isbn: string): Promise<string> {
  await client(warehouse).stocked({ isbn, count: 0 });
  await client(warehouse).stocked.erase(isbn);
  return client(orders).warehouse.bind({ isbn });
}

declare const tell: Send<Notification<'sender', { message: { count: number }; headers: { tenant: string } }>>;
export const told: Promise<void> = tell({ count: 1 }, { headers: { tenant: 'north' } });

export const quotes: ResponsesOf<typeof orders.provides.quoteWanted> = {
  warehouse: { price: { amount: 1, currency: 'EUR' } },
  archive: { shelf: null },
};

/** The warehouse reads the number of an order, and only that. */
export function numberOf(placed: MessageOf<typeof warehouse.uses.orders.orderPlaced>): OrdersOrderPlacedMessage['orderId'] {
  // @ts-expect-error It says that it does not read the total.
  const total: unknown = placed.total;
  return total === undefined ? '' : placed.orderId;
}

export const refused: readonly unknown[] = [
  // @ts-expect-error A header is required.
  tell({ count: 1 }),
  // @ts-expect-error A header is no number.
  tell({ count: 1 }, { headers: { tenant: 1 } }),
  // @ts-expect-error A required property is missing.
  client(archive).orders.placeOrder({}),
  // @ts-expect-error Only those listed are sent.
  { orderId: '1', placed: '', lines: [], state: 'lost' } satisfies Order,
  // @ts-expect-error An optional property is absent, never undefined.
  { lines: [], note: undefined } satisfies PlaceOrderRequest,
  // @ts-expect-error There is no such interaction.
  client(orders).warehouse.unreserve,
  // @ts-expect-error What a service receives it does not send.
  client(orders).placeOrder,
  // @ts-expect-error An event of somebody else is not published.
  client(warehouse).orders,
  // @ts-expect-error A book is wanted by its number.
  client(orders).quoteWanted({ isbn: 1 }),
  // @ts-expect-error Nobody declares such an error.
  ((handle: Handlers<typeof warehouse>['reserve'] = (_, context) => { throw context.error('lost', {}); }) => handle)(),
  // @ts-expect-error The answer is a shelf and a place on it.
  ((handle: Handlers<typeof warehouse>['reserve'] = () => ({ shelf: ['A'] })) => handle)(),
  // @ts-expect-error All that is received needs a handler.
  {} satisfies Handlers<typeof warehouse>,
  // @ts-expect-error The answer comes to a handler, not to who asks.
  client(orders).warehouse.bind({ isbn: '' }).then(({ pages }) => pages),
  // @ts-expect-error An answer that comes to who asks has no handler.
  ((handlers: Handlers<typeof orders>): unknown => handlers.warehouse.reserve),
  // @ts-expect-error A message may be empty.
  ((handle: Handlers<typeof orders>['warehouse']['stocked'] = ({ count }) => void count) => handle)(),
  // @ts-expect-error Only what has tombstones is erased.
  client(orders).orderPlaced.erase('o-1'),
  // @ts-expect-error What is sent has none.
  ((handlers: Handlers<typeof orders>): unknown => handlers.orderPlaced),
  // @ts-expect-error The sold-out error holds a day.
  { code: 'sold-out', data: { again: {} } } satisfies ErrorsOf<typeof warehouse.provides.reserve>,
];
