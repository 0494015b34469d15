import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { mayStandIn, valueAt } from '../source/yaml-tree.ts';
import { type Documents, formatLocation, referenceTarget, type SchemaLocation } from './documents.ts';

/**
 * Tells whether what stands at a location refers, however far, to something that could not be read because its file is no YAML there. What
 * its messages look like is then not known, and nobody should judge by what seems to be missing.
 */
export function createDamageFinder(documents: Documents): (location: SchemaLocation) => boolean {
  const damaged = [...documents.values()].some(({ value, incomplete }) => value === undefined || incomplete.length > 0);
  return (location) => damaged && leadsToDamage(documents, location);
}

function leadsToDamage(documents: Documents, from: SchemaLocation): boolean {
  const targets = new Map([[formatLocation(from), from]]);
  // The map grows while it is walked: every target is visited once.
  for (const { file, pointer } of targets.values()) {
    const tree = documents.get(file);
    if (!tree) continue;
    const value = valueAt(tree, pointer);
    if (value === undefined && (tree.value === undefined || mayStandIn(tree, pointer))) return true;
    for (const ref of referencesIn(value)) {
      const target = referenceTarget(file, ref);
      if (target.ok) targets.set(formatLocation(target.location), target.location);
    }
  }
  return false;
}

/** Every text under a key called `$ref`, also where it is no reference: following one too many does no harm. */
function referencesIn(value: JsonValue | undefined): readonly string[] {
  const refs: string[] = [];
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const ref = ownProperty(next, '$ref');
    if (typeof ref === 'string') refs.push(ref);
    if (isObject(next) || Array.isArray(next)) for (const part of Object.values<JsonValue>(next)) open.push(part);
  }
  return refs;
}
