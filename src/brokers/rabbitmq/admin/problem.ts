import { Failure } from '../../../diagnostics/failure.ts';
import { explainDeclaration, explainRefusal } from '../explain.ts';
import type { Answer } from './management.ts';

/** Why something was not done: `message` for people, `raw` in the broker's own words. */
export type Problem = { readonly message: string; readonly raw?: string };

/** What is wrong with an answer of the management API to a request that was to change something; undefined where it was done. */
export function problemOfAnswer({ status, body }: Answer): Problem | undefined {
  if (status >= 200 && status < 300) return undefined;
  const raw = `${status} ${JSON.stringify(body ?? null)}`;
  if (status === 401 || status === 403) {
    return { message: 'The user may not change this; it needs the tag "policymaker" and permissions on the virtual host.', raw };
  }
  return { message: explainRefusal(raw) ?? `RabbitMQ refused it (${status}). With --verbose its own words are shown.`, raw };
}

/** The same for what the broker said over AMQP. */
export function problemOfDeclaration(raw: string): Problem {
  return { message: explainDeclaration(raw) ?? 'RabbitMQ did not take it. With --verbose its own words are shown.', raw };
}

/** Why work on a broker ended early: a request without an answer, a channel or a connection that broke. */
export function problemOfError(error: unknown): Problem {
  if (error instanceof Failure) return { message: error.message };
  if (error instanceof Refused) return { message: error.message, ...(error.raw !== undefined && { raw: error.raw }) };
  // What is none of the broker's is a bug, and told as one.
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
  return problemOfDeclaration(error.message);
}

/** Thrown to end work on a broker with a message for people. */
export class Refused extends Error {
  readonly raw: string | undefined;

  constructor({ message, raw }: Problem) {
    super(message);
    this.raw = raw;
  }
}
