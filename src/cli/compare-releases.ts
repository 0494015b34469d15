import { compareRelease } from '../compat/compare-release.ts';
import type { Finding } from '../compat/finding.ts';
import { isStillKept, keptMessages } from '../compat/retention.ts';
import type { System } from '../contract/system.ts';
import { listTags, matchTags } from '../io/git-tags.ts';
import type { Documents } from '../payload/documents.ts';
import { VERDICTS } from '../report/outcome.ts';
import { count } from '../report/prose.ts';
import type { ComparedVersion } from '../report/views.ts';
import { loadBase, openBase, patternsOf } from './comparison-base.ts';
import { loadWire } from './load-wire.ts';
import { type Release, releasesOf, tagGlob } from './releases.ts';
import type { Session } from './session.ts';
import type { Workspace } from './workspace.ts';

/** What was found in released versions; `looked`: how many of them were read. */
export type ReleasesCompared = {
  readonly looked: number;
  /** Those with findings, the newest first. */
  readonly compared: readonly { readonly version: ComparedVersion; readonly documents: Documents }[];
};

type Options = {
  readonly strict: boolean;
  /** What was compared already: a finding is told once. */
  readonly told: readonly ComparedVersion[];
};

/**
 * Compares the working tree with the releases that `history` of the project names: can what they sent and what is still kept be read, and
 * does the version tell of what changed since the newest one? Undefined where the project names none.
 */
export async function compareReleases(
  session: Session,
  workspace: Workspace,
  after: System,
  options: Options,
): Promise<ReleasesCompared | undefined> {
  const { history } = after.project;
  if (!history) return undefined;
  const releases = await findReleases(session, workspace, after);
  const told = createTold();
  for (const { comparison } of options.told) told.add(comparison.findings);
  const compared: { version: ComparedVersion; documents: Documents }[] = [];
  const byCommit = groupByCommit(releases);
  const work = (async () => {
    for (const group of byCommit) {
      const found = await compareGroup(session, workspace, after, { group, strict: options.strict });
      const fresh = found.version.comparison.findings.filter((finding) => !told.has(finding));
      told.add(fresh);
      if (fresh.length > 0)
        compared.push({ ...found, version: { ...found.version, comparison: { ...found.version.comparison, findings: fresh } } });
    }
  })();
  await session.during(`Reading ${count(byCommit.length, 'release')}`, work);
  return { looked: byCommit.length, compared };
}

/** What was told already: a finding of the same change, unless it was less bad then. One fact can break a release and not the version after it. */
function createTold() {
  const worst = new Map<string, number>();
  const rankOf = ({ fingerprint }: Finding) => worst.get(fingerprint) ?? Number.POSITIVE_INFINITY;
  return {
    has: (finding: Finding) => rankOf(finding) <= VERDICTS.indexOf(finding.verdict),
    add: (findings: readonly Finding[]) => {
      for (const finding of findings) worst.set(finding.fingerprint, Math.min(rankOf(finding), VERDICTS.indexOf(finding.verdict)));
    },
  };
}

/** The releases that matter: those whose messages are kept, and the newest of each service. */
async function findReleases({ host }: Session, { place }: Workspace, after: System): Promise<readonly Release[]> {
  const pattern = after.project.history?.tags ?? '';
  const tags = await listTags({ folder: place.root, environment: host.environment });
  const now = Date.parse(host.today());
  const found: Release[] = [];
  for (const { service, version, provides } of after.contracts) {
    const glob = tagGlob(pattern, service);
    const kept = provides.flatMap((interaction) => keptMessages(after, interaction));
    const releases = releasesOf(service, matchTags(tags, glob), { glob, now, version });
    found.push(...releases.filter(({ age, newest }) => newest || kept.some((one) => isStillKept(one, age))));
  }
  return found;
}

/** Services that are released together have tags at one commit, which is read once. The newest first. */
function groupByCommit(releases: readonly Release[]): readonly (readonly [Release, ...Release[]])[] {
  const groups = new Map<string, [Release, ...Release[]]>();
  for (const release of releases) {
    const group = groups.get(release.tag.commit);
    if (group) group.push(release);
    else groups.set(release.tag.commit, [release]);
  }
  return [...groups.values()].sort(([a], [b]) => b.tag.date - a.tag.date);
}

async function compareGroup(
  session: Session,
  workspace: Workspace,
  after: System,
  { group, strict }: { readonly group: readonly [Release, ...Release[]]; readonly strict: boolean },
): Promise<{ readonly version: ComparedVersion; readonly documents: Documents }> {
  const base = await openBase(session, workspace, `refs/tags/${group[0].tag.name}`);
  const before = await loadBase(
    session,
    base,
    'Let "history" in the project file name only tags whose contracts are valid, such as later ones.',
  );
  const services = new Map(group.map(({ service, age }) => [service, age]));
  const newest = new Set(group.filter((release) => release.newest).map(({ service }) => service));
  const comparison = await compareRelease(before, after, { today: session.host.today(), strict, protobuf: loadWire, services, newest });
  const names = [...new Set(group.map(({ tag }) => tag.name))];
  return {
    version: {
      label: `${names.join(', ')} (${group[0].tag.commit.slice(0, 7)}), a release`,
      comparison,
      patterns: patternsOf(before, after),
    },
    documents: before.documents,
  };
}
