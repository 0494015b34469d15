import { attribute, compareAttributes } from '../../topology/compare.ts';
import type { DesiredResource, Resource } from '../../topology/model.ts';
import type { BrokerSpec, Deletion, Mutability } from '../../topology/port.ts';
import type { FieldChange } from '../../topology/steps.ts';
import { wholeOf } from './entries.ts';
import { rabbitmqNotes } from './notes.ts';
import { reviewRabbitmq } from './review.ts';
import { deriveRabbitmq } from './topology.ts';

/** What RabbitMQ makes of a queue that does not name its type. */
const defaultQueueType = { 'arguments.x-queue-type': 'classic' } as const;

const phases: readonly string[] = ['vhost', 'policy', 'exchange', 'queue', 'binding', 'user', 'topic-permission', 'permission'];

/** Kinds whose every step changes who may do what. */
const rights: ReadonlySet<string> = new Set(['user', 'topic-permission', 'permission']);

/** RabbitMQ: exchanges, queues, bindings and policies of one virtual host, and the rights of its users. Holds for 3.10 to 4.x. */
export const rabbitmqSpec: BrokerSpec = {
  kind: 'rabbitmq',
  derive: deriveRabbitmq,
  compare: compareRabbitmq,
  mutability: rabbitmqMutability,
  deletion,
  consentFor: (kind) => (rights.has(kind) ? 'access' : undefined),
  // Policies come first: a queue must never stand without its settings. Keys are limited before there is a right to send any, and the other way round.
  phaseOf: (kind) => phases.indexOf(kind),
  // A queue goes together with its bindings, or neither goes.
  removalPhaseOf: (kind) => phases.indexOf(kind === 'binding' ? 'queue' : kind),
  belongsTo: wholeOf,
  review: reviewRabbitmq,
  notes: rabbitmqNotes,
};

function compareRabbitmq(desired: DesiredResource, actual: Resource): readonly FieldChange[] {
  if (desired.kind !== 'queue') return compareAttributes(desired, actual);
  return compareAttributes(desired.existing ? desired : withType(desired), withType(actual));
}

function withType<Queue extends Resource>(queue: Queue): Queue {
  if (Object.hasOwn(queue.attributes, 'arguments.x-queue-type')) return queue;
  return { ...queue, attributes: { ...defaultQueueType, ...queue.attributes } };
}

function rabbitmqMutability(kind: string, change: FieldChange): Mutability {
  if (kind === 'user') return { how: 'in-place', risk: 'safe', reason: TAGS };
  if (rights.has(kind)) return { how: 'in-place', risk: 'safe' };
  if (kind === 'policy') return { how: 'in-place', risk: policyRisk(change) };
  const reason = [
    differsInType(change),
    `RabbitMQ fixes ${plainName(change.name)} when it makes ${article(kind)}; it cannot change in place.`,
  ]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
  return { how: 'replace', risk: kind === 'queue' ? 'duplicates' : 'data-loss', reason };
}

const TAGS =
  'With a tag it may do more than its contract says. msgctl takes no tags away: rabbitmqctl set_user_tags with the name of the user and nothing after it.';

/** A tighter limit drops or expires messages that wait already. */
function policyRisk({ name, from, to }: FieldChange): Mutability['risk'] {
  const tightens = ['definition.max-length', 'definition.message-ttl'].includes(name) && typeof to === 'number';
  return tightens && (typeof from !== 'number' || to < from) ? 'data-loss' : 'safe';
}

function differsInType({ name, from, to }: FieldChange): string | undefined {
  if (from === undefined || to === undefined || typeof from === typeof to || String(from) !== String(to)) return undefined;
  return `${plainName(name)} is the ${typeof from} ${JSON.stringify(from)} there and the ${typeof to} ${JSON.stringify(to)} in the contract: two values to RabbitMQ.`;
}

function plainName(attributeName: string): string {
  return attributeName.startsWith('arguments.') ? attributeName.slice('arguments.'.length) : attributeName;
}

function article(kind: string): string {
  return kind === 'exchange' ? 'an exchange' : `a ${kind}`;
}

function deletion(kind: string, resource: Resource): Deletion {
  if (kind === 'policy') return { consent: false, risk: 'safe' };
  if (rights.has(kind)) return { consent: true, risk: 'safe' };
  if (attribute(resource, 'arguments.x-queue-type') === 'stream') return { consent: true, log: true, risk: 'data-loss' };
  return { consent: true, risk: kind === 'queue' ? 'data-loss' : 'safe' };
}
