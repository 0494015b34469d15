import { type Budget, spend, TooLarge } from '../budget.ts';
import { intersectPoints } from '../code-points.ts';
import { LINE_ENDS } from './character-sets.ts';
import { innerParts, type Part, remembers } from './part.ts';

/** Where a group has last matched: from a place up to another. */
type Captures = ReadonlyMap<number, readonly [from: number, to: number]>;
type GoOn = (at: number, captures: Captures) => boolean;

// Calls within calls: more than that could be too many for JavaScript.
const DEEPEST = 1_000;

/**
 * Whether a part is found in a text, by trying one way after the other, as is needed where a part refers back to what it has read. Throws
 * TooLarge when there are too many ways.
 */
export function backtrack(part: Part, text: string, budget: Budget): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const match = createMatcher(points, budget);
  return points.some((_, at) => match(part, at, new Map(), () => true)) || match(part, points.length, new Map(), () => true);
}

/** Whether {@link backtrack} can try a part: what is captured while looking around depends on the order of trying, which parts do not tell. */
export function canBacktrack(part: Part): boolean {
  return part.kind === 'look' ? !remembers(part.part) : innerParts(part).every(canBacktrack);
}

type Match = (part: Part, at: number, captures: Captures, goOn: GoOn) => boolean;

function createMatcher(points: readonly number[], budget: Budget): Match {
  let depth = 0;
  const match: Match = (part, at, captures, goOn) => {
    spend(budget, 1);
    if (depth > DEEPEST) throw new TooLarge();
    depth += 1;
    const found = matchPart(part, at, captures, goOn);
    depth -= 1;
    return found;
  };
  const matchPart: Match = (part, at, captures, goOn) => {
    switch (part.kind) {
      case 'set':
        return at < points.length && isIn(part, points[at] ?? 0) && goOn(at + 1, captures);
      case 'sequence':
        return matchAll(part.parts, at, captures, goOn);
      case 'choice':
        return part.parts.some((inner) => match(inner, at, captures, goOn));
      case 'repeat':
        return matchRepeat(part, at, captures, goOn);
      case 'edge':
        return isEdge(points, part, at) && goOn(at, captures);
      case 'group':
        return match(part.part, at, captures, (end, after) => goOn(end, new Map([...after, [part.group, [at, end]]])));
      case 'reference': {
        const [from, to] = captures.get(part.group) ?? [at, at];
        const same = points.slice(from, to).every((point, offset) => points[at + offset] === point);
        return same && goOn(at + to - from, captures);
      }
      case 'look':
        return looksLike(part, at) !== part.negate && goOn(at, captures);
    }
  };
  const matchAll = (parts: readonly Part[], at: number, captures: Captures, goOn: GoOn): boolean => {
    const [first, ...rest] = parts;
    return first ? match(first, at, captures, (next, after) => matchAll(rest, next, after, goOn)) : goOn(at, captures);
  };
  const matchRepeat = (repeat: Extract<Part, { kind: 'repeat' }>, at: number, captures: Captures, goOn: GoOn): boolean => {
    const { part, least, most } = repeat;
    if (least === 0 && goOn(at, captures)) return true;
    if (most === 0) return false;
    const further: Part = { kind: 'repeat', part, least: Math.max(0, least - 1), most: most - 1 };
    // Each round begins without what the groups in it have matched before, and must read something unless it has to be there.
    return match(part, at, without(captures, part), (next, after) => (next > at || least > 0) && match(further, next, after, goOn));
  };
  const looksLike = ({ ahead, part }: Extract<Part, { kind: 'look' }>, at: number): boolean => {
    if (ahead) return match(part, at, new Map(), () => true);
    for (let from = 0; from <= at; from += 1) if (match(part, from, new Map(), (end) => end === at)) return true;
    return false;
  };
  return match;
}

function isIn({ points }: Extract<Part, { kind: 'set' }>, point: number): boolean {
  return intersectPoints(points, [point, point + 1]).length > 0;
}

function isEdge(points: readonly number[], edge: Extract<Part, { kind: 'edge' }>, at: number): boolean {
  const isBeside = (point: number | undefined, set: readonly number[]): boolean =>
    point !== undefined && intersectPoints(set, [point, point + 1]).length > 0;
  if (edge.at === 'word') return (isBeside(points[at - 1], edge.word) !== isBeside(points[at], edge.word)) !== edge.negate;
  const beside = points[edge.at === 'start' ? at - 1 : at];
  return beside === undefined || (edge.lines && isBeside(beside, LINE_ENDS));
}

function without(captures: Captures, part: Part): Captures {
  const inner = groupsIn(part);
  return inner.length === 0 ? captures : new Map([...captures].filter(([group]) => !inner.includes(group)));
}

function groupsIn(part: Part): readonly number[] {
  const inner = innerParts(part).flatMap(groupsIn);
  return part.kind === 'group' ? [part.group, ...inner] : inner;
}
