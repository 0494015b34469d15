import { Flags } from '@oclif/core';
import type { BrokerKind } from '../../topology/model.ts';

/** What an import is asked for. */
export type ImportFlags = {
  readonly kind: BrokerKind;
  readonly url?: string | undefined;
  readonly management?: string | undefined;
  readonly brokers?: string | undefined;
  /** A file instead of a live broker. */
  readonly from?: string | undefined;
  /** The folder of the project; here when left out. */
  readonly out?: string | undefined;
  readonly project?: string | undefined;
  readonly transport?: string | undefined;
  readonly service: readonly string[];
  readonly only: readonly string[];
};

/** The flags of `msgctl import`. */
export const IMPORT_FLAGS = {
  url: Flags.string({
    helpValue: 'URL',
    description: 'RabbitMQ, Redis: where it is; else RABBITMQ_URL or REDIS_URL. The login is not written.',
  }),
  management: Flags.string({ helpValue: 'URL', description: 'RabbitMQ: its management API; else RABBITMQ_MANAGEMENT_URL.' }),
  brokers: Flags.string({ helpValue: 'HOST:PORT', description: 'Kafka: one broker or several, with commas; else KAFKA_BROKERS.' }),
  from: Flags.string({
    helpValue: 'FILE',
    description: 'A file instead: definitions of RabbitMQ, Strimzi topics, or commands of Redis.',
  }),
  out: Flags.string({ helpValue: 'DIR', description: 'The folder of the project, new or not; here when left out.' }),
  project: Flags.string({ helpValue: 'NAME', description: "The new project's name, in kebab-case; else the folder's." }),
  transport: Flags.string({ helpValue: 'NAME', description: "The transport's name in the project; else rabbit, log or quick." }),
  only: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    default: [],
    noCacheDefault: true,
    helpValue: 'GLOB',
    description: 'Only queues, topics and streams whose names match; can be given several times.',
  }),
  service: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    default: [],
    noCacheDefault: true,
    helpValue: 'NAME[=GLOB]',
    description: 'Names that hold NAME, or match GLOB, belong to this service; can be given several times.',
  }),
};
