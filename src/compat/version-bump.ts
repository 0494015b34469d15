import type { SemVer } from 'semver';
import { findContract, type System } from '../contract/system.ts';
import type { Change } from './change.ts';
import type { Verdict } from './finding.ts';

/** How far a version number has to move. */
type Bump = 'none' | 'patch' | 'minor' | 'major';

/** What a change asks of its service's version. */
type Graded = { readonly change: Change; readonly verdict: Verdict };

/** The least version that tells of a service's changes (SemVer), and whether its contract has at least that. */
export type VersionNeed = { readonly service: string; readonly bump: Bump; readonly least: string; readonly given: boolean };

const ORDER = ['none', 'patch', 'minor', 'major'] as const satisfies readonly Bump[];

/** Before 1.0.0 a minor version may break and a patch may add, which is how ranges such as `^0.3` take it (semver.org, item 4). */
const BEFORE_FIRST = { none: 'none', patch: 'patch', minor: 'patch', major: 'minor' } as const satisfies Record<Bump, Bump>;

/**
 * What the changes between two versions ask of each service's version number: what breaks somebody, or may, a major one; what adds or
 * loosens, a minor one; texts and what a service uses itself, a patch. Services that are new or gone, or whose version is none, are left out.
 */
export async function versionNeeds(before: System, after: System, changes: readonly Graded[]): Promise<readonly VersionNeed[]> {
  const [{ default: parse }, { default: inc }] = await Promise.all([
    import('semver/functions/parse.js'),
    import('semver/functions/inc.js'),
  ]);
  const bumps = new Map<string, Bump>();
  for (const one of changes) {
    const { service } = one.change;
    bumps.set(service, larger(bumps.get(service) ?? 'none', bumpFor(one)));
  }
  return after.contracts.flatMap(({ service, version }): readonly VersionNeed[] => {
    const old = parse(findContract(before, service)?.version);
    const now = parse(version);
    if (!old || !now) return [];
    const wanted = bumps.get(service) ?? 'none';
    const bump = old.major === 0 ? BEFORE_FIRST[wanted] : wanted;
    const least = bump === 'none' ? old.version : (inc(old.version, bump) ?? old.version);
    return [{ service, bump, least, given: reaches(now, least, bump) }];
  });
}

/** A pre-release of a version counts as that version: it is where the work on it begins. */
function reaches(now: SemVer, least: string, bump: Bump): boolean {
  return (bump === 'none' ? now.compare(least) : now.compareMain(least)) >= 0;
}

/** Kinds that take something away from users whoever is known to use it. */
const TAKES_AWAY: ReadonlySet<Change['kind']> = new Set(['interaction-removed', 'service-removed']);

/** Kinds by which users find something elsewhere, or not at all. */
const MOVES: ReadonlySet<Change['kind']> = new Set([
  ...['pattern-changed', 'transport-changed', 'channel-changed', 'encoding-changed'],
  ...['address-changed', 'interaction-renamed'],
] as const);

/** Kinds that no user of the service notices. */
const UNNOTICED: ReadonlySet<Change['kind']> = new Set(['annotation-changed', 'use-added', 'use-removed']);

function bumpFor({ change, verdict }: Graded): Bump {
  if (verdict === 'breaking' || verdict === 'undecided' || TAKES_AWAY.has(change.kind)) return 'major';
  if (MOVES.has(change.kind) && verdict !== 'compatible') return 'major';
  return UNNOTICED.has(change.kind) || change.name.startsWith('uses.') ? 'patch' : 'minor';
}

function larger(a: Bump, b: Bump): Bump {
  return ORDER.indexOf(a) < ORDER.indexOf(b) ? b : a;
}
