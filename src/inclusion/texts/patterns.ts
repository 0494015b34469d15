import { quoteText } from '../../source/quote.ts';
import type { Automaton } from './automaton.ts';
import { type Budget, createBudget, TooLarge } from './budget.ts';
import { backtrack, canBacktrack } from './expression/backtrack.ts';
import { createMatcher, determinise } from './expression/determinise.ts';
import { type Part, remembers } from './expression/part.ts';
import { type Bound, buildProgram, matchesWithinPair } from './expression/program.ts';
import { type Expression, readExpression } from './expression/read-expression.ts';
import { type Split, splitLengths } from './expression/split-lengths.ts';
import { KNOWN_ALL, KNOWN_NONE, knownOfAutomaton } from './known-texts.ts';
import { createTextsMemo, type TextsMemo } from './memo.ts';
import { minimise } from './minimise.ts';
import { boundedTexts, complement, exactTexts, intersect, NO_TEXTS, type Question, type Texts, textsOfLength, unite } from './texts.ts';

/**
 * The texts in which a pattern is found, as ajv looks for it: anywhere, and with the flag `u`. What is no pattern is known of nothing.
 */
export function textsOfPattern(pattern: string, memo: TextsMemo = createTextsMemo()): Texts {
  const known = memo.patterns.get(pattern);
  if (known) return known;
  const texts = readPattern(pattern, memo);
  memo.patterns.set(pattern, texts);
  return texts;
}

function readPattern(pattern: string, memo: TextsMemo): Texts {
  try {
    return textsOfExpression({ source: pattern, flags: 'u' }, memo);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return boundedTexts(KNOWN_NONE, KNOWN_ALL, {
      key: `pattern ${pattern}`,
      reason: `${quoteText(pattern)} is no regular expression`,
      test: () => undefined,
    });
  }
}

/** The texts in which an expression is found. Throws a SyntaxError for what is none. */
export function textsOfExpression(expression: Expression, { sets }: TextsMemo): Texts {
  const part = readExpression(expression, sets);
  const splits = splitLengths(part);
  if (!splits) return textsOfPart(part, expression);
  return splits.map((split) => textsOfSplit(split, expression)).reduce(unite, NO_TEXTS);
}

function textsOfSplit({ part, least, most, looks }: Split, expression: Expression): Texts {
  const seen = looks.map((look) => {
    const texts = (splitLengths(look.part) ?? []).map((split) => textsOfSplit(split, expression));
    const found = texts.length > 0 ? texts.reduce(unite) : textsOfPart(look.part, expression);
    return look.negate ? complement(found) : found;
  });
  return [textsOfLength(least, most), ...seen].reduce(intersect, textsOfPart(part, expression));
}

function textsOfPart(part: Part, { source }: Expression): Texts {
  const budget = createBudget();
  const make = (bound: Bound): { readonly automaton: Automaton; readonly exact: boolean } => {
    const { program, exact } = buildProgram(part, bound, budget);
    return { automaton: minimise(determinise(program, budget), budget), exact };
  };
  try {
    const { automaton, exact } = make('most');
    if (exact) return exactTexts(knownOfAutomaton(automaton));
    const reason = `${quoteText(source)} refers back to what it has read, or looks ahead while it looks back`;
    const question = { key: keyOf(part), reason, test: testOf(part) };
    return boundedTexts(knownOfAutomaton(make('least').automaton), knownOfAutomaton(automaton), question);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return boundedTexts(KNOWN_NONE, KNOWN_ALL, {
      key: keyOf(part),
      reason: `${quoteText(source)} is too large to be decided`,
      test: testOf(part),
    });
  }
}

/** The same for the same expression, wherever it comes from. */
function keyOf(part: Part): string {
  return `expression ${JSON.stringify(part, (_, value: unknown) => (value === Number.POSITIVE_INFINITY ? 'endless' : value))}`;
}

// Ways that are tried for one text, when they are tried one after the other.
const MOST_WAYS = 20_000;

/** Matches single texts by all ways side by side; undefined where the part refers back to what it has read. */
function matcherOf(part: Part, budget: Budget): ((text: string) => boolean) | undefined {
  if (remembers(part)) return undefined;
  const { program, exact } = buildProgram(part, 'most', budget);
  return exact ? createMatcher(program, budget) : undefined;
}

/** Follows a part through single texts, as far as that is not too large as well. */
function testOf(part: Part): Question['test'] {
  const budget = createBudget();
  let matcher: ((text: string) => boolean) | 'none' | undefined;
  const follow = (text: string): boolean | undefined => {
    matcher ??= matcherOf(part, budget) ?? 'none';
    if (matcher !== 'none') return matcher(text);
    if (!canBacktrack(part)) return undefined;
    return (/[\u{10000}-\u{10ffff}]/u.test(text) && matchesWithinPair(part)) || backtrack(part, text, createBudget(MOST_WAYS));
  };
  return (text) => {
    try {
      return follow(text);
    } catch (error) {
      if (error instanceof TooLarge) return undefined;
      throw error;
    }
  };
}
