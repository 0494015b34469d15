import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SlowPattern } from '../../diagnostics/families/schemas.ts';
import { isObject } from '../../source/json.ts';
import type { Range } from '../../source/source-file.ts';
import type { Documents } from '../documents.ts';
import type { SchemaCheck } from '../schema-check.ts';
import { type KeywordPart, keyPlaceOf, valuePlaceOf } from '../schema-part.ts';
import { findWorstText, type WorstText } from '../worst-text.ts';

/** A pattern with where it stands, and how long the texts are that it is held against. */
type Written = { readonly pattern: string; readonly at: Range; readonly longest: number };

/** Why a pattern is slow by its form: the part of it, and a text whose growth makes it slower. */
type Slowness = { readonly exponential: boolean; readonly part: string; readonly repeated: string };

/** What is known of a pattern: its form, judged by scslre, and a text, for which the work is counted. */
type Known = { readonly slowness: Slowness | undefined; readonly worst: WorstText | undefined };

// Patterns people write have a few dozen characters. Longer ones are not looked at, since the time that takes grows with their third power.
const LONGEST_PATTERN = 500;

// A pattern whose time grows with the square of the text needs a fraction of a second for texts up to this length.
const HARMLESS_LENGTH = 1_000;

// Beyond this length an exponential pattern may take longer than a second.
const HARMLESS_EXPONENT = 16;

// What a text of this length brings about is an error: everybody can send some of them.
const SHORT_TEXT = 100;

// Ten million steps take JavaScript some tenth of a second, in which it does nothing else; some millions can be borne.
const MANY_STEPS = 10_000_000;
const SOME_STEPS = 5_000_000;

// One is told, an exponential one where there is one among these.
const MOST_REPORTS = 8;

/**
 * Collects the patterns of schemas, and then finds those that JavaScript's RegExp tries in more than linear time: with them a sender can keep
 * a service busy. scslre knows by their form; what it does not see (alternatives that overlap, repetitions that end) is found by counting the
 * steps for the worst text. The library is loaded only where it has something to say, and each pattern is analysed once.
 */
export function createPatternCheck(documents: Documents): { collect: SchemaCheck; analyse: () => Promise<readonly Diagnostic[]> } {
  const found: Written[] = [];
  const collect: SchemaCheck = (part) => {
    found.push(...patternsOf(documents, part));
    return [];
  };
  return { collect, analyse: () => analysePatterns(found) };
}

function patternsOf(documents: Documents, part: KeywordPart): readonly Written[] {
  const { pattern, patternProperties, maxLength } = part.schema;
  if (pattern === undefined && patternProperties === undefined) return [];
  const longest = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY;
  const value = typeof pattern === 'string' ? [{ pattern, at: valuePlaceOf(documents, part, 'pattern'), longest }] : [];
  const names = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  const named = names.map((name) => ({
    pattern: name,
    at: keyPlaceOf(documents, part, 'patternProperties', name),
    longest: Number.POSITIVE_INFINITY,
  }));
  return [...value, ...named];
}

async function analysePatterns(found: readonly Written[]): Promise<readonly Diagnostic[]> {
  const candidates = found.filter(({ pattern }) => canBacktrack(pattern));
  if (candidates.length === 0) return [];
  const analyse = candidates.some(({ pattern }) => isEndless(pattern)) ? (await import('scslre')).analyse : undefined;
  const known = new Map<string, Known>();
  return candidates.flatMap(({ pattern, at, longest }): Diagnostic | [] => {
    const about = known.get(pattern) ?? {
      slowness: analyse && isEndless(pattern) ? slownessOf(analyse, pattern) : undefined,
      worst: isPattern(pattern) ? findWorstText(pattern) : undefined,
    };
    known.set(pattern, about);
    const told = judge(about, longest);
    return told ? diagnose(told.id, at, { pattern, ...told.data }) : [];
  });
}

type Told = { readonly id: 'exponential-pattern' | 'slow-pattern'; readonly data: Omit<SlowPattern, 'pattern'> };

/** What is told of a pattern for texts up to a length. Its form before a text, since scslre names the part that is to blame exactly. */
function judge({ slowness, worst }: Known, longest: number): Told | undefined {
  const short = Math.min(longest, SHORT_TEXT);
  const shortSteps = worst?.stepsAt(short) ?? 0;
  if (slowness?.exponential && longest > HARMLESS_EXPONENT) return { id: 'exponential-pattern', data: slowness };
  if (worst && shortSteps >= MANY_STEPS)
    return { id: 'exponential-pattern', data: { ...worst, counted: { length: short, steps: shortSteps } } };
  if (slowness && longest > HARMLESS_LENGTH) return { id: 'slow-pattern', data: slowness };
  const length = Math.min(longest, HARMLESS_LENGTH);
  const steps = worst?.stepsAt(length) ?? 0;
  return worst && steps >= SOME_STEPS ? { id: 'slow-pattern', data: { ...worst, counted: { length, steps } } } : undefined;
}

/** Whether there is a choice of ways in a pattern, and it is not too long to be looked at. */
function canBacktrack(pattern: string): boolean {
  return pattern.length <= LONGEST_PATTERN && /[*+?{]/.test(pattern);
}

/** Whether anything in a pattern may be repeated without end: what scslre looks at. */
function isEndless(pattern: string): boolean {
  return /[*+]|\{\d+,\}/.test(pattern);
}

type Analyse = typeof import('scslre')['analyse'];

function slownessOf(analyse: Analyse, pattern: string): Slowness | undefined {
  if (!isPattern(pattern)) return undefined;
  const { reports } = analyse({ source: pattern, flags: 'u' }, { maxReports: MOST_REPORTS });
  const report = reports.find(({ exponential }) => exponential) ?? reports[0];
  if (!report) return undefined;
  const { exponential, character } = report;
  if (report.type === 'Trade') {
    const [first, second] = [report.startQuant, report.endQuant].sort((a, b) => a.start - b.start);
    return { exponential, part: pattern.slice(first?.start, Math.max(first?.end ?? 0, second?.end ?? 0)), repeated: character.pick };
  }
  return { exponential, part: (report.type === 'Self' ? report.parentQuant : report.quant).raw, repeated: character.pick };
}

/** What is none is a finding of its own. */
function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
