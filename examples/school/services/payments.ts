/** Takes money for courses. */
import { randomUUID } from 'node:crypto';
import type { Client } from 'msgctl/runtime';
import { RefusedError } from '../generated/bank.errors.js';
import { AmountChangedError, PaymentDeclinedError, payments } from '../generated/payments.js';
import { openBus } from './open-bus.ts';

/** Starts it. */
export async function startPayments(): Promise<{ readonly client: Client<typeof payments>; close(): Promise<void> }> {
  const bus = openBus('payments');
  const client = bus.client(payments);
  await bus.serve(payments, {
    charge: ({ orderId }) => ({ receiptId: `r-${orderId}`, chargedAt: new Date().toISOString() }),
    async chargeV2(order) {
      const { orderId, learnerId, courseId, total, means } = order;
      // What takes longer than the learner waits for is not begun: each call inherits what is left of the time.
      const price = await client.catalog.getPrice({ courseId, learnerId });
      if (price.total.amount !== total.amount) throw new AmountChangedError({ expected: price.total });
      if (means.kind === 'card') {
        const authorized = await client.bank.authorize.safe({ reference: orderId, amount: total, cardToken: means.token });
        if (!authorized.ok && authorized.error instanceof RefusedError) throw new PaymentDeclinedError({ reason: 'blocked' });
        if (!authorized.ok) throw authorized.error;
      }
      const now = new Date().toISOString();
      await client.ledger.post({ entryId: randomUUID(), account: 'courses', amount: total });
      await client.paymentSettled({ orderId, learnerId, courseId, total, settledAt: now, means: means.kind });
      return { receiptId: `r-${orderId}`, chargedAt: now };
    },
  });
  return { client, close: () => bus.close() };
}
