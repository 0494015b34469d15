/**
 * Stands in for everybody that a service talks to, for tests of its own code: what it sends is answered as a test says, and remembered. Payloads take the
 * way that they take over a broker, so that what does not fit a contract fails in a test, too. Published as `msgctl/runtime/memory`.
 */
import { type Bus, createBus } from './bus.ts';
import type { Interaction, MessageOf, RequestOf, ResponseOf, ResponsesOf } from './descriptor.ts';
import { type Inspection, type MemoryOptions, type MemoryTransport, memory } from './memory-transport.ts';
import type { AnyService, UntypedHandler, UntypedHandlers } from './receiving/inbound.ts';
import type { Client, HandlerContext, Handlers } from './surface.ts';

/**
 * What is answered, by provider and name; to an event that several answer, by its name and who answers. What is left out is accepted or, where an answer is
 * awaited, fails as `remote`.
 */
export type Fakes<S extends AnyService> = {
  readonly [Name in keyof S['uses'] | keyof S['provides']]?: Name extends keyof S['uses']
    ? { readonly [Used in keyof S['uses'][Name]]?: Fake<S['uses'][Name][Used]> }
    : Name extends keyof S['provides']
      ? FakeResponses<S['provides'][Name]>
      : never;
};

/** One answer. */
type Fake<I extends Interaction> = I['pattern'] extends 'request-response' | 'async-request-response'
  ? (request: RequestOf<I>, context: HandlerContext<I>) => ResponseOf<I> | Promise<ResponseOf<I>>
  : (message: MessageOf<I>, context: HandlerContext<I>) => void | Promise<void>;

type FakeResponses<I extends Interaction> = {
  readonly [Name in keyof ResponsesOf<I>]?: (
    message: MessageOf<I>,
    context: HandlerContext<I>,
  ) => ResponsesOf<I>[Name] | Promise<ResponsesOf<I>[Name]>;
};

/** A service among people who only pretend. */
export interface Stage<S extends AnyService> {
  readonly client: Client<S>;
  readonly bus: Bus;
  /** What became of the messages of an interaction. */
  inspect(interaction: Pick<Interaction, 'id'>): Inspection;
  /** Ends it. */
  close(): Promise<void>;
}

/** Puts a service among people who only pretend. */
export async function fake<S extends AnyService>(service: S, fakes: Fakes<NoInfer<S>>, options: MemoryOptions = {}): Promise<Stage<S>> {
  const transport = memory(options);
  const bus = createBus({ transport, service: service.service });
  const others = await Promise.all(pretendersOf(service, fakes).map((pretender) => pretend(transport, pretender)));
  return {
    client: bus.client(service),
    bus,
    inspect: (interaction) => transport.inspect(interaction),
    async close() {
      await Promise.all([bus, ...others].map((each) => each.close({ drain: 0 })));
    },
  };
}

/** Somebody who answers. */
type Pretender = { readonly described: AnyService; readonly handlers: UntypedHandlers };

async function pretend(transport: MemoryTransport, { described, handlers }: Pretender): Promise<Bus> {
  const bus = createBus({ transport, service: described.service });
  await bus.serve(described, handlers as unknown as Handlers<AnyService>, { killSwitch: false });
  return bus;
}

function pretendersOf<S extends AnyService>(service: S, fakes: Fakes<S>): readonly Pretender[] {
  const said = fakes as Readonly<Record<string, Readonly<Record<string, UntypedHandler | undefined>> | undefined>>;
  const providers = Object.entries(service.uses).map(([provider, used]): Pretender => {
    const sent = Object.entries(used).filter(([, { side }]) => side === 'sender');
    return {
      described: describe(service, provider, { provides: Object.fromEntries(sent.map(([name, one]) => [name, turn(one)])) }),
      handlers: Object.fromEntries(sent.map(([name, one]) => [name, said[provider]?.[name] ?? unanswered(one)])),
    };
  });
  const responders = Object.entries(service.provides).flatMap(([name, interaction]) =>
    interaction.pattern === 'publish-async-responses' && interaction.side === 'sender'
      ? Object.entries(said[name] ?? {}).map(
          ([responder, answer]): Pretender => ({
            described: describe(service, responder, { uses: { [service.service]: { [name]: turn(interaction) } } }),
            handlers: { [service.service]: { [name]: answer as UntypedHandler } },
          }),
        )
      : [],
  );
  return [...providers, ...responders];
}

function describe({ version }: AnyService, service: string, parts: Partial<Pick<AnyService, 'provides' | 'uses'>>): AnyService {
  return { runtimeApi: 1, service, version, provides: {}, uses: {}, ...parts } as AnyService;
}

/** The same interaction from the other side. */
function turn(interaction: Interaction): Interaction {
  const policy = { retryDelays: [], ordered: false, start: 'latest' } as const;
  return { ...interaction, side: 'receiver', receive: { kind: 'memory' }, policy } as Interaction;
}

function unanswered({ id, pattern }: Interaction): UntypedHandler {
  if (pattern === 'notification') return () => undefined;
  return () => {
    throw new Error(`The test says nothing of what ${id} is answered.`);
  };
}
