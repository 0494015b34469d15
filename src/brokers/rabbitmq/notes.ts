/** What people should know of a RabbitMQ whose version is known, beside what `validate` says without asking it. */
import type { Transport } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import { checkFeatures } from '../../topology/check-features.ts';
import { checkQueues } from '../../topology/check-queues.ts';
import type { ActualTopology } from '../../topology/model.ts';
import { versionNotes, versionNumbers } from '../../topology/version-notes.ts';

/** That the project says another version, and what the contracts ask for that this one does otherwise than the checks so far could know. */
export function rabbitmqNotes(system: System, transport: Transport, { version }: NonNullable<ActualTopology['server']>): readonly string[] {
  const numbers = versionNumbers(version);
  if (numbers === undefined) return [];
  return versionNotes(transport, { told: String(version), product: 'RabbitMQ', numbers }, (as) => [
    ...checkFeatures(system, as, 'rabbitmq'),
    ...checkQueues(system, as),
  ]);
}
