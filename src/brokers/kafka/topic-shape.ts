/** What Kafka's topics are, as they are found and as they are made. */

/** What a topic was found to be. `id` tells it from another of the same name before or after it; brokers before 2.8 have none. */
export type FoundTopic = {
  readonly name: string;
  readonly id?: string;
  readonly partitions: number;
  /** A number where it is the same for all partitions and nothing is moved: {@link replicationOf}. */
  readonly replication: number | string;
  /** What is set on the topic itself, without what is secret. */
  readonly configs: Readonly<Record<string, string>>;
  /** What is in effect, the defaults of the broker too. */
  readonly effective?: Readonly<Record<string, string>>;
};

/** How a topic is made; what is absent is the broker's default. */
export type TopicShape = {
  readonly partitions?: number;
  readonly replication?: number;
  readonly configs: Readonly<Record<string, string>>;
};
