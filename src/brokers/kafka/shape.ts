import type { ActualResource, Resource } from '../../topology/model.ts';
import type { FieldChange, Step } from '../../topology/steps.ts';
import type { FoundTopic, TopicShape } from './topic-shape.ts';

/** Before the name of a config in the words of the plan. */
export const CONFIG = 'configs.';
/** The configs that contracts speak of. Whatever else is set on a topic is its operator's business. */
export const managedConfigs: readonly string[] = ['cleanup.policy', 'retention.ms', 'retention.bytes'].map((name) => CONFIG + name);
/** Whether a topic that nothing asks for any more keeps messages. Never a difference by itself. */
export const HOLDS_MESSAGES = 'holds-messages';
/** The config that makes a topic take no messages where it is 0: so is one that is about to be taken away. */
export const FENCE = 'max.message.bytes';
/** Before the name of a config: what is in effect, wherever it is set. Never a difference by itself. */
export const EFFECTIVE = 'effective.';
/** Why the configs of a topic may not be read. Never a difference by itself. */
export const HIDDEN = 'hidden';

/** A found topic in the words of the plan. `hidden`: why its configs may not be read. */
export function resourceOf(topic: FoundTopic, owner: string | undefined, hidden?: string): ActualResource {
  const configs = Object.entries(topic.configs).map(([name, value]) => [`${CONFIG}${name}`, value]);
  const effective = Object.entries(topic.effective ?? {}).flatMap(([name, value]) =>
    managedConfigs.includes(CONFIG + name) ? [[`${EFFECTIVE}${CONFIG}${name}`, value]] : [],
  );
  return {
    kind: 'topic',
    name: topic.name,
    attributes: {
      partitions: topic.partitions,
      replication: topic.replication,
      ...Object.fromEntries([...configs, ...effective]),
      ...(hidden !== undefined && { [HIDDEN]: hidden }),
    },
    ...(owner !== undefined && { owner }),
  };
}

/** How a resource is made as a topic. */
export function shapeOf({ attributes }: Resource): TopicShape {
  const { partitions, replication } = attributes;
  const configs = Object.entries(attributes).flatMap(([name, value]) =>
    name.startsWith(CONFIG) ? [[name.slice(CONFIG.length), String(value)]] : [],
  );
  return {
    ...(typeof partitions === 'number' && { partitions }),
    ...(typeof replication === 'number' && { replication }),
    configs: Object.fromEntries(configs),
  };
}

/** One config to set, or without a value to be given back to the broker's default. */
export type ConfigChange = { readonly name: string; readonly value?: string };

/** What the fields of a change ask of a topic. */
export type TopicChange = {
  readonly adopts: boolean;
  readonly partitions?: number;
  readonly replication?: number;
  readonly configs: readonly ConfigChange[];
};

/** Sorts a step's fields by how Kafka carries them out. */
export function changeOf({ fields }: Step): TopicChange {
  const [partitions, replication] = [numberOf(fields, 'partitions'), numberOf(fields, 'replication')];
  return {
    adopts: fields.some(({ name }) => name === 'owner'),
    ...(partitions !== undefined && { partitions }),
    ...(replication !== undefined && { replication }),
    configs: fields.flatMap(({ name, to }) =>
      name.startsWith(CONFIG) ? [{ name: name.slice(CONFIG.length), ...(to !== undefined && { value: String(to) }) }] : [],
    ),
  };
}

function numberOf(fields: readonly FieldChange[], name: string): number | undefined {
  const to = fields.find((field) => field.name === name)?.to;
  return typeof to === 'number' ? to : undefined;
}

/** KRaft writes one operation at once: at most 10 000 records, one for each topic, partition and config. */
const RECORDS_AT_ONCE = 8_000;
const TOPICS_AT_ONCE = 200;

/** Cuts a list where one request would ask too much of Kafka at once; `recordsOf` is what one entry costs it. */
export function inPortions<Item>(items: readonly Item[], recordsOf: (item: Item) => number): readonly (readonly Item[])[] {
  const portions: Item[][] = [];
  let records = 0;
  for (const item of items) {
    const last = portions.at(-1);
    const own = recordsOf(item);
    if (last && last.length < TOPICS_AT_ONCE && records + own <= RECORDS_AT_ONCE) {
      last.push(item);
      records += own;
      continue;
    }
    portions.push([item]);
    records = own;
  }
  return portions;
}

/** What making a topic like this costs Kafka. */
export function recordsOf({ partitions = 1, configs }: TopicShape): number {
  return 1 + partitions + Object.keys(configs).length;
}
