/** What there is to say of a cluster beside the steps of a plan. */
import type { Transport } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import { isObject } from '../../source/json.ts';
import { compareVersions } from '../../topology/broker-features.ts';
import { checkFeatures } from '../../topology/check-features.ts';
import type { ActualTopology } from '../../topology/model.ts';
import { versionNotes } from '../../topology/version-notes.ts';
import { unlistedNotes } from './configs.ts';

/** Configs that nobody lists, and that the project says another release than the one that the brokers' requests speak of. */
export function kafkaNotes(system: System, transport: Transport, server: NonNullable<ActualTopology['server']>): readonly string[] {
  return [...releaseNotes(system, transport, server), ...(isObject(server.unlisted) ? unlistedNotes(server.unlisted) : [])];
}

function releaseNotes(system: System, transport: Transport, { least, below }: NonNullable<ActualTopology['server']>): readonly string[] {
  if (typeof least !== 'string') return [];
  const end = typeof below === 'string' ? below : undefined;
  const told = end === undefined ? `${least} or newer` : least;
  return versionNotes(
    transport,
    { told: `${told} by the requests that its brokers take`, product: 'Kafka', numbers: least, fits: (said) => isWithin(said, least, end) },
    (as) => checkFeatures(system, as, 'kafka'),
  );
}

/** Whether what the project says is one of these releases; patches do not count. */
function isWithin(said: string, least: string, below: string | undefined): boolean {
  const release = said.split('.').slice(0, 2).join('.');
  return compareVersions(release, least) >= 0 && (below === undefined || compareVersions(release, below) < 0);
}
