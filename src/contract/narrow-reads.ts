import type { SchemaLocation } from '../payload/documents.ts';
import { narrowDocuments, type Reading } from '../payload/narrowing/narrow-documents.ts';
import type { Contract, Interaction, Payload, Use } from './model.ts';
import { PATTERNS } from './patterns.ts';
import { findInteraction, type System } from './system.ts';

/** The payload that `reads` of a user speaks of: the event, or the answer to its call. Errors and headers are always read whole. */
export function payloadRead({ pattern, payloads }: Interaction): Payload | undefined {
  const role = PATTERNS[pattern].receiver === 'users' ? 'message' : 'response';
  return payloads.find((payload) => payload.role === role && payload.name === undefined);
}

/** What a user reads of the payload that `reads` speaks of, and what msgctl reads for it: what tells two messages apart. Undefined: all. */
export function pointersRead(interaction: Interaction, use: Use): readonly string[] | undefined {
  if (use.reads === undefined) return undefined;
  const by = PATTERNS[interaction.pattern].receiver === 'users' ? use.delivery.deduplicate?.by : undefined;
  return [...new Set([...use.reads, ...(Array.isArray(by) ? by : [])])];
}

/** A system with the narrowed schemas of some services among its documents, and where each stands. */
export type NarrowedSystem = {
  readonly system: System;
  /** The narrowed schema of what a service reads of an interaction; undefined where it reads all. */
  narrowed(service: string, interaction: Interaction): SchemaLocation | undefined;
};

/** Narrows for each of `services` what it says that it reads of what it uses. */
export function narrowReads(system: System, services: readonly Contract[]): NarrowedSystem {
  const readings = services.flatMap(({ service, uses }) =>
    uses.flatMap((use): readonly (readonly [string, Reading])[] => {
      const interaction = findInteraction(system, use.id);
      const payload = interaction && payloadRead(interaction);
      const pointers = interaction && pointersRead(interaction, use);
      if (!payload || !pointers) return [];
      const description = `What ${service} reads of the ${payload.role} of ${use.id}: ${pointers.map(spell).join(', ')}. Anything else may be there or not.`;
      return [[keyOf(service, use.id), { reader: [service, use.id], schema: payload.schema, pointers, description }]];
    }),
  );
  const { documents, places } = narrowDocuments(
    system.documents,
    readings.map(([, reading]) => reading),
  );
  const byKey = new Map(readings.map(([key, reading]) => [key, places.get(reading)]));
  return { system: { ...system, documents }, narrowed: (service, { id }) => byKey.get(keyOf(service, id)) };
}

/** A pointer as contracts write it. */
function spell(pointer: string): string {
  return pointer.lastIndexOf('/') === 0 ? pointer.slice(1) : pointer;
}

function keyOf(service: string, interaction: string): string {
  return `${service} ${interaction}`;
}
