import { compareAttributes } from '../../topology/compare.ts';
import type { DesiredResource, Resource } from '../../topology/model.ts';
import type { BrokerSpec } from '../../topology/port.ts';
import type { FieldChange } from '../../topology/steps.ts';
import { deriveRedis } from './topology.ts';

const phases: readonly string[] = ['stream', 'group'];

/** Redis and Valkey: the streams and groups of one database. */
export const redisSpec: BrokerSpec = {
  kind: 'redis',
  derive: deriveRedis,
  compare: compareRedis,
  mutability: (_kind, change) => ({
    how: 'in-place',
    risk: change.to === '$' ? 'data-loss' : 'duplicates',
    reason: 'Only a server that does not have the group yet begins there; one that has it keeps its position.',
  }),
  deletion: () => ({ consent: true, risk: 'data-loss' }),
  phaseOf: (kind) => phases.indexOf(kind),
  // A group has a mark of its own: the streams of one project have groups of others.
  belongsTo: () => undefined,
};

/** Where a group began can be compared only where the target still tells it. */
function compareRedis(desired: DesiredResource, actual: Resource): readonly FieldChange[] {
  return compareAttributes(desired, actual).filter(({ name, from }) => name !== 'start' || from !== undefined);
}
