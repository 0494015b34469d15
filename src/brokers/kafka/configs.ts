/** The configs of topics: which values are the same, what is nobody's wish, and what it means to change one. */
import type { JsonObject, JsonValue } from '../../source/json.ts';
import type { ActualResource, DesiredResource, Resource } from '../../topology/model.ts';
import { CONFIG, FENCE, managedConfigs } from './shape.ts';

/** Configs that bound how long or how much a topic keeps: less of it loses messages. */
const BOUNDS: ReadonlySet<string> = new Set(['retention.ms', 'retention.bytes', 'delete.retention.ms'].map((name) => CONFIG + name));

/** Whether a config, in the words of the plan, bounds what a topic keeps. */
export function isBound(name: string): boolean {
  return BOUNDS.has(name);
}

/** Whether two values of a config mean the same: Kafka gives lists, numbers and flags back in its own way. */
export function isSameConfig(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && plainValue(String(one)) === plainValue(String(other)));
}

function plainValue(text: string): string {
  const parts = text.split(',').map((part) => plainPart(part.trim()));
  return [...new Set(parts)].sort().join(',');
}

function plainPart(text: string): string {
  if (/^[+-]?\d+$/.test(text)) return String(BigInt(text.replace(/^\+/, '')));
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return String(Number(text));
  return /^(?:true|false)$/i.test(text) ? text.toLowerCase() : text;
}

/** Whether a config of a topic is nobody's wish: neither a contract nor the project names it. */
export function isUnlisted(name: string, desired: Pick<Resource, 'attributes'>): boolean {
  return name.startsWith(CONFIG) && !Object.hasOwn(desired.attributes, name) && !managedConfigs.includes(name);
}

/** A topic that is wanted, as far as its configs are concerned. */
export type WantedTopic = Resource & Pick<DesiredResource, 'exact'>;

/** Which configs are set on which of a project's topics though nothing lists them, by their names; for {@link unlistedNotes}. */
export function unlistedConfigs(found: readonly ActualResource[], wanted: readonly WantedTopic[], project: string): JsonObject {
  const asked = new Map(wanted.map((desired) => [desired.name, desired]));
  const unlisted = new Map<string, string[]>();
  for (const { name: topic, owner, attributes } of found) {
    const desired = asked.get(topic);
    if (!desired || desired.exact || owner !== project) continue;
    for (const name of Object.keys(attributes)) {
      if (!isUnlisted(name, desired) || (name === CONFIG + FENCE && attributes[name] === '0')) continue;
      unlisted.set(name, [...(unlisted.get(name) ?? []), topic]);
    }
  }
  return Object.fromEntries([...unlisted].map(([name, topics]) => [name.slice(CONFIG.length), topics]));
}

const NAMED = 3;

/** The same in sentences. */
export function unlistedNotes(unlisted: JsonObject): readonly string[] {
  return Object.entries(unlisted)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, topics]) => {
      const all = Array.isArray(topics) ? topics.map(String) : [];
      const named = all.slice(0, NAMED).join(', ');
      const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : '';
      return `${name} is set on ${named}${more}, and neither a contract nor "configs" of the transport lists it: it stays. With "own-configs: all" it is taken back.`;
    });
}
