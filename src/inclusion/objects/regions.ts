import type { Primitives } from '../evaluate.ts';
import type { Region } from '../steps.ts';
import type { Cover } from '../world.ts';

// Each pattern doubles the ways a name can fall.
const MOST_PATTERNS = 8;

/** Names told apart as far as covers do: each name they give, and all others by the patterns they match. */
export function regionsOf(covers: readonly Cover[]): readonly Region[] | undefined {
  const names = new Set(covers.flatMap((cover) => [...cover.names]));
  const patterns = [...new Set(covers.flatMap((cover) => cover.patterns))];
  if (patterns.length > MOST_PATTERNS) return undefined;
  return [...[...names].map((name): Region => ({ kind: 'name', name })), ...splitByPatterns(patterns, names)];
}

function splitByPatterns(patterns: readonly string[], except: ReadonlySet<string>): readonly Region[] {
  return Array.from({ length: 2 ** patterns.length }, (_, bits) => ({
    kind: 'others',
    matching: patterns.filter((_pattern, index) => (bits >> index) % 2 === 1),
    avoiding: patterns.filter((_pattern, index) => (bits >> index) % 2 === 0),
    except,
  }));
}

/** The region of {@link regionsOf} that a name falls into. */
export function regionOfName({ matches: test }: Primitives, covers: readonly Cover[], name: string): Region | undefined {
  const names = new Set(covers.flatMap((cover) => [...cover.names]));
  if (names.has(name)) return { kind: 'name', name };
  const patterns = [...new Set(covers.flatMap((cover) => cover.patterns))];
  const tried = patterns.map((pattern) => ({ pattern, matches: test(pattern, name) }));
  if (tried.some(({ matches }) => matches === undefined)) return undefined;
  return {
    kind: 'others',
    matching: tried.filter(({ matches }) => matches).map(({ pattern }) => pattern),
    avoiding: tried.filter(({ matches }) => !matches).map(({ pattern }) => pattern),
    except: names,
  };
}

/** The covers that evaluate the names of such a region; `undefined` where a pattern could not be tried. */
export function coveringIn(primitives: Primitives, covers: readonly Cover[], region: Region): readonly Cover[] | undefined {
  const results = covers.map((cover) => ({ cover, covers: cover.rest || coversRegion(primitives, cover, region) }));
  return results.some((result) => result.covers === undefined)
    ? undefined
    : results.filter((result) => result.covers).map(({ cover }) => cover);
}

function coversRegion({ matches }: Primitives, cover: Cover, region: Region): boolean | undefined {
  if (region.kind === 'others') return cover.patterns.some((pattern) => region.matching.includes(pattern));
  if (cover.names.has(region.name)) return true;
  const results = cover.patterns.map((pattern) => matches(pattern, region.name));
  if (results.includes(true)) return true;
  return results.includes(undefined) ? undefined : false;
}

/** Whether a region has a name; `undefined` where a pattern could not be tried. */
export function isInRegion({ matches }: Primitives, region: Region, name: string): boolean | undefined {
  if (region.kind === 'name') return region.name === name;
  if (region.except.has(name)) return false;
  const matching = region.matching.map((pattern) => matches(pattern, name));
  const avoiding = region.avoiding.map((pattern) => matches(pattern, name));
  if (matching.includes(false) || avoiding.includes(true)) return false;
  return matching.includes(undefined) || avoiding.includes(undefined) ? undefined : true;
}
