/** Kafka's request for taking topics away, by their ids where it knows them: whatever stands under the name by then is not touched. */
import { type Answer, CODES } from '../explain.ts';
import { type Broker, type Call, newDecoder, newEncoder, ownCall, skipTags } from './kafkajs.ts';
import type { Answers } from './requests.ts';

const DELETE_TOPICS = 20;
/** The first version that takes ids. */
const BY_ID = 6;
const TIMEOUT = 30_000;

/** A topic to be taken away; brokers before 2.8 have no ids. */
export type Doomed = { readonly name: string; readonly id?: string };

/** Takes topics away, all in one request. One that is gone already is taken away. */
export async function deleteTopics(broker: Broker, topics: readonly Doomed[]): Promise<Answers> {
  const newest = broker.versions[DELETE_TOPICS]?.maxVersion ?? 0;
  const isById = newest >= BY_ID && topics.every(({ id }) => id !== undefined);
  const answers = isById ? await deleteById(broker, topics) : await deleteByName(broker, topics);
  const isGone = ({ code }: Answer) => code === CODES.unknownTopic || code === CODES.noSuchTopicId;
  return new Map([...answers].map(([name, answer]) => [name, isGone(answer) ? { code: CODES.ok } : answer]));
}

async function deleteById(broker: Broker, topics: readonly Doomed[]): Promise<Answers> {
  const names = new Map(topics.map(({ name, id }) => [id, name]));
  const call: Call<readonly (readonly [string, Answer])[]> = {
    request: {
      apiKey: DELETE_TOPICS,
      apiVersion: BY_ID,
      apiName: 'DeleteTopics',
      // The header's tags; each topic without a name, its id, tags; the time; tags.
      encode: async () =>
        newEncoder()
          .writeUVarInt(0)
          .writeUVarIntArray(
            topics.map(({ id = '' }) => newEncoder().writeUVarInt(0).writeBuffer(Buffer.from(id, 'base64url')).writeUVarInt(0)),
          )
          .writeInt32(TIMEOUT)
          .writeUVarInt(0),
    },
    response: {
      decode: async (raw) => {
        const decoder = newDecoder(raw);
        skipTags(decoder);
        decoder.readInt32();
        return decoder.readUVarIntArray((at) => {
          at.readUVarIntString();
          const id = Buffer.from(at.readBytes(16)).toString('base64url');
          const code = at.readInt16();
          const text = at.readUVarIntString();
          skipTags(at);
          return [names.get(id) ?? '', { code, ...(text && { text }) }] as const;
        });
      },
      parse: async (data) => data,
    },
  };
  return new Map(await broker.connectionPool.send(call));
}

async function deleteByName(broker: Broker, topics: readonly Doomed[]): Promise<Answers> {
  const asked = topics.map(({ name }) => name);
  const call = ownCall<{ readonly topicErrors: readonly { readonly topic: string; readonly errorCode: number }[] }>(
    broker,
    'DeleteTopics',
    {
      topics: asked,
      timeout: TIMEOUT,
    },
  );
  const { topicErrors } = await broker.connectionPool.send(call);
  return new Map(topicErrors.map(({ topic, errorCode }) => [topic, { code: errorCode }]));
}
