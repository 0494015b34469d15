/** Where dead letters and messages without a queue go on a virtual host: what may still come to a queue or an exchange besides what is published. */
import type { Resource } from '../../topology/model.ts';

/** The ways that messages take by themselves. */
export type Ways = {
  readonly queues: readonly { readonly name: string; readonly deadLetterExchange?: string; readonly deadLetterKey?: string }[];
  /** Exchanges with what takes the messages that they have no queue for. */
  readonly alternates: readonly { readonly name: string; readonly alternate: string }[];
  readonly bindings: readonly Resource[];
  /** Exchanges that delete themselves with their last binding. */
  readonly passing: readonly string[];
  /** Shovels, with the queues and exchanges that they name, here or elsewhere. */
  readonly shovels: readonly { readonly name: string; readonly queues: readonly string[]; readonly exchanges: readonly string[] }[];
};

/** The queues whose dead letters may come to a queue, by its bindings, sorted. */
export function feedersOf(queue: string, { queues, alternates, bindings }: Ways): readonly string[] {
  const direct = bindings
    .filter(({ attributes }) => attributes.destination === queue && attributes.destination_type === 'queue')
    .map(({ attributes }) => ({ exchange: String(attributes.source), key: String(attributes.routing_key) }));
  // Everything can be sent to a queue by its name, through the exchange without one.
  const ends = [...direct, { exchange: '', key: queue }];
  const behind = throughOthers(
    direct.map(({ exchange }) => exchange),
    alternates,
    bindings,
  );
  const feeds = ({ name, deadLetterExchange: exchange, deadLetterKey: key }: Ways['queues'][number]) =>
    exchange !== undefined &&
    name !== queue &&
    (behind.has(exchange) || ends.some((end) => end.exchange === exchange && (key === undefined || mayMatch(end.key, key))));
  return queues
    .filter(feeds)
    .map(({ name }) => name)
    .sort();
}

/** An exchange that deletes itself when a queue goes, as it leads to nothing but queues that go as well; undefined where none does. */
export function lastLedBy(queue: string, { bindings, passing }: Ways, going: ReadonlySet<string>): string | undefined {
  const isTo = (names: ReadonlySet<string>, { attributes }: Resource) =>
    attributes.destination_type === 'queue' && names.has(String(attributes.destination));
  return passing.find((name) => {
    const led = bindings.filter(({ attributes }) => attributes.source === name);
    return led.some((binding) => isTo(new Set([queue]), binding)) && led.every((binding) => isTo(going, binding));
  });
}

/** What sends to an exchange by itself, in words: queues whose dead letters go there, exchanges that it is the alternate of or that lead to it. */
export function dependentsOf(exchange: string, { queues, alternates, bindings }: Ways): readonly string[] {
  const leading = bindings.filter(({ attributes }) => attributes.destination_type === 'exchange' && attributes.destination === exchange);
  return [
    ...new Set(leading.map(({ attributes }) => `the messages of exchange ${attributes.source}`)),
    ...queues.filter((queue) => queue.deadLetterExchange === exchange).map(({ name }) => `the dead letters of queue ${name}`),
    ...alternates.filter(({ alternate }) => alternate === exchange).map(({ name }) => `what exchange ${name} has no queue for`),
  ].sort();
}

/** A binding's key with wildcards, or without: only two plain keys are known to be no match. */
function mayMatch(bindingKey: string, key: string): boolean {
  return bindingKey === key || /[*#]/.test(bindingKey) || bindingKey === '';
}

/** Exchanges from which messages come to one of some exchanges: as an alternate, or by a binding between exchanges. */
function throughOthers(exchanges: readonly string[], alternates: Ways['alternates'], bindings: readonly Resource[]): ReadonlySet<string> {
  const between = bindings.filter(({ attributes }) => attributes.destination_type === 'exchange');
  const steps = [
    ...alternates.map(({ name, alternate }) => ({ from: name, to: alternate })),
    ...between.map(({ attributes }) => ({ from: String(attributes.source), to: String(attributes.destination) })),
  ];
  const found = new Set<string>();
  const open = [...exchanges];
  for (let to = open.pop(); to !== undefined; to = open.pop()) {
    for (const { from } of steps.filter((step) => step.to === to && !found.has(step.from))) {
      found.add(from);
      open.push(from);
    }
  }
  return found;
}
