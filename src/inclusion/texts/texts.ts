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
} from './known-texts.ts';

/**
 * A set of texts, such as a schema of strings describes. Mostly it is known exactly; else it lies between two sets that are: surely all of
 * `least` and surely nothing beyond `most`, and `unknown` says why it is not known better.
 */
export type Texts = {
  readonly least: KnownTexts;
  readonly most: KnownTexts;
  readonly unknown: readonly string[];
  /** Tells of one text whether it is in the set, also where the bounds do not; `undefined` where nothing does. */
  readonly test: (text: string) => boolean | undefined;
};

/** A set that is known exactly. */
export function exactTexts(known: KnownTexts): Texts {
  return { least: known, most: known, unknown: [], test: (text) => holds(known, text) };
}

/** A set that is known between bounds; `test` helps where those say nothing. */
export function boundedTexts(bounds: Omit<Texts, 'test'>, test: Texts['test'] = () => undefined): Texts {
  return {
    ...bounds,
    test: (text) => {
      if (holds(bounds.least, text)) return true;
      return holds(bounds.most, text) ? test(text) : false;
    },
  };
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
export function complement({ least, most, unknown, test }: Texts): Texts {
  const negated = (text: string): boolean | undefined => {
    const inside = test(text);
    return inside === undefined ? undefined : !inside;
  };
  const outside = complementKnown(most);
  return { least: outside, most: least === most ? outside : complementKnown(least), unknown, test: negated };
}

/** The texts that are in both sets. */
export function intersect(left: Texts, right: Texts): Texts {
  return combine(left, right, {
    operation: (one, other) => one && other,
    test: (text) => both(left.test(text), right.test(text)),
    // Nothing is surely in both, and nothing is in both that is not in each.
    tooLarge: { least: KNOWN_NONE, most: left.most === KNOWN_ALL ? right.most : left.most },
  });
}

function both(one: boolean | undefined, other: boolean | undefined): boolean | undefined {
  if (one === false || other === false) return false;
  return one && other;
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

type Combining = {
  readonly operation: Operation;
  readonly test: Texts['test'];
  readonly tooLarge: { readonly least: KnownTexts; readonly most: KnownTexts };
};

function combine(left: Texts, right: Texts, { operation, test, tooLarge }: Combining): Texts {
  const unknown = [...new Set([...left.unknown, ...right.unknown])];
  const bound = (one: KnownTexts, other: KnownTexts): KnownTexts | undefined => {
    try {
      return combineKnown(one, other, operation, createBudget());
    } catch (error) {
      if (error instanceof TooLarge) return undefined;
      throw error;
    }
  };
  const most = bound(left.most, right.most);
  if (most && unknown.length === 0) return exactTexts(most);
  const least = unknown.length === 0 ? most : bound(left.least, right.least);
  const known = least && most ? unknown : [...new Set([...unknown, TOO_LARGE])];
  return boundedTexts({ least: least ?? tooLarge.least, most: most ?? tooLarge.most, unknown: known }, test);
}
