/** Handlers of the desk and of those who listen: they do what messages tell them to, and note what they did. */

import type { Handlers } from '../../src/runtime/index.ts';
import { Reject, Retry } from '../../src/runtime/index.ts';
import type { audit } from './generated/audit.ts';
import { type desk, ImpossibleError, OutOfStockError, UnpackedError } from './generated/desk.ts';
import type { mail } from './generated/mail.ts';

/** What was handled. */
export type Journal = { what: string; payload: unknown; attempt: number; id: string; at: number; by: string }[];

/** Waits, unless a signal ends it: then it throws what the signal says. */
export function work(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      failed(signal.reason);
    });
  });
}

/** The desk's. `behave` says what to do: `wait 200`, `throw`, `out-of-stock`, `retry`, `reject`, `hang`, `lie`. */
export function deskHandlers(journal: Journal, by = 'desk'): Handlers<typeof desk> {
  let placed = 0;
  const note = (what: string, payload: unknown, { attempt, id }: { attempt: number; id: string }) =>
    journal.push({ what, payload, attempt, id, at: Date.now(), by });
  return {
    async quote(request, context) {
      note('quote', request, context);
      const [verb, value] = (request.behave ?? '').split(' ');
      if (verb === 'wait') await work(Number(value), context.signal);
      if (verb === 'hang') await new Promise(() => undefined);
      if (verb === 'throw') throw new Error('The desk fell over its own feet.');
      if (verb === 'out-of-stock') throw new OutOfStockError({ left: 2 });
      if (verb === 'out-of-stock-too') throw context.error('out-of-stock', { left: 2 });
      if (verb === 'bad-error') throw new OutOfStockError({ left: -1 });
      if (verb === 'other-error') throw new ImpossibleError({ left: 1 });
      if (verb === 'let-through') throw new OutOfStockError({ left: 1 }, { interaction: 'store.fetch' });
      if (verb === 'lie') return { price: -1 };
      if (verb === 'left') return { price: Math.floor(context.timeLeftMs()), by };
      return { price: request.article.length, by: context.headers.tenant ?? by };
    },
    async hurried(request, context) {
      note('hurried', request, context);
      const [verb, value] = (request.behave ?? '').split(' ');
      if (verb === 'wait') await work(Number(value), context.signal);
      return { price: 1 };
    },
    async place(order, context) {
      note('place', order, context);
      placed += 1;
      return { number: placed };
    },
    async craft(order, context) {
      note('craft', order, context);
      if (order.article === 'perpetuum mobile') throw new ImpossibleError({ left: 0 });
      return { number: 7 };
    },
    packed(request) {
      if (request.article === 'air') throw new UnpackedError({ reason: 'nothing to wrap' });
      return { price: request.article.length };
    },
    hint(message, context) {
      note('hint', message, context);
      if (message.behave === 'throw') throw new Error('Nobody cares.');
    },
    booked: (move, context) => void note('booked', move, context),
    fleeting: (message, context) => void note('fleeting', message, context),
    note(message, context) {
      note('note', message, context);
      const [verb, value] = (message.behave ?? '').split(' ');
      if (verb === 'throw') throw new Error('No room for notes.');
      if (verb === 'throw-until' && context.attempt < Number(value)) throw new Error('Not yet.');
      if (verb === 'reject') throw new Reject('Not a note for us.');
      if (verb === 'retry' && context.attempt === 1) throw new Retry(Number(value));
    },
  };
}

/** Those of the audit. */
export function auditHandlers(journal: Journal, by = 'audit'): Handlers<typeof audit> {
  const note = (what: string, payload: unknown, { attempt, id }: { attempt: number; id: string }) =>
    journal.push({ what, payload, attempt, id, at: Date.now(), by });
  return {
    desk: {
      posted: (message, context) => void note('posted', message, context),
      async moved(message, context) {
        note('moved', message, context);
        const [verb, value] = (message.behave ?? '').split(' ');
        if (verb === 'throw-until' && context.attempt < Number(value)) throw new Error('It slipped.');
        if (verb === 'wait') await work(Number(value), context.signal);
      },
      async surveyed(message, context) {
        note('surveyed', message, context);
        const [verb, value] = (message.behave ?? '').split(' ');
        if (verb === 'audit-waits') await work(Number(value), context.signal);
        if (verb === 'audit-errs') throw new OutOfStockError({ left: 0 });
        return { price: 10, by };
      },
    },
  };
}

/** Those of the mail. */
export function mailHandlers(journal: Journal, by = 'mail'): Handlers<typeof mail> {
  const note = (what: string, payload: unknown, { attempt, id }: { attempt: number; id: string }) =>
    journal.push({ what, payload, attempt, id, at: Date.now(), by });
  return {
    desk: {
      posted: (message, context) => void note('posted', message, context),
      async surveyed(message, context) {
        note('surveyed', message, context);
        const [verb, value] = (message.behave ?? '').split(' ');
        if (verb === 'mail-waits') await work(Number(value), context.signal);
        return { number: 3 };
      },
    },
  };
}
