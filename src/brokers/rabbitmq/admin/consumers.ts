import { Failure } from '../../../diagnostics/failure.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../../source/json.ts';
import type { Access } from '../access.ts';
import type { Management } from './management.ts';

/**
 * The names that connections gave themselves, by the queue that they consume from. Only a hint: where the user may not see the connections of
 * others, or there are none, it is empty. Throws `Failure` where the broker is out of reach.
 */
export async function readConsumers(management: Management, { vhost }: Access): Promise<ReadonlyMap<string, readonly string[]>> {
  const [consumers, connections] = await Promise.all([
    readOrNothing(management, `/api/consumers/${encodeURIComponent(vhost)}`),
    readOrNothing(management, '/api/connections?columns=name,client_properties.connection_name'),
  ]);
  const named = new Map<string, string>();
  for (const connection of entriesOf(connections)) {
    const name = ownProperty(ownProperty(connection, 'client_properties'), 'connection_name');
    if (typeof connection.name === 'string' && typeof name === 'string' && name !== '') named.set(connection.name, name);
  }
  const byQueue = new Map<string, readonly string[]>();
  for (const consumer of entriesOf(consumers)) {
    const queue = ownProperty(ownProperty(consumer, 'queue'), 'name');
    const connection = ownProperty(ownProperty(consumer, 'channel_details'), 'connection_name');
    const name = typeof connection === 'string' ? named.get(connection) : undefined;
    if (typeof queue === 'string' && name !== undefined) byQueue.set(queue, [...(byQueue.get(queue) ?? []), name]);
  }
  return byQueue;
}

async function readOrNothing(management: Management, path: string): Promise<JsonValue | undefined> {
  try {
    return await management.read(path, 'who consumes');
  } catch (error) {
    if (error instanceof Failure && error.id === 'right-missing') return undefined;
    throw error;
  }
}

function entriesOf(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
