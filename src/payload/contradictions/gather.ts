import { isObject, type JsonValue } from '../../source/json.ts';
import type { Documents } from '../documents.ts';
import { hasKeywords, type KeywordPart, listParts, referredPart, type SchemaPart } from '../schema-part.ts';
import { type Contradiction, plainly, type Together } from './contradiction.ts';

/**
 * The schemas that hold together, references and `allOf` followed; or the contradiction that `false` is among them. What leads nowhere is left
 * out, which makes the set of values larger, so that a contradiction of the rest stays one.
 */
export function gather(documents: Documents, parts: readonly SchemaPart[]): Together | Contradiction {
  const members = new Map<JsonValue, KeywordPart>();
  const pending = [...parts];
  // The list grows while it is walked.
  for (const part of pending) {
    if (part.schema === false) return plainly(part);
    if (!hasKeywords(part) || members.has(part.schema) || members.size >= MOST_MEMBERS) continue;
    if (allowsAll(part.schema.not)) return plainly(part);
    members.set(part.schema, part);
    pending.push(...joinedTo(documents, part));
  }
  return { parts, members: [...members.values()] };
}

/** What a schema joins to itself: the members of `allOf`, what it refers to. */
function joinedTo(documents: Documents, part: KeywordPart): readonly SchemaPart[] {
  const { allOf, $ref } = part.schema;
  if (allOf === undefined && $ref === undefined) return NONE;
  const target = referredPart(documents, part);
  return target ? [...listParts(part, 'allOf'), target] : listParts(part, 'allOf');
}

const NONE: readonly SchemaPart[] = [];

// More than people join; beyond it the rest is left out, as what leads nowhere is.
const MOST_MEMBERS = 100;

/** What a reference that stands alone leads to, however far; the part itself where it says more than that. */
export function followLone(documents: Documents, part: SchemaPart): SchemaPart {
  let at = part;
  for (let steps = 0; steps < 100 && hasKeywords(at) && at.schema.$ref !== undefined; steps += 1) {
    const demands = Object.keys(at.schema).filter(isAsserting);
    const target = demands.length === 1 ? referredPart(documents, at) : undefined;
    if (!target) break;
    at = target;
  }
  return at;
}

/** Keywords that can ask for what a value cannot have. A schema without any of them has values. */
const DEMANDING: ReadonlySet<string> = new Set([
  ...['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'enum', 'const', 'required', 'contains', 'minItems', 'minProperties'],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
]);

/** Keywords that only leave out values, of which enough are left without one that demands some. */
const LIMITING: ReadonlySet<string> = new Set([
  ...['type', 'pattern', 'format', 'maxItems', 'items', 'prefixItems', 'uniqueItems', 'unevaluatedItems', 'maxContains'],
  ...['properties', 'additionalProperties', 'patternProperties', 'propertyNames', 'maxProperties', 'unevaluatedProperties'],
  ...['dependentRequired', 'dependentSchemas', 'then', 'else', 'minContains'],
]);

/** Whether a keyword says something of values. */
export function isAsserting(keyword: string): boolean {
  return DEMANDING.has(keyword) || LIMITING.has(keyword);
}

/** Whether a schema by itself asks for nothing that a value could lack: some value matches it for sure. */
export function isUndemanding({ schema }: SchemaPart): boolean {
  if (!isObject(schema)) return schema !== false;
  const lists = Object.hasOwn(schema, 'enum') || Object.hasOwn(schema, 'const');
  for (const keyword of Object.keys(schema)) {
    if (lists ? keyword !== 'enum' && keyword !== 'const' && isAsserting(keyword) : DEMANDING.has(keyword)) return false;
  }
  // An enum and a constant beside each other may differ.
  return !lists || !(Object.hasOwn(schema, 'enum') && Object.hasOwn(schema, 'const'));
}

function allowsAll(schema: JsonValue | undefined): boolean {
  if (schema === undefined) return false;
  return schema === true || (isObject(schema) && !Object.keys(schema).some(isAsserting));
}
