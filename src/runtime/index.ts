/** What generated code imports. Published as `msgctl/runtime`; it imports nothing else of msgctl. */
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
export type { DeclaredError, MsgError, Result, TransportError, TransportErrorCode, TransportErrorData } from './errors.ts';
export type { ProtobufField, ProtobufMessage, ProtobufTables } from './protobuf-tables.ts';
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
export type { Unlisted } from './unlisted.ts';
export type { ValidationError, Validator } from './validation.ts';

/** The version of the descriptors that this runtime understands. */
export const RUNTIME_API = 1;
