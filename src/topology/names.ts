/**
 * Every derived name, in one place (docs/topology.md, "Names").
 *
 * A transport's `names:` replaces single templates, one entry for each role of {@link NAME_ROLES}; its `prefix:` stands before every derived
 * name but two: a routing key is no object of a broker, and a dead queue's name continues a queue's name, which has the prefix already. What
 * `address:` says is taken as written, without a prefix.
 *
 * | role (RabbitMQ) | default | role (Kafka) | default | role (Redis) | default |
 * | --- | --- | --- | --- | --- | --- |
 * | `events` | `{provider}.events` | `topic` | `{provider}.{interaction}` | `stream` | `{provider}.{interaction}` |
 * | `inbox` | `{provider}.inbox` | `group` | `{provider}.{interaction}` | `group` | `{provider}` |
 * | `routing-key` | `{interaction}` | `subscription` | `{user}.{provider}.{interaction}` | `subscription` | `{user}` |
 * | `queue` | `{provider}.{interaction}` | `replies` | `{service}.replies` | `replies` | `{service}.replies` |
 * | `subscription` | `{user}.{provider}.{interaction}` | `durable-replies` | `{user}.{provider}.{interaction}.replies` | `durable-replies` | as Kafka |
 * | `replies` | `{service}.replies` | `retry` | `{service}.retry.{delay}` | `due` | `{service}.due` |
 * | `durable-replies` | `{user}.{provider}.{interaction}.replies` | `dead` | `{service}.dead` | `retry` | `{service}.{provider}.{interaction}.retry` |
 * | `retry` | `{service}.retry.{delay}` | | | `dead` | `{service}.{provider}.{interaction}.dead` |
 * | `again` | `{service}.again` | | | | |
 * | `dead` | `{service}.dead` | | | | |
 * | `dead-queue` | `{queue}.dead` | | | | |
 */
import type { Interaction, Milliseconds, Transport } from '../contract/model.ts';
import type { BrokerKind } from './model.ts';

/** What a template may speak of. `{interaction}` is its slug, or the channel that several events share. */
type Placeholder = 'provider' | 'user' | 'service' | 'interaction' | 'delay' | 'queue';

/** How one kind of name is derived. */
export type NameRole = {
  readonly template: string;
  readonly placeholders: readonly Placeholder[];
  /** Whether a transport's prefix stands before it. */
  readonly prefixed: boolean;
};

const placeholderPattern = /\{([a-z]+)\}/g;

/** The roles of each broker; the keys are what `names:` of a transport of that kind may set. */
export const NAME_ROLES = {
  rabbitmq: {
    events: role('{provider}.events'),
    inbox: role('{provider}.inbox'),
    'routing-key': { template: '{interaction}', placeholders: ['provider', 'interaction'], prefixed: false },
    queue: role('{provider}.{interaction}'),
    subscription: role('{user}.{provider}.{interaction}'),
    replies: role('{service}.replies'),
    'durable-replies': role('{user}.{provider}.{interaction}.replies'),
    retry: role('{service}.retry.{delay}'),
    again: role('{service}.again'),
    dead: role('{service}.dead'),
    'dead-queue': { template: '{queue}.dead', placeholders: ['queue'], prefixed: false },
  },
  kafka: {
    topic: role('{provider}.{interaction}'),
    group: role('{provider}.{interaction}'),
    subscription: role('{user}.{provider}.{interaction}'),
    replies: role('{service}.replies'),
    'durable-replies': role('{user}.{provider}.{interaction}.replies'),
    retry: role('{service}.retry.{delay}'),
    dead: role('{service}.dead'),
  },
  redis: {
    stream: role('{provider}.{interaction}'),
    group: role('{provider}'),
    subscription: role('{user}'),
    replies: role('{service}.replies'),
    'durable-replies': role('{user}.{provider}.{interaction}.replies'),
    due: role('{service}.due'),
    retry: role('{service}.{provider}.{interaction}.retry'),
    dead: role('{service}.{provider}.{interaction}.dead'),
  },
} as const satisfies Record<BrokerKind, Readonly<Record<string, NameRole>>>;

/** The role names of one broker. */
export type RoleOf<K extends BrokerKind> = keyof (typeof NAME_ROLES)[K] & string;

/** What the placeholders of one name stand for. */
export type NameValues = Readonly<Partial<Record<Placeholder, string>>>;

/** Derives the name of a role on a transport. A placeholder that the role does not know stays as written; `checkTopology` reports it. */
export function deriveName<K extends BrokerKind>(transport: Transport, kind: K, roleName: RoleOf<K>, values: NameValues): string {
  const roles: Readonly<Record<string, NameRole>> = NAME_ROLES[kind];
  const { template, prefixed, placeholders } = roles[roleName] as NameRole;
  const chosen = Object.hasOwn(transport.names, roleName) ? (transport.names[roleName] ?? template) : template;
  const name = fillTemplate(chosen, (key) => {
    const known = placeholders.find((placeholder) => placeholder === key);
    return known && values[known];
  });
  return prefixed ? transport.prefix + name : name;
}

/** A template with its placeholders replaced, but for those that have no value. Every name of a project comes through here, so it is no regular expression. */
function fillTemplate(template: string, lookUp: (key: string) => string | undefined): string {
  let filled = '';
  let taken = 0;
  for (let open = template.indexOf('{'); open !== -1; open = template.indexOf('{', open + 1)) {
    const close = template.indexOf('}', open);
    const value = close === -1 ? undefined : lookUp(template.slice(open + 1, close));
    if (value === undefined) continue;
    filled += template.slice(taken, open) + value;
    taken = close + 1;
  }
  return filled + template.slice(taken);
}

/** The placeholders of a template, as written between the braces. */
export function placeholdersOf(template: string): readonly string[] {
  return [...template.matchAll(placeholderPattern)].map((match) => match[1] as string);
}

/** What `{interaction}` stands for: the channel's name where several events share one, else the slug (`charge`, `charge.v2`). */
export function addressPart(interaction: Interaction): string {
  return interaction.channel ?? interaction.slug;
}

const durationUnits = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A duration as names write it, in the largest unit that needs no fraction: `1s`, `90s`, `10m`, `1500ms`. */
export function durationName(duration: Milliseconds): string {
  const unit = durationUnits.find(([, size]) => duration > 0 && duration % size === 0);
  return unit ? `${duration / unit[1]}${unit[0]}` : `${duration}ms`;
}

function role(template: string): NameRole {
  return { template, placeholders: placeholdersOf(template) as readonly Placeholder[], prefixed: true };
}
