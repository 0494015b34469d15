import type { Contract, Encoding, Interaction, Payload, Use } from '../contract/model.ts';
import { isFirstMessage } from '../contract/patterns.ts';
import { findContract, findTransport, type System } from '../contract/system.ts';
import { equalJson } from '../payload/equal-json.ts';
import type { JsonValue } from '../source/json.ts';
import type { Range } from '../source/source-file.ts';
import type { Change, ChangeKind, Side } from './change.ts';
import { diffAddresses } from './diff-addresses.ts';
import { diffPayload } from './diff-payload.ts';
import { diffContractSettings, diffInteractionSettings, diffUseSettings } from './diff-settings.ts';
import type { PayloadFact } from './payload-fact.ts';
import { keptInteractions, type Renames, renamesBetween, suspectRenames } from './renames.ts';
import { type SchemaNode, schemaNode } from './schema-node.ts';

/** A payload that both versions have, with what differs in it. */
export type PayloadPair = {
  readonly before: Interaction;
  readonly after: Interaction;
  readonly payload: Pick<Payload, 'role' | 'name'>;
  readonly old: SchemaNode;
  readonly now: SchemaNode;
  readonly facts: readonly PayloadFact[];
  /** How it is written, where both versions agree on that; headers are never Protobuf. */
  readonly wire: Encoding;
};

/** All facts about two versions of a project: those of services and interactions, and those of payloads with the schemas to decide them by. */
export type SystemDifference = { readonly changes: readonly Change[]; readonly payloads: readonly PayloadPair[] };

type Versions = { readonly before: System; readonly after: System; readonly renames: Renames };

/** The only walker over contracts. Free of judgement: what a fact means for whom is decided elsewhere. */
export function diffSystems(before: System, after: System, renames: Renames = renamesBetween(before, after)): SystemDifference {
  const versions = { before, after, renames };
  const services = [...new Set([...before.contracts, ...after.contracts].map((contract) => contract.service))].sort();
  const changes: Change[] = [];
  const payloads: PayloadPair[] = [];
  for (const service of services) {
    const [old, now] = [findContract(before, service), findContract(after, service)];
    changes.push(...diffService(old, now), ...diffUses(old, now, versions));
    if (!old || !now) continue;
    changes.push(...diffContractSettings(old, now, versions), ...diffProvided(old, now, versions));
    for (const [former, interaction] of keptInteractions(old, now, renames)) {
      changes.push(...diffInteraction(former, interaction, versions));
      payloads.push(...pairPayloads(former, interaction, versions), ...pairHeaders(former, interaction, versions));
    }
  }
  return { changes, payloads };
}

function diffService(old: Contract | undefined, now: Contract | undefined): readonly Change[] {
  if (old && !now) return [fact('service-removed', old, { before: { at: old.at }, after: {} })];
  if (now && !old) return [fact('service-added', now, { before: {}, after: { at: now.at } })];
  return [];
}

/** Services as a whole say it for their interactions; here only what came or went within one. */
function diffProvided(old: Contract, now: Contract, { before, after, renames }: Versions): readonly Change[] {
  const kept = keptInteractions(old, now, renames).flat();
  const removed = old.provides.filter((interaction) => !kept.includes(interaction));
  const added = now.provides.filter((interaction) => !kept.includes(interaction));
  const suspected = removed.length > 0 && added.length > 0 ? suspectRenames(before, after, now.service) : [];
  return [
    ...removed.map((interaction) => {
      const successor = suspected.find(({ from }) => from.id === interaction.id)?.to.id;
      const sides = { before: { at: interaction.at }, after: { at: now.at } };
      return { ...interactionFact('interaction-removed', interaction, sides), ...(successor !== undefined && { successor }) };
    }),
    ...added.map((interaction) =>
      interactionFact('interaction-added', interaction, { before: { at: old.at }, after: { at: interaction.at } }),
    ),
  ];
}

function diffUses(old: Contract | undefined, now: Contract | undefined, versions: Versions): readonly Change[] {
  const contract = now ?? old;
  if (!contract) return [];
  const [uses, others] = [old?.uses ?? [], now?.uses ?? []];
  const isSame = (use: Use, other: Use) => use.id === (versions.renames.get(other.id) ?? other.id);
  const removed = uses.filter((use) => !others.some((other) => isSame(use, other)));
  const added = others.filter((other) => !uses.some((use) => isSame(use, other)));
  const kept = uses.flatMap((use) => others.filter((other) => isSame(use, other)).map((other) => ({ use, other })));
  return [
    ...removed.map((use) => ({
      ...fact('use-removed', contract, { before: { at: use.at }, after: now ? { at: now.at } : {} }),
      interaction: use.id,
      name: use.id,
    })),
    ...added.map((use) => ({
      ...fact('use-added', contract, { before: old ? { at: old.at } : {}, after: { at: use.at } }),
      interaction: use.id,
      name: use.id,
    })),
    ...kept.flatMap(({ use, other }) => diffUseSettings({ contract, before: use, after: other }, versions)),
  ];
}

function diffInteraction(old: Interaction, now: Interaction, versions: Versions): readonly Change[] {
  const carriers = [transportOf(versions.before, old), transportOf(versions.after, now)] as const;
  const moved = [
    changed('pattern-changed', [old, old.pattern], [now, now.pattern]),
    changed('transport-changed', [old, carriers[0]], [now, carriers[1]]),
    changed('channel-changed', [old, old.channel], [now, now.channel]),
    changed('encoding-changed', [old, old.encoding], [now, now.encoding]),
  ].flat();
  // Where something moved the address follows; it is a fact of its own only where nothing else explains it.
  const renamed = changed('interaction-renamed', [old, old.id], [now, now.id]);
  const addresses = [...moved, ...renamed].some((change) => change.kind !== 'encoding-changed') ? [] : diffAddresses(old, now, versions);
  const changes = [...renamed, ...moved, ...addresses, ...diffPayloadSet(old, now), ...diffInteractionSettings(old, now, versions)];
  return old.id === now.id ? changes : changes.map((change) => ({ ...change, formerly: old.id }));
}

function transportOf(system: System, interaction: Interaction): JsonValue {
  const kind = findTransport(system.project, interaction.via)?.kind;
  return kind === undefined ? interaction.via : `${interaction.via} (${kind})`;
}

function changed(
  kind: ChangeKind,
  [old, was]: readonly [Interaction, JsonValue | undefined],
  [now, is]: readonly [Interaction, JsonValue | undefined],
): readonly Change[] {
  if (equalJson(was, is)) return [];
  return [interactionFact(kind, now, { before: side(was, old.at), after: side(is, now.at) })];
}

function diffPayloadSet(old: Interaction, now: Interaction): readonly Change[] {
  const removed = old.payloads.filter((payload) => !now.payloads.some((other) => samePayload(payload, other)));
  const added = now.payloads.filter((payload) => !old.payloads.some((other) => samePayload(payload, other)));
  return [
    ...removed.map((payload) => payloadFact('payload-removed', now, payload, { before: { at: payload.at }, after: { at: now.at } })),
    ...added.map((payload) => payloadFact('payload-added', now, payload, { before: { at: old.at }, after: { at: payload.at } })),
  ];
}

function pairPayloads(old: Interaction, now: Interaction, versions: Versions): readonly PayloadPair[] {
  return old.payloads.flatMap((payload) => {
    const successor = now.payloads.find((other) => samePayload(payload, other));
    const nodes = [
      schemaNode(versions.before.documents, payload.schema),
      successor && schemaNode(versions.after.documents, successor.schema),
    ] as const;
    if (!nodes[0] || !nodes[1]) return [];
    // Where only one of them is Protobuf neither reads the other, whatever the schemas say; they are compared for what validators see.
    const wire = old.encoding === 'protobuf' && now.encoding === 'protobuf' ? 'protobuf' : 'json';
    const facts = diffPayload(nodes[0], nodes[1], wire);
    return facts.length === 0 ? [] : [{ before: old, after: now, payload: labelOf(payload), old: nodes[0], now: nodes[1], facts, wire }];
  });
}

/** The headers of both versions, which travel with the first message. Without a word a sender sends none, and a receiver takes any. */
function pairHeaders(old: Interaction, now: Interaction, versions: Versions): readonly PayloadPair[] {
  if (!old.headers && !now.headers) return [];
  const first = now.payloads.find(({ role }) => isFirstMessage(role));
  const nodes = [headersOf(old, versions.before), headersOf(now, versions.after)] as const;
  const facts = diffPayload(nodes[0], nodes[1], 'json');
  if (facts.length === 0 || !first) return [];
  return [{ before: old, after: now, payload: { role: first.role, name: 'headers' }, old: nodes[0], now: nodes[1], facts, wire: 'json' }];
}

function headersOf({ headers, at, pointer }: Interaction, { documents }: System): SchemaNode {
  const written = headers && schemaNode(documents, headers);
  return written ?? { documents, location: { file: at.file, pointer }, schema: { type: 'object' } };
}

function samePayload(a: Payload, b: Payload): boolean {
  return a.role === b.role && a.name === b.name;
}

function labelOf({ role, name }: Payload): Pick<Payload, 'role' | 'name'> {
  return name === undefined ? { role } : { role, name };
}

function fact(kind: ChangeKind, contract: Contract, sides: { readonly before: Side; readonly after: Side }): Change {
  return { kind, service: contract.service, path: '', name: contract.service, ...sides };
}

function interactionFact(kind: ChangeKind, interaction: Interaction, sides: { readonly before: Side; readonly after: Side }): Change {
  return { kind, service: interaction.service, interaction: interaction.id, path: '', name: interaction.id, ...sides };
}

function payloadFact(
  kind: ChangeKind,
  interaction: Interaction,
  payload: Payload,
  sides: { readonly before: Side; readonly after: Side },
): Change {
  return { ...interactionFact(kind, interaction, sides), name: payload.name ?? payload.role, payload: labelOf(payload) };
}

function side(value: JsonValue | undefined, at: Range): Side {
  return value === undefined ? { at } : { value, at };
}
