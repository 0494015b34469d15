import type { SemVer } from 'semver';
import parse from 'semver/functions/parse.js';
import type { Milliseconds } from '../contract/model.ts';
import type { Tag } from '../io/git-tags.ts';

/** A released version of one service. */
export type Release = {
  readonly service: string;
  readonly tag: Tag;
  /** How long ago the next release of the service replaced it; 0 for the newest. */
  readonly age: Milliseconds;
  /** Whether it is what the service's version number has to be held against: the highest version that is not above the present one. */
  readonly newest: boolean;
};

/** The glob of a service's tags: `{service}-v*` for payments is `payments-v*`. */
export function tagGlob(pattern: string, service: string): string {
  return pattern.replaceAll('{service}', service);
}

/** The releases of a service by its tags, the oldest first. `now`: milliseconds since 1970; `version`: that of the contract today. */
export function releasesOf(
  service: string,
  tags: readonly Tag[],
  { glob, now, version }: { readonly glob: string; readonly now: number; readonly version: string },
): readonly Release[] {
  const present = parse(version);
  const versions = tags.map(({ name }) => versionIn(name, glob));
  const before = versions.filter((one): one is SemVer => one !== undefined && present !== null && one.compare(present) <= 0);
  const highest = before.sort((a, b) => b.compare(a))[0];
  return tags.map((tag, index): Release => {
    const next = tags[index + 1];
    const own = versions[index];
    return {
      service,
      tag,
      age: next ? Math.max(0, now - next.date) : 0,
      newest: own !== undefined && highest !== undefined && own.compare(highest) === 0,
    };
  });
}

/** The version in a tag's name: what the first `*` of the glob stands for. */
function versionIn(name: string, glob: string): SemVer | undefined {
  const star = glob.indexOf('*');
  if (star < 0) return undefined;
  const rest = glob.slice(star + 1).replace(/^\*+/, '');
  if (!name.startsWith(glob.slice(0, star)) || /[*?[\]{}()!]/.test(rest) || !name.endsWith(rest)) return undefined;
  return parse(name.slice(star, name.length - rest.length).replace(/^v/, '')) ?? undefined;
}
