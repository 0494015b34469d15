import { createBudget, TooLarge } from './budget.ts';
import type { Operation } from './combine.ts';
import {
  combineKnown,
  complementKnown,
  holds,
  KNOWN_ALL,
  KNOWN_NONE,
  type KnownTexts,
  knownOfLength,
  knownOfWords,
  sameKnown,
} from './known-texts.ts';

/**
 * A set of texts, such as a schema of strings describes. Mostly it is known exactly and has one cell. Else there are questions about texts that no
 * automaton answers, and a cell for each way to answer them: the texts that are in the set if they are answered so. Bit `i` of a cell's
 * number says what question `i` is answered. So a question that comes up on both sides of a comparison does not hinder it.
 */
export type Texts = { readonly questions: readonly Question[]; readonly cells: readonly KnownTexts[] };

/** A question about texts: the same one has the same key. `test` may answer it for single texts. */
export type Question = { readonly key: unknown; readonly reason: string; readonly test: (text: string) => boolean | undefined };

/** A set that is known exactly. */
export function exactTexts(known: KnownTexts): Texts {
  return { questions: [], cells: [known] };
}

/** What is surely in the set, and of the rest of what may be in it, what a question says yes about. */
export function boundedTexts(least: KnownTexts, most: KnownTexts, question: Question): Texts {
  return { questions: [question], cells: [least, most] };
}

/** Whether a text is in a set; `undefined` where that is not known. */
export function hasText({ questions, cells }: Texts, text: string): boolean | undefined {
  const answers = questions.map(({ test }) => (cells.length > 1 ? test(text) : undefined));
  const possible = cells.filter((_, cell) => answers.every((answer, at) => answer === undefined || answer === ((cell >> at) % 2 === 1)));
  const inside = possible.map((cell) => holds(cell, text));
  return inside.every((one) => one === inside[0]) ? inside[0] : undefined;
}

/** What is surely in a set, and what may be in it. `undefined` where finding that out takes too long. */
export function boundsOf({ cells }: Texts): { readonly least: KnownTexts | undefined; readonly most: KnownTexts | undefined } {
  const fold = (operation: Operation): KnownTexts | undefined =>
    orTooLarge(() => cells.reduce((one, other) => combineKnown(one, other, operation, createBudget())));
  return { least: fold((one, other) => one && other), most: fold((one, other) => one || other) };
}

export const ALL_TEXTS: Texts = exactTexts(KNOWN_ALL);
export const NO_TEXTS: Texts = exactTexts(KNOWN_NONE);

/** The texts of at least and at most so many code points. */
export function textsOfLength(least: number, most = Number.POSITIVE_INFINITY): Texts {
  return exactTexts(knownOfLength(least, most));
}

/** The texts of a list. */
export function textsOfWords(words: readonly string[]): Texts {
  return exactTexts(knownOfWords(words));
}

/** The texts that are not in a set. */
export function complement({ questions, cells }: Texts): Texts {
  return { questions, cells: cells.map(complementKnown) };
}

/** The texts that are in both sets. */
export function intersect(left: Texts, right: Texts): Texts {
  const questions = joinQuestions(left.questions, right.questions);
  const combined =
    questions.length > MOST_QUESTIONS
      ? undefined
      : orTooLarge(() => {
          const budget = createBudget();
          const [ones, others] = [spread(left, questions), spread(right, questions)];
          return ones.map((one, cell) => combineKnown(one, others[cell] ?? KNOWN_NONE, (here, there) => here && there, budget));
        });
  if (combined) return forget({ questions, cells: combined });
  // Nothing is surely in both, and nothing is in both that is not in each.
  const most = boundsOf(left).most ?? KNOWN_ALL;
  const test = (text: string): boolean | undefined => both(hasText(left, text), hasText(right, text));
  return boundedTexts(KNOWN_NONE, most === KNOWN_ALL ? (boundsOf(right).most ?? KNOWN_ALL) : most, { key: {}, reason: TOO_LARGE, test });
}

/** The texts that are in one of two sets, or in both. */
export function unite(left: Texts, right: Texts): Texts {
  return complement(intersect(complement(left), complement(right)));
}

/** The texts of one set that are not in another. */
export function subtract(left: Texts, right: Texts): Texts {
  return intersect(left, complement(right));
}

const TOO_LARGE = 'what is asked of these texts together is too large to be decided';

// Each doubles the number of cells.
const MOST_QUESTIONS = 4;

function both(one: boolean | undefined, other: boolean | undefined): boolean | undefined {
  if (one === false || other === false) return false;
  return one && other;
}

function joinQuestions(left: readonly Question[], right: readonly Question[]): readonly Question[] {
  return [...left, ...right.filter(({ key }) => !left.some((question) => question.key === key))];
}

/** The cells of a set when more questions are asked than matter to it. */
function spread({ questions, cells }: Texts, all: readonly Question[]): readonly KnownTexts[] {
  const places = questions.map(({ key }) => all.findIndex((question) => question.key === key));
  return Array.from({ length: 2 ** all.length }, (_, cell) => {
    const own = places.reduce((number, place, at) => number + (((cell >> place) % 2) << at), 0);
    return cells[own] ?? KNOWN_NONE;
  });
}

/** Leaves out the questions that no longer matter. */
function forget(texts: Texts): Texts {
  const needless = texts.questions.findIndex((_, at) =>
    texts.cells.every((cell, number) => sameKnown(cell, texts.cells[number ^ (1 << at)] ?? cell)),
  );
  if (needless < 0) return texts;
  return forget({
    questions: texts.questions.filter((_, at) => at !== needless),
    cells: texts.cells.filter((_, cell) => (cell >> needless) % 2 === 0),
  });
}

function orTooLarge<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}
