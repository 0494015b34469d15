import { ownProperty } from '../../source/json.ts';
import type { Change } from '../change.ts';
import { inAnyOrder, inNoOrder, type Judgement } from './rule.ts';

type Grade = readonly [verdict: 'compatible' | 'risky', why: string];

/** Settings whose meaning for the other side is clear; every other one is undecided. Names as in a contract, those under `uses` without that prefix. */
const GRADES: ReadonlyMap<string, Grade> = new Map<string, Grade>([
  ['limit', ['compatible', 'It bounds the work of the one service that says it.']],
  ['compatibility', ['risky', 'It loosens or tightens what later changes are held to; this change is still held to both.']],
  ['version', ['compatible', 'It says what the user was written for; nothing is sent differently.']],
  ['reads', ['compatible', 'It changes what the user looks at, not what is sent.']],
  ['external', ['compatible', 'It says for whom code is generated, not what is sent.']],
  ['start', ['compatible', 'It matters only for a user that has never read the log.']],
  ['existing', ['risky', 'It changes who makes and keeps it on the broker; the plan says what that means.']],
]);

/** Grades a change of a setting: the clear ones by the table, the rest undecided. */
export function gradePolicy(change: Change): Judgement {
  if (isOneByOneNoLonger(change))
    return inAnyOrder(
      'risky',
      'Messages that were handled one by one in each process are handled at the same time, and may overtake each other.',
    );
  const name = change.name.startsWith('uses.') ? change.name.slice('uses.'.length) : change.name;
  const grade = GRADES.get(name);
  return grade ? inAnyOrder(...grade) : inNoOrder('undecided', `What another ${change.name} does to messages under way is not judged yet.`);
}

function isOneByOneNoLonger({ name, before, after }: Change): boolean {
  const [was, is] = [before.value, after.value].map((limit) => ownProperty(limit, 'concurrent'));
  return /(?:^|\.)limit$/.test(name) && was === 1 && is !== 1;
}
