import type { FoundGroup } from '../skeleton.ts';
import type { Connection } from './connection.ts';
import { describeGroups, fetchCommitted, listGroups } from './groups.ts';
import type { Broker } from './kafkajs.ts';

/** Requests on their way at the same time. */
const REQUESTS_AT_ONCE = 16;

/**
 * All consumer groups that the user may see, with the topics that they have committed offsets of or read now. Each broker is asked for those that
 * it coordinates. Only a hint: what the user may not know of a group is left out. Throws what kafkajs throws.
 */
export async function readReaders(connection: Connection): Promise<readonly FoundGroup[]> {
  const { brokers } = await connection.refresh();
  const groups: FoundGroup[] = [];
  for (const { nodeId } of brokers) groups.push(...(await readersAt(await connection.broker(nodeId))));
  return groups;
}

async function readersAt(broker: Broker): Promise<readonly FoundGroup[]> {
  const listed = await listGroups(broker);
  if ('code' in listed) throw Object.assign(new Error('groups not listed'), { name: 'KafkaJSProtocolError', code: listed.code });
  const names = listed.map(({ id }) => id);
  const described = await describeGroups(broker, listed);
  const members = new Map('code' in described ? [] : described.map((group) => [group.id, group.members]));
  const found: FoundGroup[] = [];
  for (let start = 0; start < names.length; start += REQUESTS_AT_ONCE) {
    const portion = names.slice(start, start + REQUESTS_AT_ONCE).map(async (name): Promise<FoundGroup> => {
      // No topics named: all that it has offsets of.
      const committed = await fetchCommitted(broker, name, []);
      const reads = (members.get(name) ?? []).flatMap(({ topics }) => (topics === 'unknown' ? [] : [...topics]));
      return { name, topics: [...new Set([...('code' in committed ? [] : committed.keys()), ...reads])].sort() };
    });
    found.push(...(await Promise.all(portion)));
  }
  return found;
}
