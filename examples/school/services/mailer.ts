/** Sends e-mails. */
import { mailer } from '../generated/mailer.js';
import { openBus } from './open-bus.ts';

/** Starts it. `sent` is called with each e-mail. */
export async function startMailer(sent: (email: string) => void): Promise<{ close(): Promise<void> }> {
  const bus = openBus('mailer');
  await bus.serve(mailer, {
    sendEmail: ({ to, content }) => sent(`${content.template} to ${to.email}`),
    sendCode: ({ email }) => sent(`code to ${email}`),
    catalog: { coursePublished: () => undefined, courseRetiring: () => undefined },
    learners: { learnerChanged: () => undefined, learnerOnline: () => undefined },
  });
  return { close: () => bus.close() };
}
