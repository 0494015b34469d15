/** A day at the school: everything starts, a learner buys a course, finishes it, and gets a certificate. */
import { PaymentDeclinedError } from '../generated/payments.errors.js';
import { startBank } from './bank.ts';
import { startCatalog } from './catalog.ts';
import { startCertificates } from './certificates.ts';
import { startLearners } from './learners.ts';
import { startLedger } from './ledger.ts';
import { startMailer } from './mailer.ts';
import { startPayments } from './payments.ts';

const say = (text: string) => process.stdout.write(`\n> ${text}\n`);
const news: string[] = [];
const note = (one: string) => {
  news.push(one);
};
const heard = async (part: string) => {
  const until = Date.now() + 10_000;
  while (!news.some((one) => one.includes(part))) {
    if (Date.now() > until) throw new Error(`Nobody ever heard of "${part}". Heard: ${news.join('; ')}`);
    await new Promise((done) => setTimeout(done, 10));
  }
};

const [bank, ledger, certificates, mailer] = await Promise.all([startBank(), startLedger(), startCertificates(), startMailer(note)]);
const catalog = await startCatalog();
const payments = await startPayments();
const learners = await startLearners(note);
const { client } = learners;

say('Ada buys a course.');
const order = {
  orderId: 'o-1',
  learnerId: 'u-7',
  courseId: 'c-42',
  total: { amount: 4990, currency: 'EUR' },
  means: { kind: 'card', token: 't-1' },
} as const;
const receipt = await client.payments.chargeV2(order);
await heard('welcome to ada@example.org');

say('She presses the button again: the same receipt, and no second charge.');
const again = await client.payments.chargeV2(order);
if (again.receiptId !== receipt.receiptId) throw new Error('She was charged twice.');

say('A stolen card is declined, as the contract says it may be.');
const declined = await client.payments.chargeV2.safe({ ...order, orderId: 'o-2', means: { kind: 'card', token: 'stolen' } });
if (declined.ok || !(declined.error instanceof PaymentDeclinedError)) throw new Error('It was not declined.');

say('A certificate too early, and one in time.');
await client.certificates.issue({ learnerId: 'u-7', courseId: 'c-42' });
await heard('no certificate: not-finished');
await client.lessonCompleted({ learnerId: 'u-7', courseId: 'c-42', lessonId: 'l-1', completedAt: new Date().toISOString() });
await new Promise((done) => setTimeout(done, 50));
await client.certificates.issue({ learnerId: 'u-7', courseId: 'c-42' });
await heard('certificate of 2026-11-29');

say('Whom would it touch if the course went? Everybody who knows is asked, each answers in its own way.');
const { replies, missing } = await catalog.client.courseRetiring({ courseId: 'c-42', lastDay: '2027-06-30' }).all();
if (missing.length > 0) throw new Error(`${missing.join(', ')} did not answer.`);

say(`${news.length} pieces of news: ${news.join('; ')}. ${replies.learners?.enrolled} learner would be touched.`);
for (const service of [learners, payments, catalog, mailer, certificates, ledger, bank]) await service.close();
