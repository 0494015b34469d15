import { type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { saysAllItself } from './evaluated.ts';
import { attribute, type TypeSchema, UNKNOWN } from './type-schema.ts';

/** The type of an array: a tuple where its first items have schemas of their own. How many items there are stays in the doc. */
export function lowerArray(schema: JsonObject, lower: (item: JsonValue) => TypeSchema): TypeSchema {
  const items = ownProperty(schema, 'items');
  const prefix = ownProperty(schema, 'prefixItems');
  if (!Array.isArray(prefix) || prefix.length === 0) {
    const item = items === undefined ? UNKNOWN : lower(items);
    return { kind: 'array', items: item, doc: attribute('Items', item.doc) };
  }
  const first = prefix.slice(0, lengthOf(schema)).map(lower);
  const rest = items === false || endsHere(schema, prefix.length) ? undefined : items === undefined ? UNKNOWN : lower(items);
  const least = ownProperty(schema, 'minItems');
  const doc = [...first.flatMap((item, index) => attribute(`Item ${index + 1}`, item.doc)), ...attribute('Further items', rest?.doc ?? [])];
  const required = Math.min(typeof least === 'number' ? least : 0, first.length);
  return { kind: 'tuple', items: first, required, ...(rest && { rest }), doc };
}

/** Whether nothing may follow the first items. What `contains` finds counts as evaluated, as does whatever other schemas say of. */
function endsHere(schema: JsonObject, length: number): boolean {
  const isRestEvaluated = Object.hasOwn(schema, 'items') || Object.hasOwn(schema, 'contains') || !saysAllItself(schema);
  return lengthOf(schema) <= length || (!isRestEvaluated && ownProperty(schema, 'unevaluatedItems') === false);
}

/** The most items that there may be. */
function lengthOf(schema: JsonObject): number {
  const most = ownProperty(schema, 'maxItems');
  return typeof most === 'number' ? most : Number.POSITIVE_INFINITY;
}
