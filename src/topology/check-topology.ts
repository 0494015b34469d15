import type { Transport } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { checkEndpoints } from './check-endpoints.ts';
import { checkFeatures } from './check-features.ts';
import { checkQueues } from './check-queues.ts';
import { type DerivedName, derivedNames } from './derived-names.ts';
import type { BrokerKind } from './model.ts';
import { NAME_ROLES, type NameRole, placeholdersOf } from './names.ts';
import { soundParts } from './sound-parts.ts';

/** What a broker takes as a name. */
type NameRule = {
  readonly limit: number;
  readonly unit: 'bytes' | 'characters';
  readonly allowed: RegExp;
  readonly words: string;
  /** What two names must differ in. */
  readonly identity: (name: string) => string;
};

const anything: Pick<NameRule, 'allowed' | 'words' | 'identity'> = {
  allowed: /./s,
  words: 'any text but an empty one',
  identity: (name) => name,
};

const routingKeys: NameRule = { ...anything, limit: 255, unit: 'bytes', allowed: /^/ };
const rabbitmqNames: NameRule = {
  ...anything,
  limit: 255,
  unit: 'bytes',
  allowed: /^(?!amq\.)./s,
  words: 'names that do not begin with "amq."',
};
/** Not what Kafka and msgctl keep there themselves: whoever may write to that can undo what they know of groups, transactions and owners. */
const kafkaTopics: NameRule = {
  limit: 249,
  unit: 'characters',
  allowed: /^(?!\.\.?$|__(?:msgctl|consumer_offsets|transaction_state|share_group_state|cluster_metadata)$)[A-Za-z0-9._-]+$/,
  words: 'letters, digits, ".", "_" and "-", but not the names of Kafka\'s own topics nor "__msgctl"',
  identity: (name) => name.replaceAll('_', '.'),
};
/** A right on the group "*" is a right on all groups. */
const kafkaGroups: NameRule = {
  ...anything,
  limit: 32_767,
  unit: 'bytes',
  allowed: /^(?!\*$)./s,
  words: 'any text but an empty one and "*", which rights take for all groups',
};
const redisGroups: NameRule = { ...anything, limit: 512 * 1024 * 1024, unit: 'bytes' };
/** In the hash of the owners a space stands between a stream and its group. */
const redisKeys: NameRule = {
  ...redisGroups,
  allowed: /^(?!msgctl:)[^ ]+$/,
  words: 'names without spaces that do not begin with "msgctl:"',
};

/** RabbitMQ: AMQP 0-9-1 short strings; `amq.` is its own. Kafka: `Topic.java`; a dot and an underscore are the same in its metrics. */
const NAME_RULES: Readonly<Record<BrokerKind, (space: string) => NameRule>> = {
  rabbitmq: (space) => (space.startsWith('routes of ') ? routingKeys : rabbitmqNames),
  kafka: (space) => (space === 'topic' ? kafkaTopics : kafkaGroups),
  redis: (space) => (space === 'key' ? redisKeys : redisGroups),
};

/**
 * What is wrong with the names that the contracts get on their brokers: two things under one name, a name that its broker refuses, a template
 * that cannot work. Names of different transports are never compared: two transports may be one broker, or not. `findings` are what is known
 * to be wrong already: what only follows from it is not told.
 */
export function checkTopology(understood: System, findings: readonly Diagnostic[] = []): readonly Diagnostic[] {
  const system = soundParts(understood, findings);
  return system.project.transports.flatMap((transport) => {
    const kind = transport.kind;
    if (kind === 'http' || kind === 'grpc') return checkEndpoints(system, transport);
    if (kind === 'memory') return [];
    const templates = checkTemplates(transport, kind);
    const names = templates.length > 0 ? templates : checkNames(derivedNames(system, transport), NAME_RULES[kind]);
    const queues = kind === 'rabbitmq' ? checkQueues(system, transport) : [];
    return [...names, ...queues, ...checkFeatures(system, transport, kind)];
  });
}

function checkTemplates(transport: Transport, kind: BrokerKind): readonly Diagnostic[] {
  const roles: Readonly<Record<string, NameRole>> = NAME_ROLES[kind];
  return Object.entries(transport.names).flatMap(([written, template]) => {
    const role = Object.hasOwn(roles, written) ? roles[written] : undefined;
    if (!role) return [diagnose('unknown-name-role', transport.at, { written, transport: transport.name, known: Object.keys(roles) })];
    const unknown = placeholdersOf(template).filter((placeholder) => !role.placeholders.some((known) => known === placeholder));
    return unknown.map((placeholder) =>
      diagnose('unknown-placeholder', transport.at, { role: written, written: placeholder, known: role.placeholders }),
    );
  });
}

function checkNames(names: readonly DerivedName[], ruleOf: (space: string) => NameRule): readonly Diagnostic[] {
  const spaces = new Map<string, Map<string, DerivedName>>();
  const found = new Map<string, Diagnostic>();
  for (const derived of names) {
    const { space, name, what, at } = derived;
    const rule = ruleOf(space);
    const first = spaces.get(space) ?? new Map<string, DerivedName>();
    spaces.set(space, first);
    const identity = rule.identity(name);
    const known = first.get(identity);
    if (!known) first.set(identity, derived);
    const problem = known ? checkSame(known, derived) : checkName(derived, rule);
    if (problem) found.set(JSON.stringify([problem.id, space, name, what, at.file, at.start.offset]), problem);
  }
  return [...found.values()];
}

function checkSame(known: DerivedName, { name, what, at }: DerivedName): Diagnostic | undefined {
  if (known.what === what) return undefined;
  return diagnose('derived-name-collision', at, { what, name, other: known.what }, [
    { at: known.at, label: `${known.what} is asked for here` },
  ]);
}

function checkName({ name, what, at, kept }: DerivedName, { limit, unit, allowed, words }: NameRule): Diagnostic | undefined {
  if (kept) return undefined;
  if (!allowed.test(name)) return diagnose('name-not-allowed', at, { what, name, allowed: words });
  // A UTF-16 code unit takes three bytes at most.
  if (name.length * 3 <= limit) return undefined;
  const length = unit === 'bytes' ? new TextEncoder().encode(name).length : name.length;
  return length > limit ? diagnose('name-too-long', at, { what, name, length, limit, unit }) : undefined;
}
