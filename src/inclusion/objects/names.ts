import { isTrue } from '../evaluate.ts';
import type { Run } from '../run.ts';
import type { Claim, Schema } from '../schema.ts';
import { type Solution, unknownSolution } from '../solution.ts';
import type { State } from '../state.ts';
import type { Fact, Region } from '../steps.ts';
import { madeUpSchema } from '../world.ts';
import { isInRegion } from './regions.ts';

/** The names that no schema gives, of one kind: which patterns they match. */
type OtherKind = { readonly matching: readonly string[]; readonly avoiding: readonly string[] };

/** The names that the properties of an object may have, and what their values keep to. */
export type Names = {
  /** Every name that is spoken of. */
  readonly given: readonly string[];
  readonly isAbsent: (name: string) => boolean;
  /** `undefined` where that cannot be found out; so everywhere below. */
  readonly isAllowed: (name: string) => boolean | undefined;
  readonly claimsAt: (name: string) => readonly Claim[] | undefined;
  readonly fits: (region: Region, claims: readonly Claim[], name: string) => boolean | undefined;
  readonly otherKinds: (region?: Region) => readonly OtherKind[];
  /** A name of a kind that is not taken and keeps to claims, as does a value for it. */
  readonly findOther: (
    kind: OtherKind,
    some: { readonly value: readonly Claim[]; readonly name: readonly Claim[] },
    taken: readonly string[],
  ) => Solution;
};

// Each pattern doubles the kinds of names.
const MOST_PATTERNS = 8;

/** What the facts of a state say of names. */
export function namesOf(run: Run, state: State): Names {
  const each = state.facts.filter((fact) => fact.kind === 'each');
  const regions = [...each, ...state.facts.filter((fact) => fact.kind === 'some')].map(({ region }) => region);
  const nameClaims = state.facts.flatMap((fact) => (fact.kind === 'each-name' ? [fact.claim] : []));
  const given = givenNames(state, regions);
  const patterns = [...new Set(regions.flatMap((region) => (region.kind === 'others' ? [...region.matching, ...region.avoiding] : [])))];
  const isAllowed = (name: string): boolean | undefined => allTrue(run, nameClaims, name);
  return {
    given,
    isAbsent: (name) => state.absent.has(name),
    isAllowed: (name) => (state.absent.has(name) ? false : isAllowed(name)),
    claimsAt: claimsByName(run, each),
    fits: (region, claims, name) => {
      const [within, allowed, keeps] = [isInRegion(run.primitives, region, name), isAllowed(name), allTrue(run, claims, name)];
      if (within === false || allowed === false || keeps === false || state.absent.has(name)) return false;
      return within && allowed && keeps ? true : undefined;
    },
    otherKinds: (region) => kindsWithin(patterns, region),
    findOther: (kind, some, taken) => {
      if (patterns.length > MOST_PATTERNS) return unknownSolution('too many patterns stand side by side');
      const claims = each.flatMap(({ region, claim }) => (region.kind === 'others' && holdsKind(region, kind) ? [claim] : []));
      const value = run.solve([...claims, ...some.value]);
      if (value.answer !== 'sat') return value;
      return run.solve([...nameClaims, ...some.name, ...kindClaims(run, kind, [...given, ...taken])]);
    },
  };
}

function givenNames(state: State, regions: readonly Region[]): readonly string[] {
  const inRegions = regions.flatMap((region) => (region.kind === 'name' ? [region.name] : [...region.except]));
  return [...new Set([...state.present, ...inRegions, ...state.absent])];
}

function allTrue(run: Run, claims: readonly Claim[], name: string): boolean | undefined {
  const results = claims.map((claim) => isTrue(run.primitives, claim, name));
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

function claimsByName(run: Run, each: readonly Extract<Fact, { kind: 'each' }>[]): Names['claimsAt'] {
  const named = new Map<string, Claim[]>();
  for (const { region, claim } of each) {
    if (region.kind !== 'name') continue;
    const claims = named.get(region.name) ?? [];
    claims.push(claim);
    named.set(region.name, claims);
  }
  const others = each.filter(({ region }) => region.kind === 'others');
  return (name) => {
    const claims = [...(named.get(name) ?? [])];
    for (const { region, claim } of others) {
      const within = isInRegion(run.primitives, region, name);
      if (within === undefined) return undefined;
      if (within) claims.push(claim);
    }
    return claims;
  };
}

/** The kinds of other names in a region, those that match the fewest patterns first. */
function kindsWithin(patterns: readonly string[], region: Region | undefined): readonly OtherKind[] {
  if (region?.kind === 'name') return [];
  if (patterns.length > MOST_PATTERNS) return [{ matching: region?.matching ?? [], avoiding: region?.avoiding ?? [] }];
  const kinds = Array.from({ length: 2 ** patterns.length }, (_, bits) => ({
    matching: patterns.filter((_pattern, index) => (bits >> index) % 2 === 1),
    avoiding: patterns.filter((_pattern, index) => (bits >> index) % 2 === 0),
  }));
  return kinds.filter((kind) => !region || holdsKind(region, kind)).sort((a, b) => a.matching.length - b.matching.length);
}

function holdsKind(region: Extract<Region, { kind: 'others' }>, kind: OtherKind): boolean {
  return (
    region.matching.every((pattern) => kind.matching.includes(pattern)) &&
    region.avoiding.every((pattern) => kind.avoiding.includes(pattern))
  );
}

function kindClaims({ world }: Run, { matching, avoiding }: OtherKind, taken: readonly string[]): readonly Claim[] {
  const pattern = (source: string): Schema => madeUpSchema(world, { kind: 'pattern', source });
  const names = new Map(taken.map((name) => [JSON.stringify(name), name]));
  return [
    { schema: madeUpSchema(world, { kind: 'types', atoms: new Set(['string']) }), holds: true },
    ...matching.map((source) => ({ schema: pattern(source), holds: true })),
    ...avoiding.map((source) => ({ schema: pattern(source), holds: false })),
    ...(names.size > 0 ? [{ schema: madeUpSchema(world, { kind: 'values', values: names }), holds: false }] : []),
  ];
}
