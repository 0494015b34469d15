/** What a service receives, one entry for each place that messages come from, and what is done with them there. */
import type { Answered, AsyncRequestResponse, CallPayloads, Interaction, ReceiveAddress, ReceiverPolicy } from '../descriptor.ts';

/** A handler as it is called; `surface.ts` gives it its types. */
export type UntypedHandler = (payload: unknown, context: object) => unknown;

/** A service whose interactions are known by name, with whatever they are. */
export type AnyService = {
  readonly service: string;
  readonly version: string;
  readonly provides: Readonly<Record<string, Interaction>>;
  readonly uses: Readonly<Record<string, Readonly<Record<string, Interaction>>>>;
};

/** One kind of message, and who handles it. */
export type Route =
  | { readonly kind: 'message'; readonly interaction: Interaction<'receiver'>; readonly handler: UntypedHandler }
  /** The answers to calls of this service that any of its instances may get. */
  | { readonly kind: 'answer'; readonly interaction: DurableCall; readonly handler: UntypedHandler };

/** A call whose answer comes to a handler. */
type DurableCall = AsyncRequestResponse<'sender', CallPayloads, Answered>;

/** A place that messages come from. */
export type Place = {
  readonly first: Route;
  readonly from: ReceiveAddress;
  readonly transport: string;
  /** By the type of their messages. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly policy: PlacePolicy;
};

/** What holds for everything from one place. */
type PlacePolicy = Pick<ReceiverPolicy, 'ordered' | 'start'> & {
  readonly parks: boolean;
  readonly concurrent: number;
  readonly queued: number;
};

/** How many messages are at work at once where the contract says nothing of it. */
const DEFAULT_CONCURRENT = 20;
/** As the mapping has it for answers: their ladder is their policy. */
const ANSWER_POLICY: ReceiverPolicy = { retryDelays: [], ordered: false, start: 'earliest' };

/** A handler for each thing that a service receives, by name or by provider and name. */
export type UntypedHandlers = Readonly<Record<string, UntypedHandler | Readonly<Record<string, UntypedHandler>>>>;

/** Puts together what a service receives. Throws a `TypeError` that names every handler that is missing or too many. */
export function placesOf(service: AnyService, handlers: UntypedHandlers): readonly Place[] {
  const routes = routesOf(service, handlers);
  const places = new Map<string, [Route, ...Route[]]>();
  for (const route of routes) {
    const key = placeKey(service, route);
    const together = places.get(key);
    if (together) together.push(route);
    else places.set(key, [route]);
  }
  return [...places.values()].map((together) => ({
    first: together[0],
    from: fromOf(together[0]),
    transport: together[0].interaction.transport.name,
    routes: new Map(together.map((route) => [route.interaction.id, route])),
    policy: together.map(policyOf).reduce(joinPolicies),
  }));
}

function routesOf(service: AnyService, handlers: UntypedHandlers): readonly Route[] {
  const wanted = [
    ...Object.entries(service.provides).map(([name, interaction]) => ({ path: [name], interaction })),
    ...Object.entries(service.uses).flatMap(([provider, used]) =>
      Object.entries(used).map(([name, interaction]) => ({ path: [provider, name], interaction })),
    ),
  ].filter(({ interaction }) => isHandled(interaction));
  const known = new Set(wanted.map(({ path }) => path.join('.')));
  const missing = wanted.filter(({ path }) => handlerAt(handlers, path) === undefined).map(({ path }) => path.join('.'));
  const unknown = handlerPaths(handlers).filter((path) => !known.has(path));
  if (missing.length > 0 || unknown.length > 0) {
    const parts = [
      missing.length > 0 && `no handler for ${missing.join(', ')}`,
      unknown.length > 0 && `nothing is received as ${unknown.join(', ')}`,
    ];
    throw new TypeError(`${service.service} cannot be served: ${parts.filter(Boolean).join('; ')}.`);
  }
  return wanted.map(({ path, interaction }) => {
    const handler = handlerAt(handlers, path) as UntypedHandler;
    return interaction.side === 'receiver'
      ? { kind: 'message', interaction: interaction as Interaction<'receiver'>, handler }
      : { kind: 'answer', interaction: interaction as DurableCall, handler };
  });
}

function isHandled(interaction: Interaction): boolean {
  return interaction.side === 'receiver' || ('reply' in interaction && interaction.reply === 'durable');
}

function handlerAt(handlers: UntypedHandlers, [first, second]: readonly string[]): UntypedHandler | undefined {
  const found = Object.hasOwn(handlers, first ?? '') ? handlers[first ?? ''] : undefined;
  if (second === undefined) return typeof found === 'function' ? found : undefined;
  if (typeof found !== 'object' || !Object.hasOwn(found, second)) return undefined;
  return typeof found[second] === 'function' ? found[second] : undefined;
}

function handlerPaths(handlers: UntypedHandlers): readonly string[] {
  return Object.entries(handlers).flatMap(([name, value]) =>
    typeof value === 'object' ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name],
  );
}

function fromOf(route: Route): ReceiveAddress {
  if (route.kind === 'message') return route.interaction.receive;
  return route.interaction.replies?.shared ?? { kind: 'memory' };
}

/** Two interactions with one key come from one place: events that share a channel. */
function placeKey({ service }: AnyService, route: Route): string {
  const { interaction, kind } = route;
  const from = fromOf(route);
  switch (from.kind) {
    case 'rabbitmq':
      return `${interaction.transport.name}\n${from.queue}`;
    case 'kafka':
      return `${interaction.transport.name}\n${from.topic}\n${from.group}`;
    case 'redis':
      return `${interaction.transport.name}\n${from.stream}\n${from.group}`;
    default:
      return `${interaction.transport.name}\n${service}\n${interaction.id}\n${kind}`;
  }
}

/** Whether what a message asks for is answered; an address for answers on any other is passed over. */
export function isAnswered({ kind, interaction: { pattern } }: Route): boolean {
  return kind === 'message' && pattern !== 'notification' && pattern !== 'publish-subscribe';
}

/** The pauses between attempts of one kind of message. */
export function retryDelaysOf(route: Route): readonly number[] {
  if (route.kind === 'message') return route.interaction.policy.retryDelays;
  const from = fromOf(route);
  return from.kind === 'rabbitmq' || from.kind === 'kafka' ? from.ladder.map(({ delay }) => delay) : [];
}

function policyOf(route: Route): PlacePolicy {
  const { ordered, start, limit, deadLetters } = route.kind === 'message' ? route.interaction.policy : ANSWER_POLICY;
  const concurrent = limit?.concurrent ?? DEFAULT_CONCURRENT;
  return { ordered, start, parks: deadLetters !== false, concurrent, queued: limit?.queued ?? Math.ceil(concurrent / 5) };
}

function joinPolicies(one: PlacePolicy, other: PlacePolicy): PlacePolicy {
  return {
    ordered: one.ordered || other.ordered,
    start: one.start === 'earliest' || other.start === 'earliest' ? 'earliest' : 'latest',
    parks: one.parks || other.parks,
    concurrent: Math.max(one.concurrent, other.concurrent),
    queued: Math.max(one.queued, other.queued),
  };
}
