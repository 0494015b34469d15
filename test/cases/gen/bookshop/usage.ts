/** How a runtime infers what it needs from descriptors, and what a compiler then refuses. Compiled by test/unit/gen/generate.test.ts. */
import type { ErrorsOf, Interaction, MessageOf, RequestOf, ResponseOf, ResponsesOf } from 'msgctl/runtime';
import { archive } from './generated/archive.js';
import { type Line, type Order, orders, type PlaceOrderRequest } from './generated/orders.js';
import { warehouse } from './generated/warehouse.js';

type Interactions = Readonly<Record<string, Interaction>>;
type Calls<Provided> = {
  readonly [Name in keyof Provided]: Provided[Name] extends { readonly validators: { readonly request: unknown } }
    ? (request: RequestOf<Provided[Name]>) => Promise<ResponseOf<Provided[Name]> | ErrorsOf<Provided[Name]>>
    : never;
};
type Handlers<Provided> = {
  readonly [Name in keyof Provided]: Provided[Name] extends { readonly validators: { readonly request: unknown } }
    ? (request: RequestOf<Provided[Name]>) => ResponseOf<Provided[Name]> | ErrorsOf<Provided[Name]>
    : (message: MessageOf<Provided[Name]>) => void;
};
declare function client<Provided extends Interactions>(provided: Provided): Calls<Provided>;
declare function serve<Provided extends Interactions>(provided: Provided, handlers: Handlers<Provided>): void;

export async function call(line: Line): Promise<string> {
  const request: PlaceOrderRequest = { lines: [line], note: 'now' };
  const answer = await client(archive.uses.orders).placeOrder(request);
  if (!('code' in answer)) return describe(answer);
  // The only declared error.
  const code: 'out-of-stock' = answer.code;
  const missing: string[] = answer.data.missing;
  return code + missing.join(', ');
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

serve(warehouse.provides, {
  reserve: ({ isbn, count }) => (count > 3 ? { code: 'sold-out', data: { again: { day: '2026-12-01' } } } : { shelf: [isbn, count] }),
  restock: ({ because }) => void (because === 'sold'),
});

export const quotes: ResponsesOf<typeof orders.provides.quoteWanted> = {
  warehouse: { price: { amount: 1, currency: 'EUR' } },
  archive: { shelf: null },
};

export const refused: readonly unknown[] = [
  // @ts-expect-error A required property is missing.
  client(orders.provides).placeOrder({}),
  // @ts-expect-error Only those listed are sent.
  { orderId: '1', placed: '', lines: [], state: 'lost' } satisfies Order,
  // @ts-expect-error An optional property is absent, never undefined.
  { lines: [], note: undefined } satisfies PlaceOrderRequest,
  // @ts-expect-error There is no such interaction.
  client(orders.uses.warehouse).unreserve,
  // @ts-expect-error The sold-out error holds a day.
  { code: 'sold-out', data: { again: {} } } satisfies ErrorsOf<typeof warehouse.provides.reserve>,
];
