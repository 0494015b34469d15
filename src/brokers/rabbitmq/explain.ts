/** What RabbitMQ's own texts mean, for people. The texts were collected on 3.10.8 and 4.0.5. */

/** What a refusal of RabbitMQ means, as full sentences; undefined where its text is not known. */
export function explainRefusal(raw: string): string | undefined {
  for (const { pattern, means } of meanings) {
    const match = pattern.exec(raw);
    if (match) return means(match.groups ?? {});
  }
  return undefined;
}

/**
 * The same for what ended a declaration over AMQP. An answer of the broker names its code (`406 (PRECONDITION-FAILED)`); whatever amqplib says
 * without one, in the words of the system or its own, is that there was no answer.
 */
export function explainDeclaration(raw: string): string | undefined {
  return /\b\d{3} \([A-Z-]+\)/.test(raw) ? explainRefusal(raw) : CONNECTION_LOST;
}

const CONNECTION_LOST = 'The connection to RabbitMQ was lost before it was done. Provision again when it is back.';

type Meaning = { readonly pattern: RegExp; readonly means: (part: Readonly<Record<string, string | undefined>>) => string };

const meanings: readonly Meaning[] = [
  {
    pattern: /inequivalent arg '(?<name>[^']*)' for .*: received (?<to>.*?) but current is (?<from>.*?)"?$/,
    means: ({ name, to, from }) =>
      `It stands there already with another ${name}: ${plain(from)} there, ${plain(to)} in the contract. Somebody made it since the plan was computed; plan again.`,
  },
  {
    pattern: /(?:(?<type>configure|write|read) )?access to (?<what>\w+ '[^']*').*refused for user '(?<user>[^']*)'/,
    means: ({ type, what, user }) =>
      `User ${user} has no permission${type ? ` to ${type}` : ''} on ${what}. Give it one: rabbitmqctl set_permissions.`,
  },
  { pattern: /CONNECTION.FORCED/, means: () => CONNECTION_LOST },
  { pattern: /RESOURCE_LOCKED/, means: () => 'It belongs to a connection (exclusive) and is not to be had by others.' },
  {
    pattern: /down or inaccessible|process is stopped|due to timeout/,
    means: () => 'It cannot be asked at this moment: its node is down, or does not answer. Provision again when it is back.',
  },
  {
    pattern: /no (?<kind>queue|exchange) '(?<name>[^']*)'/,
    means: ({ kind, name }) => `There is no ${kind} ${name} any more. Plan again.`,
  },
  {
    pattern: /invalid arg '(?<name>[^']*)' for .*queue type/,
    means: ({ name }) => `This type of queue does not take ${name}.`,
  },
  {
    pattern: /unknown exchange type '(?<type>[^']*)'|invalid exchange type '(?<type2>[^']*)'/,
    means: ({ type, type2 }) => `This RabbitMQ does not know exchanges of type ${type ?? type2}; a plugin may be missing.`,
  },
  { pattern: /NOT_ALLOWED.*vhost|vhost .* not found/, means: () => 'The virtual host is not there, or the user has no permission on it.' },
  { pattern: /queue limit|exchange limit/, means: () => 'The virtual host has as many as its limit allows.' },
  { pattern: /reserved prefix|amq\./, means: () => 'Names that begin with "amq." are RabbitMQ\'s own.' },
];

function plain(text = ''): string {
  return text.replace(/^the value /, '').replace(/ of type '.*'$/, (type) => ` (${type.slice(" of type '".length, -1)})`);
}
