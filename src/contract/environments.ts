import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, type Pointer, pointerSegments } from '../source/pointer.ts';
import { entriesAt, objectAt, textAt } from './fields.ts';

/** What is written about a transport, the base first, then what lies over it: each layer with its place in the project file. */
export type TransportLayers = { readonly name: string; readonly layers: readonly Layer[]; readonly merged: JsonObject };

type Layer = { readonly value: JsonObject; readonly pointer: Pointer };

/** The transports that `'*'` of an environment speaks of: those of brokers, which have a topology. */
const BROKERS: ReadonlySet<string | undefined> = new Set(['rabbitmq', 'kafka', 'redis']);

/** Lays an environment over the transports of a project: `'*'` first, then the transport's own name. Objects merge, anything else replaces. */
export function layTransports(project: JsonValue, environment: string | undefined): readonly TransportLayers[] {
  const base = objectAt(project, 'transports');
  const place = environment === undefined ? undefined : appendPointer('/environments', environment, 'transports');
  const over = environment === undefined ? undefined : objectAt(ownProperty(objectAt(project, 'environments'), environment), 'transports');
  const names = new Set([
    ...entriesAt(project, 'transports').map(([name]) => name),
    ...Object.keys(over ?? {}).filter((name) => name !== '*'),
  ]);
  return [...names].map((name) => {
    const own = layer(base, name, '/transports');
    const named = place === undefined ? [] : layer(over, name, place);
    const kind = textAt(named[0]?.value, 'kind') ?? textAt(own[0]?.value, 'kind');
    const all = place === undefined || !BROKERS.has(kind) ? [] : layer(over, '*', place);
    const layers = [...own, ...all, ...named];
    return { name, layers, merged: layers.reduce<JsonObject>((merged, { value }) => mergeObjects(merged, value), {}) };
  });
}

/** The place in the project file where the value at `path` of a laid transport is written: the last layer that has it. */
export function originOf({ layers }: TransportLayers, path: Pointer): Pointer {
  const origin = layers.findLast(({ value }) => valueAt(value, path) !== undefined) ?? layers[0];
  return `${origin?.pointer ?? ''}${path}`;
}

function layer(holder: JsonObject | undefined, name: string, pointer: Pointer): readonly Layer[] {
  const value = objectAt(holder, name);
  return value ? [{ value, pointer: appendPointer(pointer, name) }] : [];
}

function mergeObjects(base: JsonObject, over: JsonObject): JsonObject {
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, mergeValues(ownProperty(base, key), ownProperty(over, key))]));
}

function mergeValues(base: JsonValue | undefined, over: JsonValue | undefined): JsonValue {
  if (isObject(base) && isObject(over)) return mergeObjects(base, over);
  return over ?? base ?? null;
}

function valueAt(value: JsonValue, path: Pointer): JsonValue | undefined {
  return pointerSegments(path).reduce<JsonValue | undefined>((found, segment) => ownProperty(found, segment), value);
}
