/**
 * The inside of kafkajs 2.2.4 that msgctl uses, pinned and described here alone (docs/decisions/0010-kafka.md): its public API replaces all
 * configs of a topic instead of the ones asked for, throws one error for many topics without Kafka's own words, and reads no topic without a group.
 */
import { createRequire } from 'node:module';
import { type ISocketFactory, Kafka, type KafkaConfig } from 'kafkajs';

/** Writes Kafka's protocol. */
export type Encoder = {
  readonly writeInt8: (value: number) => Encoder;
  readonly writeInt16: (value: number) => Encoder;
  readonly writeInt32: (value: number) => Encoder;
  readonly writeBoolean: (value: boolean) => Encoder;
  readonly writeString: (value: string | null) => Encoder;
  readonly writeUVarInt: (value: number) => Encoder;
  readonly writeUVarIntString: (value: string | null) => Encoder;
  readonly writeBuffer: (value: Uint8Array) => Encoder;
  readonly writeArray: (items: readonly Encoder[]) => Encoder;
  readonly writeUVarIntArray: (items: readonly Encoder[]) => Encoder;
};

/** Reads Kafka's protocol. */
export type Decoder = {
  readonly readInt8: () => number;
  readonly readInt16: () => number;
  readonly readInt32: () => number;
  readonly readBoolean: () => boolean;
  readonly readBytes: (length: number) => Uint8Array;
  readonly readString: () => string | null;
  readonly readUVarIntString: () => string | null;
  readonly readArray: <Item>(read: (decoder: Decoder) => Item) => Item[];
  readonly readUVarIntArray: <Item>(read: (decoder: Decoder) => Item) => Item[];
  readonly readUVarInt: () => number;
};

/** One request and how its answer is read: `decode` takes it apart, `parse` throws for the errors in it. */
export type Call<Out> = {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly encode: () => Promise<Encoder>;
  };
  readonly response: { readonly decode: (raw: unknown) => Promise<Out>; readonly parse: (data: Out) => Promise<Out> };
};

/** A connected broker. */
export type Broker = {
  readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;
  readonly connectionPool: { send<Out>(call: Call<Out>): Promise<Out> };
  lookupRequest(apiKey: number, definitions: unknown): (options: unknown) => Call<unknown>;
  metadata: () => Promise<unknown>;
  listOffsets(options: unknown): Promise<{ readonly responses: readonly OffsetsOfTopic[] }>;
  fetch(options: unknown): Promise<Fetched>;
  produce(options: unknown): Promise<unknown>;
};

/** Offsets of a topic's partitions at the time that was asked for. */
type OffsetsOfTopic = {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
};

/** What a broker answers who fetches records. Newer versions leave the throttling to the client: `throttleTime` is 0 there. */
export type Fetched = {
  readonly throttleTime?: number;
  readonly clientSideThrottleTime?: number;
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
};

type FetchedPartition = { readonly errorCode?: number; readonly messages: readonly FetchedMessage[] };

/** One record of a partition. */
export type FetchedMessage = {
  readonly offset: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly isControlRecord?: boolean;
};

/** Kafkajs's view of a cluster: connections, and who leads what. */
export type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  findControllerBroker(): Promise<Broker>;
  findBroker(options: { readonly nodeId: number }): Promise<Broker>;
  readonly connectionPoolBuilder: { build: (destination?: unknown) => Promise<ConnectionPool> };
  readonly brokerPool: { createBroker: (options: unknown) => Broker; readonly metadata: unknown };
};

type ConnectionPool = { map(visit: (connection: { readonly requestQueue: { throttledUntil: number } }) => void): void };

const requireInside = createRequire(import.meta.url);

/** Makes an empty {@link Encoder}. */
export function newEncoder(): Encoder {
  const Constructor = requireInside('kafkajs/src/protocol/encoder') as new () => Encoder;
  return new Constructor();
}

/** Makes a {@link Decoder} of an answer. */
export function newDecoder(raw: unknown): Decoder {
  const Constructor = requireInside('kafkajs/src/protocol/decoder') as new (raw: unknown) => Decoder;
  return new Constructor(raw);
}

/** Reads past the fields that a newer version may add; kafkajs's own way counts them wrongly. */
export function skipTags(decoder: Decoder): void {
  for (let left = decoder.readUVarInt(); left > 0; left -= 1) {
    decoder.readUVarInt();
    decoder.readBytes(decoder.readUVarInt());
  }
}

/** One of kafkajs's own requests, in the newest version that it and the broker know; its answer is given whole instead of being thrown as one error. */
export function ownCall<Out>(broker: Broker, name: string, options: unknown): Call<Out> {
  const { requests } = requireInside('kafkajs/src/protocol/requests') as { requests: Readonly<Record<string, unknown>> };
  const keys = requireInside('kafkajs/src/protocol/requests/apiKeys') as Readonly<Record<string, number>>;
  const { request, response } = broker.lookupRequest(keys[name] as number, requests[name])(options) as Call<Out>;
  return { request, response: { ...response, parse: async (data) => data } };
}

/** A socket as kafkajs opens it. */
export const openSocket: ISocketFactory = (options) =>
  (requireInside('kafkajs/src/network/socketFactory') as () => ISocketFactory)()(options);

/** A cluster that is not connected yet. `readMetadata` stands in for kafkajs's own, which fails as a whole where one partition has no leader. */
export function newCluster(config: KafkaConfig, readMetadata: (broker: Broker) => Promise<unknown>): Cluster {
  const kafka = new Kafka(config);
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === 'private:Kafka:createCluster');
  if (!symbol) throw new Error('kafkajs is not the version that is pinned');
  const create = (kafka as unknown as Record<symbol, (options: unknown) => Cluster>)[symbol] as (options: unknown) => Cluster;
  const cluster = create({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
  const { connectionPoolBuilder: builder, brokerPool } = cluster;
  const build = builder.build.bind(builder);
  builder.build = async (destination) => {
    const pool = await build(destination);
    pool.map(({ requestQueue }) => neverInThePast(requestQueue));
    return pool;
  };
  const createBroker = brokerPool.createBroker;
  brokerPool.createBroker = (options) => {
    const broker = createBroker(options);
    broker.metadata = () => {
      // Where the first answer did not come in time kafkajs goes on as if it had.
      if (!broker.versions) throw Object.assign(new Error('no answer'), { name: 'KafkaJSTimeout', retriable: false });
      return readMetadata(broker);
    };
    return broker;
  };
  return cluster;
}

/** Kafkajs sets its timer to `throttledUntil - now`, which is negative where nothing throttles; newer versions of Node warn of that. */
function neverInThePast(queue: { throttledUntil: number }): void {
  let until = queue.throttledUntil;
  Object.defineProperty(queue, 'throttledUntil', {
    get: () => Math.max(until, Date.now()),
    set: (value: number) => {
      until = value;
    },
  });
}
