import { type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { equalJson } from '../equal-json.ts';
import { type Discriminator, discriminatorOf, unlistedBranch } from '../open-lists.ts';
import { childPart, type KeywordPart, listParts } from '../schema-part.ts';
import { anyOf, type Demand, type Narrowing, type NarrowKeywords } from './narrowing.ts';
import type { ReadPaths } from './read-paths.ts';
import { speaksOfRead } from './speaks-of-read.ts';

/** What alternatives and conditions demand of what is read. */
export const narrowAlternatives: NarrowKeywords = (narrowing, part, read) => [
  ...narrowAnyOf(narrowing, part, read),
  ...narrowOneOf(narrowing, part, read),
  ...narrowNot(narrowing, part, read),
  ...narrowCondition(narrowing, part, read),
];

function narrowAnyOf(narrowing: Narrowing, part: KeywordPart, read: ReadPaths): readonly Demand[] {
  const branches = listParts(part, 'anyOf');
  const demand = branches.length === 0 ? undefined : anyOf(branches.map((branch) => narrowing.narrow(branch, read)));
  return demand === undefined ? [] : [demand];
}

/**
 * Alternatives of which exactly one holds may overlap when less of them is looked at; then at least one of them holds. They stay apart where
 * all that tells them apart is read: the whole of each, or the tag of each.
 */
function narrowOneOf(narrowing: Narrowing, part: KeywordPart, read: ReadPaths): readonly Demand[] {
  const branches = listParts(part, 'oneOf');
  if (branches.length === 0) return [];
  const open = ownProperty(part.schema, 'x-open') === true && !Object.hasOwn(part.schema, 'enum');
  const told = discriminatorOf(
    narrowing.documents,
    part.file,
    branches.map(({ schema }) => schema),
  );
  const opened = open && told ? { 'x-open': true } : {};
  if (branches.every((branch) => speaksOfRead(narrowing.documents, branch, read)) && (!open || told)) {
    const copied = branches.map((branch) => narrowing.copy(branch));
    return [{ oneOf: copied, ...opened }];
  }
  const narrowed = branches.map((branch) => narrowing.narrow(branch, read));
  if (told && isTold(narrowing, narrowed, told)) return [{ oneOf: narrowed, ...opened }];
  const demand = anyOf([...narrowed, ...(open && told ? [narrowedUnlisted(told, read)] : [])]);
  return demand === undefined ? [] : [demand];
}

/** Whether narrowed branches are objects that the same tag tells apart, so that no value fits two of them. */
function isTold({ documents, home }: Narrowing, branches: readonly JsonValue[], told: Discriminator): boolean {
  return (
    branches.every((branch) => ownProperty(branch, 'type') === 'object') &&
    equalJson({ ...discriminatorOf(documents, home, branches) }, { ...told })
  );
}

function narrowedUnlisted(told: Discriminator, read: ReadPaths): JsonObject {
  return read.get(told.property) === 'all' ? unlistedBranch(told) : { type: 'object' };
}

/** What is refused stays refused only where it speaks of what is read: else what is not read might decide. */
function narrowNot(narrowing: Narrowing, part: KeywordPart, read: ReadPaths): readonly Demand[] {
  const refused = childPart(part, 'not');
  return refused && speaksOfRead(narrowing.documents, refused, read) ? [{ not: narrowing.copy(refused) }] : [];
}

/** A condition on what is not read may hold or not: then one of its two outcomes does. */
function narrowCondition(narrowing: Narrowing, part: KeywordPart, read: ReadPaths): readonly Demand[] {
  const condition = childPart(part, 'if');
  if (!condition) return [];
  const [met, unmet] = ['then', 'else'].map((keyword) => {
    const outcome = childPart(part, keyword);
    return outcome ? narrowing.narrow(outcome, read) : true;
  });
  if (met === true && unmet === true) return [];
  if (speaksOfRead(narrowing.documents, condition, read)) {
    const outcomes = [...(met === true ? [] : [['then', met ?? true]]), ...(unmet === true ? [] : [['else', unmet ?? true]])];
    return [{ if: narrowing.copy(condition), ...Object.fromEntries(outcomes) }];
  }
  const both = [narrowing.narrow(condition, read), met ?? true].filter((schema) => schema !== true);
  const demand = anyOf([both.length > 1 ? { allOf: both } : (both[0] ?? true), unmet ?? true]);
  return demand === undefined ? [] : [demand];
}
