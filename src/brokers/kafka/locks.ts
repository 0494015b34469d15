import { type JsonValue, ownProperty } from '../../source/json.ts';
import type { OwnerEntry } from './owners.ts';

/** One run's word, among the records of the owners, that it is provisioning; it holds until `until` (milliseconds since 1970). */
export type Claim = {
  readonly key: string;
  readonly holder: string;
  readonly until: number;
  /** Whether the run has looked since and found nobody before it. */
  readonly held: boolean;
};

/** The key of a claim. No name of a topic has a slash, so nothing else has such a key. */
export function claimKey(project: string, transport: string, run: string): string {
  return `/lock/${project}/${transport}/${run}`;
}

/** The record of a claim. */
export function claimEntry({ key, ...claim }: Claim): OwnerEntry {
  return { key, value: JSON.stringify(claim) };
}

/**
 * The claim that stands: of one that is held that one, else the first in the order of the log, which is the same for all who read it. Claims whose
 * time is over do not count. `prefix`: what all claims for the same thing begin with.
 */
export function standingClaim(entries: readonly OwnerEntry[], prefix: string, now: number): Claim | undefined {
  const standing = new Map<string, Claim>();
  for (const { key, value } of entries) {
    if (!key.startsWith(prefix)) continue;
    const claim = value === undefined ? undefined : claimOf(key, value);
    // A claim that is made again keeps its place.
    if (claim) standing.set(key, claim);
    else standing.delete(key);
  }
  const valid = [...standing.values()].filter(({ until }) => until > now);
  return valid.find(({ held }) => held) ?? valid[0];
}

function claimOf(key: string, value: string): Claim | undefined {
  try {
    const parsed = JSON.parse(value) as JsonValue;
    const [holder, until, held] = ['holder', 'until', 'held'].map((name) => ownProperty(parsed, name));
    if (typeof holder !== 'string' || typeof until !== 'number') return undefined;
    return { key, holder, until, held: held === true };
  } catch {
    return undefined;
  }
}
