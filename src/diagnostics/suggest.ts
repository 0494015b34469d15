import { quoteText } from '../source/quote.ts';

/** How many names a message lists at most. */
const MAX_LISTED = 12;

/** Beyond this length a name is no typing mistake of another, and comparing it would only take time. */
const MAX_COMPARED = 64;

/** The candidate that was probably meant: the nearest one within a third of its length; the first of several equally near. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  if (written.length > MAX_COMPARED) return undefined;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate.length > MAX_COMPARED) continue;
    const allowed = Math.max(1, Math.floor(Math.max(candidate.length, written.length) / 3));
    // Only what is nearer than the nearest so far is of interest, which soon is hardly any.
    const limit = Math.min(allowed, bestDistance - 1);
    if (Math.abs(candidate.length - written.length) > limit) continue;
    const distance = editDistance(written.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance <= limit) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** The advice for a name that is not known: the nearest one, else the list of those there are. */
export function adviseName(written: string, candidates: readonly string[], none: string): string {
  const meant = nearest(written, candidates);
  if (meant !== undefined) return `Did you mean ${quoteText(meant)}?`;
  return candidates.length > 0 ? `Use ${oneOf(candidates)}.` : none;
}

/** `a, b or c`, cut where the list is long. */
export function oneOf(names: readonly string[]): string {
  if (names.length > MAX_LISTED) return `one of ${names.slice(0, MAX_LISTED).join(', ')}, … (${names.length} in all)`;
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, replacements, and swaps of neighbours; more than `limit` where it is. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  let leastOfLast = 0;
  for (let i = 1; i <= a.length; i += 1) {
    const current = nextRow(a, b, { i, last, beforeLast });
    const least = Math.min(...current);
    // A swap reaches back over two rows; where neither has anything near enough, nothing below has.
    if (least > limit && leastOfLast > limit) return limit + 1;
    [beforeLast, last, leastOfLast] = [last, current, least];
  }
  return last[b.length] ?? 0;
}

type Rows = { readonly i: number; readonly last: readonly number[]; readonly beforeLast: readonly number[] };

/** The distances of the first `i` characters of `a` to each beginning of `b`. */
function nextRow(a: string, b: string, { i, last, beforeLast }: Rows): number[] {
  const current = [i];
  for (let j = 1; j <= b.length; j += 1) {
    const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
    let least = Math.min(replaced, (last[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
    const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    if (swapped) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
    current.push(least);
  }
  return current;
}
