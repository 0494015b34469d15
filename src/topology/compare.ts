import { isObject, type JsonValue } from '../source/json.ts';
import type { DesiredResource, Resource } from './model.ts';
import type { FieldChange } from './steps.ts';

/** Whether two JSON values are the same, types included: the string "60000" is not the number 60000. The order of an object's keys does not matter. */
function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (!isObject(a)) return a === b;
  if (!isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}

/**
 * The attributes that differ, sorted by name. Where the contract fits itself to something that exists (`existing`), only what it says counts:
 * the rest of such a resource is not msgctl's.
 */
export function compareAttributes(desired: Resource & Pick<DesiredResource, 'existing'>, actual: Resource): readonly FieldChange[] {
  const differing = Object.keys(desired.attributes).filter((name) => !sameJson(attribute(actual, name), desired.attributes[name]));
  if (!desired.existing) {
    for (const name of Object.keys(actual.attributes)) if (!Object.hasOwn(desired.attributes, name)) differing.push(name);
  }
  return differing.sort().map((name) => {
    const from = attribute(actual, name);
    const to = attribute(desired, name);
    return { name, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  });
}

/** An attribute by its name; undefined when it is not there. */
export function attribute({ attributes }: Resource, name: string): JsonValue | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}
