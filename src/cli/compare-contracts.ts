import { compareSystems } from '../compat/compare.ts';
import type { System } from '../contract/system.ts';
import type { Documents } from '../payload/documents.ts';
import { isGood } from '../report/outcome.ts';
import type { ComparedVersion, ComparisonView } from '../report/views.ts';
import { type AskRenames, createRenameQuestions } from './ask-renames.ts';
import { compareReleases } from './compare-releases.ts';
import { expandTags, loadBase, openBase, patternsOf } from './comparison-base.ts';
import type { Exit } from './exit-code.ts';
import { loadWire } from './load-wire.ts';
import type { Session } from './session.ts';
import { openWorkspace, validationView, type Workspace } from './workspace.ts';

/** What a comparison is asked for. */
export type CompareWish = {
  /** Revisions, globs of tags or folders; none: the default base, see `io/git-base.ts`. */
  readonly against: readonly string[];
  readonly failOn: ComparisonView['failOn'];
  readonly strict: boolean;
  readonly all: boolean;
};

/** Compares the working tree with earlier versions and says whom the changes break. */
export async function compareContracts(session: Session, wish: CompareWish): Promise<Exit> {
  const workspace = await openWorkspace(session);
  const { root } = workspace.place;
  const { documents } = workspace.loaded;
  const after = workspace.system;
  if (!after) {
    const view = validationView(workspace, 'diff', 'Nothing was compared: the contracts must be valid first.');
    await session.show({ view, root, documents });
    return 'bad';
  }
  const against = wish.against.length === 0 ? [undefined] : await expandTags(session, workspace, wish.against);
  const versions: ComparedVersion[] = [];
  const before = new Map<string, Documents>();
  const askRenames = createRenameQuestions(session);
  for (const version of against) {
    const compared = await compareWith(session, workspace, after, { version, strict: wish.strict, askRenames });
    versions.push(compared.version);
    before.set(compared.version.label, compared.documents);
  }
  const releases = await compareReleases(session, workspace, after, { strict: wish.strict, told: versions });
  for (const { version, documents } of releases?.compared ?? []) {
    versions.push(version);
    before.set(version.label, documents);
  }
  const found = new Set(versions.flatMap(({ comparison }) => comparison.findings.map(({ fingerprint }) => fingerprint)));
  const unmatched = after.project.accept.flatMap(({ finding, reason }) => (found.has(finding) ? [] : [{ finding, reason }]));
  const view: ComparisonView = {
    kind: 'comparison',
    command: 'diff',
    versions,
    failOn: wish.failOn,
    all: wish.all,
    ...(releases && { releases: releases.looked }),
    ...(unmatched.length > 0 && { unmatched }),
  };
  await session.show({ view, root, documents, before });
  return isGood(view) ? 'good' : 'bad';
}

async function compareWith(
  session: Session,
  workspace: Workspace,
  after: System,
  { version, strict, askRenames }: { readonly version: string | undefined; readonly strict: boolean; readonly askRenames: AskRenames },
): Promise<{ readonly version: ComparedVersion; readonly documents: Documents }> {
  const base = await openBase(session, workspace, version);
  const { reader } = base;
  const before = await loadBase(session, base);
  const renames = await askRenames(before, after);
  // Where releases have tags, version numbers are held against the newest of them.
  const released = after.project.history === undefined;
  const comparison = await session.during(
    `Comparing with ${reader.label}`,
    compareSystems(before, after, { today: session.host.today(), strict, released, renames, protobuf: loadWire }),
  );
  return { version: { label: reader.label, comparison, patterns: patternsOf(before, after) }, documents: before.documents };
}
