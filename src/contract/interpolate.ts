import { isObject, type JsonValue } from '../source/json.ts';
import { appendPointer, type Pointer } from '../source/pointer.ts';

/** Where references get their values: a variable's value, a file's text; undefined where there is none. */
export type ReferenceSource = {
  readonly variable: (name: string) => string | undefined;
  readonly file: (path: string) => string | undefined;
};

/** A reference without a value, by the place of the text that holds it. */
type Unresolved = { readonly reference: string; readonly pointer: Pointer };

/** A value with its references replaced, those that have no value, and where something begins like one and is none (both stay as written). */
export type Interpolated = { readonly value: JsonValue; readonly missing: readonly Unresolved[]; readonly malformed: readonly Pointer[] };

/** `$${` for a plain `${`, `${file:PATH}`, `${NAME}` and `${NAME:-default}`. */
const REFERENCE = /\$\$\{|\$\{(?:file:([^}]*)|([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?)\}/g;

/** The beginning of a reference. */
const OPENING = '${';

/** The paths of all `${file:PATH}` in a value. */
export function referencedFiles(value: JsonValue): readonly string[] {
  const paths = new Set<string>();
  eachText(value, '', (text) => {
    for (const [, path] of text.matchAll(REFERENCE)) if (path) paths.add(path);
    return text;
  });
  return [...paths];
}

/** Replaces every reference in the texts of a value. As in a shell, the default also stands in for a variable that is empty. */
export function interpolate(value: JsonValue, source: ReferenceSource): Interpolated {
  const missing: Unresolved[] = [];
  const malformed: Pointer[] = [];
  const replaced = eachText(value, '', (text, pointer) => {
    if (text.replace(REFERENCE, ' ').includes(OPENING)) malformed.push(pointer);
    return text.replace(
      REFERENCE,
      (reference: string, path: string | undefined, name: string | undefined, fallback: string | undefined) => {
        if (reference === '$${') return '${';
        const found = path === undefined ? source.variable(name ?? '') : source.file(path);
        const resolved = fallback === undefined ? found : found || fallback;
        if (resolved === undefined) missing.push({ reference, pointer });
        return resolved ?? reference;
      },
    );
  });
  return { value: replaced, missing, malformed };
}

function eachText(value: JsonValue, pointer: Pointer, change: (text: string, pointer: Pointer) => string): JsonValue {
  if (typeof value === 'string') return change(value, pointer);
  if (Array.isArray(value)) return value.map((item: JsonValue, index) => eachText(item, appendPointer(pointer, index), change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, eachText(entry, appendPointer(pointer, key), change)]));
}
