import { Failure } from '../diagnostics/failure.ts';
import { type GitPlace, tryGit } from './run-git.ts';

/** A commit, with what to call it: `main (3f2a9c1)`. */
export type Revision = { readonly commit: string; readonly label: string };

/** Variables in which CI systems name the branch that a change is going to. */
const TARGET_BRANCH_VARIABLES = [
  'GITHUB_BASE_REF',
  'CI_MERGE_REQUEST_TARGET_BRANCH_NAME',
  'CHANGE_TARGET',
  'BITBUCKET_PR_DESTINATION_BRANCH',
  'SYSTEM_PULLREQUEST_TARGETBRANCH',
  'BUILDKITE_PULL_REQUEST_BASE_BRANCH',
  'CODEBUILD_WEBHOOK_BASE_REF',
  'CI_COMMIT_TARGET_BRANCH',
  'DRONE_TARGET_BRANCH',
  'CIRRUS_BASE_BRANCH',
] as const;

/** The commit that a revision names, also where only the remote's branch of that name is there. Throws a `Failure` where there is none. */
export async function findRevision(place: GitPlace, revision: string): Promise<Revision> {
  const found = await lookUp(place, revision);
  if (found) return found;
  if (await isShallow(place)) throw shallowClone(`${quoted(revision)} is not in this clone`);
  throw new Failure('unknown-revision', {
    message: `There is no revision ${quoted(revision)} in this repository.`,
    why: 'There is nothing to compare the contracts with.',
    advice: 'Name a branch, a tag or a commit that git knows; a branch of the remote must be fetched first: git fetch origin BRANCH.',
  });
}

/**
 * What a change is compared with when nobody says: where it left the branch that CI names as its target, else the default branch; on that
 * branch itself the parent commit. Throws a `Failure` with the remedy where the history does not reach that far.
 */
export async function findDefaultBase(place: GitPlace): Promise<Revision> {
  const head = await lookUp(place, 'HEAD');
  if (!head) throw noParent('There is no commit yet.');
  const target = await findTarget(place);
  const base = await tryGit(place, ['merge-base', 'HEAD', target.commit]);
  if (base === undefined) {
    if (await isShallow(place)) throw shallowClone(`the commit where this branch left ${target.label} is not in this clone`);
    throw new Failure('unrelated-histories', {
      message: `HEAD and ${target.label} have no commit in common.`,
      why: 'What this change started from cannot be told.',
      advice: 'Say what to compare with: --against REVISION.',
    });
  }
  if (base !== head.commit || !(await isOnTarget(place, target))) return { commit: base, label: `${branchOf(target)} (${short(base)})` };
  const parent = await tryGit(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^1^{commit}']);
  if (parent !== undefined) return { commit: parent, label: `the parent commit (${short(parent)})` };
  if (await isShallow(place)) throw shallowClone('the parent commit is not in this clone');
  throw noParent('HEAD is the first commit of this repository.');
}

/**
 * Whether HEAD is the target itself rather than a branch that has no commit of its own yet, where only what is not committed is new. A
 * checkout without a branch, as CI makes it, counts as the target.
 */
async function isOnTarget(place: GitPlace, target: Revision): Promise<boolean> {
  const branch = await tryGit(place, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  const name = branchOf(target);
  return branch === undefined || branch === '' || name === branch || name.endsWith(`/${branch}`);
}

async function findTarget(place: GitPlace): Promise<Revision> {
  const variable = TARGET_BRANCH_VARIABLES.find((name) => (place.environment[name] ?? '') !== '');
  const remote = await remoteName(place);
  if (variable !== undefined) {
    const branch = (place.environment[variable] ?? '').replace(/^refs\/heads\//, '');
    const found = (await lookUp(place, `${remote}/${branch}`)) ?? (await lookUp(place, branch));
    if (found) return found;
    if (await isShallow(place)) throw shallowClone(`${quoted(branch)}, which ${variable} names as the target, is not in this clone`);
    throw new Failure('unknown-revision', {
      message: `The branch ${quoted(branch)}, which ${variable} names as the target, is not in this clone.`,
      why: 'There is nothing to compare the contracts with.',
      // A clone of a single branch keeps what it fetches only where it is told the place.
      advice: `Fetch it first: git fetch ${remote} "+refs/heads/BRANCH:refs/remotes/${remote}/BRANCH". Or say what to compare with: --against REVISION.`,
    });
  }
  const named = await tryGit(place, ['symbolic-ref', '--quiet', '--short', `refs/remotes/${remote}/HEAD`]);
  const candidates = [...(named === undefined ? [] : [named]), `${remote}/main`, `${remote}/master`, 'main', 'master'];
  for (const candidate of candidates) {
    const found = await lookUp(place, candidate);
    if (found) return found;
  }
  if (await isShallow(place)) throw shallowClone('the default branch is not in this clone');
  throw new Failure('no-default-branch', {
    message: 'The default branch of this repository cannot be told.',
    why: `None of ${candidates.join(', ')} is there.`,
    advice: 'Say what to compare with: --against REVISION.',
  });
}

async function lookUp(place: GitPlace, revision: string): Promise<Revision | undefined> {
  refuseOption(revision);
  const remote = /^[\w./-]+$/.test(revision) ? [`refs/remotes/${await remoteName(place)}/${revision}`] : [];
  for (const name of [revision, ...remote]) {
    const commit = await tryGit(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    if (commit !== undefined && commit !== '')
      return { commit, label: `${name.replace(/^refs\/(?:remotes|tags)\//, '')} (${short(commit)})` };
  }
  return undefined;
}

/** `origin`, or the first remote where there is none of that name. */
async function remoteName(place: GitPlace): Promise<string> {
  const remotes = ((await tryGit(place, ['remote'])) ?? '').split('\n').filter((name) => name !== '');
  return remotes.includes('origin') ? 'origin' : (remotes[0] ?? 'origin');
}

/** Whether a clone has only the newest part of its history. */
export async function isShallow(place: GitPlace): Promise<boolean> {
  return (await tryGit(place, ['rev-parse', '--is-shallow-repository'])) === 'true';
}

/** A revision is never an option, and holds nothing that a name cannot. */
function refuseOption(revision: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (!/^-|^$|[\u0000-\u001f\u007f]/.test(revision)) return;
  throw new Failure('unknown-revision', {
    message: `${quoted(revision)} is no revision.`,
    why: 'A revision does not begin with "-", is not empty and holds no control characters.',
    advice: 'Name a branch, a tag or a commit.',
  });
}

/** What was asked for is not in a clone that has only the newest part of its history. */
export function shallowClone(what: string): Failure {
  return new Failure('shallow-clone', {
    message: `This clone is shallow: ${what}.`,
    why: 'Without the history there is nothing to compare the contracts with, and nothing would be found.',
    advice: 'Fetch the history first: git fetch --unshallow; in CI check out with "fetch-depth: 0" (GitHub) or GIT_DEPTH: 0 (GitLab).',
  });
}

function noParent(message: string): Failure {
  return new Failure('no-parent-commit', {
    message,
    why: 'There is no earlier version to compare the contracts with.',
    advice: 'Compare with a directory, or with a revision once there is one: --against DIR|REVISION.',
  });
}

function branchOf(target: Revision): string {
  return target.label.replace(/ \([0-9a-f]+\)$/, '');
}

function short(commit: string): string {
  return commit.slice(0, 7);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
