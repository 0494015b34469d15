import { randomUUID } from 'node:crypto';
import type { Lock } from '../../../topology/port.ts';
import { keepLease, LEASE, type Locking, lockedBy } from '../../admin/lock.ts';
import { type Claim, claimEntry, claimKey, standingClaim } from '../locks.ts';
import type { Connection } from './connection.ts';
import { ensureLedger, readLedger, writeLedger } from './ledger.ts';

/**
 * Keeps other runs out of a cluster by a record among those of the owners: of two that are written at once the first in the log stands, and both
 * read the same log. Throws `Failure` where another run is at work.
 */
export async function lockCluster(connection: Connection, locking: Locking, replication: number | undefined): Promise<Lock> {
  const { project, transport, holder } = locking;
  const prefix = claimKey(project, transport, '');
  const key = claimKey(project, transport, randomUUID());
  const standing = async () => standingClaim((await readLedger(connection, await connection.refresh())).entries, prefix, Date.now());
  const claim = (held: boolean) => writeLedger(connection, [claimEntry({ key, holder, until: Date.now() + LEASE, held })]);
  const withdraw = () => writeLedger(connection, [{ key }]).catch(() => undefined);
  const refuse = (other: Claim) =>
    lockedBy(
      connection.access.endpoint,
      locking,
      other.holder,
      `The lock of a run that died ends by itself within ${LEASE / 1000} seconds.`,
    );
  await ensureLedger(connection, replication);
  const before = await standing();
  if (before) throw refuse(before);
  await claim(false);
  const now = await standing();
  if (now && now.key !== key) {
    await withdraw();
    throw refuse(now);
  }
  const since = Date.now();
  await claim(true);
  const renew = () =>
    claim(true).then(
      () => true,
      () => false,
    );
  return keepLease({ since, renew, release: async () => void (await withdraw()) });
}
