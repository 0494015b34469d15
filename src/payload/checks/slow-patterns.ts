import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isObject } from '../../source/json.ts';
import type { Range } from '../../source/source-file.ts';
import type { SchemaCheck } from '../check-schemas.ts';
import type { Documents } from '../documents.ts';
import { type KeywordPart, keyPlaceOf, valuePlaceOf } from '../schema-part.ts';

/** A pattern with where it stands, and how long the texts are that it is held against. */
type Written = { readonly pattern: string; readonly at: Range; readonly longest: number };

/** Why a pattern is slow: the part of it, and a text whose growth makes it slower. */
type Slowness = { readonly exponential: boolean; readonly part: string; readonly repeated: string };

// Patterns people write have a few dozen characters. Longer ones are not looked at, since the time that takes grows with their third power.
const LONGEST_PATTERN = 500;

// A pattern whose time grows with the square of the text needs a fraction of a second for texts up to this length.
const HARMLESS_LENGTH = 1_000;

// Beyond this length an exponential pattern may take longer than a second.
const HARMLESS_EXPONENT = 16;

// One is told, an exponential one where there is one among these.
const MOST_REPORTS = 8;

/**
 * Collects the patterns of schemas, and then finds those that JavaScript's RegExp tries in more than linear time: with them a sender can keep
 * a service busy. The library that knows is loaded only where there are patterns, and each is analysed once.
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
  const { analyse } = await import('scslre');
  const slow = new Map<string, Slowness | undefined>();
  return candidates.flatMap(({ pattern, at, longest }): Diagnostic | [] => {
    if (!slow.has(pattern)) slow.set(pattern, slownessOf(analyse, pattern));
    const slowness = slow.get(pattern);
    if (!slowness || longest <= (slowness.exponential ? HARMLESS_EXPONENT : HARMLESS_LENGTH)) return [];
    const { part, repeated } = slowness;
    return diagnose(slowness.exponential ? 'exponential-pattern' : 'slow-pattern', at, { pattern, part, repeated });
  });
}

/** Whether anything in a pattern may be repeated without end, and is not too long to be looked at. */
function canBacktrack(pattern: string): boolean {
  return pattern.length <= LONGEST_PATTERN && /[*+]|\{\d+,\}/.test(pattern);
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
