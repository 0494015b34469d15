import { type Budget, spend } from '../budget.ts';
import type { Program, Step } from './program.ts';

/**
 * What the rest of a text must do, all of it: begin with what is found from a step on (twice its number), or not begin so (one more). Sorted; the
 * empty one is met by every text.
 */
export type Demand = readonly number[];

/** What stands before and after a place: the sets that the character is in which conditions ask for; `undefined` at an end of the text. */
type Surroundings = {
  readonly previous: ReadonlySet<number> | undefined;
  readonly next: ReadonlySet<number> | undefined;
  readonly behind: readonly number[];
  readonly demands: readonly Demand[];
};

/** The same place as far as it goes without reading: demands are about steps that read. */
export type View = { readonly demands: readonly Demand[]; readonly behind: readonly number[] };

export type Expansion = {
  readonly view: (place: Surroundings) => View;
  /** What is demanded after a character has been read. */
  readonly read: (demands: readonly Demand[], inSet: (set: number) => boolean) => readonly Demand[];
  readonly readPlainly: (steps: readonly number[], inSet: (set: number) => boolean) => readonly number[];
};

/** What every text meets, and what none does. */
const MET: readonly Demand[] = [[]];
const UNMET: readonly Demand[] = [];

type Place = {
  readonly previous: ReadonlySet<number> | undefined;
  readonly next: ReadonlySet<number> | undefined;
  /** Which lookbehinds match here. */
  readonly matched: readonly boolean[];
};

/** Follows the steps of a program that read nothing. */
export function createExpansion(program: Program, budget: Budget): Expansion {
  const { steps, behinds } = program;
  const caches = new Map<string, Map<number, readonly Demand[]>>();
  const cacheOf = ({ previous, next, matched }: Place): Map<number, readonly Demand[]> => {
    const key = `${previous ? [...previous] : '^'}/${next ? [...next] : '$'}/${matched.map(Number).join('')}`;
    const cache = caches.get(key) ?? new Map<number, readonly Demand[]>();
    caches.set(key, cache);
    return cache;
  };
  const view = ({ previous, next, behind, demands }: Surroundings): View => {
    const place = { previous, next, matched: [] as boolean[] };
    // Those within others come first, so that it is known what they say where others ask.
    for (const { start, done } of behinds) place.matched.push(closeSteps(steps, [...behind, start], place).has(done));
    const reached = closeSteps(steps, behinds.length > 0 ? [...behind, ...behinds.map(({ start }) => start)] : [], place);
    spend(budget, reached.size * (behinds.length + 1));
    const cache = cacheOf(place);
    const expanded = demands.flatMap((demand) => expandDemand(demand, { steps, place, cache, budget }));
    spend(budget, (demands.length + expanded.length) * 4);
    return { demands: tidy(expanded), behind: [...reached].filter((step) => steps[step]?.kind === 'read') };
  };
  const readStep = (literal: number, inSet: (set: number) => boolean): number | undefined => {
    const step = steps[literal >> 1];
    return step?.kind === 'read' && inSet(step.set) ? step.next * 2 + (literal % 2) : undefined;
  };
  const read = (demands: readonly Demand[], inSet: (set: number) => boolean): readonly Demand[] => {
    spend(budget, demands.length * 4);
    return tidy(demands.flatMap((demand) => readDemand(demand, (literal) => readStep(literal, inSet))));
  };
  const readPlainly = (reading: readonly number[], inSet: (set: number) => boolean): readonly number[] =>
    [...new Set(reading.flatMap((step) => readStep(step * 2, inSet) ?? []))]
      .map((literal) => literal >> 1)
      .sort((one, other) => one - other);
  return { view, read, readPlainly };
}

function readDemand(demand: Demand, readStep: (literal: number) => number | undefined): readonly Demand[] {
  const read: number[] = [];
  for (const literal of demand) {
    const next = readStep(literal);
    // What must not be read and is not asks for nothing more.
    if (next !== undefined) read.push(next);
    else if (literal % 2 === 0) return UNMET;
  }
  return [sortDemand(read)];
}

function sortDemand(literals: readonly number[]): Demand {
  return literals.length < 2 ? literals : [...new Set(literals)].sort((one, other) => one - other);
}

// Comparing each with each pays for a few only.
const MOST_COMPARED = 60;

/** Without repetitions, and without demands that ask for all that another does. */
function tidy(demands: readonly Demand[]): readonly Demand[] {
  if (demands.some((demand) => demand.length === 0)) return MET;
  const different = new Map<string, Demand>();
  for (const demand of demands) different.set(demand.join(), demand);
  let kept = [...different.values()];
  if (kept.length <= MOST_COMPARED && kept.some((demand) => demand.length > 1))
    kept = kept.filter(
      (demand) => !kept.some((other) => other.length < demand.length && other.every((literal) => demand.includes(literal))),
    );
  return kept.sort(compareDemands);
}

function compareDemands(one: Demand, other: Demand): number {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

type Context = {
  readonly steps: readonly Step[];
  readonly place: Place;
  readonly cache: Map<number, readonly Demand[]>;
  readonly budget: Budget;
};

function expandDemand(demand: Demand, context: Context): readonly Demand[] {
  return allOf(
    demand.map((literal) => {
      const known = context.cache.get(literal);
      if (known) return known;
      const expanded = tidy(expandLiteral(literal, context, new Set()));
      spend(context.budget, expanded.length + 1);
      context.cache.set(literal, expanded);
      return expanded;
    }),
    context.budget,
  );
}

/** Every way to meet several demands at once. */
function allOf(lists: readonly (readonly Demand[])[], budget: Budget): readonly Demand[] {
  return lists.reduce<readonly Demand[]>((ways, list, at) => {
    if (at === 0) return list;
    spend(budget, ways.length * list.length);
    return tidy(ways.flatMap((way) => list.map((demand) => sortDemand([...way, ...demand]))));
  }, MET);
}

/** The steps that read which are reached from one, and what looking ahead demands besides. `open` holds what is being expanded already. */
function expandLiteral(literal: number, context: Context, open: ReadonlySet<number>): readonly Demand[] {
  const { steps, place, budget } = context;
  const reached = [...closeSteps(steps, [literal >> 1], place)];
  spend(budget, reached.length);
  const kinds = (kind: Step['kind']): readonly number[] => reached.filter((at) => steps[at]?.kind === kind);
  const negative = literal % 2 === 1;
  if (kinds('done').length > 0) return negative ? UNMET : MET;
  const reads = kinds('read').map((at) => at * 2 + (literal % 2));
  // Going round without reading comes to nothing.
  const looks = kinds('ahead').flatMap((at) =>
    open.has(at) ? [] : [expandLook(at, negative, { ...context, open: new Set([...open, at]) })],
  );
  if (negative) return allOf([[sortDemand(reads)], ...looks], budget);
  return [...reads.map((read) => [read]), ...looks.flat()];
}

/** What is seen ahead and what follows: both, or if that is not to be, one of them not. */
function expandLook(at: number, negative: boolean, context: Context & { readonly open: ReadonlySet<number> }): readonly Demand[] {
  const step = context.steps[at];
  if (step?.kind !== 'ahead') return UNMET;
  const body = expandLiteral(step.body * 2 + Number(step.negate !== negative), context, context.open);
  const onward = expandLiteral(step.next * 2 + Number(negative), context, context.open);
  return negative ? [...body, ...onward] : allOf([body, onward], context.budget);
}

/** The steps that are reached from some without reading; what looks ahead is not passed. */
function closeSteps(steps: readonly Step[], from: readonly number[], place: Place): ReadonlySet<number> {
  const reached = new Set(from);
  for (const at of reached) for (const next of passed(steps[at], place)) reached.add(next);
  return reached;
}

function passed(step: Step | undefined, place: Place): readonly number[] {
  switch (step?.kind) {
    case 'fork':
      return step.next;
    case 'edge':
      return holdsAt(step, place) ? [step.next] : [];
    case 'behind':
      return place.matched[step.number] !== step.negate ? [step.next] : [];
    default:
      return [];
  }
}

function holdsAt({ edge, asks }: Extract<Step, { kind: 'edge' }>, { previous, next }: Place): boolean {
  if (edge.at === 'word') return ((previous?.has(asks) ?? false) !== (next?.has(asks) ?? false)) !== edge.negate;
  const beside = edge.at === 'start' ? previous : next;
  return beside === undefined || (edge.lines && beside.has(asks));
}
