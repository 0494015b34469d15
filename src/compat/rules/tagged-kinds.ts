import { equalJson } from '../../payload/equal-json.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import type { Side } from '../change.ts';
import { listNames, spellValue } from './rule.ts';

/**
 * What changed about alternatives that a constant property tells apart, kind by kind: `The kind "refund" was added.` Undefined where nothing
 * tells them apart on both sides, or where no kind came, went or changed.
 */
export function tellKinds(before: Side, after: Side): string | undefined {
  const [old, now] = [branchesOf(before), branchesOf(after)];
  const tag = tagOf([...old, ...now]);
  if (tag === undefined) return undefined;
  const find = (branches: readonly JsonObject[], kind: JsonValue) =>
    branches.find((branch) => equalJson(kindOf(branch, tag) ?? null, kind));
  const kinds = (branches: readonly JsonObject[]) => branches.map((branch) => kindOf(branch, tag) ?? null);
  const removed = kinds(old).filter((kind) => !find(now, kind));
  const added = kinds(now).filter((kind) => !find(old, kind));
  const changed = kinds(now).filter((kind) => {
    const former = find(old, kind);
    return former !== undefined && !equalJson(former, find(now, kind) ?? null);
  });
  const told = [say(added, 'added'), say(removed, 'removed'), say(changed, 'changed')].filter((text) => text !== '');
  return told.length > 0 ? told.join(' ') : undefined;
}

function say(kinds: readonly JsonValue[], what: 'added' | 'removed' | 'changed'): string {
  if (kinds.length === 0) return '';
  const named = listNames(kinds.map(spellValue), '');
  const verb = what === 'changed' ? 'changed' : `${kinds.length === 1 ? 'was' : 'were'} ${what}`;
  return `The kind${kinds.length === 1 ? '' : 's'} ${named} ${verb}.`;
}

/** The alternatives of a `oneOf`; what stands for one of the types is that type. */
function branchesOf({ value, types }: Side): readonly JsonObject[] {
  const branches: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return branches.map((branch) => {
    const reference = ownProperty(branch, '$ref');
    if (typeof reference !== 'string') return isObject(branch) ? branch : {};
    const pointer = reference.slice(reference.indexOf('#'));
    // Types are named by file and pointer; a pointer that two files have tells nothing.
    const places = Object.keys(types ?? {}).filter((place) => place.endsWith(pointer));
    const type = places.length === 1 ? ownProperty(types, places[0] ?? '') : undefined;
    return isObject(type) ? type : {};
  });
}

/** The property that has a constant in each alternative. */
function tagOf(branches: readonly JsonObject[]): string | undefined {
  const [first] = branches;
  const properties = ownProperty(first, 'properties');
  const names = isObject(properties) ? Object.keys(properties) : [];
  return names.find((name) => branches.every((branch) => kindOf(branch, name) !== undefined));
}

function kindOf(branch: JsonObject, tag: string): JsonValue | undefined {
  return ownProperty(ownProperty(ownProperty(branch, 'properties'), tag), 'const');
}
