import { isObject } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import { equalJson } from '../equal-json.ts';
import { childPart, type KeywordPart, listParts, type SchemaPart } from '../schema-part.ts';
import { type Contradiction, type Search, spotOf, type Together } from './contradiction.ts';
import { followLone, isAsserting } from './gather.ts';

/** Wider unions are not gone through. */
export const MOST_BRANCHES = 100;

/** Why no alternative can be taken: every member of a union contradicts what else holds, or both ways of a condition do. */
export function findBranchContradiction(search: Search, together: Together): Contradiction | undefined {
  for (const part of together.members) {
    const { schema } = part;
    const why =
      (schema.anyOf === undefined ? undefined : findUnion(search, together, { part, keyword: 'anyOf' })) ??
      (schema.oneOf === undefined ? undefined : findUnion(search, together, { part, keyword: 'oneOf' })) ??
      (schema.if === undefined ? undefined : findCondition(search, together, part)) ??
      (schema.not === undefined ? undefined : findDenial(search, together, part));
    if (why) return why;
  }
  return undefined;
}

/** Why a member of a union cannot be the one that matches; undefined where it can. */
export function whyNever(search: Search, { parts }: Pick<Together, 'parts'>, branch: SchemaPart): Contradiction | undefined {
  const twin = branch.keyword === 'oneOf' && branch.holder ? twinOf(branch.holder, branch) : undefined;
  // Beside a union that stands alone there is nothing to contradict.
  const [only] = parts;
  if (!twin) return search.beside(only && parts.length === 1 && isLoneUnion(only) ? [branch] : [...parts, branch]);
  return {
    reason: 'another member says the same, and exactly one may match',
    at: { part: branch, steps: [] },
    also: [{ spot: { part: twin, steps: [] }, label: 'the same here' }],
  };
}

/** Whether a schema says nothing but that one of some members matches. */
function isLoneUnion({ schema }: SchemaPart): boolean {
  let unions = 0;
  for (const keyword of isObject(schema) ? Object.keys(schema) : []) {
    if (keyword === 'anyOf' || keyword === 'oneOf') unions += 1;
    else if (isAsserting(keyword)) return false;
  }
  return unions === 1;
}

function twinOf(holder: SchemaPart, branch: SchemaPart): SchemaPart | undefined {
  return listParts(holder, 'oneOf').find((other) => other.step !== branch.step && equalJson(other.schema, branch.schema));
}

function findUnion(
  search: Search,
  together: Together,
  { part, keyword }: { part: KeywordPart; keyword: 'anyOf' | 'oneOf' },
): Contradiction | undefined {
  const branches = listParts(part, keyword);
  if (branches.length > MOST_BRANCHES) return undefined;
  const reasons: Contradiction[] = [];
  for (const branch of branches) {
    const why = whyNever(search, together, branch);
    if (!why) return undefined;
    reasons.push(why);
  }
  const [first] = reasons;
  if (!first || branches.length === 1) return first;
  return {
    reason: `no member of ${quoteText(keyword)} can match`,
    at: spotOf({ part, keyword }),
    also: reasons.slice(0, 5).map((why, index) => ({ spot: { part: branches[index] ?? part, steps: [] }, label: why.reason })),
    advice: `Mend the members, or what stands beside ${quoteText(keyword)}.`,
  };
}

function findCondition(search: Search, { parts }: Together, part: KeywordPart): Contradiction | undefined {
  const [condition, met, unmet] = ['if', 'then', 'else'].map((keyword) => childPart(part, keyword));
  if (!condition || !met || !unmet) return undefined;
  const whenMet = search.beside([...parts, condition, met]);
  const whenNot = whenMet && search.beside([...parts, unmet]);
  return (
    whenMet &&
    whenNot && {
      reason: 'neither "then" nor "else" can match',
      at: spotOf({ part, keyword: 'if' }),
      also: [
        { spot: { part: met, steps: [] }, label: whenMet.reason },
        { spot: { part: unmet, steps: [] }, label: whenNot.reason },
      ],
    }
  );
}

/** `not` with a schema that holds too. */
function findDenial({ documents }: Search, { members }: Together, part: KeywordPart): Contradiction | undefined {
  const not = childPart(part, 'not');
  const refused = not && followLone(documents, not);
  const denied = members.find((member) => refused && refused.file === member.file && equalJson(refused.schema, member.schema));
  return (
    denied && {
      reason: '"not" refuses what is asked for beside it',
      at: spotOf({ part, keyword: 'not' }),
      also: [{ spot: { part: denied, steps: [] }, label: 'asked for here' }],
    }
  );
}
