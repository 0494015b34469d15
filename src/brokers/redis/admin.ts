import { createHash } from 'node:crypto';
import type { Transport } from '../../contract/model.ts';
import type { ActualTopology, Resource } from '../../topology/model.ts';
import type { BrokerAdmin } from '../../topology/port.ts';
import type { Step } from '../../topology/steps.ts';
import { checkTls } from '../admin/check-tls.ts';
import { accessOf, type RedisAccess } from './access.ts';
import { changeUsers } from './admin/change-rights.ts';
import { type Connection, openConnection } from './admin/connection.ts';
import { createSteps } from './admin/create.ts';
import { lockDatabase } from './admin/lock.ts';
import { readDatabase } from './admin/read.ts';
import { rehearseSteps } from './admin/rehearse.ts';
import { removeSteps } from './admin/remove.ts';
import { type FoundUsers, readUsers, rehearseUsers } from './admin/rights.ts';

/** Opens the Redis or Valkey that a transport points at. Throws `Failure` where it cannot be reached, or does not let the user in. */
export async function openRedis(transport: Transport, project: string): Promise<BrokerAdmin> {
  const access = accessOf(transport);
  checkTls(transport.name, access.tls ?? {});
  const connection = await openConnection(access);
  const users = usersIn(access, connection);
  return {
    target: targetOf(access.database, await connection.facts()),
    async inspect(_signal, wanted = []) {
      await connection.renew();
      const found = await readDatabase(connection, wanted, project);
      return transport.users === undefined ? found : withUsers(found, await readUsers(await users.open(), wanted.filter(isUser), project));
    },
    async rehearse(steps) {
      const [own, others] = split(steps);
      const remarks = own.length === 0 ? [] : await rehearseUsers(await users.open(), own, project);
      return [...remarks, ...(await rehearseSteps(connection, others, project))];
    },
    lock: (holder) => lockDatabase(access, { project, transport: transport.name, holder }),
    async *execute(steps, signal) {
      const [own, others] = split(steps);
      yield* createSteps(connection, without(others, 'delete'), { project, signal });
      yield* removeSteps(connection, of(others, 'delete'), { project, signal });
      if (own.length > 0) yield* changeUsers({ connection: await users.open(), project }, own, signal);
    },
    async close() {
      connection.close();
      users.close();
    },
  };
}

/** Where users are: in database 0, which may need a connection of its own. */
function usersIn(access: RedisAccess, connection: Connection) {
  let own: Connection | undefined;
  return {
    async open(): Promise<Connection> {
      if (access.database === 0) return connection;
      own ??= await openConnection({ ...access, database: 0 });
      await own.renew();
      return own;
    },
    close: () => own?.close(),
  };
}

function withUsers(found: ActualTopology, { resources: users, notes, unseen }: FoundUsers): ActualTopology {
  const resources = [...found.resources, ...users];
  const readHash = createHash('sha256').update(JSON.stringify(resources)).digest('hex');
  return { ...found, resources, readHash, notes, ...(unseen && { unseen }) };
}

function isUser({ kind }: Resource): boolean {
  return kind === 'user';
}

function split(steps: readonly Step[]): readonly [readonly Step[], readonly Step[]] {
  return [steps.filter(({ resource }) => isUser(resource)), steps.filter(({ resource }) => !isUser(resource))];
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
