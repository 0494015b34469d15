/** Small projects over one RabbitMQ, as random as the language allows, whose names often meet from one project to the next. */
import fc from 'fast-check';

const SERVICES = ['ash', 'birch', 'cedar'] as const;
const SLUGS = ['cut', 'grow', 'sow'] as const;

/** What a project says: the project file without its name, and a contract for each service. Not every one of them is valid. */
export type RandomProject = {
  readonly transport: Readonly<Record<string, unknown>>;
  readonly contracts: readonly Readonly<Record<string, unknown>>[];
};

/** The files of a project of a given name. */
export function filesOf({ transport, contracts }: RandomProject, name: string): Readonly<Record<string, string>> {
  const project = { msgctl: 1, project: name, transports: { bus: { kind: 'rabbitmq', ...transport } } };
  return {
    'msgctl.yaml': JSON.stringify(project),
    ...Object.fromEntries(contracts.map((contract) => [`contracts/${contract.service}.yaml`, JSON.stringify(contract)])),
  };
}

const message = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };

/** A value that is absent so many times for each time that it is there. */
function maybe<Value>(value: fc.Arbitrary<Value>, absent = 1): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: absent }, { arbitrary: value, weight: 1 });
}

/** What whoever receives decides. */
const receiving = fc
  .record({
    retry: maybe(fc.constantFrom(true, false, { attempts: 2, delay: '1s' }, { attempts: 3, delay: '2s', factor: 2 })),
    'dead-letters': maybe(fc.constantFrom(false, { retain: '1d' }, { retain: '2d' })),
    'max-length': maybe(fc.constantFrom(10, 1_000)),
    overflow: maybe(fc.constantFrom('drop-head', 'reject-publish')),
  })
  .map(present);

const key = maybe(fc.constant('/id'));
const existing = fc.constantFrom(undefined, undefined, undefined, 'keep', 'adopt');

/** The exchanges that addresses name, of one type in one project. */
type Exchange = { readonly name: string; readonly type: string };

const exchanges = fc
  .tuple(...['wood', 'field'].map((name) => fc.constantFrom('topic', 'direct', 'headers').map((type) => ({ name, type }))))
  .map((all): readonly Exchange[] => all);

function interactionOf(id: string, named: readonly Exchange[]): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const place = maybe(fc.record({ exchange: fc.constantFrom(...named), existing }), 2).map(
    (own) => own && { address: { exchange: own.exchange, 'routing-key': id }, existing: own.existing },
  );
  const event = fc
    .tuple(key, place)
    .map(([by, own]) => ({ pattern: 'publish-subscribe', message, ...(by && { delivery: { key: by } }), ...own }));
  const notification = fc
    .tuple(receiving, key, place)
    .map(([policy, by, own]) => ({ pattern: 'notification', message, delivery: { ...policy, ...(by && { key: by }) }, ...own }));
  const request = fc.tuple(receiving, fc.constantFrom('process', 'durable')).map(([delivery, reply]) => ({
    pattern: 'async-request-response',
    request: message,
    response: message,
    timeout: '5s',
    reply,
    delivery,
  }));
  const gathering = fc.constant({ pattern: 'publish-async-responses', message, response: message, timeout: '5s' });
  return fc.oneof(event, event, notification, request, gathering).map((interaction) => present({ via: 'bus', ...interaction }));
}

const queueArguments = fc
  .record({
    'x-max-length': maybe(fc.constantFrom(5, 50)),
    'x-message-ttl': maybe(fc.constant(60_000)),
    'x-max-priority': maybe(fc.constant(3), 5),
    'x-single-active-consumer': maybe(fc.constant(true), 5),
    'x-max-age': maybe(fc.constant('1D'), 5),
  })
  .map(present);

/** What a user says of an event; of anything else only that it uses it. */
function useOf(user: string, isEvent: boolean): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  if (!isEvent) return fc.constant({});
  const queue = fc.record({
    name: fc.constantFrom(`${user}-one`, `${user}-two`),
    type: fc.constantFrom(undefined, 'classic', 'quorum', 'stream'),
    arguments: queueArguments,
  });
  // What is not there and shall be taken over is made; without a type as a classic queue.
  const typed = queue.filter(({ type, arguments: args }) => type !== undefined || !('x-max-age' in args));
  const place = maybe(fc.record({ queue: typed, existing }));
  return fc
    .tuple(receiving, place)
    .map(([delivery, own]) => present({ delivery, ...(own && { address: { queue: present(own.queue) }, existing: own.existing }) }));
}

function contractsOf(): fc.Arbitrary<RandomProject['contracts']> {
  const provided = fc.tuple(...SERVICES.map(() => fc.subarray([...SLUGS], { minLength: 0, maxLength: 2 })));
  return fc
    .tuple(provided, exchanges)
    .chain(([slugs, named]) => fc.tuple(...SERVICES.map((service, at) => contractOf(service, slugs[at] ?? [], named))).chain(withUses));
}

type Provider = { readonly service: string; readonly provides: Readonly<Record<string, Readonly<Record<string, unknown>>>> };

function contractOf(service: string, slugs: readonly string[], named: readonly Exchange[]): fc.Arbitrary<Provider> {
  return fc
    .record(Object.fromEntries(slugs.map((slug) => [slug, interactionOf(`${service}.${slug}`, named)])))
    .map((provides) => ({ service, provides: { ...provides } }));
}

function withUses(providers: readonly Provider[]): fc.Arbitrary<RandomProject['contracts']> {
  const contracts = providers.map(({ service, provides }) => {
    const others = providers.filter((other) => other.service !== service);
    const usable = others.flatMap((other) =>
      Object.entries(other.provides).map(([slug, { pattern }]) => [`${other.service}.${slug}`, String(pattern)] as const),
    );
    const uses = fc
      .record(Object.fromEntries(usable.map(([id, pattern]) => [id, maybe(useOf(service, pattern.startsWith('publish')))])))
      .map((all) => present({ ...all }));
    return uses.map((all) => ({ msgctl: 1, service, version: '1.0.0', provides, uses: all }));
  });
  return fc.tuple(...contracts);
}

/** Any project. */
export const randomProject: fc.Arbitrary<RandomProject> = fc.record({
  transport: fc
    .record({
      prefix: fc.constantFrom(undefined, undefined, 'far.'),
      names: fc.constantFrom(undefined, undefined, { subscription: '{user}.of.{provider}.{interaction}' }, { dead: '{service}.lost' }),
      users: fc.constantFrom(undefined, undefined, { '*': 'user-of-{service}' }),
    })
    .map(present),
  contracts: contractsOf(),
});

/** The entries that are there. */
function present(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
