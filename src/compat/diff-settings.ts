import type { Channel, Contract, Deprecation, Interaction, Use } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import { schemaAt } from '../payload/documents.ts';
import type { JsonValue } from '../source/json.ts';
import { appendPointer } from '../source/pointer.ts';
import type { Range } from '../source/source-file.ts';
import { keyRange, valueRange } from '../source/yaml-tree.ts';
import type { Change, Side } from './change.ts';
import { kindOfSetting } from './setting-kinds.ts';

/** A value of the model by the name people write; compared as data. */
type Settings = Readonly<Record<string, unknown>>;

type Versions = { readonly before: System; readonly after: System };

/** What differs in the settings of an interaction. */
export function diffInteractionSettings(old: Interaction, now: Interaction, versions: Versions): readonly Change[] {
  const subject = { service: now.service, interaction: now.id };
  const changes = compare(subject, { settings: interactionSettings(old), at: old.at }, { settings: interactionSettings(now), at: now.at });
  return changes.map((change) =>
    place(change, spot(versions.before, old.at.file, old.pointer), spot(versions.after, now.at.file, now.pointer)),
  );
}

/** What differs in what a service says of something it uses. */
export function diffUseSettings(
  pair: { readonly contract: Contract; readonly before: Use; readonly after: Use },
  versions: Versions,
): readonly Change[] {
  const { contract, before, after } = pair;
  const subject = { service: contract.service, interaction: after.id };
  const [was, is] = [appendPointer('', 'uses', before.id), appendPointer('', 'uses', after.id)];
  const spots = [spot(versions.before, before.at.file, was), spot(versions.after, after.at.file, is)] as const;
  const changes = compare(subject, { settings: useSettings(before), at: before.at }, { settings: useSettings(after), at: after.at });
  const formerly = before.id === after.id ? {} : { formerly: before.id };
  return changes.map((change) => ({ ...place(change, ...spots), ...formerly, name: `uses.${change.name}` }));
}

/** What differs in what a contract says of its service, its channels included. */
export function diffContractSettings(old: Contract, now: Contract, versions: Versions): readonly Change[] {
  const subject = { service: now.service };
  const own = compare(subject, { settings: contractSettings(old), at: old.at }, { settings: contractSettings(now), at: now.at });
  const channels = old.channels.flatMap((channel) => {
    const successor = now.channels.find((other) => other.name === channel.name);
    if (!successor) return [];
    const sides = [channel, successor].map((one) => ({ settings: channelSettings(one), at: one.at }));
    const changes = sides[0] && sides[1] ? compare(subject, sides[0], sides[1]) : [];
    const pointer = appendPointer('', 'channels', channel.name);
    const spots = [spot(versions.before, channel.at.file, pointer), spot(versions.after, successor.at.file, pointer)] as const;
    return changes.map((change) => ({ ...place(change, ...spots), name: `channels.${channel.name}.${change.name}` }));
  });
  return [...own.map((change) => place(change, spot(versions.before, old.file, ''), spot(versions.after, now.file, ''))), ...channels];
}

function interactionSettings(interaction: Interaction): Settings {
  const { description, deprecated, timeout, reply, responders, quorum, limit, existing, compatibility, delivery, examples } = interaction;
  return {
    description,
    deprecated: deprecationOf(deprecated),
    timeout,
    reply,
    responders,
    quorum,
    limit,
    existing,
    compatibility,
    examples: examples.map((example) => example.values),
    ...prefixed('delivery', delivery),
  };
}

function useSettings(use: Use): Settings {
  const { version, reads, limit, timeout, start, respond, address, existing, delivery } = use;
  return { version, reads, limit, timeout, start, respond, address, existing, ...prefixed('delivery', delivery) };
}

/** The version is no fact of its own: a comparison names both of each service. */
function contractSettings({ description, owner, availability, external }: Contract): Settings {
  return { description, owner, availability, external };
}

/** A channel's transport is a fact of the interactions it carries. */
function channelSettings({ key, partitions, retain }: Channel): Settings {
  return { key, partitions, retain };
}

function deprecationOf(deprecated: Deprecation | undefined): unknown {
  return deprecated && { ...deprecated };
}

function prefixed(prefix: string, settings: object): Settings {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix}.${kebabCase(name)}`, value]));
}

/** As contracts spell it: `maxLength` is `max-length`. */
function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

type SettingsAt = { readonly settings: Settings; readonly at: Range };
type Subject = { readonly service: string; readonly interaction?: string };

function compare(subject: Subject, old: SettingsAt, now: SettingsAt): readonly Change[] {
  const names = [...new Set([...Object.keys(old.settings), ...Object.keys(now.settings)])].sort();
  return names.flatMap((name) => {
    const [former, present] = [old.settings[name], now.settings[name]];
    // Most are simple values, or not there at all.
    if (former === present || JSON.stringify(former) === JSON.stringify(present)) return [];
    const [was, is] = [asJson(former), asJson(present)];
    return [{ kind: kindOfSetting(name), ...subject, path: '', name, before: sideOf(was, old.at), after: sideOf(is, now.at) }];
  });
}

/** The model's values are plain data; only what is not written has to go. */
function asJson(value: unknown): JsonValue | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as JsonValue);
}

function sideOf(value: JsonValue | undefined, at: Range): Side {
  return value === undefined ? { at } : { value, at };
}

type Spot = { readonly system: System; readonly file: string; readonly pointer: string };

function spot(system: System, file: string, pointer: string): Spot {
  return { system, file, pointer };
}

/** Gives a fact the places of its setting, and its values as they are written (`5s`); what is not written stays with what encloses it. */
function place(change: Change, old: Spot, now: Spot): Change {
  const keys = change.name.split('.');
  return { ...change, before: placedSide(change.before, old, keys), after: placedSide(change.after, now, keys) };
}

function placedSide(side: Side, { system, file, pointer }: Spot, keys: readonly string[]): Side {
  const tree = system.documents.get(file);
  if (!tree) return side;
  const written = appendPointer(pointer, ...keys);
  const value = schemaAt(system.documents, { file, pointer: written });
  if (side.value === undefined || value === undefined) return { ...side, at: keyRange(tree, pointer) };
  return { ...side, value, at: valueRange(tree, written) };
}
