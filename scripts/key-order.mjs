/**
 * The canonical order of keys, as `msgctl fmt` puts them: that of `properties` in the published schemas. Each place of a contract where
 * the language names the keys gets a number; what it holds leads on to others.
 */

/** The tables of one or several schemas, from the places where files begin: `{ contract: 'contract.json#/$defs/contract' }`. */
export function keyOrders(schemas, starts) {
  const tables = [];
  const numbers = new Map();

  /** The number of what stands at a place; undefined where nothing is named in it, however deep. */
  function numberOf(name, schema) {
    const [file, found] = follow(name, schema);
    if (typeof found !== 'object' || !holdsSomething(found)) return undefined;
    if (!numbers.has(found)) {
      numbers.set(found, tables.length);
      const table = { keys: Object.keys(found.properties ?? {}), inside: {}, each: undefined, items: undefined };
      tables.push(table);
      for (const key of table.keys) table.inside[key] = numberOf(file, found.properties[key]);
      table.each = numberOf(file, found.additionalProperties);
      table.items = numberOf(file, found.items);
    }
    return numbers.get(found);
  }

  /** A schema says something itself, or points at what does; of several cases the last knows all keys. */
  function follow(name, schema) {
    if (typeof schema !== 'object' || holdsSomething(schema)) return [name, schema];
    if (schema.$ref === undefined) return schema.else === undefined ? [name, schema] : follow(name, schema.else);
    const [path, pointer] = schema.$ref.split('#');
    const file = path || name;
    const target = pointer
      .split('/')
      .slice(1)
      .reduce((inside, segment) => inside[segment], schemas[file]);
    return follow(file, target);
  }

  const numbered = Object.entries(starts).map(([kind, ref]) => [kind, numberOf(undefined, { $ref: ref })]);
  return { tables, starts: Object.fromEntries(numbered) };
}

function holdsSomething(schema) {
  return schema.properties !== undefined || typeof schema.additionalProperties === 'object' || schema.items !== undefined;
}
