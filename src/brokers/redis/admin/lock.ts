import { randomUUID } from 'node:crypto';
import type { JsonValue } from '../../../source/json.ts';
import { ownProperty } from '../../../source/json.ts';
import type { Lock, Unlocked } from '../../../topology/port.ts';
import { keepLease, LEASE, type Locking, lockedBy } from '../../admin/lock.ts';
import type { RedisAccess } from '../access.ts';
import { failureOf } from '../explain.ts';
import { isRefused, type Reply, textOf } from '../replies.ts';
import { type Connection, openConnection } from './connection.ts';

/** Keeps other runs out of a database by a key that expires, over a connection of its own. Throws `Failure` where another run is at work. */
export async function lockDatabase(access: RedisAccess, locking: Locking): Promise<Lock | Unlocked> {
  const connection = await openConnection(access);
  const key = `msgctl:lock:${locking.project}:${locking.transport}`;
  const token = JSON.stringify({ holder: locking.holder, run: randomUUID() });
  const since = Date.now();
  const [[set, found] = []] = await connection.run([
    {
      key,
      commands: [
        ['SET', key, token, 'NX', 'PX', String(LEASE)],
        ['GET', key],
      ],
    },
  ]);
  if (set === 'OK' && textOf(found) === token)
    return keepLease({ since, renew: () => renew(connection, key, token), release: () => release(connection, key, token) });
  connection.close();
  const problem = [set, found].find(isRefused);
  if (problem && /^NOPERM/.test(problem.error)) {
    return { unlocked: `The user may not use the key ${key} (SET, GET, PEXPIRE, DEL), so another run at the same time is not kept out.` };
  }
  if (problem) throw failureOf(problem, access, `lock the database (SET ${key})`);
  throw lockedBy(access.endpoint, locking, holderIn(found), `The lock of a run that died ends by itself within ${LEASE / 1000} seconds.`);
}

async function renew(connection: Connection, key: string, token: string): Promise<boolean> {
  const [[found, renewed] = []] = await connection.run([
    {
      key,
      commands: [
        ['GET', key],
        ['PEXPIRE', key, String(LEASE)],
      ],
    },
  ]);
  return textOf(found) === token && renewed === 1;
}

/** Gives it back, unless it is another's by now; where the server cannot be reached any more it ends by itself. */
async function release(connection: Connection, key: string, token: string): Promise<void> {
  await connection.renew().catch(() => undefined);
  const [[, found] = []] = await connection.run([
    {
      key,
      commands: [
        ['WATCH', key],
        ['GET', key],
      ],
    },
  ]);
  if (textOf(found) === token) await connection.run([{ key, commands: [['MULTI'], ['DEL', key], ['EXEC']] }]);
  connection.close();
}

function holderIn(found: Reply | undefined): string | undefined {
  try {
    const holder = ownProperty(JSON.parse(textOf(found) ?? '') as JsonValue, 'holder');
    return typeof holder === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}
