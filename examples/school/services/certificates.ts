/** Certificates for those who have come to the end of a course. */
import { randomUUID } from 'node:crypto';
import { certificates, NotFinishedError } from '../generated/certificates.js';
import { openBus } from './open-bus.ts';

/** Starts it. */
export async function startCertificates(): Promise<{ close(): Promise<void> }> {
  const bus = openBus('certificates');
  const client = bus.client(certificates);
  const finished = new Set<string>();
  await bus.serve(certificates, {
    async issue({ learnerId, courseId }) {
      if (!finished.has(`${learnerId} ${courseId}`)) throw new NotFinishedError({ missing: ['l-1'] });
      const { title } = await client.catalog.getCourse({ courseId });
      return { certificateId: randomUUID(), issuedOn: '2026-11-29', downloadUrl: `https://school.example/z/${encodeURIComponent(title)}` };
    },
    catalog: { courseRetiring: () => ({ unissued: 0 }) },
    learners: {
      lessonCompleted: ({ learnerId, courseId }) => {
        finished.add(`${learnerId} ${courseId}`);
      },
    },
    payments: { paymentQuestioned: () => ({ trusted: null }) },
  });
  return { close: () => bus.close() };
}
