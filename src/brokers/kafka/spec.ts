import { compareAttributes } from '../../topology/compare.ts';
import type { DesiredResource, Resource } from '../../topology/model.ts';
import type { BrokerSpec, Mutability } from '../../topology/port.ts';
import type { FieldChange } from '../../topology/steps.ts';
import { deriveKafka } from './topology.ts';

/** The configs that contracts speak of. Whatever else is set on a topic is its operator's business. */
const managedConfigs: readonly string[] = ['configs.cleanup.policy', 'configs.retention.ms', 'configs.retention.bytes'];

/** Kafka: the topics of one cluster. */
export const kafkaSpec: BrokerSpec = {
  kind: 'kafka',
  derive: deriveKafka,
  compare: compareTopics,
  mutability: (_kind, change) => topicMutability(change),
  deletion: () => ({ consent: true, risk: 'data-loss' }),
  phaseOf: () => 0,
  belongsTo: () => undefined,
};

/** Partitions and replicas that the contract does not name are the broker's defaults; a managed config that it no longer names goes back to them. */
function compareTopics(desired: DesiredResource, actual: Resource): readonly FieldChange[] {
  const compared = (name: string) => Object.hasOwn(desired.attributes, name) || managedConfigs.includes(name);
  return compareAttributes(desired, actual).filter(({ name }) => compared(name));
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
      return { how: 'in-place', risk: 'safe', reason: 'Kafka copies the partitions to their new replicas while it works on.' };
    case 'configs.cleanup.policy':
      return String(to).includes('compact') && !String(from).includes('compact')
        ? { how: 'in-place', risk: 'data-loss', reason: 'Compaction keeps only the newest message of each key.' }
        : { how: 'in-place', risk: 'data-loss', reason: 'Messages past the retention are deleted from now on.' };
    default:
      return { how: 'in-place', risk: keepsLess(from, to) ? 'data-loss' : 'safe' };
  }
}

/** -1 keeps for ever; a value that is not there is the broker's default, which may be anything. */
function keepsLess(from: FieldChange['from'], to: FieldChange['to']): boolean {
  const [before, after] = [from, to].map((value) => (value === undefined ? Number.NaN : Number(value)));
  if (after === -1) return false;
  return before === -1 || !((after as number) >= (before as number));
}
