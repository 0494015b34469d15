/** What is in a database, as resources. */
import { createHash } from 'node:crypto';
import { Failure } from '../../../diagnostics/failure.ts';
import type { JsonValue } from '../../../source/json.ts';
import type { ActualResource, ActualTopology, Resource } from '../../../topology/model.ts';
import { failureOf } from '../explain.ts';
import { isRefused, listOf, mapOf, type Reply, textOf } from '../replies.ts';
import { groupResource, HOLDS_MESSAGES, OWNER_HASH, streamOf, streamResource } from '../resources.ts';
import type { Connection } from './connection.ts';

/** Whose what is: the owner of each stream and group by its mark. */
export type Owners = ReadonlyMap<string, string>;

/**
 * Reads the streams that are wanted and those that the project has marked, with all their groups. A database may hold millions of other keys;
 * they are never looked at. Throws `Failure`.
 */
export async function readDatabase(connection: Connection, wanted: readonly Resource[], project: string): Promise<ActualTopology> {
  const owners = await readOwners(connection);
  const marked = [...owners].flatMap(([name, owner]) => (owner === project ? [streamOf(name)] : []));
  const names = [...new Set([...wanted.flatMap(streamsIn), ...marked])].sort();
  const found = await readGroups(connection, names);
  const asked = new Set(wanted.flatMap(streamsIn));
  const holding = await readHolding(
    connection,
    names.filter((name) => found.has(name) && !asked.has(name)),
  );
  const resources = names.flatMap((name) => {
    const groups = found.get(name);
    const stream = holding.has(name) ? { ...streamResource(name), attributes: { [HOLDS_MESSAGES]: true } } : streamResource(name);
    return groups ? [stream, ...groups.map((group) => groupResource(name, group))].map((each) => owned(each, owners)) : [];
  });
  const readHash = createHash('sha256').update(JSON.stringify(resources)).digest('hex');
  return { resources, readHash, server: await readServer(connection) };
}

/** All marks. Throws `Failure`. */
export async function readOwners(connection: Connection): Promise<Owners> {
  const [[reply] = []] = await connection.run([{ key: OWNER_HASH, commands: [['HGETALL', OWNER_HASH]] }]);
  if (isRefused(reply) && /^WRONGTYPE/.test(reply.error)) throw notOurHash(connection);
  if (isRefused(reply)) throw failureOf(reply, connection.access, `read who owns what (HGETALL ${OWNER_HASH})`);
  return new Map([...mapOf(reply)].map(([name, owner]) => [name, textOf(owner) ?? '']));
}

/** The names of the groups of each stream that is there. What is no stream is not there. */
async function readGroups(connection: Connection, names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const replies = await connection.run(names.map((name) => ({ key: name, commands: [['XINFO', 'GROUPS', name]] })));
  const found = new Map<string, readonly string[]>();
  for (const [index, name] of names.entries()) {
    const reply = replies[index]?.[0];
    if (isRefused(reply)) {
      if (/no such key|^WRONGTYPE/i.test(reply.error)) continue;
      throw failureOf(reply, connection.access, `read the groups of stream "${name}" (XINFO GROUPS)`);
    }
    found.set(name, groupNames(reply));
  }
  return found;
}

/** Which of these streams hold messages. Throws `Failure`. */
async function readHolding(connection: Connection, names: readonly string[]): Promise<ReadonlySet<string>> {
  const replies = await connection.run(names.map((name) => ({ key: name, commands: [['XLEN', name]] })));
  return new Set(
    names.filter((name, index) => {
      const reply = replies[index]?.[0];
      if (isRefused(reply)) throw failureOf(reply, connection.access, `read how long stream "${name}" is (XLEN)`);
      return reply !== 0;
    }),
  );
}

function groupNames(reply: Reply | undefined): readonly string[] {
  return listOf(reply).map((group) => textOf(mapOf(group).get('name')) ?? '');
}

function streamsIn({ kind, name, attributes }: Resource): readonly string[] {
  return kind === 'stream' ? [name] : kind === 'group' ? [String(attributes.stream)] : [];
}

function owned(resource: Resource, owners: Owners): ActualResource {
  const owner = owners.get(resource.name);
  return owner === undefined ? resource : { ...resource, owner };
}

/** What decides how safe messages are there; what the user may not ask for is not among it. */
async function readServer(connection: Connection): Promise<Readonly<Record<string, JsonValue>>> {
  const facts = await connection.facts();
  const save = await connection.ask(['CONFIG', 'GET', 'save']);
  const told = ['redis_version', 'valkey_version', 'maxmemory_policy', 'aof_enabled', 'role', 'cluster_enabled'].flatMap((name) => {
    const value = facts.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(told), ...(!isRefused(save) && { save: textOf(mapOf(save).get('save')) ?? '' }) };
}

function notOurHash({ access }: Connection): Failure {
  return new Failure('broker-refused', {
    message: `Transport "${access.endpoint.transport}": the key ${OWNER_HASH} at ${access.endpoint.where} is no hash.`,
    why: 'It tells which project made what, and somebody uses it for something else. Nothing was changed.',
    advice: 'Choose another database (the path of "url"), or free the key.',
  });
}
