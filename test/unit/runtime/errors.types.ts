/** What a compiler takes and refuses of the errors of contracts. Never run: `npm run types` compiles it, and fails where a line that should be refused is not. */
import type { Bus, MessageError } from '../../../src/runtime/index.ts';
import { fake } from '../../../src/runtime/memory.ts';
import { audit } from '../../conformance/generated/audit.ts';
import { ClosedError, clerk, OutOfFormsError } from '../../conformance/generated/clerk.ts';
import { desk, ImpossibleError, OutOfStockError } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { visitor } from '../../conformance/generated/visitor.ts';
import { auditHandlers, deskHandlers } from '../../conformance/handlers.ts';

declare const bus: Bus;

export function made(): readonly MessageError[] {
  const error = new OutOfStockError({ left: 1 });
  const code: 'out-of-stock' = error.code;
  const left: number = error.data.left;
  // @ts-expect-error It has another code.
  const other: 'sold' = error.code;
  // @ts-expect-error How many are left must be said.
  new OutOfStockError({});
  // @ts-expect-error It is a number.
  new OutOfStockError({ left: 'two' });
  // @ts-expect-error There is nothing else to say.
  new OutOfStockError({ left: 1, colour: 'red' });
  // @ts-expect-error Something has to be said.
  new OutOfStockError();
  // @ts-expect-error What is said does not change.
  error.data = { left: 2 };
  // What two versions say with an error of one code is said with one class.
  const closed = [new ClosedError({ opens: 8 }), new ClosedError({ until: 'Monday' })];
  // @ts-expect-error Neither version says so.
  new ClosedError({ since: 8 });
  return [new OutOfStockError({ left }, { message: `${code} ${other}`, cause: error }), ...closed];
}

/** A call through a broker: every code is named, and nothing is left over. */
export async function switched(): Promise<number> {
  const result = await bus.client(shop).desk.quote.safe({ article: 'apple' });
  if (result.ok) return result.value.price;
  const { error } = result;
  switch (error.code) {
    case 'out-of-stock':
      return error.data.left;
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
      return error.data.indeterminate ? 1 : 0;
    default: {
      const nothing: never = error;
      return nothing;
    }
  }
}

export async function unfinished(): Promise<number> {
  const result = await bus.client(shop).desk.quote.safe({ article: 'apple' });
  if (result.ok) return 0;
  const { error } = result;
  switch (error.code) {
    case 'out-of-stock':
      return 1;
    default: {
      // @ts-expect-error Those of the transport are left over.
      const nothing: never = error;
      return nothing;
    }
  }
}

/** By its class: it is that error on the one side, and none of it on the other. */
export async function told(): Promise<number> {
  const result = await bus.client(shop).desk.quote.safe({ article: 'apple' });
  if (result.ok) return 0;
  if (result.error instanceof OutOfStockError) return result.error.data.left;
  // @ts-expect-error What is left are errors of the transport.
  const code: 'out-of-stock' = result.error.code;
  const { indeterminate } = result.error.data;
  return indeterminate ? code.length : 1;
}

/** A call that is answered at once, in two versions with different errors of one code. */
export async function direct(): Promise<string | number> {
  const { ask, askV2 } = bus.client(visitor).clerk;
  const first = await ask.safe({ number: 1 }, { timeoutMs: 10 });
  if (!first.ok && first.error instanceof ClosedError) {
    // @ts-expect-error The second version says so.
    first.error.data.until;
    return first.error.data.opens;
  }
  const second = await askV2.safe({});
  if (second.ok) return second.value.text;
  switch (second.error.code) {
    case 'closed':
      // @ts-expect-error The first version says so.
      second.error.data.opens;
      return second.error.data.until;
    case 'out-of-forms':
      return second.error.data.shelf;
    // @ts-expect-error No version has it.
    case 'open':
      return 0;
    default:
      // @ts-expect-error A number is a number.
      await ask({ number: '1' });
      return second.error.data.indeterminate ? 1 : 0;
  }
}

/** Answers to an event: every one of them may be an error. */
export async function gathered(): Promise<number> {
  for await (const reply of bus.client(desk).surveyed({ article: 'a' })) {
    if (reply.ok) continue;
    if (reply.error instanceof OutOfStockError) return reply.error.data.left;
    // @ts-expect-error Only the event's own errors come as such.
    if (reply.error.code === 'impossible') return 0;
  }
  const { errors } = await bus.client(desk).surveyed({ article: 'a' }).all();
  if (errors.mail?.code === 'out-of-stock') return errors.mail.data.left;
  // @ts-expect-error Nobody of that name is asked.
  return errors.shop ? 1 : 0;
}

/** An answer that comes to a handler. */
export async function durable(): Promise<void> {
  await bus.serve(shop, {
    desk: {
      craft: (answer) => {
        if (answer.ok) return;
        if (answer.error instanceof ImpossibleError) answer.error.data.left satisfies number;
        // @ts-expect-error No such error is declared of it.
        if (answer.error.code === 'out-of-stock') return;
      },
    },
  });
}

/** What has no answer has no errors. */
export async function unanswered(): Promise<void> {
  // @ts-expect-error A notification is not answered.
  await bus.client(shop).desk.note.safe({ text: 'x' });
  // @ts-expect-error Nor is an event without responses.
  await bus.client(desk).posted.safe({ text: 'x' });
  await bus.serve(desk, {
    ...deskHandlers([]),
    note: (_message, { error }) => {
      // @ts-expect-error A notification declares none.
      throw error('out-of-stock', { left: 1 });
    },
  });
}

/** Handlers throw classes; `context.error` is for who wants to be held to what the interaction declares. */
export async function thrown(): Promise<void> {
  await bus.serve(clerk, {
    ask: () => {
      throw new OutOfFormsError({ shelf: 1 });
    },
    askV2: (_request, { error }) => {
      // @ts-expect-error The first version says so.
      if (_request.number === 1) throw error('closed', { opens: 8 });
      throw error('closed', { until: 'Monday' });
    },
  });
  await bus.serve(audit, {
    desk: {
      ...auditHandlers([]).desk,
      surveyed: (message, { error }) => {
        // @ts-expect-error The event declares no such error.
        if (message.amount === 1) throw error('impossible', { left: 1 });
        throw new OutOfStockError({ left: 1 });
      },
    },
  });
  await fake(visitor, {
    clerk: {
      ask: () => {
        throw new ClosedError({ opens: 8 });
      },
    },
  });
}
