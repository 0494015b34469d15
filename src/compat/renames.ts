import type { Contract, Interaction } from '../contract/model.ts';
import { findContract, type System } from '../contract/system.ts';
import { countingKeywords } from './keywords.ts';
import { sameSchema } from './same-schema.ts';
import { schemaNode } from './schema-node.ts';

/** What interactions were called in the version before: the old id by the new one. */
export type Renames = ReadonlyMap<string, string>;

/** An interaction that is gone and one of the same service that looks the same under another name. */
export type SuspectedRename = { readonly from: Interaction; readonly to: Interaction };

/**
 * The renames that contracts tell of (`renamed-from`), and those that were `confirmed`. One counts where the old name is gone and the new one
 * is new. What the version before was renamed from counts too: a rename may be taken back.
 */
export function renamesBetween(before: System, after: System, confirmed: Renames = new Map()): Renames {
  const told = [...renamesIn(after), ...renamesIn(before).map(([now, old]) => [old, now] as const), ...confirmed];
  return new Map(
    told.filter(
      ([now, old]) =>
        after.interactions.has(now) && !before.interactions.has(now) && before.interactions.has(old) && !after.interactions.has(old),
    ),
  );
}

function renamesIn({ contracts }: System): readonly (readonly [now: string, old: string])[] {
  return contracts.flatMap(({ service, provides }) =>
    provides.flatMap(({ id, renamedFrom }) => (renamedFrom === undefined ? [] : [[id, `${service}.${renamedFrom}`] as const])),
  );
}

/**
 * Interactions that seem to have been renamed though no contract says so: one is gone, one is new, and both have the same pattern, carrier
 * and payloads. Where several look alike none is suspected: nobody could tell which became which. `service`: only those of one.
 */
export function suspectRenames(before: System, after: System, service?: string): readonly SuspectedRename[] {
  const told = renamesBetween(before, after);
  return after.contracts.flatMap((now) => {
    const old = findContract(before, now.service);
    if (!old || (service !== undefined && service !== now.service)) return [];
    const gone = old.provides.filter(({ id }) => !after.interactions.has(id) && ![...told.values()].includes(id));
    const fresh = now.provides.filter(({ id }) => !before.interactions.has(id) && !told.has(id));
    return gone.flatMap((from) => {
      const alike = fresh.filter((to) => looksAlike({ before, after }, from, to));
      const others = gone.filter((other) => alike[0] && looksAlike({ before, after }, other, alike[0]));
      return alike.length === 1 && alike[0] && others.length === 1 ? [{ from, to: alike[0] }] : [];
    });
  });
}

type Versions = { readonly before: System; readonly after: System };

function looksAlike({ before, after }: Versions, from: Interaction, to: Interaction): boolean {
  if (from.pattern !== to.pattern || from.via !== to.via || from.channel !== to.channel || from.encoding !== to.encoding) return false;
  if (from.payloads.length !== to.payloads.length) return false;
  return from.payloads.every((payload) => {
    const other = to.payloads.find(({ role, name }) => role === payload.role && name === payload.name);
    const [old, now] = [schemaNode(before.documents, payload.schema), other && schemaNode(after.documents, other.schema)];
    return old !== undefined && now !== undefined && sameSchema(old, now, countingKeywords(from.encoding === 'protobuf'));
  });
}

/** What a contract provided and provides still, each with what became of it. */
export function keptInteractions(old: Contract, now: Contract, renames: Renames): readonly (readonly [Interaction, Interaction])[] {
  return now.provides.flatMap((interaction) => {
    const former = old.provides.find(({ id }) => id === (renames.get(interaction.id) ?? interaction.id));
    return former ? [[former, interaction] as const] : [];
  });
}
