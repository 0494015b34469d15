import { type Alphabet, rarestFirst } from './alphabet.ts';
import { type Automaton, MATCH } from './automaton.ts';

/** Letters, by their number, that can be read over and over from behind a leaf. */
export type Pump = { readonly leaf: number; readonly word: readonly number[] };

// How many steps are taken in the product of an automaton with itself; that many take a few milliseconds.
const MOST_STEPS = 20_000;

// More of them say nothing new.
const MOST_FOUND = 6;

/**
 * What makes a pattern slow when it is repeated. By the classical criteria: a word on which some place leads to itself in two ways (then the
 * ways double with each), or else one on which two places lead to themselves and the first to the second as well (then they add up).
 * To be asked of an automaton whose repetitions are endless: whether the ones that are written suffice is a matter of counting.
 */
export function findPumps(automaton: Automaton, alphabet: Alphabet): readonly Pump[] {
  const graph = graphOf(automaton, alphabet);
  const context: Context = { graph, budget: { left: MOST_STEPS } };
  const cyclic = automaton.places.flatMap((_, place) => (graph.reach[place]?.has(place) ? [place] : []));
  const doubling = searchPumps(
    cyclic.map((place) => ({ from: [place, place, graph.size], to: [place, place, graph.size], parting: true })),
    context,
  );
  const adding = doubling.length > 0 ? [] : searchPumps(pairsOf(cyclic, graph), context);
  return [...doubling, ...adding].map(({ place, word }) => ({ leaf: automaton.places[place]?.leaf ?? 0, word: rootOf(word) }));
}

function* pairsOf(cyclic: readonly number[], { reach }: Graph): Generator<Question> {
  for (const place of cyclic) {
    for (const other of cyclic) {
      if (other !== place && reach[place]?.has(other)) yield { from: [place, place, other], to: [place, other, other], parting: false };
    }
  }
}

/** The word that another is a repetition of. */
function rootOf(word: readonly number[]): readonly number[] {
  const length = word.findIndex((_, at) => at > 0 && word.length % at === 0 && word.every((letter, place) => letter === word[place % at]));
  return length > 0 ? word.slice(0, length) : word;
}

type Step = { readonly to: number; readonly many: boolean };
type Graph = {
  readonly size: number;
  /** What few leaves read comes first: repeated, it is less likely to match by what follows. */
  readonly letters: readonly number[];
  /** Where a letter leads from a place. One number beyond the places stands for nowhere, which leads to itself. */
  readonly next: readonly (readonly (readonly Step[])[])[];
  readonly reach: readonly ReadonlySet<number>[];
};

function graphOf(automaton: Automaton, { letters, reads }: Alphabet): Graph {
  const { places } = automaton;
  const next = places.map(({ onward }) =>
    letters.map((_, letter) =>
      onward.to.flatMap((to, at): Step | [] =>
        reads[places[to]?.leaf ?? MATCH]?.[letter] ? { to, many: (onward.counts[at] ?? 0) > 1 } : [],
      ),
    ),
  );
  const size = places.length;
  const nowhere = letters.map(() => [{ to: size, many: false }]);
  return {
    size,
    letters: rarestFirst({ letters, reads }),
    next: [...next, nowhere],
    reach: [...places.map((_, place) => reachedFrom(automaton, place)), new Set([size])],
  };
}

function reachedFrom({ places }: Automaton, place: number): ReadonlySet<number> {
  const seen = new Set<number>(places[place]?.onward.to);
  for (const at of seen) for (const to of places[at]?.onward.to ?? []) seen.add(to);
  return seen;
}

/** Three places at once. */
type Triple = readonly [number, number, number];
type Question = { readonly from: Triple; readonly to: Triple; readonly parting: boolean };
type Context = { readonly graph: Graph; readonly budget: { left: number } };
type Found = { readonly place: number; readonly word: readonly number[] };

function searchPumps(questions: Iterable<Question>, context: Context): readonly Found[] {
  const found = new Map<string, Found>();
  for (const question of questions) {
    const word = shortestWord(question, context);
    if (word && !found.has(word.join())) found.set(word.join(), { place: question.from[0], word });
    if (found.size >= MOST_FOUND || context.budget.left <= 0) break;
  }
  return [...found.values()];
}

type Node = { readonly triple: Triple; readonly parted: boolean; readonly letter: number; readonly before: Node | undefined };

/** The shortest word that leads three places on at once; where `parting`, the first two not on the same way. */
function shortestWord({ from, to, parting }: Question, { graph, budget }: Context): readonly number[] | undefined {
  const seen = new Set<number>();
  const queue: Node[] = [{ triple: from, parted: !parting, letter: -1, before: undefined }];
  for (const node of queue) {
    for (const step of stepsFrom(node, { graph, to })) {
      budget.left -= 1;
      if (budget.left <= 0) return undefined;
      const [a, b, c] = step.triple;
      if (step.parted && a === to[0] && b === to[1] && c === to[2]) return wordOf(step);
      const key = ((a * graph.size + b) * (graph.size + 1) + c) * 2 + Number(step.parted);
      if (!seen.has(key)) queue.push(step);
      seen.add(key);
    }
  }
  return undefined;
}

function* stepsFrom(node: Node, goal: Goal): Generator<Node> {
  for (const letter of goal.graph.letters) {
    for (const { triple, many } of advance(node.triple, letter, goal))
      yield { triple, parted: node.parted || many || triple[0] !== triple[1], letter, before: node };
  }
}

type Goal = { readonly graph: Graph; readonly to: Triple };

/** Where a letter leads three places, as far as each may still come to where it shall. */
function* advance(triple: Triple, letter: number, { graph, to }: Goal): Generator<{ readonly triple: Triple; readonly many: boolean }> {
  const lists = [
    graph.next[triple[0]]?.[letter] ?? [],
    graph.next[triple[1]]?.[letter] ?? [],
    graph.next[triple[2]]?.[letter] ?? [],
  ] as const;
  // Most letters lead nowhere: that is seen before anything is made.
  if (lists.some((steps) => steps.length === 0)) return;
  const open = (at: 0 | 1 | 2): readonly Step[] => lists[at].filter((step) => step.to === to[at] || graph.reach[step.to]?.has(to[at]));
  const firsts = open(0);
  const thirds = firsts.length > 0 ? open(2) : [];
  if (thirds.length === 0) return;
  for (const second of open(1)) {
    for (const first of firsts) {
      for (const third of thirds) yield { triple: [first.to, second.to, third.to], many: first.many || second.many };
    }
  }
}

function wordOf(last: Node): readonly number[] {
  const word: number[] = [];
  for (let node: Node | undefined = last; node?.before; node = node.before) word.unshift(node.letter);
  return word;
}
