/** What a compiler takes and refuses of each pattern. Never run: `npm run types` compiles it, and fails where a line that should be refused is not. */
import type { Bus } from '../../../src/runtime/index.ts';
import { fake } from '../../../src/runtime/memory.ts';
import { audit } from '../../conformance/generated/audit.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { auditHandlers, deskHandlers } from '../../conformance/handlers.ts';

declare const bus: Bus;
const { desk: client } = bus.client(shop);

export async function calls(): Promise<void> {
  const { price } = await client.quote({ article: 'apple', amount: 2 }, { timeoutMs: 100, headers: { tenant: 'north' } });
  const sum: number = price;
  // @ts-expect-error An article is a text.
  await client.quote({ article: sum });
  // @ts-expect-error An article must be given.
  await client.quote({});
  // @ts-expect-error No such property.
  await client.quote({ article: 'apple', colour: 'red' });
  // @ts-expect-error A tenant is a text.
  await client.quote({ article: 'apple' }, { headers: { tenant: 1 } });
  // @ts-expect-error Nothing of the kind is in the answer.
  (await client.quote({ article: 'apple' })).colour;
  // @ts-expect-error The desk answers, and is not asked to be quoted by.
  bus.client(desk).quote;
  // @ts-expect-error The shop has no such thing to do.
  client.buy;
}

export async function results(): Promise<number> {
  const result = await client.quote.safe({ article: 'apple' });
  // @ts-expect-error It may have failed.
  result.value;
  if (result.ok) return result.value.price;
  switch (result.error.code) {
    case 'out-of-stock':
      // @ts-expect-error What is said with it has no price.
      result.error.data.price;
      return result.error.data.left;
    case 'timeout':
      return result.error.data.indeterminate ? 1 : 0;
    // @ts-expect-error The contract declares no such error, and no transport has it.
    case 'sold':
      return 0;
    default:
      return -1;
  }
}

export async function messages(): Promise<void> {
  await client.note({ text: 'x' }, { signal: AbortSignal.timeout(10) });
  // @ts-expect-error A notification is not waited for.
  await client.note({ text: 'x' }, { timeoutMs: 10 });
  // @ts-expect-error It has no answer.
  const nothing: string = await client.note({ text: 'x' });
  await bus.client(desk).posted({ text: nothing });
  // @ts-expect-error Its contract says nothing of `tombstone`.
  await bus.client(desk).posted.erase('key');
}

export async function durable(): Promise<string> {
  const id: string = await client.craft({ orderId: 'o', article: 'chair' });
  // @ts-expect-error The answer comes to a handler, and not here.
  await client.craft.safe({ orderId: 'o', article: 'chair' });
  await bus.serve(shop, { desk: { craft: (answer, { request }) => void (answer.ok ? answer.value.number : request) } });
  // @ts-expect-error Its answers are handled.
  await bus.serve(shop, { desk: {} });
  return id;
}

export async function gathered(): Promise<number> {
  for await (const reply of bus.client(desk).surveyed({ article: 'a' }, { quorum: 1 })) {
    if (!reply.ok) continue;
    // @ts-expect-error Who answered decides what it is.
    reply.value.price;
    if (reply.from === 'audit') return reply.value.price;
    return reply.value.number;
  }
  const { replies, missing } = await bus.client(desk).surveyed({ article: 'a' }).all();
  // @ts-expect-error Nobody of that name is asked.
  missing.includes('shop');
  return replies.mail?.number ?? 0;
}

export async function handlers(): Promise<void> {
  const all = deskHandlers([]);
  await bus.serve(desk, all);
  const { quote: _, ...fewer } = all;
  // @ts-expect-error A handler is missing.
  await bus.serve(desk, fewer);
  // @ts-expect-error An answer has a price.
  await bus.serve(desk, { ...all, quote: () => ({ cost: 1 }) });
  await bus.serve(desk, {
    ...all,
    quote: (request, context) => {
      // @ts-expect-error No such error.
      if (request.amount === 0) throw context.error('sold', {});
      // @ts-expect-error How many are left must be said.
      if (request.amount === 1) throw context.error('out-of-stock', {});
      // @ts-expect-error Nothing of the kind is asked for.
      request.colour;
      return { price: context.attempt };
    },
  });
  // @ts-expect-error These are somebody else's.
  await bus.serve(desk, auditHandlers([]));
  // @ts-expect-error The audit answers in its own way.
  await bus.serve(audit, { desk: { ...auditHandlers([]).desk, surveyed: () => ({ number: 1 }) } });
}

export async function pretended(): Promise<void> {
  await fake(shop, { desk: { quote: ({ article }) => ({ price: article.length }) } });
  // @ts-expect-error An answer has a price.
  await fake(shop, { desk: { quote: () => ({ cost: 1 }) } });
}
