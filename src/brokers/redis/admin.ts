import type { Transport } from '../../contract/model.ts';
import type { BrokerAdmin } from '../../topology/port.ts';
import type { Step } from '../../topology/steps.ts';
import { checkTls } from '../admin/check-tls.ts';
import { accessOf } from './access.ts';
import { openConnection } from './admin/connection.ts';
import { createSteps } from './admin/create.ts';
import { lockDatabase } from './admin/lock.ts';
import { readDatabase } from './admin/read.ts';
import { rehearseSteps } from './admin/rehearse.ts';
import { removeSteps } from './admin/remove.ts';

/** Opens the Redis or Valkey that a transport points at. Throws `Failure` where it cannot be reached, or does not let the user in. */
export async function openRedis(transport: Transport, project: string): Promise<BrokerAdmin> {
  const access = accessOf(transport);
  checkTls(transport.name, access.tls ?? {});
  const connection = await openConnection(access);
  return {
    target: targetOf(access.database, await connection.facts()),
    async inspect(_signal, wanted = []) {
      await connection.renew();
      return readDatabase(connection, wanted, project);
    },
    rehearse: (steps) => rehearseSteps(connection, steps, project),
    lock: (holder) => lockDatabase(access, { project, transport: transport.name, holder }),
    async *execute(steps, signal) {
      yield* createSteps(connection, without(steps, 'delete'), { project, signal });
      yield* removeSteps(connection, of(steps, 'delete'), { project, signal });
    },
    close: async () => connection.close(),
  };
}

function of(steps: readonly Step[], action: Step['action']): readonly Step[] {
  return steps.filter((step) => step.action === action);
}

function without(steps: readonly Step[], action: Step['action']): readonly Step[] {
  return steps.filter((step) => step.action !== action);
}

/** Without the address: a saved plan names none. */
function targetOf(database: number, facts: ReadonlyMap<string, string>): string {
  const valkey = facts.get('valkey_version');
  const redis = facts.get('redis_version');
  const product = valkey !== undefined ? `Valkey ${valkey}` : redis !== undefined ? `Redis ${redis}` : 'Redis';
  return facts.get('cluster_enabled') === '1' ? `cluster, ${product}` : `database ${database}, ${product}`;
}
