/**
 * What a service may do by its descriptor, as types: send (`Client`) and receive (`Handlers`). Whoever runs messages by descriptors takes and
 * returns these.
 */
import type { HeadersOf, Interaction, MessageOf, RequestOf, ResponseOf, ResponsesOf, Side } from './descriptor.ts';
import type { DeclaredError, Result, TransportError } from './errors.ts';

type Interactions = Readonly<Record<string, Interaction>>;

/** Any service: each of its interactions keeps its own type. */
type AnyService = { readonly provides: Interactions; readonly uses: Readonly<Record<string, Interactions>> };

/**
 * What a service sends: the events that it provides by their names, and requests and notifications to others by provider
 * (`client.payments.charge(request)`).
 */
export type Client<S extends AnyService> = Sends<S['provides']> & {
  readonly [Provider in keyof S['uses'] as NameOf<S['uses'][Provider], 'sender', Provider>]: Sends<S['uses'][Provider]>;
};

/**
 * A handler for whatever a service receives: requests and notifications that it provides by their names, events of others by provider, and the
 * answers to its calls that any of its instances may get (`reply: durable`).
 */
// One mapped type, as in an intersection a provider would have the members of functions (`bind`, `call`) beside the handlers for it.
export type Handlers<S extends AnyService> = {
  readonly [Name in keyof S['provides'] | keyof S['uses'] as Name extends keyof S['provides']
    ? OfSide<S['provides'][Name], 'receiver', Name>
    : Name extends keyof S['uses']
      ? HandledOf<S['uses'][Name], Name>
      : never]: Name extends keyof S['provides']
    ? Handler<S['provides'][Name]>
    : Name extends keyof S['uses']
      ? Receives<S['uses'][Name]>
      : never;
};

type Sends<I extends Interactions> = { readonly [Name in keyof I as OfSide<I[Name], 'sender', Name>]: Sender<I[Name]> };

type Receives<I extends Interactions> = {
  readonly [Name in keyof I as I[Name] extends Handled ? Name : never]: Handler<I[Name]>;
};

/** An interaction of which anything comes to a handler: its first message, or the answer to it. */
type Handled = { readonly side: 'receiver' } | Asked;

/** A call of ours whose answer comes to a handler. */
type Asked = Durable & { readonly side: 'sender' };

/** A call whose answer comes to a handler. */
type Durable = { readonly reply: 'durable' };

/** What may have an empty message, which says that nothing has its key any more. */
type Erasing = { readonly tombstone: true };

/** The name of a provider of which anything is handled. */
type HandledOf<I extends Interactions, Name> = [Extract<I[keyof I], Handled>] extends [never] ? never : Name;

type OfSide<I extends Interaction, S extends Side, Name> = I['side'] extends S ? Name : never;

/** The name of a provider of which anything is sent or received. */
type NameOf<I extends Interactions, S extends Side, Name> = S extends I[keyof I]['side'] ? Name : never;

type Sender<I extends Interaction> = I['pattern'] extends AnyCall
  ? I extends Durable
    ? Ask<I>
    : Call<I>
  : I['pattern'] extends 'publish-async-responses'
    ? Gather<I>
    : I extends Erasing
      ? Send<I> & Erase<I>
      : Send<I>;

/** An `AbortSignal` where the project's types have it, as those of Node and of browsers do. */
export type Signal = typeof globalThis extends { readonly AbortSignal: { readonly prototype: infer Known } }
  ? Known
  : { readonly aborted: boolean; readonly reason: unknown };

/** How a call is made; `headers` must be given where the contract has some that are required. */
export type CallOptions<I> = SendOptions<I> & {
  /** At most what the contract says. */
  readonly timeoutMs?: number;
};

/** How a message is sent. */
export type SendOptions<I> = { readonly signal?: Signal } & ([HeadersOf<I>] extends [never]
  ? unknown
  : object extends HeadersOf<I>
    ? { readonly headers?: HeadersOf<I> }
    : { readonly headers: HeadersOf<I> });

/** The options of a call as its last argument, which may be left out where none is required. */
type Last<Options> = object extends Options ? [options?: Options] : [options: Options];

/** Calls, and waits for the answer. */
export interface Call<I> {
  /** The answer; throws a `MsgError` of the contract or of the transport. */
  (request: RequestOf<I>, ...options: Last<CallOptions<I>>): Promise<ResponseOf<I>>;
  /** The answer or the error, which `switch (result.error.code)` tells apart. */
  safe(request: RequestOf<I>, ...options: Last<CallOptions<I>>): Promise<Result<ResponseOf<I>, DeclaredError<I> | TransportError>>;
}

/** Sends a request whose answer comes to a handler; done when the broker has it. The id is that which the handler is told of (`context.request`). */
export type Ask<I> = (request: RequestOf<I>, ...options: Last<CallOptions<I>>) => Promise<string>;

/** Says that nothing has a key any more. */
export interface Erase<I> {
  /** Sends the empty message of a key, as the log has it; done when the broker has it. */
  erase(key: string, ...options: Last<SendOptions<I>>): Promise<void>;
}

/** Sends a notification or publishes an event; done when the broker has it. */
export type Send<I> = (message: MessageOf<I>, ...options: Last<SendOptions<I>>) => Promise<void>;

/** Publishes an event and gathers what its users answer. */
export type Gather<I> = (message: MessageOf<I>, ...options: Last<CallOptions<I> & { readonly quorum?: number }>) => Gathering<I>;

/** Answers as they come; leaving the loop ends the wait. */
export interface Gathering<I> extends AsyncIterable<Reply<I>> {
  /** All that came until the deadline. */
  all(): Promise<Gathered<I>>;
}

/** What one user of an event answered. */
export type Reply<I> = {
  [Name in keyof ResponsesOf<I>]: { readonly from: Name } & Result<ResponsesOf<I>[Name], DeclaredError<I> | TransportError>;
}[keyof ResponsesOf<I>];

/** What all of them answered, by service. */
export type Gathered<I> = {
  readonly replies: { readonly [Name in keyof ResponsesOf<I>]?: ResponsesOf<I>[Name] };
  readonly errors: { readonly [Name in keyof ResponsesOf<I>]?: DeclaredError<I> | TransportError };
  readonly missing: readonly (keyof ResponsesOf<I>)[];
  readonly complete: boolean;
};

/**
 * What handles a message; the answer is what it returns. It throws `context.error(…)` to answer with an error of the contract. Where the answer to a
 * call comes to a handler, it handles that.
 */
export type Handler<I extends Interaction> = I extends Asked
  ? (answer: Result<ResponseOf<I>, DeclaredError<I> | TransportError>, context: AnswerContext) => void | Promise<void>
  : I['pattern'] extends AnyCall
    ? (request: RequestOf<I>, context: HandlerContext<I>) => ResponseOf<I> | Promise<ResponseOf<I>>
    : (message: Received<I>, context: HandlerContext<I> & KeyOf<I>) => Answer<ResponsesOf<I>> | Promise<Answer<ResponsesOf<I>>>;

type AnyCall = 'request-response' | 'async-request-response';

/** What a handler knows beside the answer to a call, which another instance may have made, before this one started. */
export type AnswerContext = Pick<
  HandlerContext<unknown>,
  'id' | 'attempt' | 'redelivered' | 'signal' | 'timeLeftMs' | 'conversationId' | 'causationId' | 'traceparent' | 'tracestate'
> & {
  /** The id of the request. */
  readonly request: string;
};

/** A message as it comes: `null` where it is empty. */
type Received<I> = I extends Erasing ? MessageOf<I> | null : MessageOf<I>;

/** The key that an empty message is about, as the log has it. */
type KeyOf<I> = I extends Erasing ? { readonly key: string } : unknown;

/** The one response that a user gives; nothing where it gives none. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without an answer may return whatever it likes, as functions may.
type Answer<Responses> = [Responses] extends [never] ? void : [keyof Responses] extends [never] ? void : Responses[keyof Responses];

/** What a handler knows beside the message. */
export type HandlerContext<I> = {
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  /** Whether it was perhaps handed out before, to a process that did not settle it. */
  readonly redelivered: boolean;
  /** Aborted at the deadline, when the connection is lost that the message came by, and when the service stops. */
  readonly signal: Signal;
  /** Milliseconds that are left until the deadline: of whoever waits, or that after which the handler is given up. */
  timeLeftMs(): number;
  /** The first message of all that followed from it. */
  readonly conversationId: string;
  /** The message that was handled when this one was sent. */
  readonly causationId: string | undefined;
  /** The trace that the message belongs to, as the W3C has it. What the handler sends belongs to it as well. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly headers: [HeadersOf<I>] extends [never] ? Readonly<Record<string, string>> : HeadersOf<I>;
  /** An error that the contract declares, to be thrown. */
  error<Code extends DeclaredError<I>['code']>(
    code: Code,
    data: Extract<DeclaredError<I>, { readonly code: Code }>['data'],
  ): DeclaredError<I>;
};
