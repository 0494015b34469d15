/** Kafka's request for making topics. */
import type { Answer } from '../explain.ts';
import type { TopicShape } from '../topic-shape.ts';
import { type Broker, type Call, type Decoder, type Encoder, newDecoder, newEncoder, ownCall, skipTags } from './kafkajs.ts';
import { answersOf, type TopicErrors } from './requests.ts';

const CREATE_TOPICS = 19;
/** The first version that tells the ids of what was made. */
const WITH_IDS = 7;
const TIMEOUT = 30_000;
/** Partitions and replicas that are left to the broker. */
const BROKERS_DEFAULT = -1;

/** A topic to be made. */
export type NewTopic = { readonly name: string; readonly shape: TopicShape };

/** What Kafka answered for a topic that was to be made; `id`: of the one that was, where the broker knows ids (since 2.8). */
export type Created = Answer & { readonly id?: string };

/** Makes topics, or with `validateOnly` asks whether they could be made. */
export async function createTopics(
  broker: Broker,
  topics: readonly NewTopic[],
  validateOnly: boolean,
): Promise<ReadonlyMap<string, Created>> {
  const newest = broker.versions[CREATE_TOPICS]?.maxVersion ?? 0;
  if (newest >= WITH_IDS) return new Map(await broker.connectionPool.send(newerCall(topics, validateOnly)));
  const asked = topics.map(({ name, shape: { partitions, replication, configs } }) => ({
    topic: name,
    ...(partitions !== undefined && { numPartitions: partitions }),
    ...(replication !== undefined && { replicationFactor: replication }),
    configEntries: Object.entries(configs).map(([config, value]) => ({ name: config, value })),
  }));
  const call = ownCall<TopicErrors>(broker, 'CreateTopics', { topics: asked, validateOnly, timeout: TIMEOUT });
  return answersOf((await broker.connectionPool.send(call)).topicErrors);
}

function newerCall(topics: readonly NewTopic[], validateOnly: boolean): Call<readonly (readonly [string, Created])[]> {
  return {
    request: {
      apiKey: CREATE_TOPICS,
      apiVersion: WITH_IDS,
      apiName: 'CreateTopics',
      encode: async () =>
        newEncoder()
          .writeUVarInt(0)
          .writeUVarIntArray(topics.map(encodeTopic))
          .writeInt32(TIMEOUT)
          .writeBoolean(validateOnly)
          .writeUVarInt(0),
    },
    response: {
      decode: async (raw) => {
        const decoder = newDecoder(raw);
        skipTags(decoder);
        decoder.readInt32();
        return decoder.readUVarIntArray(decodeCreated);
      },
      parse: async (data) => data,
    },
  };
}

/** The name, how many partitions and replicas, no places for them, the configs, tags. */
function encodeTopic({ name, shape: { partitions = BROKERS_DEFAULT, replication = BROKERS_DEFAULT, configs } }: NewTopic): Encoder {
  const entries = Object.entries(configs).map(([config, value]) =>
    newEncoder().writeUVarIntString(config).writeUVarIntString(value).writeUVarInt(0),
  );
  return newEncoder()
    .writeUVarIntString(name)
    .writeInt32(partitions)
    .writeInt16(replication)
    .writeUVarIntArray([])
    .writeUVarIntArray(entries)
    .writeUVarInt(0);
}

function decodeCreated(at: Decoder): readonly [string, Created] {
  const name = at.readUVarIntString() ?? '';
  const id = Buffer.from(at.readBytes(16)).toString('base64url');
  const code = at.readInt16();
  const text = at.readUVarIntString();
  at.readInt32();
  at.readInt16();
  at.readUVarIntArray((config) => {
    config.readUVarIntString();
    config.readUVarIntString();
    config.readBoolean();
    config.readInt8();
    config.readBoolean();
    skipTags(config);
  });
  skipTags(at);
  return [name, { code, id, ...(text !== null && { text }) }];
}
