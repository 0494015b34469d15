/**
 * The part of JSON Schema that json-schema-to-typescript 16 renders as it should. `lower-schema.ts` turns any schema into it, and
 * `compile-types.ts` has it rendered; so the library decides how structure is written and never what a schema means.
 */
export type TypeSchema =
  /** A type in TypeScript's words. */
  | Documented<{ readonly kind: 'text'; readonly text: string }>
  | Documented<{ readonly kind: 'object'; readonly properties: readonly PropertyType[]; readonly others?: TypeSchema }>
  | Documented<{ readonly kind: 'array'; readonly items: TypeSchema }>
  /** The first `required` items are always there; `rest` is what follows them, if anything may. */
  | Documented<{ readonly kind: 'tuple'; readonly items: readonly TypeSchema[]; readonly required: number; readonly rest?: TypeSchema }>
  | Documented<{ readonly kind: 'union' | 'intersection'; readonly members: readonly TypeSchema[] }>;

/** What is said of a type in JSDoc, one part a line or paragraph: the description first, then what the type itself cannot say. */
type Documented<T> = T & { readonly doc: readonly string[] };

/** A declared property of an object. */
export type PropertyType = { readonly name: string; readonly required: boolean; readonly type: TypeSchema };

/** A type in TypeScript's words; in parentheses where it is a union, so that it may stand anywhere. */
export function textType(text: string, doc: readonly string[] = []): TypeSchema {
  return { kind: 'text', text, doc };
}

/** Accepts anything. */
export const UNKNOWN: TypeSchema = textType('unknown');

/** Accepts nothing. */
export const NEVER: TypeSchema = textType('never');

/** Whether a type says nothing. */
export function isUnknown(type: TypeSchema): boolean {
  return type.kind === 'text' && type.text === 'unknown';
}

/** One of several types. Anything among them makes it anything. What is said of the alternatives is said of the whole. */
export function unionOf(members: readonly TypeSchema[], doc: readonly string[] = []): TypeSchema {
  const told = [...doc, ...members.flatMap((member, index) => attribute(`Alternative ${index + 1}`, member.doc))];
  if (members.some(isUnknown)) return { ...UNKNOWN, doc: told };
  const [only, ...more] = members;
  if (!only) return { ...NEVER, doc };
  return more.length === 0 ? { ...only, doc: [...doc, ...only.doc] } : { kind: 'union', members, doc: told };
}

/** All of several types. What says nothing is left out, and what is said of each holds for the whole. */
export function intersectionOf(members: readonly TypeSchema[], doc: readonly string[] = []): TypeSchema {
  const told = [...doc, ...members.flatMap((member) => member.doc)];
  const [only, ...more] = members.filter((member) => !isUnknown(member));
  if (!only) return { ...UNKNOWN, doc: told };
  return more.length === 0 ? { ...only, doc: told } : { kind: 'intersection', members: [only, ...more], doc: told };
}

/** What is said of a part, for the JSDoc of the whole, where the part has no place for a comment of its own. Its tags become words. */
export function attribute(part: string, doc: readonly string[]): readonly string[] {
  const words = doc.map((line) => line.replace(/^@/, ''));
  return words.length === 0 ? [] : [`${part}: ${words.join('; ')}`];
}
