import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import type { Documents } from '../documents.ts';
import type { SchemaCheck } from '../schema-check.ts';
import { type KeywordPart, keyPlaceOf, listParts, namedPart, namesOf, pointerOf, type SchemaPart, valuePlaceOf } from '../schema-part.ts';
import { MOST_BRANCHES, whyNever } from './branches.ts';
import { type Contradiction, plainly, type Spot } from './contradiction.ts';
import { createContradictionFinder } from './find.ts';
import { followLone, gather, isUndemanding } from './gather.ts';
import { schemasOfAll } from './objects.ts';
import { jsonWords, MOST_VALUES, refusalOf } from './values.ts';

type Find = (parts: readonly SchemaPart[]) => Contradiction | undefined;

/**
 * Whether a value can match a schema at all; where it can, whether it can be each of the listed values, each of the alternatives, and have each
 * of the declared properties. `false` where it stands is meant so, but for a whole payload or type.
 */
export function createSatisfiableCheck(documents: Documents): SchemaCheck {
  const find = createContradictionFinder(documents);
  // What contradicts itself makes whatever needs it impossible too; it is told once, where it stands.
  const told = new Set<string>();
  return (part) => {
    // What a reference inside another schema leads to is looked at where it stands.
    if (isUndemanding(part) || (part.holder && isBareReference(part))) return [];
    const why = find([part]);
    if (why) {
      const key = `${why.at.part.file}#${pointerOf(why.at.part)} ${why.at.steps.join('/')} ${why.reason}`;
      if ((why.plain && part.holder) || told.has(key)) return [];
      told.add(key);
      return [tellUnsatisfiable(documents, part, why)];
    }
    return [
      ...findUnreachableValues(documents, part),
      ...findUnreachableBranches(documents, part, find),
      ...findImpossibleProperties(documents, part, find),
    ];
  };
}

/** The finding about a payload or a type that is `false`. */
export function tellForbidden(documents: Documents, part: SchemaPart): Diagnostic {
  return tellUnsatisfiable(documents, part, { ...plainly(part) });
}

function tellUnsatisfiable(documents: Documents, part: SchemaPart, why: Contradiction): Diagnostic {
  const whole = followLone(documents, part);
  const from = isSame(why.at.part, whole);
  const both = !from && why.also.length > 0 ? [{ at: keyPlaceOf(documents, whole), label: 'nothing matches this' }] : [];
  const { reason, advice } = why;
  return diagnose('unsatisfiable-schema', placeOf(documents, why.at), { reason, advice }, [...relatedOf(documents, why), ...both]);
}

function placeOf(documents: Documents, { part, steps }: Spot) {
  return steps.length === 0 ? keyPlaceOf(documents, part) : valuePlaceOf(documents, part, ...steps);
}

/** All places of a contradiction but those in the schema that the finding is about. */
function othersOf(documents: Documents, why: Contradiction, about: SchemaPart) {
  const all = [{ spot: why.at, label: 'excludes it' }, ...why.also];
  return all.filter(({ spot }) => !isSame(spot.part, about)).map(({ spot, label }) => ({ at: placeOf(documents, spot), label }));
}

function isSame(one: SchemaPart, other: SchemaPart): boolean {
  return one.file === other.file && one.schema === other.schema;
}

function relatedOf(documents: Documents, { also }: Contradiction) {
  return also.map(({ spot, label }) => ({ at: placeOf(documents, spot), label }));
}

function findUnreachableValues(documents: Documents, part: KeywordPart): readonly Diagnostic[] {
  const values = part.schema.enum;
  if (!Array.isArray(values) || values.length > MOST_VALUES) return [];
  const together = gather(documents, [part]);
  if ('reason' in together) return [];
  return values.flatMap((value: JsonValue, index) => {
    const refusal = refusalOf(documents, together.members, { value, own: { part, keyword: 'enum' } });
    if (!refusal) return [];
    const at = valuePlaceOf(documents, part, 'enum', index);
    const related = [{ at: valuePlaceOf(documents, refusal.part, refusal.keyword), label: `refuses ${jsonWords(value)}` }];
    return [diagnose('unreachable-value', at, { value: jsonWords(value), keyword: refusal.keyword }, related)];
  });
}

function findUnreachableBranches(documents: Documents, part: KeywordPart, find: Find): readonly Diagnostic[] {
  const search = { documents, inside: find, beside: find };
  if (part.schema.anyOf === undefined && part.schema.oneOf === undefined) return [];
  return (['anyOf', 'oneOf'] as const).flatMap((keyword) =>
    listParts(part, keyword).flatMap((branch, index, branches): Diagnostic | [] => {
      if (branches.length > MOST_BRANCHES) return [];
      // What contradicts itself is told where it stands.
      const why = find([branch]) ? undefined : whyNever(search, { parts: [part] }, branch);
      if (!why) return [];
      const twin = why.also[0]?.spot.part;
      if (isSame(why.at.part, branch) && twin && Number(twin.step) > index) return [];
      const data = { number: index + 1, keyword, reason: why.reason };
      return diagnose('unreachable-branch', keyPlaceOf(documents, branch), data, othersOf(documents, why, branch));
    }),
  );
}

// Each property is held against each of the schemas; people join a few.
const MOST_JOINED = 50;

/** Properties that one schema declares and others, which hold for the same value, do not let in. Each is told once. */
function findImpossibleProperties(documents: Documents, part: KeywordPart, find: Find): readonly Diagnostic[] {
  if (!joinsSchemas(part)) return [];
  const together = gather(documents, [part]);
  if ('reason' in together || together.members.length < 2 || together.members.length > MOST_JOINED) return [];
  const findings: Diagnostic[] = [];
  const shut = new Map<KeywordPart, SchemaPart[]>();
  for (const declared of declaredIn(together.members)) {
    const why = find(schemasOfAll(together.members, String(declared.step)));
    if (!why || find([declared])) continue;
    const closing = why.plain && why.at.part.keyword === 'additionalProperties' ? why.at.part.holder : undefined;
    const closed = together.members.find((member) => closing?.schema === member.schema);
    if (closed) shut.set(closed, [...(shut.get(closed) ?? []), declared]);
    else {
      const data = { names: [quoteText(String(declared.step))], reason: why.reason };
      findings.push(diagnose('impossible-property', keyPlaceOf(documents, declared), data, othersOf(documents, why, declared)));
    }
  }
  return [...findings, ...[...shut].map(([closed, declared]) => tellShut(documents, closed, declared))];
}

/** Whether other schemas hold for the same value, each of which may declare properties. */
function joinsSchemas(part: KeywordPart): boolean {
  return part.schema.allOf !== undefined || (part.schema.$ref !== undefined && !isBareReference(part));
}

/** A reference with nothing beside it adds nothing to what it leads to. */
function isBareReference({ schema }: KeywordPart): boolean {
  return schema.$ref !== undefined && Object.keys(schema).length === 1;
}

function declaredIn(members: readonly KeywordPart[]): readonly SchemaPart[] {
  const declared = new Map<string, SchemaPart>();
  for (const member of members) {
    for (const name of namesOf(member, 'properties')) {
      const property = namedPart(member, 'properties', name);
      if (property && property.schema !== false && !declared.has(name)) declared.set(name, property);
    }
  }
  return [...declared.values()];
}

function tellShut(documents: Documents, closed: KeywordPart, declared: readonly SchemaPart[]): Diagnostic {
  const names = declared.map(({ step }) => quoteText(String(step)));
  const related = declared.slice(0, 3).map((one) => ({ at: keyPlaceOf(documents, one), label: 'declared here' }));
  return diagnose('impossible-property', keyPlaceOf(documents, closed, 'additionalProperties'), { names, reason: undefined }, related);
}
