import { attribute, compareAttributes } from '../../topology/compare.ts';
import type { DesiredResource, Resource } from '../../topology/model.ts';
import type { BrokerSpec, Mutability } from '../../topology/port.ts';
import type { FieldChange } from '../../topology/steps.ts';
import { isBound, isSameConfig, isUnlisted } from './configs.ts';
import { notReadable } from './explain.ts';
import { kafkaNotes } from './notes.ts';
import { isRight, userOfAcl } from './service-rights.ts';
import { CONFIG, EFFECTIVE, FENCE, HIDDEN, HOLDS_MESSAGES, managedConfigs } from './shape.ts';
import { deriveKafka } from './topology.ts';

const CLEANUP = 'configs.cleanup.policy';

const phases: readonly string[] = ['topic', 'user', 'acl'];

/** Kafka: the topics of one cluster, and the rights of its users. */
export const kafkaSpec: BrokerSpec = {
  kind: 'kafka',
  derive: deriveKafka,
  compare: (desired, actual) => (isRight(desired.kind) ? compareAttributes(desired, actual) : compareTopics(desired, actual)),
  mutability: (kind, change) => (isRight(kind) ? { how: 'in-place', risk: 'safe' } : topicMutability(change)),
  // A topic keeps what was read for later readers; where it keeps nothing, nothing is lost.
  deletion: (kind, resource) =>
    isRight(kind)
      ? { consent: true, risk: 'safe' }
      : { consent: true, log: attribute(resource, HOLDS_MESSAGES) === true, risk: 'data-loss' },
  consentFor: (kind) => (isRight(kind) ? 'access' : undefined),
  // Whose rights they are is recorded before any is given, and given up after all are taken.
  phaseOf: (kind) => phases.indexOf(kind),
  belongsTo: userOfAcl,
  notes: kafkaNotes,
};

/** Partitions and replicas that the contract does not name are the broker's defaults; a managed config that it no longer names goes back to them. */
function compareTopics(desired: DesiredResource, actual: Resource): readonly FieldChange[] {
  const isFenced = attribute(actual, CONFIG + FENCE) === '0';
  const compared = (name: string) =>
    Object.hasOwn(desired.attributes, name) ||
    managedConfigs.includes(name) ||
    (isFenced && name === CONFIG + FENCE) ||
    (desired.exact === true && isUnlisted(name, desired));
  const differences = compareAttributes(desired, desired.existing ? inEffect(actual) : actual).filter(({ name }) => compared(name));
  const told = differences.filter(({ name, from, to }) => !name.startsWith(CONFIG) || !isSameConfig(from, to));
  const hidden = attribute(actual, HIDDEN);
  if (hidden === undefined) return told;
  // What does not count is not asked for: a foreign topic is refused whatever its configs are.
  if (desired.existing && told.some(({ name }) => managedConfigs.includes(name))) throw notReadable(desired.name, String(hidden));
  return told.filter(({ name }) => !managedConfigs.includes(name));
}

/** To a topic that msgctl did not make it does not matter where its configs are set. */
function inEffect(actual: Resource): Resource {
  const values = managedConfigs.flatMap((name) => {
    const value = attribute(actual, EFFECTIVE + name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...actual, attributes: { ...actual.attributes, ...Object.fromEntries(values) } };
}

function topicMutability({ name, from, to }: FieldChange): Mutability {
  switch (name) {
    case 'partitions':
      return typeof from === 'number' && typeof to === 'number' && to < from
        ? { how: 'replace', risk: 'order', reason: 'Kafka cannot take partitions away from a topic.' }
        : {
            how: 'in-place',
            risk: 'order',
            reason: 'With more partitions keys move: messages of one key that wait and new ones are no longer in one order.',
          };
    case 'replication':
      return { how: 'in-place', risk: 'safe', reason: replicationReason(from) };
    case CLEANUP:
      return String(to).includes('compact') && !String(from).includes('compact')
        ? { how: 'in-place', risk: 'data-loss', reason: 'Compaction keeps only the newest message of each key.' }
        : { how: 'in-place', risk: 'data-loss', reason: 'Messages past the retention are deleted from now on.' };
    case CONFIG + FENCE:
      return from === '0'
        ? { how: 'in-place', risk: 'safe', reason: 'It takes no messages: taking it away was cut off. From now on it takes them again.' }
        : { how: 'in-place', risk: 'safe' };
    default:
      return { how: 'in-place', risk: isBound(name) && keepsLess(from, to) ? 'data-loss' : 'safe' };
  }
}

function replicationReason(from: FieldChange['from']): string {
  return typeof from === 'string' && from.includes('becoming')
    ? 'Kafka is moving its replicas already; this waits until that has ended.'
    : 'Kafka copies the partitions to their new replicas while it works on.';
}

/** -1 keeps for ever; a value that is not there is the broker's default, which may be anything. */
function keepsLess(from: FieldChange['from'], to: FieldChange['to']): boolean {
  const [before, after] = [from, to].map((value) => (value === undefined ? Number.NaN : Number(value)));
  if (after === -1) return false;
  return before === -1 || !((after as number) >= (before as number));
}
