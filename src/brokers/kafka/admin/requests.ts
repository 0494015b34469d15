import type { Answer } from '../explain.ts';
import type { ConfigChange } from '../shape.ts';
import { type Broker, type Call, type Decoder, newDecoder, newEncoder, ownCall, skipTags } from './kafkajs.ts';

/** What Kafka answered for each topic that it was asked about. */
export type Answers = ReadonlyMap<string, Answer>;

/** What all brokers know: who they are, and every topic with its partitions. */
export type Metadata = {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number; readonly rack: string | null }[];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topicMetadata: readonly TopicMetadata[];
  /** What the user may do with the cluster, a bit each; only where that was asked for. */
  readonly operations?: number;
};

/** One topic as the metadata has it. */
export type TopicMetadata = {
  readonly topicErrorCode: number;
  readonly topic: string;
  readonly topicId?: string;
  readonly isInternal: boolean;
  /** What the user may do with it, a bit each; only where that was asked for. */
  readonly operations?: number;
  readonly partitionMetadata: readonly {
    readonly partitionId: number;
    readonly leader: number;
    readonly replicas: readonly number[];
    /** Those of the replicas that have all that the leader has. */
    readonly isr: readonly number[];
  }[];
};

const METADATA = 3;
const INCREMENTAL_ALTER_CONFIGS = 44;
const TOPIC = 2;
/** How long a broker may take, in milliseconds. */
const TIMEOUT = 30_000;
/** Set on the topic itself, rather than a default of the broker. */
const DYNAMIC_TOPIC_CONFIG = 1;

/** Reads all topics, with the ids that tell a topic from its successor where the broker knows them (since 2.8). */
export function readMetadata(broker: Broker): Promise<Metadata> {
  const { maxVersion = 0 } = broker.versions[METADATA] ?? {};
  if (maxVersion < 10) return broker.connectionPool.send(ownCall(broker, 'Metadata', { topics: [], allowAutoTopicCreation: false }));
  return broker.connectionPool.send(metadataCall(undefined, false));
}

/** These topics, and what the user may do with each and with the cluster; undefined where the broker is too old to tell (before 2.8). */
export async function readRights(broker: Broker, topics: readonly string[]): Promise<Metadata | undefined> {
  const { maxVersion = 0 } = broker.versions[METADATA] ?? {};
  return maxVersion < 10 ? undefined : broker.connectionPool.send(metadataCall(topics, true));
}

/** Metadata 10: of all topics or of those that are named. */
function metadataCall(topics: readonly string[] | undefined, withRights: boolean): Call<Metadata> {
  return {
    request: {
      apiKey: METADATA,
      apiVersion: 10,
      apiName: 'Metadata',
      encode: async () => {
        const noId = () => newEncoder().writeBuffer(Buffer.alloc(16));
        const named = topics?.map((name) => noId().writeUVarIntString(name).writeUVarInt(0));
        const asked = newEncoder().writeUVarInt(0);
        // The header's tags, the topics, no creating, the rights on the cluster and on topics, tags.
        return (named ? asked.writeUVarIntArray(named) : asked.writeUVarInt(0))
          .writeBoolean(false)
          .writeBoolean(withRights)
          .writeBoolean(withRights)
          .writeUVarInt(0);
      },
    },
    response: { decode: async (raw) => decodeMetadata(newDecoder(raw)), parse: async (data) => data },
  };
}

function decodeMetadata(decoder: Decoder): Metadata {
  skipTags(decoder);
  decoder.readInt32();
  const brokers = decoder.readUVarIntArray((at) => {
    const broker = { nodeId: at.readInt32(), host: at.readUVarIntString() ?? '', port: at.readInt32(), rack: at.readUVarIntString() };
    skipTags(at);
    return broker;
  });
  const clusterId = decoder.readUVarIntString();
  const controllerId = decoder.readInt32();
  const topicMetadata = decoder.readUVarIntArray(decodeTopic);
  return { brokers, clusterId, controllerId, topicMetadata, operations: decoder.readInt32() };
}

function decodeTopic(at: Decoder): TopicMetadata {
  const topicErrorCode = at.readInt16();
  const topic = at.readUVarIntString() ?? '';
  const topicId = Buffer.from(at.readBytes(16)).toString('base64url');
  const isInternal = at.readBoolean();
  const partitionMetadata = at.readUVarIntArray((each) => {
    each.readInt16();
    const partitionId = each.readInt32();
    const leader = each.readInt32();
    each.readInt32();
    const [replicas = [], isr = []] = [0, 1, 2].map(() => each.readUVarIntArray((replica) => replica.readInt32()));
    skipTags(each);
    return { partitionId, leader, replicas, isr };
  });
  const operations = at.readInt32();
  skipTags(at);
  return { topicErrorCode, topic, topicId, isInternal, partitionMetadata, operations };
}

/** Adds partitions, `count` being how many there shall be, or asks whether that could be done. */
export async function createPartitions(
  broker: Broker,
  topics: readonly { readonly name: string; readonly count: number }[],
  validateOnly: boolean,
): Promise<Answers> {
  const topicPartitions = topics.map(({ name, count }) => ({ topic: name, count }));
  const call = ownCall<TopicErrors>(broker, 'CreatePartitions', { topicPartitions, validateOnly, timeout: TIMEOUT });
  return answersOf((await broker.connectionPool.send(call)).topicErrors);
}

/** What kafkajs decodes of requests that answer for each topic. */
export type TopicErrors = {
  readonly topicErrors: readonly { readonly topic: string; readonly errorCode: number; readonly errorMessage?: string | null }[];
};

/** The same by topic. */
export function answersOf(errors: TopicErrors['topicErrors']): Answers {
  return new Map(errors.map(({ topic, errorCode, errorMessage }) => [topic, answer(errorCode, errorMessage)]));
}

function answer(code: number, text?: string | null): Answer {
  return { code, ...(text && { text }) };
}

/** Whether the broker changes single configs (2.3 and newer); all that older ones can do is to replace them all. */
export function changesConfigs(broker: Broker): boolean {
  return broker.versions[INCREMENTAL_ALTER_CONFIGS] !== undefined;
}

/** Changes single configs of topics and leaves all others, or asks whether that could be done. */
export async function alterConfigs(
  broker: Broker,
  topics: readonly { readonly name: string; readonly configs: readonly ConfigChange[] }[],
  validateOnly: boolean,
): Promise<Answers> {
  const [set, unset] = [0, 1];
  const call: Call<readonly (readonly [string, Answer])[]> = {
    request: {
      apiKey: INCREMENTAL_ALTER_CONFIGS,
      apiVersion: 0,
      apiName: 'IncrementalAlterConfigs',
      encode: async () => {
        const resources = topics.map(({ name, configs }) => {
          const changes = configs.map((config) =>
            newEncoder()
              .writeString(config.name)
              .writeInt8(config.value === undefined ? unset : set)
              .writeString(config.value ?? null),
          );
          return newEncoder().writeInt8(TOPIC).writeString(name).writeArray(changes);
        });
        return newEncoder().writeArray(resources).writeBoolean(validateOnly);
      },
    },
    response: {
      decode: async (raw) => {
        const decoder = newDecoder(raw);
        decoder.readInt32();
        return decoder.readArray((at) => {
          const said = answer(at.readInt16(), at.readString());
          at.readInt8();
          return [at.readString() ?? '', said] as const;
        });
      },
      parse: async (data) => data,
    },
  };
  return new Map(await broker.connectionPool.send(call));
}

/** What is set on topics themselves and what else is in effect. What is secret is left out; a topic that may not be looked at has an answer instead. */
export async function describeConfigs(broker: Broker, topics: readonly string[]): Promise<ReadonlyMap<string, DescribedTopic>> {
  const resources = topics.map((name) => ({ type: TOPIC, name, configNames: [] }));
  const call = ownCall<DescribedConfigs>(broker, 'DescribeConfigs', { resources, includeSynonyms: false });
  const described = await broker.connectionPool.send(call);
  return new Map(
    described.resources.map(({ errorCode, errorMessage, resourceName, configEntries }): readonly [string, DescribedTopic] => {
      if (errorCode !== 0) return [resourceName, { refused: answer(errorCode, errorMessage) }];
      const shown = configEntries.filter((entry) => !entry.isSensitive);
      const own = shown.filter((entry) => entry.configSource === DYNAMIC_TOPIC_CONFIG);
      return [resourceName, { configs: valuesOf(own), effective: valuesOf(shown) }];
    }),
  );
}

function valuesOf(entries: DescribedConfigs['resources'][number]['configEntries']): Readonly<Record<string, string>> {
  return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue ?? '']));
}

/** The configs of a topic, those set on itself and all that are in effect, or why they are not told. */
export type DescribedTopic =
  | { readonly configs: Readonly<Record<string, string>>; readonly effective: Readonly<Record<string, string>> }
  | { readonly refused: Answer };

type DescribedConfigs = {
  readonly resources: readonly {
    readonly errorCode: number;
    readonly errorMessage: string | null;
    readonly resourceName: string;
    readonly configEntries: readonly {
      readonly configName: string;
      readonly configValue: string | null;
      readonly configSource: number;
      readonly isSensitive: boolean;
    }[];
  }[];
};
