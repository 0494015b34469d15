import { attribute, isSeen, type Spot } from './attribute.ts';
import type { Decision, Witness } from './decide.ts';
import type { PayloadFact } from './diff-payload.ts';
import type { Direction, Exposure } from './exposure.ts';
import type { Verdict } from './finding.ts';
import { areApart } from './message-path.ts';

/** What one direction means for one fact. */
export type DirectionGrade = {
  readonly verdict: Verdict;
  /** Whether the break or doubt is at a place that no receiver reads. */
  readonly unread: boolean;
  readonly witness?: Witness;
  /** Why it is undecided. */
  readonly reason?: string;
};

/** Both directions of a payload, decided. */
export type Decisions = { readonly [D in Direction]: Decision };

/**
 * Spreads the decision of a payload over its facts: each place where the versions do not fit goes to the facts that explain it, so that
 * a payload that is not proven has at least one finding that says so. Facts without such a place are compatible in this direction.
 */
export function gradeFacts(
  facts: readonly PayloadFact[],
  decision: Decision,
  exposure: Exposure,
): ReadonlyMap<PayloadFact, DirectionGrade> {
  const grades = new Map<PayloadFact, DirectionGrade>(facts.map((fact) => [fact, { verdict: 'compatible', unread: false }]));
  const { proven, open } = spotsOf(decision);
  const tooMany = open.length * facts.length > MOST_COMPARED;
  for (const { spot, grade } of tooMany ? [...proven, ...open.slice(0, 1)] : [...proven, ...open]) {
    const explaining = tooMany && grade.verdict === 'undecided' ? facts.filter(isSeen) : attribute(spot, facts);
    for (const fact of explaining) {
      const unread = isUnread(exposure, spot, fact);
      const known = grades.get(fact);
      if (known && rank(known) < rank({ ...grade, unread })) grades.set(fact, { ...grade, unread });
    }
  }
  return grades;
}

// Types that use each other many times over have a place for each way to them. Beyond this many pairs of a doubt and a fact, every fact is in
// doubt: too many findings rather than one too few.
const MOST_COMPARED = 100_000;

type Found = { readonly spot: Spot; readonly grade: Omit<DirectionGrade, 'unread'> };

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

function isUnread(exposure: Exposure, spot: Spot, fact: PayloadFact): boolean {
  const { reads } = exposure;
  return reads?.every((pointer) => areApart(pointer, spot.path) && areApart(pointer, fact.path)) ?? false;
}

/** Breaking outweighs undecided, what is read outweighs what is not, and the first of equals stays. */
function rank({ verdict, unread }: Pick<DirectionGrade, 'verdict' | 'unread'>): number {
  const weight = { compatible: 0, risky: 0, undecided: 2, breaking: 4 }[verdict];
  return unread ? weight - 1 : weight;
}
