/** Contracts to be, from the topics of a cluster and the groups that read them: docs/decisions/0039-import.md. */
import { formatDuration, parseDuration, parseSize } from '../../contract/quantities.ts';
import type { JsonObject, JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import { attribute } from '../../topology/compare.ts';
import type { ActualResource } from '../../topology/model.ts';
import { openGathering } from '../skeleton/gather.ts';
import { withoutService } from '../skeleton/names.ts';
import { guessService, type ServiceRule } from '../skeleton/service-rules.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';
import { EFFECTIVE } from './shape.ts';

/** A consumer group, with the topics that it reads or has read. */
export type FoundGroup = { readonly name: string; readonly topics: readonly string[] };

/** What is read, and how it is to be taken. */
export type KafkaImport = {
  readonly resources: readonly ActualResource[];
  readonly groups: readonly FoundGroup[];
  /** The name of the transport. */
  readonly transport: string;
  readonly rules: readonly ServiceRule[];
};

/** Reads contracts off a cluster: each topic is an event, each group that reads it a user. */
export function outlineKafka({ resources, groups, transport, rules }: KafkaImport): Skeleton {
  const gathering = openGathering();
  const events = new Map<string, { readonly id: string; readonly provider: string }>();
  for (const topic of [...resources].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const reason = whyNot(topic);
    if (reason !== undefined) {
      gathering.leaveOut(`topic ${quoteText(topic.name)}`, reason);
      continue;
    }
    const guess = guessService(topic.name, rules);
    const provider = gathering.service(guess.service);
    const { delivery, remarks } = keeping(topic);
    const id = gathering.provide(provider, [withoutService(topic.name, provider), topic.name], {
      remarks: [
        `Who sends it is a guess (${guess.because}): topic ${quoteText(topic.name)}. TODO: its key, if messages have one.`,
        ...remarks,
      ],
      settings: {
        pattern: 'publish-subscribe',
        via: transport,
        message: {},
        ...(Object.keys(delivery).length > 0 && { delivery }),
        address: { topic: topic.name },
        existing: 'keep',
      },
      stands: `topic ${quoteText(topic.name)}`,
    });
    events.set(topic.name, { id, provider });
  }
  for (const group of [...groups].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const read = group.topics.flatMap((topic) => events.get(topic) ?? []);
    if (read.length === 0) gathering.leaveOut(`group ${quoteText(group.name)}`, 'It has read none of the topics that contracts speak of.');
    const providers = new Set(read.map(({ provider }) => provider));
    const [only] = providers;
    const guess = guessService(group.name, rules, { ...(providers.size === 1 && only !== undefined && { besides: only }) });
    for (const { id } of read) {
      gathering.use(gathering.service(guess.service), {
        name: id,
        remarks: [`Who receives it is a guess (${guess.because}): group ${quoteText(group.name)}.`],
        // As it is read now: msgctl makes nothing beside it.
        settings: { delivery: { retry: false, 'dead-letters': false }, address: { group: group.name }, existing: 'keep' },
        stands: `group ${quoteText(group.name)}`,
      });
    }
  }
  return gathering.skeleton();
}

function whyNot({ name, owner }: ActualResource): string | undefined {
  if (owner !== undefined) return `Project ${quoteText(owner)} of msgctl looks after it: its contracts speak of it.`;
  if (name.startsWith('_')) return 'By its name it belongs to a tool, not to a service.';
  if (/-(?:changelog|repartition)$/.test(name)) return 'By its name it belongs to Kafka Streams, which makes it itself.';
  return undefined;
}

/** How long messages are kept, as contracts say it where they can, else as remarks. Only what is set on the topic itself: a default may change. */
function keeping(topic: ActualResource): { readonly delivery: JsonObject; readonly remarks: readonly string[] } {
  const partitions = attribute(topic, 'partitions');
  const size: JsonObject = typeof partitions === 'number' ? { partitions } : {};
  const own = ['cleanup.policy', 'retention.ms', 'retention.bytes'].filter((name) => attribute(topic, `configs.${name}`) !== undefined);
  if (own.length === 0) return { delivery: size, remarks: [] };
  const retain = retainOf((name) => attribute(topic, `${EFFECTIVE}configs.${name}`) ?? attribute(topic, `configs.${name}`), own);
  if (retain) return { delivery: { ...size, retain }, remarks: [] };
  const words = own.map((name) => `${name}=${attribute(topic, `configs.${name}`)}`);
  return { delivery: size, remarks: [`What is kept stays as it is, and is not verified: ${words.join(', ')}.`] };
}

/** `retain:` where it says exactly what is in effect; a compacted topic needs a key, which nobody knows. */
function retainOf(effective: (name: string) => JsonValue | undefined, own: readonly string[]): JsonObject | undefined {
  if (effective('cleanup.policy') !== 'delete') return undefined;
  const time = own.includes('retention.ms') ? formatDuration(Number(effective('retention.ms'))) : undefined;
  const size = own.includes('retention.bytes') ? formatSize(Number(effective('retention.bytes'))) : undefined;
  if (time !== undefined && parseDuration(time) !== Number(effective('retention.ms'))) return undefined;
  if (size !== undefined && parseSize(size) !== Number(effective('retention.bytes'))) return undefined;
  if (time === undefined && size === undefined) return undefined;
  return { ...(time !== undefined && { time }), ...(size !== undefined && { size }) };
}

function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  for (; at < units.length - 1 && bytes >= 1024 && bytes % 1024 === 0; at += 1) bytes /= 1024;
  return `${bytes}${units[at]}`;
}
