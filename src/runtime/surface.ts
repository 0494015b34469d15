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

/** A handler for whatever a service receives: requests and notifications that it provides by their names, events of others by provider. */
export type Handlers<S extends AnyService> = Receives<S['provides']> & {
  readonly [Provider in keyof S['uses'] as NameOf<S['uses'][Provider], 'receiver', Provider>]: Receives<S['uses'][Provider]>;
};

type Sends<I extends Interactions> = { readonly [Name in keyof I as OfSide<I[Name], 'sender', Name>]: Sender<I[Name]> };

type Receives<I extends Interactions> = { readonly [Name in keyof I as OfSide<I[Name], 'receiver', Name>]: Handler<I[Name]> };

type OfSide<I extends Interaction, S extends Side, Name> = I['side'] extends S ? Name : never;

/** The name of a provider of which anything is sent or received. */
type NameOf<I extends Interactions, S extends Side, Name> = S extends I[keyof I]['side'] ? Name : never;

type Sender<I extends Interaction> = I['pattern'] extends 'request-response' | 'async-request-response'
  ? Call<I>
  : I['pattern'] extends 'publish-async-responses'
    ? Gather<I>
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

/** What handles a message; the answer is what it returns. It throws `context.error(…)` to answer with an error of the contract. */
export type Handler<I extends Interaction> = I['pattern'] extends 'request-response' | 'async-request-response'
  ? (request: RequestOf<I>, context: HandlerContext<I>) => ResponseOf<I> | Promise<ResponseOf<I>>
  : (message: MessageOf<I>, context: HandlerContext<I>) => Answer<ResponsesOf<I>> | Promise<Answer<ResponsesOf<I>>>;

/** The one response that a user gives; nothing where it gives none. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without an answer may return whatever it likes, as functions may.
type Answer<Responses> = [Responses] extends [never] ? void : [keyof Responses] extends [never] ? void : Responses[keyof Responses];

/** What a handler knows beside the message. */
export type HandlerContext<I> = {
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborted at the deadline, and when the service stops. */
  readonly signal: Signal;
  readonly headers: [HeadersOf<I>] extends [never] ? Readonly<Record<string, string>> : HeadersOf<I>;
  /** An error that the contract declares, to be thrown. */
  error<Code extends DeclaredError<I>['code']>(
    code: Code,
    data: Extract<DeclaredError<I>, { readonly code: Code }>['data'],
  ): DeclaredError<I>;
};
