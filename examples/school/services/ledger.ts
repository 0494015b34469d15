/** Books what comes in. */
import { ledger } from '../generated/ledger.js';
import { openBus } from './open-bus.ts';

/** Starts it. */
export async function startLedger(): Promise<{ close(): Promise<void> }> {
  const bus = openBus('ledger');
  let balance = 0;
  await bus.serve(ledger, {
    post({ entryId, amount }) {
      balance += amount.amount;
      return { entryId, balance: { ...amount, amount: balance } };
    },
    payments: { paymentSettled: () => undefined, paymentRefunded: () => undefined, paymentQuestioned: () => undefined },
    bank: { statementReady: () => undefined },
  });
  return { close: () => bus.close() };
}
