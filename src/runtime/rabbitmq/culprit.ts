/** What a channel was closed for, of all that was published on it and not confirmed. */
import type { TransportError } from '../errors.ts';
import type { Publication } from './frames.ts';
import { missing, tooLarge } from './publish-errors.ts';

/** Who is to blame. */
export type Culprit = {
  /** All before this one were looked at; what became of them nobody knows. Where nobody is to blame that is all. */
  readonly first: number;
  /** Of those from there on: what is wrong with it; `undefined` where the broker never looked at it, and nothing is known to be. */
  errorOf(publication: Publication): TransportError | undefined;
};

/**
 * Finds it in the order in which they were published. An exchange that something has `reached` was there before: then of several to it only the last one surely
 * failed.
 */
export function findCulprit(problem: Error, published: readonly Publication[], reached: ReadonlySet<string>): Culprit {
  const size = Number(/message size (\d+)/.exec(problem.message)?.[1] ?? Number.NaN);
  const isTooLarge = ({ message }: Publication) => message.body?.byteLength === size;
  const tooLargeAt = published.findIndex(isTooLarge);
  if (tooLargeAt >= 0) return { first: tooLargeAt, errorOf: (one) => (isTooLarge(one) ? tooLarge(one, problem) : undefined) };
  const exchange = exchangeOf(problem, published);
  const isMissing = (one: Publication) => one.exchange === exchange;
  const at = exchange !== undefined && reached.has(exchange) ? published.findLastIndex(isMissing) : published.findIndex(isMissing);
  return { first: at < 0 ? published.length : at, errorOf: (one) => (isMissing(one) ? missing(one, problem) : undefined) };
}

/** The exchange that is not there, or not this user's to write to. A name may hold anything, also what looks like the end of another. */
function exchangeOf({ message }: Error, published: readonly Publication[]): string | undefined {
  const named = published.map(({ exchange }) => exchange).filter((exchange) => message.includes(`exchange '${exchange}' in vhost`));
  return named.sort((one, other) => other.length - one.length)[0];
}
