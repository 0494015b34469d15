/**
 * Whose a topic is: docs/decisions/0010-kafka.md. A topic cannot carry a mark, so the compacted topic `__msgctl` does:
 *
 * - `<topic>` -> `{ owner, id }`: the topic with this id belongs to this project. Written once it was made or taken over.
 * - `<topic>/<run>` -> `{ owner, makes }`: this run is about to make it, like this. Written before, taken away after.
 * - `<topic>/<run>` -> `{ owner, removes: { id } }`: this run is about to take it away. Written before, taken away after with `<topic>` itself.
 *
 * - `user/<user>` -> `{ owner, rights: true }`: this project keeps the rights of this user.
 *
 * A run that was cut off between making a topic and recording it leaves its intent, and a topic that is exactly as it was to be made is its project's.
 * One that was cut off between taking a topic away and its record leaves its intent, too, and the next run takes the record away.
 */

import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { isSameConfig } from './configs.ts';
import type { FoundTopic, TopicShape } from './topic-shape.ts';

/** The compacted topic that tells whose topics are. */
export const OWNERS_TOPIC = '__msgctl';

/** A record of the owners' topic as it stands in the log; without a value it takes its key away. */
export type OwnerEntry = { readonly key: string; readonly value?: string };

/** One run's word that it is about to make a topic. */
type Intent = { readonly key: string; readonly owner: string; readonly makes: TopicShape };

/** One run's word that it is about to take a topic away. */
type Removal = { readonly key: string; readonly owner: string; readonly id?: string };

/** What all records together say. */
export type Owners = {
  readonly recorded: ReadonlyMap<string, { readonly owner: string; readonly id?: string }>;
  readonly intents: ReadonlyMap<string, readonly Intent[]>;
  readonly removals: ReadonlyMap<string, readonly Removal[]>;
};

/** Reads the records in the order of the log. What cannot be understood makes nobody an owner. */
export function readOwners(entries: readonly OwnerEntry[]): Owners {
  const recorded = new Map<string, { owner: string; id?: string }>();
  const intents = new Map<string, Intent[]>();
  const removals = new Map<string, Removal[]>();
  for (const [key, value] of standingIn(entries)) {
    const owner = ownProperty(value, 'owner');
    if (typeof owner !== 'string') continue;
    // No topic's name has a slash.
    const slash = key.indexOf('/');
    if (slash < 0) {
      recorded.set(key, { owner, ...idOf(value) });
      continue;
    }
    const [makes, removes] = [shapeOf(ownProperty(value, 'makes')), ownProperty(value, 'removes')];
    const topic = key.slice(0, slash);
    if (makes) intents.set(topic, [...(intents.get(topic) ?? []), { key, owner, makes }]);
    if (removes !== undefined) removals.set(topic, [...(removals.get(topic) ?? []), { key, owner, ...idOf(removes) }]);
  }
  return { recorded, intents, removals };
}

/** What each key says in the end. */
function standingIn(entries: readonly OwnerEntry[]): ReadonlyMap<string, JsonValue> {
  const standing = new Map<string, JsonValue>();
  for (const { key, value } of entries) {
    const parsed = value === undefined ? undefined : parse(value);
    if (parsed === undefined) standing.delete(key);
    else standing.set(key, parsed);
  }
  return standing;
}

function idOf(value: JsonValue): { readonly id?: string } {
  const id = ownProperty(value, 'id');
  return typeof id === 'string' ? { id } : {};
}

/** The project that a topic belongs to; undefined for a foreign one, and where two runs may have made it. */
export function ownerOf(owners: Owners, topic: FoundTopic): string | undefined {
  const recorded = owners.recorded.get(topic.name);
  if (recorded && isSame(recorded.id, topic.id)) return recorded.owner;
  const makers = new Set((owners.intents.get(topic.name) ?? []).filter(({ makes }) => isAsMade(topic, makes)).map(({ owner }) => owner));
  return makers.size === 1 ? [...makers][0] : undefined;
}

/** Whether the record of the owner itself is there, not just the intent of a run that was cut off. */
export function isRecorded(owners: Owners, topic: FoundTopic): boolean {
  const recorded = owners.recorded.get(topic.name);
  return recorded !== undefined && isSame(recorded.id, topic.id);
}

/** Who keeps the rights of which user, as the records in the order of the log tell. No topic's name has a slash, and an intent has no `rights`. */
export function ownedUsers(entries: readonly OwnerEntry[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { key, value } of entries) {
    if (!key.startsWith(USER)) continue;
    const record = value === undefined ? undefined : parse(value);
    const owner = ownProperty(record, 'owner');
    const user = key.slice(USER.length);
    if (ownProperty(record, 'rights') === true && typeof owner === 'string') owners.set(user, owner);
    else owners.delete(user);
  }
  return owners;
}

const USER = 'user/';

/** The record that puts a user's rights into a project's hands; without an owner it gives them up. */
export function userEntry(user: string, owner: string | undefined): OwnerEntry {
  return { key: USER + user, ...(owner !== undefined && { value: JSON.stringify({ owner, rights: true }) }) };
}

/** The record that makes a topic a project's. */
export function ownerEntry(topic: string, owner: string, id?: string): OwnerEntry {
  return { key: topic, value: JSON.stringify({ owner, ...(id !== undefined && { id }) }) };
}

/** The record that a run writes before it makes a topic. */
export function intentEntry(topic: string, run: string, owner: string, makes: TopicShape): OwnerEntry {
  return { key: `${topic}/${run}`, value: JSON.stringify({ owner, makes }) };
}

/** The record that a run writes before it takes a topic away. */
export function removalEntry({ name, id }: Pick<FoundTopic, 'name' | 'id'>, run: string, owner: string): OwnerEntry {
  return { key: `${name}/${run}`, value: JSON.stringify({ owner, removes: { ...(id !== undefined && { id }) } }) };
}

/** The records that take a project's intents for a topic away. */
export function withdrawals(owners: Owners, topic: string, project: string): readonly OwnerEntry[] {
  return (owners.intents.get(topic) ?? []).filter(({ owner }) => owner === project).map(({ key }) => ({ key }));
}

/**
 * The records that finish what runs of a project were about to take away: where the topic is gone, its owner's record goes with the intent;
 * where it is still there, the intent alone. `found` is what stands under the name now.
 */
export function removalsDone(owners: Owners, topic: string, project: string, found: FoundTopic | undefined): readonly OwnerEntry[] {
  const own = (owners.removals.get(topic) ?? []).filter(({ owner }) => owner === project);
  const recorded = owners.recorded.get(topic);
  const isGone = own.some(
    ({ id }) => recorded?.owner === project && recorded.id === id && (!found || (id !== undefined && found.id !== id)),
  );
  return [...(isGone ? [{ key: topic }] : []), ...own.map(({ key }) => ({ key }))];
}

/** A topic that was deleted and made anew by somebody else has another id. */
function isSame(recorded: string | undefined, found: string | undefined): boolean {
  return recorded === undefined || found === undefined || recorded === found;
}

function isAsMade(topic: FoundTopic, { partitions, replication, configs }: TopicShape): boolean {
  const names = Object.keys(configs);
  return (
    (partitions ?? topic.partitions) === topic.partitions &&
    (replication ?? topic.replication) === topic.replication &&
    names.length === Object.keys(topic.configs).length &&
    names.every((name) => Object.hasOwn(topic.configs, name) && isSameConfig(topic.configs[name], configs[name]))
  );
}

function shapeOf(value: JsonValue | undefined): TopicShape | undefined {
  const configs = ownProperty(value, 'configs');
  if (!isObject(configs)) return undefined;
  const [partitions, replication] = [ownProperty(value, 'partitions'), ownProperty(value, 'replication')];
  return {
    ...(typeof partitions === 'number' && { partitions }),
    ...(typeof replication === 'number' && { replication }),
    configs: textsOf(configs),
  };
}

function textsOf(object: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, String(value)]));
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
