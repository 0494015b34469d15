/**
 * What generated code tells the runtime about interactions: plain data, typed so that clients and handlers can be inferred from it. Nothing
 * here knows of contracts or of how code is generated.
 */
import type { ErrorClass, MessageError, MsgError } from './errors.ts';
import type { ProtobufTables } from './protobuf-tables.ts';
import type { Validator } from './validation.ts';

/** The five ways services exchange messages. */
export type Pattern = 'request-response' | 'async-request-response' | 'notification' | 'publish-subscribe' | 'publish-async-responses';

/** Whether a service sends or receives the first message of an interaction. */
export type Side = 'sender' | 'receiver';

/** What carries an interaction: a transport of the project file, by name. */
export type TransportName = { readonly name: string; readonly kind: 'rabbitmq' | 'kafka' | 'redis' | 'http' | 'grpc' | 'memory' };

/** Where the first message is put. */
export type SendAddress =
  | { readonly kind: 'rabbitmq'; readonly exchange: string; readonly routingKey: string }
  | { readonly kind: 'kafka'; readonly topic: string }
  /** With `shards`, the stream of a message is `<stream>.<n>`, `n` from 0 and chosen by its key. */
  | { readonly kind: 'redis'; readonly stream: string; readonly shards?: number }
  | { readonly kind: 'http'; readonly method: string; readonly path: string }
  | { readonly kind: 'grpc'; readonly service: string; readonly method: string }
  | { readonly kind: 'memory'; readonly name: string };

/** Where a receiver takes it from, and where it goes when handling it fails. */
export type ReceiveAddress =
  | { readonly kind: 'rabbitmq'; readonly queue: string; readonly again: string; readonly dead: string; readonly ladder: readonly Rung[] }
  | { readonly kind: 'kafka'; readonly topic: string; readonly group: string; readonly dead: string; readonly ladder: readonly Rung[] }
  | {
      readonly kind: 'redis';
      readonly stream: string;
      readonly shards?: number;
      readonly group: string;
      readonly due: string;
      readonly retry: string;
      readonly dead: string;
    }
  | { readonly kind: 'http' | 'grpc' | 'memory' };

/** One rung of a retry ladder: a message put there comes back after `delay` milliseconds. */
export type Rung = { readonly delay: number; readonly name: string };

/** Where answers come back to: an exchange, a topic or a stream. `shared` is there where any instance of the asker may take them. */
export type ReplyAddress = { readonly replies: string; readonly shared?: ReceiveAddress };

/** How payloads are written. For Protobuf: the message of each payload, and the tables in which it stands, for `msgctl/runtime/protobuf`. */
export type Codec =
  | { readonly format: 'json' }
  | { readonly format: 'protobuf'; readonly messages: Readonly<Record<string, string>>; readonly tables: ProtobufTables };

/** At most that many at work and waiting in one process. */
export type Limit = { readonly concurrent: number; readonly queued?: number };

/** How a receiver handles messages. All times in milliseconds. */
export type ReceiverPolicy = {
  /** The pauses between attempts; empty: handled once. */
  readonly retryDelays: readonly number[];
  /** Whether messages of one key stay in order; then a retry holds its key in place. */
  readonly ordered: boolean;
  readonly deduplicate?: { readonly by: 'message-id' | readonly string[]; readonly within?: number };
  readonly limit?: Limit;
  /** Only where none are kept: what fails for good goes where its queue itself sends it, or is gone. */
  readonly deadLetters?: false;
  readonly start: 'earliest' | 'latest';
};

/** What only the sender of the first message needs. */
export type Sending = {
  /** Where answers to it come back to, where any come. */
  readonly replies?: ReplyAddress;
  /** At most that many unanswered in one process. */
  readonly limit?: Limit;
  /** Whether it is stored with the sender's own data first, in the same transaction. */
  readonly outbox: boolean;
};

/** What only its receiver needs. */
export type Receiving = {
  readonly receive: ReceiveAddress;
  readonly policy: ReceiverPolicy;
  /** JSON pointers of the properties it reads; absent: all. */
  readonly reads?: readonly string[];
};

type Ends = { readonly sender: Sending; readonly receiver: Receiving };

/** A validator for each payload; of responses one for each name, of errors one for what is said with each. */
export type ValidatorsOf<Payloads> = {
  readonly [Role in keyof Payloads]: Role extends 'errors'
    ? { readonly [Code in keyof Payloads[Role]]: Validator<SaidWith<Payloads[Role][Code]>> }
    : Role extends 'responses'
      ? { readonly [Name in keyof Payloads[Role]]: Validator<Payloads[Role][Name]> }
      : Validator<Payloads[Role]>;
};

type SaidWith<E> = E extends MsgError<string, infer Data> ? Data : never;

type Described<Kind extends Pattern, End extends Side, Payloads> = Ends[End] & {
  /** `service.name`, with `@2` for a second major. */
  readonly id: string;
  readonly pattern: Kind;
  readonly side: End;
  readonly transport: TransportName;
  readonly send: SendAddress;
  readonly codec: Codec;
  /** JSON pointers of the properties whose messages stay together, and in order unless the receiver says otherwise. */
  readonly key?: readonly string[];
  /** Milliseconds after which a message that was not handled is a dead letter. */
  readonly expire?: number;
  readonly validators: ValidatorsOf<Payloads>;
};

/** Payloads of a call; `errors` are those of its classes, by code. */
export type CallPayloads = { readonly request: unknown; readonly response: unknown; readonly errors: Errors; readonly headers?: unknown };

/** The payload of a notification or an event. */
export type MessagePayloads = { readonly message: unknown; readonly headers?: unknown };

/** Payloads of an event with responses; `responses` by service. */
export type GatherPayloads = { readonly message: unknown; readonly responses: Names; readonly errors: Errors; readonly headers?: unknown };

type Names = Readonly<Record<string, unknown>>;

type Errors = Readonly<Record<string, MessageError>>;

/** What is awaited: for how many milliseconds, and the classes of the errors that may come, by code. */
type Waits<Payloads extends { readonly errors: Errors }> = {
  readonly timeout: number;
  readonly errors: { readonly [Code in keyof Payloads['errors']]: ErrorClass<Payloads['errors'][Code]> };
};

/** A call that is answered at once. */
export type RequestResponse<End extends Side, Payloads extends CallPayloads> = Described<'request-response', End, Payloads> &
  Waits<Payloads>;

/** Where the answer to a call through a broker comes to: the asking process, or whichever instance of the service takes it, even after a restart. */
export type Answered = { readonly reply: 'process' | 'durable' };

/** A call through a broker. */
export type AsyncRequestResponse<
  End extends Side,
  Payloads extends CallPayloads,
  Answer extends Answered = { readonly reply: 'process' },
> = Described<'async-request-response', End, Payloads> & Waits<Payloads> & Readonly<Answer>;

/** Whether a message of a log may be empty: then nothing has its key any more, and the handler gets `null`. */
export type Emptied = { readonly tombstone?: boolean };

/** A message to one service, without an answer. */
export type Notification<
  End extends Side,
  Payloads extends MessagePayloads,
  Empty extends Emptied = { readonly tombstone?: false },
> = Described<'notification', End, Payloads> & Readonly<Empty>;

/** An event for every user. */
export type PublishSubscribe<
  End extends Side,
  Payloads extends MessagePayloads,
  Empty extends Emptied = { readonly tombstone?: false },
> = Described<'publish-subscribe', End, Payloads> & Readonly<Empty>;

/** An event whose users answer. Its sender waits for `responders`, or for `quorum` of them; for a receiver the only one is itself. */
export type PublishAsyncResponses<End extends Side, Payloads extends GatherPayloads> = Described<'publish-async-responses', End, Payloads> &
  Waits<Payloads> & { readonly responders: readonly string[]; readonly quorum?: number };

/** Any interaction, from one side or from either. */
export type Interaction<End extends Side = Side> =
  | RequestResponse<End, CallPayloads>
  | AsyncRequestResponse<End, CallPayloads, Answered>
  | Notification<End, MessagePayloads, Emptied>
  | PublishSubscribe<End, MessagePayloads, Emptied>
  | PublishAsyncResponses<End, GatherPayloads>;

/** What a service provides, and what it uses of others by their names. */
export type Service<
  Provides extends Readonly<Record<string, Interaction>>,
  Uses extends Readonly<Record<string, Readonly<Record<string, Interaction>>>>,
> = {
  /** The version of these descriptors; a runtime of another version refuses them, here at compile time. */
  readonly runtimeApi: 1;
  readonly service: string;
  /** Of its contract. */
  readonly version: string;
  readonly provides: Provides;
  readonly uses: Uses;
};

/** The request of a call. */
export type RequestOf<I> = I extends { readonly validators: { readonly request: Validator<infer Request> } } ? Request : never;

/** The response of a call. */
export type ResponseOf<I> = I extends { readonly validators: { readonly response: Validator<infer Response> } } ? Response : never;

/** The message of a notification or an event. */
export type MessageOf<I> = I extends { readonly validators: { readonly message: Validator<infer Message> } } ? Message : never;

/** The headers of a request or a message; `never` where the contract has none. */
export type HeadersOf<I> = I extends { readonly validators: { readonly headers: Validator<infer Headers> } } ? Headers : never;

/** The responses to an event by service. */
export type ResponsesOf<I> = I extends { readonly validators: { readonly responses: infer Responses } }
  ? { readonly [Name in keyof Responses]: Validated<Responses[Name]> }
  : never;

/** The declared errors as one union: `{ code: 'card-declined', data: … } | …`; `never` where there are none. */
export type ErrorsOf<I> = I extends { readonly validators: { readonly errors: infer Errors } }
  ? { [Code in keyof Errors]: { readonly code: Code; readonly data: Validated<Errors[Code]> } }[keyof Errors]
  : never;

type Validated<V> = V extends Validator<infer T> ? T : never;
