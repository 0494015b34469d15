import { attribute, compareAttributes } from '../../topology/compare.ts';
import type { DesiredResource, Resource } from '../../topology/model.ts';
import type { BrokerSpec } from '../../topology/port.ts';
import type { FieldChange } from '../../topology/steps.ts';
import { serverNotes } from './notes.ts';
import { HOLDS_MESSAGES } from './resources.ts';
import { deriveRedis } from './topology.ts';
import { compareUsers } from './user-rights.ts';

const phases: readonly string[] = ['stream', 'group', 'user'];

/** Redis and Valkey: the streams and groups of one database, and what users of the server may do with them. */
export const redisSpec: BrokerSpec = {
  kind: 'redis',
  derive: deriveRedis,
  compare: compareRedis,
  mutability: (kind, change) =>
    kind === 'user'
      ? { how: 'in-place', risk: 'safe' }
      : {
          how: 'in-place',
          risk: change.to === '$' ? 'data-loss' : 'duplicates',
          reason: 'Only a server that does not have the group yet begins there; one that has it keeps its position.',
        },
  // A stream keeps what was read for later readers; where it holds nothing, nothing is lost.
  deletion: (kind, resource) =>
    kind === 'user'
      ? { consent: true, risk: 'safe' }
      : { consent: true, log: kind === 'stream' && attribute(resource, HOLDS_MESSAGES) === true, risk: 'data-loss' },
  consentFor: (kind) => (kind === 'user' ? 'access' : undefined),
  phaseOf: (kind) => phases.indexOf(kind),
  // A group has a mark of its own: the streams of one project have groups of others.
  belongsTo: () => undefined,
  notes: serverNotes,
};

/** Where a group began can be compared only where the target still tells it, and what a stream holds is nobody's wish. */
function compareRedis(desired: DesiredResource, actual: Resource): readonly FieldChange[] {
  if (desired.kind === 'user') return compareUsers(desired, actual);
  return compareAttributes(desired, actual).filter(({ name, from }) => name !== HOLDS_MESSAGES && (name !== 'start' || from !== undefined));
}
