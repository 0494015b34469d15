import { type Alphabet, alphabetOf, rarestFirst } from './backtracking/alphabet.ts';
import { type Automaton, buildAutomaton, MATCH } from './backtracking/automaton.ts';
import { type Attack, countReads, countSteps, writeAttack } from './backtracking/count-steps.ts';
import { findPumps, type Pump } from './backtracking/pumps.ts';
import { type PatternNode, type Repeat, readPattern } from './pattern-syntax.ts';

/** The worst texts that were found for a pattern, made of `repeated` over and over. */
export type WorstText = {
  /** The smallest repetition of the pattern in which the time goes by. */
  readonly part: string;
  readonly repeated: string;
  /** How often an engine tries to read a character of such a text of a length, or of a shorter one where counting would take long. */
  readonly stepsAt: (length: number) => number;
  readonly textAt: (length: number) => string;
};

// Long enough to tell which text is worst.
const TRIAL_LENGTH = 32;

// How many ways may be followed in search of the worst text; that many take some ten milliseconds.
const MOST_WORK = 1_500_000;

// Each alone, they are what a bounded repetition or a row of optional characters can be made slow with.
const MOST_SINGLE = 10;
const MOST_ENDS = 6;
const MOST_VARIED = 16;

/**
 * Searches the text that keeps a backtracking engine busiest: what can be read in several ways, repeated, with an end that does not fit.
 * Each step it counts is one that is really done. `undefined` where nothing can be said: the pattern looks around or back, or is too large.
 */
export function findWorstText(pattern: string): WorstText | undefined {
  const root = readPattern(pattern);
  const automaton = root && (buildAutomaton(root, 'exact') ?? buildAutomaton(root, 'short'));
  if (!automaton || automaton.places.length === 0) return undefined;
  const alphabet = alphabetOf(pattern, automaton.leaves);
  const work = automaton.places.reduce((sum, { onward }) => sum + onward.to.length + 1, automaton.later.to.length);
  const tries = Math.max(2, Math.floor(MOST_WORK / (work * TRIAL_LENGTH)));
  const worst = worstOf(attacksOn(automaton, alphabet, pumpsOf(root, automaton, alphabet)), tries, (attack) =>
    countSteps(automaton, alphabet, writeAttack(attack, TRIAL_LENGTH)),
  );
  if (!worst) return undefined;
  return {
    part: partOf(pattern, automaton, countReads(automaton, alphabet, writeAttack(worst, TRIAL_LENGTH))),
    repeated: textOf(worst.pump, alphabet),
    textAt: (length) => textOf(writeAttack(worst, length), alphabet),
    stepsAt: rememberSteps((length) => countSteps(automaton, alphabet, writeAttack(worst, Math.min(length, Math.ceil(MOST_WORK / work))))),
  };
}

function textOf(word: readonly number[], { letters }: Alphabet): string {
  return word.map((letter) => letters[letter] ?? '').join('');
}

function rememberSteps(count: (length: number) => number): (length: number) => number {
  const known = new Map<number, number>();
  return (length) => {
    const steps = known.get(length) ?? count(length);
    known.set(length, steps);
    return steps;
  };
}

/** Words to repeat: ambiguous ones, and single letters. */
function pumpsOf(root: PatternNode, automaton: Automaton, alphabet: Alphabet): readonly Pump[] {
  const endless = buildAutomaton(root, 'endless');
  const ambiguous = endless ? findPumps(endless, alphabetFor(endless, automaton, alphabet)) : [];
  const order = rarestFirst(alphabet);
  const singles = automaton.leaves.flatMap(({ within }, leaf): readonly Pump[] => {
    const letters = order.filter((letter) => alphabet.reads[leaf]?.[letter]);
    const [rare, common] = [letters[0], letters.at(-1)];
    return within.length === 0 || rare === undefined || common === undefined
      ? []
      : [common, rare].map((letter) => ({ leaf, word: [letter] }));
  });
  return [...ambiguous, ...distinct(singles, ({ word }) => word.join()).slice(0, MOST_SINGLE)];
}

/** The same letters, as the leaves of another automaton of the pattern read them. */
function alphabetFor(endless: Automaton, automaton: Automaton, alphabet: Alphabet): Alphabet {
  const bySource = new Map(automaton.leaves.map(({ source }, leaf) => [source, alphabet.reads[leaf] ?? []]));
  return { letters: alphabet.letters, reads: endless.leaves.map(({ source }) => bySource.get(source) ?? []) };
}

/** Texts with the end that fits least, and what else each may end with. */
type Attacks = { readonly plain: readonly Attack[]; readonly ends: readonly (readonly number[])[] };

function attacksOn(automaton: Automaton, alphabet: Alphabet, pumps: readonly Pump[]): Attacks {
  const begins = new Map<number, readonly number[]>();
  for (const { leaf } of pumps) if (!begins.has(leaf)) begins.set(leaf, shortestTo(automaton, alphabet, leaf) ?? []);
  const [after = [], ...ends] = endsOf(alphabet);
  const plain = pumps.map(({ leaf, word }): Attack => ({ before: begins.get(leaf) ?? [], pump: word, after }));
  return { plain: distinct(plain, (attack) => writeAttack(attack, TRIAL_LENGTH).join()), ends };
}

/** The texts are tried with one end, and those that take longest with the others. */
function worstOf({ plain, ends }: Attacks, tries: number, stepsOf: (attack: Attack) => number): Attack | undefined {
  const ranked = (attacks: readonly Attack[]) =>
    attacks.map((attack) => ({ attack, steps: stepsOf(attack) })).sort((a, b) => b.steps - a.steps);
  const first = ranked(plain.slice(0, tries));
  const others = ends.flatMap((after) => first.slice(0, MOST_VARIED).map(({ attack }) => ({ ...attack, after })));
  const all = [...first, ...ranked(others.slice(0, Math.max(0, tries - first.length)))];
  return all.sort((a, b) => b.steps - a.steps)[0]?.attack;
}

/** What a text may end with: first what is read least, once and twice. */
function endsOf(alphabet: Alphabet): readonly (readonly number[])[] {
  const some = rarestFirst(alphabet).slice(0, MOST_ENDS);
  return [
    ...some.slice(0, 1).map((letter) => [letter]),
    [],
    ...some.slice(1).map((letter) => [letter]),
    ...some.map((letter) => [letter, letter]),
  ];
}

/** The shortest text after which a leaf has been read. */
function shortestTo(automaton: Automaton, { letters, reads }: Alphabet, leaf: number): readonly number[] | undefined {
  const { places, first } = automaton;
  const words = new Map<number, readonly number[]>();
  const reach = (to: readonly number[], before: readonly number[]): void => {
    for (const place of to) {
      const letter = letters.findIndex((_, at) => reads[places[place]?.leaf ?? MATCH]?.[at]);
      if (letter >= 0 && !words.has(place)) words.set(place, [...before, letter]);
    }
  };
  reach(first.to, []);
  for (const [place, word] of words) {
    if (places[place]?.leaf === leaf) return word;
    reach(places[place]?.onward.to ?? [], word);
  }
  return undefined;
}

/** The smallest repetition around all leaves that read a good part of what is read. */
function partOf(pattern: string, { leaves }: Automaton, reads: readonly number[]): string {
  const most = Math.max(...reads);
  const busy = leaves.filter((_, leaf) => (reads[leaf] ?? 0) >= most / 10);
  const around = busy[0]?.within.filter((repeat) => busy.every(({ within }) => within.includes(repeat))) ?? [];
  // A single character repeated can be read in one way only: what makes it slow stands around it.
  const ambiguous: Repeat | undefined = around.findLast(({ part }) => part.kind !== 'character');
  return ambiguous ? pattern.slice(ambiguous.start, ambiguous.end) : pattern;
}

function distinct<T>(values: readonly T[], keyOf: (value: T) => string): readonly T[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}
