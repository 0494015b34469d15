/** Who learns what, and how far they have come. */
import { randomUUID } from 'node:crypto';
import type { Client } from 'msgctl/runtime';
import { learners } from '../generated/learners.js';
import { openBus } from './open-bus.ts';

const ada = { learnerId: 'u-7', person: { name: 'Ada Byron', email: 'ada@example.org' }, joined: '2025-09-01' };

/** Starts it. `told` is called with what comes of a certificate that was asked for. */
export async function startLearners(
  told: (news: string) => void,
): Promise<{ readonly client: Client<typeof learners>; close(): Promise<void> }> {
  const bus = openBus('learners');
  const client = bus.client(learners);
  await bus.serve(learners, {
    findLearner: ({ email }) => ({ learner: email === ada.person.email ? ada : null }),
    catalog: {
      courseRetiring: () => ({ enrolled: 1, finishBy: null }),
    },
    payments: {
      // Its contract says `deduplicate`: whoever pays once is enrolled once, however often the event comes.
      async paymentSettled({ orderId, learnerId, courseId }) {
        const enrolmentId = randomUUID();
        await client.learnerEnrolled({ enrolmentId, learnerId, courseId, enrolledAt: new Date().toISOString(), orderId });
        const { title } = await client.catalog.getCourse({ courseId });
        await client.mailer.sendEmail({ to: ada.person, content: { template: 'welcome', courseTitle: title } });
      },
      paymentRefunded: () => undefined,
      paymentQuestioned: ({ learnerId }) => ({ trusted: learnerId === ada.learnerId }),
    },
    certificates: {
      // It may take days, and reaches whichever instance is there then.
      issue: (answer) => told(answer.ok ? `certificate of ${answer.value.issuedOn}` : `no certificate: ${answer.error.code}`),
    },
  });
  return { client, close: () => bus.close() };
}
