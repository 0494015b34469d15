import picomatch from 'picomatch';
import { isShallow, shallowClone } from './git-base.ts';
import { askGit, type GitPlace } from './run-git.ts';

/** A tag of a commit. `date`: when the tag was made, or the commit where the tag has no date of its own; in milliseconds since 1970. */
export type Tag = { readonly name: string; readonly commit: string; readonly date: number };

/**
 * All tags of commits, the oldest first. Throws a `Failure` where a shallow clone has none at all: CI systems leave tags out of such clones, and
 * releases that are not seen must not look like none.
 */
export async function listTags(place: GitPlace): Promise<readonly Tag[]> {
  const tags = await readTags(place);
  if (tags.length === 0 && (await isShallow(place))) throw shallowClone('the tags of releases are not in this clone');
  return [...tags].sort((a, b) => a.date - b.date || (a.name < b.name ? -1 : 1));
}

/** Those whose names match a glob. */
export function matchTags(tags: readonly Tag[], glob: string): readonly Tag[] {
  const matches = picomatch(glob, { dot: true });
  return tags.filter(({ name }) => matches(name));
}

async function readTags(place: GitPlace): Promise<readonly Tag[]> {
  // An annotated tag is an object that points at its commit; a plain one is the commit itself.
  const format = '%(refname:strip=2)%00%(objecttype) %(objectname)%00%(*objecttype) %(*objectname)%00%(creatordate:unix)';
  const output = await askGit(place, ['for-each-ref', `--format=${format}`, 'refs/tags']);
  return output.split('\n').flatMap((line): readonly Tag[] => {
    const [name, own = '', pointed = '', date = ''] = line.split('\0');
    const commit = [own, pointed].flatMap((object) => /^commit ([0-9a-f]+)$/.exec(object)?.[1] ?? [])[0];
    return name && commit ? [{ name, commit, date: Number(date) * 1_000 }] : [];
  });
}
