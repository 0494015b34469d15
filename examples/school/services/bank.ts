/** The bank is a partner and has no code here: what it answers is made up, from what `payments` knows of it. */
import type { RequestResponse, Service } from 'msgctl/runtime';
import { RefusedError } from '../generated/bank.errors.js';
import { payments } from '../generated/payments.js';
import { openBus } from './open-bus.ts';

const { authorize } = payments.uses.bank;
type Authorize = typeof authorize extends RequestResponse<'sender', infer Payloads> ? RequestResponse<'receiver', Payloads> : never;

const bank: Service<{ readonly authorize: Authorize }, Record<never, never>> = {
  runtimeApi: 1,
  service: 'bank',
  version: '1.0.0',
  provides: {
    authorize: {
      ...authorize,
      side: 'receiver',
      receive: { kind: 'memory' },
      policy: { retryDelays: [], ordered: false, start: 'latest' },
    },
  },
  uses: {},
};

/** Starts it: every card is good but one. */
export async function startBank(): Promise<{ close(): Promise<void> }> {
  const bus = openBus('bank');
  await bus.serve(bank, {
    authorize({ cardToken, reference }) {
      if (cardToken === 'stolen') throw new RefusedError({ code: '43' });
      return { authorizationId: `a-${reference}`, expires: '2026-12-31T00:00:00Z' };
    },
  });
  return { close: () => bus.close() };
}
