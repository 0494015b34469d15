/** The values in a message by which it is kept in order, or recognised when it comes again. */

/**
 * The values at some pointers as one text: of a single pointer its value, of several a JSON list. `undefined` where none of them leads to a text or
 * a number: such a message is in no order.
 */
export function keyOf(pointers: readonly string[], payload: unknown): string | undefined {
  const values = pointers.map((pointer) => valueAt(pointer, payload));
  if (values.every((value) => value === undefined)) return undefined;
  return values.length === 1 ? String(values[0]) : JSON.stringify(values.map((value) => value ?? null));
}

function valueAt(pointer: string, payload: unknown): string | number | undefined {
  let value = payload;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
