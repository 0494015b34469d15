import { isObject, type JsonValue } from '../../src/source/json.ts';

/** One value of each kind, and some of the same kind that schemas seldom list. */
const REPLACEMENTS: readonly JsonValue[] = [null, true, -1, 0.5, 'mutated', '', [], {}];

/**
 * Messages that differ from one in one place: a value of another type or another value, a property left out, an unknown one, an item more or
 * less.
 */
export function mutateMessage(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) {
    const items = value.flatMap((item, at) => mutateMessage(item).map((other) => value.with(at, other)));
    return [...REPLACEMENTS, [...value, ...value.slice(-1)], [...value, 'surplus'], value.slice(0, -1), value.slice(1), ...items];
  }
  if (!isObject(value)) return REPLACEMENTS;
  return [
    ...REPLACEMENTS,
    { ...value, unheardOf: 1 },
    ...Object.keys(value).flatMap((key) => {
      const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
      return [rest, ...mutateMessage(value[key] ?? null).map((other) => Object.fromEntries([...Object.entries(value), [key, other]]))];
    }),
  ];
}
