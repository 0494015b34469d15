/**
 * The domain model: what contract files say, resolved and defaulted. Readonly plain data with source ranges; nothing here knows of files,
 * brokers or output. The language is described in docs/language.md.
 */
import type { SchemaLocation } from '../payload/documents.ts';
import type { JsonObject, JsonValue } from '../source/json.ts';
import type { Pointer } from '../source/pointer.ts';
import type { Range } from '../source/source-file.ts';

/** The five ways services exchange messages (Richardson, *Microservices Patterns*, chapter 3). */
export type Pattern = 'request-response' | 'async-request-response' | 'notification' | 'publish-subscribe' | 'publish-async-responses';

/** What can carry messages. */
export type TransportKind = 'rabbitmq' | 'kafka' | 'redis' | 'http' | 'grpc' | 'memory';

/** How a payload is written on the wire. */
export type Encoding = 'json' | 'protobuf';

/** Milliseconds. */
export type Milliseconds = number;

/** Bytes. */
export type Bytes = number;

/** The project: `msgctl.yaml`, with the chosen environment laid over its transports. */
export type Project = {
  readonly name: string;
  /** The project file, relative to the project's root (which is its folder). */
  readonly file: string;
  /** Globs of the contract files, relative to the root. */
  readonly contracts: readonly string[];
  readonly generate: { readonly out: string; readonly services?: readonly string[] };
  readonly transports: readonly Transport[];
  /** The names of all environments. */
  readonly environments: readonly string[];
  /** The environment that was chosen, if any. */
  readonly environment?: string;
  readonly accept: readonly Acceptance[];
  /** Where released versions are found: git's tags, a glob with `{service}`. */
  readonly history?: { readonly tags: string };
};

/** A broker or protocol named in `msgctl.yaml`. */
export type Transport = {
  readonly name: string;
  readonly kind: TransportKind;
  /** The version of the broker that it is meant for (`3.13`), where the project says so. */
  readonly version?: string;
  /** Where plan and provision write instead of talking to a broker; absent for a live broker. Relative to the project's root. */
  readonly target?: { readonly directory: string };
  /** Put before every derived name. */
  readonly prefix: string;
  /** Templates that replace how single names are derived; see `topology/names.ts`. */
  readonly names: Readonly<Record<string, string>>;
  /** As whom services log in: a template of the user's name by service, or `*` for all others. Absent: their rights are not msgctl's. */
  readonly users?: Readonly<Record<string, string>>;
  readonly defaults: { readonly partitions?: number; readonly replication?: number };
  /** Everything else as written, with references to the environment replaced. May hold secrets: never printed. */
  readonly options: JsonObject;
  /** References of `options` that could not be replaced. They matter only to whoever connects. */
  readonly missing: readonly MissingReference[];
  readonly at: Range;
};

/** A `${NAME}` or `${file:PATH}` without a value. */
export type MissingReference = { readonly reference: string; readonly at: Range };

/** A breaking change that was agreed on (`accept:`); `until` is an ISO date. */
export type Acceptance = { readonly finding: string; readonly reason: string; readonly until?: string; readonly at: Range };

/** One service's contract file. */
export type Contract = {
  readonly service: string;
  readonly version: string;
  readonly file: string;
  readonly description?: string;
  readonly owner?: string;
  /** Of the service by itself, as a share between 0 and 1. */
  readonly availability?: number;
  /** Not ours: its side is checked, no code is generated for it. */
  readonly external: boolean;
  readonly channels: readonly Channel[];
  readonly provides: readonly Interaction[];
  readonly uses: readonly Use[];
  readonly types: readonly NamedType[];
  readonly at: Range;
};

/** An ordered log or exchange that several events of one service share. */
export type Channel = {
  readonly name: string;
  readonly via: string;
  readonly key: readonly Pointer[];
  readonly partitions?: number;
  readonly retain?: Retention;
  readonly at: Range;
};

/** A type of `types:`, by the place of its schema. */
export type NamedType = { readonly name: string; readonly schema: SchemaLocation; readonly at: Range };

/** Something a service provides. */
export type Interaction = {
  /** `service.name`, with `@2` for a second major: `payments.charge@2`. */
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly major: number;
  /** The name's form in addresses: `charge`, `charge.v2`. */
  readonly slug: string;
  readonly pattern: Pattern;
  /** The name of its transport (its channel's, where it has one). */
  readonly via: string;
  /** The name of its channel, if it shares one. */
  readonly channel?: string;
  readonly description?: string;
  readonly deprecated?: Deprecation;
  readonly encoding: Encoding;
  readonly payloads: readonly Payload[];
  readonly headers?: SchemaLocation;
  readonly timeout?: Milliseconds;
  /** Where the answer goes; only with `async-request-response`. */
  readonly reply: 'process' | 'durable';
  /** Who is awaited; only with `publish-async-responses`. Absent: whoever uses it and does not say `respond: false`. */
  readonly responders?: readonly string[];
  readonly quorum?: number;
  readonly limit?: Limit;
  readonly delivery: Delivery;
  readonly http?: { readonly method: string; readonly path: string };
  readonly grpc?: { readonly service: string; readonly method: string };
  readonly address?: ProviderAddress;
  readonly existing?: Existing;
  readonly compatibility?: Compatibility;
  /** What it was called in an earlier version (`charge`, `charge@2`). */
  readonly renamedFrom?: string;
  readonly examples: readonly Example[];
  /** The key of the interaction in its file. */
  readonly at: Range;
  /** JSON pointer of the interaction in its file. */
  readonly pointer: Pointer;
};

/** What a payload is in its interaction. `error` and `response` may have a name: the error's code, the responder. */
export type PayloadRole = 'request' | 'response' | 'error' | 'message';

/** One payload of an interaction. */
export type Payload = { readonly role: PayloadRole; readonly name?: string; readonly schema: SchemaLocation; readonly at: Range };

/** An example of one or more payloads, keyed as in the file (`request`, `response`, `message`, …). */
export type Example = { readonly values: Readonly<Record<string, JsonValue>>; readonly pointer: Pointer; readonly at: Range };

/** Since when something is deprecated, when it goes and what replaces it. */
export type Deprecation = { readonly since?: string; readonly remove?: string; readonly instead?: string };

/** At most that many at work and waiting in one process. */
export type Limit = { readonly concurrent: number; readonly queued?: number };

/** How long a log keeps messages. */
export type Retention = { readonly time?: Milliseconds; readonly size?: Bytes; readonly compact: boolean };

/** `delivery:` as written; who decides what is settled in `delivery.ts`. */
export type Delivery = {
  readonly outbox?: boolean;
  readonly key?: readonly Pointer[];
  readonly order?: 'key' | 'none';
  readonly partitions?: number;
  readonly retain?: Retention;
  readonly tombstone?: boolean;
  readonly expire?: Milliseconds;
  /** `false`: no retry, straight to the dead letters. */
  readonly retry?: RetryPolicy | false;
  readonly deduplicate?: Deduplication;
  readonly maxLength?: number;
  readonly overflow?: 'drop-head' | 'reject-publish';
  /** `false`: none are kept; what failed goes where its queue itself sends it, or is gone. */
  readonly deadLetters?: DeadLetters | false;
};

/** How long what failed for good is kept; without a time until somebody looks. */
export type DeadLetters = { readonly retain?: Milliseconds };

/** Attempts in all (the first included), and the pauses between them. */
export type RetryPolicy = {
  readonly attempts: number;
  readonly delay: Milliseconds;
  readonly factor: number;
  readonly maxDelay: Milliseconds;
};

/** What makes two messages the same: the message id, or the values at these pointers; remembered for `within`. */
export type Deduplication = { readonly by: 'message-id' | readonly Pointer[]; readonly within?: Milliseconds };

/** What is there already: `keep` verifies only, `adopt` takes it over. */
export type Existing = 'keep' | 'adopt';

/** The direction an interaction's changes must keep, where it differs from its pattern's. */
export type Compatibility = 'backward' | 'forward' | 'full' | 'none';

/** How the provider's side is named where it exists already. */
export type ProviderAddress =
  | { readonly kind: 'exchange'; readonly exchange: { readonly name: string; readonly type: string }; readonly routingKey: string }
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'stream'; readonly stream: string };

/** How a receiver's side is named where it exists already. */
export type ReceiverAddress =
  | {
      readonly kind: 'queue';
      readonly queue: { readonly name: string; readonly type?: 'classic' | 'quorum' | 'stream'; readonly arguments: JsonObject };
    }
  | { readonly kind: 'group'; readonly group: string };

/** What a service says of something it uses. */
export type Use = {
  /** `service.name`, with `@2` for a second major. */
  readonly id: string;
  /** The SemVer range of the provider's contract that it was written for. */
  readonly version?: string;
  /** The properties it reads; absent: all. */
  readonly reads?: readonly Pointer[];
  readonly limit?: Limit;
  readonly timeout?: Milliseconds;
  readonly delivery: Delivery;
  readonly start?: 'earliest' | 'latest';
  /** Whether it answers a `publish-async-responses`. */
  readonly respond: boolean;
  readonly address?: ReceiverAddress;
  readonly existing?: Existing;
  /** The key of the entry in its file. */
  readonly at: Range;
};
