/** What generated code and services import. Published as `msgctl/runtime`; it imports nothing else of msgctl, and no driver of a broker. */
export { type Bus, type BusOptions, createBus, type ServeOptions } from './bus.ts';
export type { Clock, Timer } from './clock.ts';
export type { CloseOptions, Serving } from './closing.ts';
export { type Claim, type Claimed, type DeduplicationStore, memoryDeduplication, type StoredAnswer } from './deduplication.ts';
export type {
  Answered,
  AsyncRequestResponse,
  CallPayloads,
  Codec,
  Emptied,
  ErrorsOf,
  GatherPayloads,
  HeadersOf,
  Interaction,
  Limit,
  MessageOf,
  MessagePayloads,
  Notification,
  Pattern,
  PublishAsyncResponses,
  PublishSubscribe,
  ReceiveAddress,
  ReceiverPolicy,
  Receiving,
  ReplyAddress,
  RequestOf,
  RequestResponse,
  ResponseOf,
  ResponsesOf,
  Rung,
  SendAddress,
  Sending,
  Service,
  Side,
  TransportName,
  ValidatorsOf,
} from './descriptor.ts';
export {
  type DeclaredError,
  type ErrorClass,
  MessageError,
  type MessageErrorOptions,
  type MsgError,
  type Result,
  type TransportError,
  type TransportErrorCode,
  type TransportErrorData,
} from './errors.ts';
export { isTransportError, Reject, Retry } from './failure.ts';
export type { AnswerStatus, MessageMeta, WireMessage } from './message.ts';
export type { ProtobufField, ProtobufMessage, ProtobufTables } from './protobuf-tables.ts';
export type { KillSwitchPolicy } from './receiving/kill-switch.ts';
export type {
  AnswerContext,
  Ask,
  Call,
  CallOptions,
  Client,
  Erase,
  Gather,
  Gathered,
  Gathering,
  Handler,
  HandlerContext,
  Handlers,
  Reply,
  Send,
  SendOptions,
  Signal,
} from './surface.ts';
export type { Attributes, Exchange, LogLevel, Metric, Telemetry, Watch } from './telemetry.ts';
export type { Delivery, Host, Link, Outgoing, ReplyBox, Settled, Source, Subscription, Transport, Within } from './transport.ts';
export type { Unlisted } from './unlisted.ts';
export type { ValidationError, Validator } from './validation.ts';

/** The version of the descriptors that this runtime understands. */
export const RUNTIME_API = 1;
