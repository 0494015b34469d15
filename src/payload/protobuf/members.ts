/** How Protobuf reads schemas: which of them hold for one value, which types that leaves, and between what a union chooses. */
import type { JsonValue } from '../../source/json.ts';
import type { Documents } from '../documents.ts';
import { type Discriminator, discriminatorOf } from '../open-lists.ts';
import { hasKeywords, type KeywordPart, listParts, referredPart, type SchemaPart } from '../schema-part.ts';

/** The schemas that hold for a value without choice; undefined where a reference leads nowhere. */
export function membersOf(documents: Documents, part: SchemaPart): readonly KeywordPart[] | undefined {
  const members = new Map<JsonValue, KeywordPart>();
  const pending = [part];
  // The list grows while it is walked.
  for (const next of pending) {
    if (!hasKeywords(next) || members.has(next.schema)) continue;
    members.set(next.schema, next);
    pending.push(...listParts(next, 'allOf'));
    if (next.schema.$ref === undefined) continue;
    const target = referredPart(documents, next);
    if (!target) return undefined;
    pending.push(target);
  }
  return [...members.values()];
}

/** A choice between schemas. `told` is there where a constant tells them apart. */
export type Choice = {
  readonly union: KeywordPart;
  readonly keyword: 'oneOf' | 'anyOf';
  /** The schemas that are not always null. */
  readonly others: readonly SchemaPart[];
  /** Whether null is one of them. */
  readonly orNull: boolean;
  readonly told: Discriminator | undefined;
};

/** The choice that the schemas of a value leave, if any does: the first one. */
export function choiceOf(documents: Documents, members: readonly KeywordPart[]): Choice | undefined {
  const union = members.find(({ schema }) => Array.isArray(schema.oneOf) || Array.isArray(schema.anyOf));
  if (!union) return undefined;
  const keyword = Array.isArray(union.schema.oneOf) ? 'oneOf' : 'anyOf';
  const branches = listParts(union, keyword);
  const others = branches.filter((branch) => typesOf(membersOf(documents, branch) ?? []).join() !== 'null');
  const schemas = others.map(({ schema }) => schema);
  const told = keyword === 'oneOf' && others.length > 1 ? discriminatorOf(documents, union.file, schemas) : undefined;
  return { union, keyword, others, orNull: others.length < branches.length, told };
}

/** The types that schemas allow together, without those that only an enum or a constant tells. */
export function typesOf(members: readonly KeywordPart[]): readonly string[] {
  const said = members.flatMap(({ schema: { type, const: constant, enum: values } }) => {
    if (type !== undefined) return [[type].flat().filter((each) => typeof each === 'string')];
    const listed = constant === undefined ? values : [constant];
    return Array.isArray(listed) ? [[...new Set(listed.map(typeOf))]] : [];
  });
  const [first = [], ...rest] = said;
  return first.filter((type) => rest.every((types) => types.includes(type) || (type === 'integer' && types.includes('number'))));
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
