import { cutAlphabet, kindOf } from '../alphabet.ts';
import type { Automaton } from '../automaton.ts';
import { type Budget, spend } from '../budget.ts';
import { createExpansion, type Demand, type View } from './expand.ts';
import type { Program } from './program.ts';

/**
 * Where a search is after some characters: of which sort the last one was, where lookbehinds are, and what may come about. One of the demands
 * must be met by the rest of the text.
 */
type State = { readonly previous: number; readonly behind: readonly number[]; readonly demands: readonly Demand[] };

/** Before the first character, and after the last one. */
const OUTSIDE = -1;

/** The automaton of a program: it follows all ways to match side by side. Not the smallest. */
export function determinise(program: Program, budget: Budget): Automaton {
  const { alphabet, start, leave } = createStepper(program, budget);
  const numbers = new Map<string, number>();
  const states: State[] = [];
  const numberOf = (state: State): number => {
    const key = `${state.previous};${state.behind.join()};${state.demands.map((demand) => `${demand.join()}|`).join('')}`;
    spend(budget, 1 + key.length);
    const known = numbers.get(key) ?? states.push(state) - 1;
    numbers.set(key, known);
    return known;
  };
  numberOf(start);
  const next: number[] = [];
  const accepts: number[] = [];
  for (let at = 0; at < states.length; at += 1) {
    const onward = leave(states[at] ?? start);
    accepts.push(Number(onward.accepts()));
    for (let kind = 0; kind < alphabet.size; kind += 1) next.push(numberOf(onward.read(kind)));
  }
  return { alphabet, next: Int32Array.from(next), accepts: Uint8Array.from(accepts) };
}

/** Tells whether a program matches somewhere in single texts, without making its whole automaton. */
export function createMatcher(program: Program, budget: Budget): (text: string) => boolean {
  const { alphabet, start, leave } = createStepper(program, budget);
  return (text) => {
    let state = start;
    for (const character of text) state = leave(state).read(kindOf(alphabet, character.codePointAt(0) ?? 0));
    return leave(state).accepts();
  };
}

type Stepper = {
  readonly alphabet: Automaton['alphabet'];
  readonly start: State;
  /** What follows a state: whether a text may end there, and where the kinds of characters lead. */
  readonly leave: (state: State) => { readonly accepts: () => boolean; readonly read: (kind: number) => State };
};

function createStepper(program: Program, budget: Budget): Stepper {
  const { alphabet, holds } = cutAlphabet(program.sets);
  const sorts = sortKinds(program, holds, alphabet.size);
  const expansion = createExpansion(program, budget);
  const leave = (state: State): ReturnType<Stepper['leave']> => {
    const views = new Map<number, View>();
    const viewBefore = (sort: number): View => {
      const view = views.get(sort) ?? expansion.view({ ...state, previous: sorts.describe(state.previous), next: sorts.describe(sort) });
      views.set(sort, view);
      return view;
    };
    const read = (kind: number): State => {
      const sort = sorts.of[kind] ?? 0;
      const view = viewBefore(sort);
      const inSet = (set: number): boolean => holds[set]?.[kind] === 1;
      const demands = expansion.read(view.demands, inSet);
      const decided = demands.length === 0 || demands[0]?.length === 0;
      return decided
        ? { previous: 0, behind: [], demands }
        : { previous: sort, behind: expansion.readPlainly(view.behind, inSet), demands };
    };
    // What must still be read cannot be; what must not be read is not.
    const accepts = (): boolean => viewBefore(OUTSIDE).demands.some((demand) => demand.every((literal) => literal % 2 === 1));
    return { accepts, read };
  };
  return { alphabet, start: { previous: OUTSIDE, behind: [], demands: [[program.start * 2]] }, leave };
}

/** Kinds of characters that conditions do not tell apart are of one sort, described by the sets they are in. */
type Sorts = { readonly of: readonly number[]; readonly describe: (sort: number) => ReadonlySet<number> | undefined };

function sortKinds({ steps }: Program, holds: readonly Uint8Array[], size: number): Sorts {
  const asked = new Set(steps.flatMap((step) => (step.kind === 'edge' && step.asks >= 0 ? [step.asks] : [])));
  const numbers = new Map<string, number>();
  const members: ReadonlySet<number>[] = [];
  const of = Array.from({ length: size }, (_, kind) => {
    const member = new Set([...asked].filter((set) => holds[set]?.[kind] === 1));
    const key = [...member].join();
    const number = numbers.get(key) ?? members.push(member) - 1;
    numbers.set(key, number);
    return number;
  });
  return { of, describe: (sort) => (sort === OUTSIDE ? undefined : members[sort]) };
}
