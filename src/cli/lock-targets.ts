import type { Lock } from '../topology/port.ts';
import type { Session } from './session.ts';
import type { Target } from './target.ts';

/** The locks of all targets that are about to be changed. `lost` is aborted when one of them is not ours any more. */
export type Locks = { readonly lost: AbortSignal; release(): Promise<void> };

/**
 * Keeps other runs out of these targets, and tells where that cannot be. Throws a `Failure` where another run is at work on one of them; then
 * none is locked.
 */
export async function lockTargets(session: Session, targets: readonly Target[]): Promise<Locks> {
  const held: Lock[] = [];
  const release = async () => void (await Promise.allSettled(held.map((lock) => lock.release())));
  try {
    for (const { admin, transport } of targets) {
      const lock = await admin.lock?.(session.host.who());
      if (lock && 'unlocked' in lock) session.tell(`Transport "${transport.name}" is not locked: ${lock.unlocked}`);
      else if (lock) held.push(lock);
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { lost: AbortSignal.any(held.map(({ lost }) => lost)), release };
}
