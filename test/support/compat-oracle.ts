import type { Interaction, Payload } from '../../src/contract/model.ts';
import { findInteraction, type System } from '../../src/contract/system.ts';
import type { SchemaLocation } from '../../src/payload/documents.ts';
import type { JsonObject, JsonValue } from '../../src/source/json.ts';

type End = { readonly system: System; readonly schema: SchemaLocation };

/** One version that sends a payload to another one that has to accept it. */
export type Required = { readonly sender: End; readonly receiver: End; readonly interaction: string; readonly payload: Payload };

/** Everything that has to hold between two versions, by the table of docs/language.md and by nothing that the engine uses. */
export function requiredOf(old: System, now: System): readonly Required[] {
  return old.contracts
    .flatMap((contract) => contract.provides)
    .flatMap((before) => {
      const after = findInteraction(now, before.id);
      return after && after.pattern === before.pattern
        ? before.payloads.flatMap((payload) => requiredFor(payload, [old, before], [now, after]))
        : [];
    });
}

type Version = readonly [System, Interaction];

function requiredFor(payload: Payload, [old, before]: Version, [now, after]: Version): readonly Required[] {
  const successor = after.payloads.find(({ role, name }) => role === payload.role && name === payload.name);
  if (!successor) return [];
  const ends = [
    { system: old, schema: payload.schema },
    { system: now, schema: successor.schema },
  ] as const;
  const directions = directionsOf(before, payload.role) + directionsOf(after, payload.role);
  return [
    ...(directions.includes('b') ? [{ sender: ends[0], receiver: ends[1], interaction: before.id, payload }] : []),
    ...(directions.includes('f') ? [{ sender: ends[1], receiver: ends[0], interaction: before.id, payload: successor }] : []),
  ];
}

/** `b`: a new receiver reads what the old version sends; `f`: an old receiver reads what the new version sends. */
function directionsOf({ pattern, compatibility, reply, delivery }: Interaction, role: Payload['role']): string {
  if (compatibility) return { backward: 'b', forward: 'f', full: 'bf', none: '' }[compatibility];
  if (role === 'request') return 'b';
  if (pattern === 'notification') return 'b';
  if (pattern === 'publish-subscribe') return 'bf';
  if (pattern === 'publish-async-responses') return role === 'message' ? 'bf' : 'b';
  return reply === 'durable' || delivery.deduplicate ? 'bf' : 'f';
}

/** What the examples of an interaction show of a payload, and each with one part left out or replaced. */
export function contractExamplesOf(system: System, interaction: string, { role, name }: Payload): readonly JsonValue[] {
  const examples = findInteraction(system, interaction)?.examples ?? [];
  const shown = examples.flatMap(({ values }) => {
    const value = name === undefined ? values[role] : (values[`${role}s`] as JsonObject | undefined)?.[name];
    return value === undefined ? [] : [value];
  });
  return shown.flatMap((value) => [value, ...variants(value)]);
}

const REPLACEMENTS: readonly JsonValue[] = [null, true, -1, 0, 0.5, 1, 5_000, '', 'a', 'other', '2026-01-31', 'EUR', [], {}];

function variants(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value))
    return [[], [...value, ...value], ...value.flatMap((item: JsonValue, at) => variants(item).map((other) => value.with(at, other)))];
  if (value === null || typeof value !== 'object') return REPLACEMENTS;
  const object = value as JsonObject;
  return [
    ...REPLACEMENTS,
    ...Object.entries(object).flatMap(([key, part]) => {
      const { [key]: _part, ...rest } = object;
      return [rest, ...variants(part).map((other) => ({ ...object, [key]: other }))];
    }),
  ];
}
