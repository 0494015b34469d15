import type { Pointer } from '../source/pointer.ts';
import { attribute, isSeen, type Spot } from './attribute.ts';
import type { PairDecision } from './decide-pair.ts';
import type { Decision, Witness } from './decision.ts';
import type { Direction } from './exposure.ts';
import type { Verdict } from './finding.ts';
import { isAbove } from './message-path.ts';
import type { PayloadFact } from './payload-fact.ts';

/** What one direction means for one fact. */
export type DirectionGrade = {
  readonly verdict: Verdict;
  readonly witness?: Witness;
  /** Why it is undecided. */
  readonly reason?: string;
};

/** What one direction means for one fact, and for whom of those who read only a part of the payload, or all of it. */
export type ReaderGrade = DirectionGrade & {
  /** Receivers who reject a message for it, or may. */
  readonly affected: readonly string[];
  /** Receivers who take every message all the same. */
  readonly spared: readonly Spared[];
};

/** A receiver whom a break does not meet, and whether it reads what the break is about. */
export type Spared = { readonly user: string; readonly reads: boolean };

/** Both directions of a payload, decided. */
export type Decisions = { readonly [D in Direction]: PairDecision };

/**
 * Grades the facts of a payload for its receivers: each fact by the worst that it means for one of them. Where it would break or may break
 * whoever reads all, yet none of those who are known, all are spared. Where no receiver is known, by what it means for whoever reads all.
 */
export function gradeForReaders(facts: readonly PayloadFact[], { whole, readers }: PairDecision): ReadonlyMap<PayloadFact, ReaderGrade> {
  const wholly = gradeFacts(facts, whole);
  const each = readers.map(({ users, pointers, decision }) => ({ users, pointers, grades: gradeFacts(facts, decision) }));
  return new Map(
    facts.map((fact) => {
      const grade = wholly.get(fact) ?? COMPATIBLE;
      if (each.length === 0) return [fact, { ...grade, affected: [], spared: [] }];
      const met = each.map(({ users, pointers, grades }) => {
        const reads = pointers?.some((pointer) => meets(pointer, fact.path)) ?? true;
        return { users, reads, grade: grades.get(fact) ?? COMPATIBLE };
      });
      const worst = met.map((one) => one.grade).reduce((a, b) => (rank(a) < rank(b) ? b : a));
      if (rank(worst) === 0 && rank(grade) === 0) return [fact, { ...worst, affected: [], spared: [] }];
      const affected = met.flatMap((one) => (rank(one.grade) > 0 ? one.users : []));
      const spared = met.flatMap(({ users, reads, grade: its }) => (rank(its) > 0 ? [] : users.map((user): Spared => ({ user, reads }))));
      return [fact, { ...worst, affected: affected.sort(), spared }];
    }),
  );
}

/** Whether what a pointer reads and what is at a path have anything in common. */
function meets(pointer: Pointer, path: string): boolean {
  return isAbove(pointer, path) || isAbove(path, pointer);
}

const COMPATIBLE: DirectionGrade = { verdict: 'compatible' };

/**
 * Spreads the decision of a payload over its facts: each place where the versions do not fit goes to the facts that explain it, so that
 * a payload that is not proven has at least one finding that says so. Facts without such a place are compatible in this direction.
 */
function gradeFacts(facts: readonly PayloadFact[], decision: Decision): ReadonlyMap<PayloadFact, DirectionGrade> {
  const grades = new Map<PayloadFact, DirectionGrade>(facts.map((fact) => [fact, COMPATIBLE]));
  const { proven, open } = spotsOf(decision);
  const tooMany = open.length * facts.length > MOST_COMPARED;
  for (const { spot, grade } of tooMany ? [...proven, ...open.slice(0, 1)] : [...proven, ...open]) {
    const explaining = tooMany && grade.verdict === 'undecided' ? facts.filter(isSeen) : attribute(spot, facts);
    for (const fact of explaining) {
      const known = grades.get(fact);
      if (known && rank(known) < rank(grade)) grades.set(fact, grade);
    }
  }
  return grades;
}

// Types that use each other many times over have a place for each way to them. Beyond this many pairs of a doubt and a fact, every fact is in
// doubt: too many findings rather than one too few.
const MOST_COMPARED = 100_000;

type Found = { readonly spot: Spot; readonly grade: DirectionGrade };

function spotsOf(decision: Decision): { readonly proven: readonly Found[]; readonly open: readonly Found[] } {
  if (decision.answer === 'included') return { proven: [], open: [] };
  const witnesses = decision.answer === 'not-included' ? decision.witnesses : [];
  const proven = witnesses.map((witness): Found => ({ spot: witness.rejection, grade: { verdict: 'breaking', witness } }));
  const open = decision.obstacles
    .filter((obstacle) => !proven.some(({ spot }) => attributesAlike(spot, obstacle)))
    .map((obstacle): Found => ({ spot: obstacle, grade: { verdict: 'undecided', reason: obstacle.reason } }));
  const reason = decision.answer === 'undecided' ? decision.reason : 'nothing was shown';
  const whole: Found = { spot: { path: '', keyword: '' }, grade: { verdict: 'undecided', reason } };
  return { proven, open: proven.length + open.length > 0 ? open : [whole] };
}

/** An obstacle that a message has proven already. */
function attributesAlike(a: Spot, b: Spot): boolean {
  return a.path === b.path && a.keyword === b.keyword && a.name === b.name;
}

/** Breaking outweighs undecided, and the first of equals stays. */
function rank({ verdict }: DirectionGrade): number {
  return { compatible: 0, risky: 0, undecided: 1, breaking: 2 }[verdict];
}
