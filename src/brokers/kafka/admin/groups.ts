/** Kafka's requests about consumer groups: who is in them, what they read, and how far they are. Nothing of them is ever changed. */
import { CODES } from '../explain.ts';
import { type Broker, type Call, type Decoder, newDecoder, newEncoder, ownCall, skipTags } from './kafkajs.ts';

const CONSUMER_GROUP_DESCRIBE = 69;
const GROUPS_AT_ONCE = 100;

/** The topic in which Kafka keeps its groups; the broker that leads a partition coordinates those that stand in it. */
export const OFFSETS_TOPIC = '__consumer_offsets';

/** A group as it is listed. `isVeiled`: of a kind whose members cannot be asked for. */
type ListedGroup = { readonly id: string; readonly isVeiled?: true };

/** A group with what its members read. */
export type Group = ListedGroup & { readonly members: readonly Member[] };

/** What one member reads: by what it asked for and what it was given. `unknown`: its group is just being put together. */
type Member = { readonly topics: ReadonlySet<string> | 'unknown' };

/** Something of a group, or of all, could not be learnt: Kafka's error. */
export type Refused = { readonly group?: string; readonly code: number };

/** The groups that a broker coordinates, as far as the user may see them. */
export async function listGroups(broker: Broker): Promise<readonly ListedGroup[] | Refused> {
  const { errorCode, groups } = await broker.connectionPool.send(ownCall<Listed>(broker, 'ListGroups', {}));
  if (errorCode !== CODES.ok) return { code: errorCode };
  return groups.flatMap(({ groupId, protocolType }): readonly ListedGroup[] => {
    if (protocolType === STREAMS) return [{ id: groupId, isVeiled: true }];
    // Other kinds than consumers (Kafka Connect's workers) read no topics through their group.
    return protocolType === 'consumer' || protocolType === '' ? [{ id: groupId }] : [];
  });
}

/** Kafka Streams in its own protocol of groups (KIP-1071), which commits offsets like all. */
const STREAMS = 'streams';

type Listed = {
  readonly errorCode: number;
  readonly groups: readonly { readonly groupId: string; readonly protocolType: string }[];
};

/** What groups read, asked of the broker that coordinates them; or which of them is not told. */
export async function describeGroups(broker: Broker, listed: readonly ListedGroup[]): Promise<readonly Group[] | Refused> {
  const found: Group[] = listed.flatMap((group) => (group.isVeiled ? [{ ...group, members: [] }] : []));
  const ids = listed.flatMap(({ id, isVeiled }) => (isVeiled ? [] : [id]));
  for (let start = 0; start < ids.length; start += GROUPS_AT_ONCE) {
    const { groups } = await broker.connectionPool.send(
      ownCall<Described>(broker, 'DescribeGroups', { groupIds: ids.slice(start, start + GROUPS_AT_ONCE) }),
    );
    const refused = groups.find(({ errorCode }) => errorCode !== CODES.ok && errorCode !== CODES.noSuchGroup);
    if (refused) return { group: refused.groupId, code: refused.errorCode };
    // Members of Kafka 4's own protocol are not told here, as if nobody were in the group.
    const dead = groups.filter(({ state, errorCode }) => state === 'Dead' || errorCode !== CODES.ok).map(({ groupId }) => groupId);
    const newer = await describeNewer(broker, dead);
    if ('code' in newer) return newer;
    const classic = groups.filter(({ groupId }) => !dead.includes(groupId));
    found.push(...classic.map(({ groupId, members }) => ({ id: groupId, members: members.map(classicMember) })), ...newer);
  }
  return found;
}

type Described = {
  readonly groups: readonly {
    readonly errorCode: number;
    readonly groupId: string;
    readonly state: string;
    readonly members: readonly { readonly memberMetadata: Buffer | null; readonly memberAssignment: Buffer | null }[];
  }[];
};

function classicMember({ memberMetadata, memberAssignment }: Described['groups'][number]['members'][number]): Member {
  if (!memberMetadata || memberMetadata.length === 0) return { topics: 'unknown' };
  const asked = newDecoder(memberMetadata);
  asked.readInt16();
  const topics = new Set(asked.readArray((at) => at.readString() ?? ''));
  if (memberAssignment && memberAssignment.length > 0) {
    const given = newDecoder(memberAssignment);
    given.readInt16();
    given.readArray((at) => {
      topics.add(at.readString() ?? '');
      return at.readArray((partition) => partition.readInt32());
    });
  }
  return { topics };
}

/** Groups of Kafka 4's own protocol (KIP-848): ConsumerGroupDescribe 0. */
async function describeNewer(broker: Broker, ids: readonly string[]): Promise<readonly Group[] | Refused> {
  if (ids.length === 0 || !broker.versions[CONSUMER_GROUP_DESCRIBE]) return ids.map((id) => ({ id, members: [] }));
  const call: Call<readonly (Group & { readonly code: number })[]> = {
    request: {
      apiKey: CONSUMER_GROUP_DESCRIBE,
      apiVersion: 0,
      apiName: 'ConsumerGroupDescribe',
      // The header's tags, the groups, no authorized operations, tags.
      encode: async () =>
        newEncoder()
          .writeUVarInt(0)
          .writeUVarIntArray(ids.map((id) => newEncoder().writeUVarIntString(id)))
          .writeBoolean(false)
          .writeUVarInt(0),
    },
    response: { decode: async (raw) => decodeNewer(raw), parse: async (data) => data },
  };
  const groups = await broker.connectionPool.send(call);
  const refused = groups.find(({ code }) => code !== CODES.ok && code !== CODES.noSuchGroup);
  return refused ? { group: refused.id, code: refused.code } : groups;
}

function decodeNewer(raw: unknown): readonly (Group & { readonly code: number })[] {
  const decoder = newDecoder(raw);
  skipTags(decoder);
  decoder.readInt32();
  return decoder.readUVarIntArray((at) => {
    const code = at.readInt16();
    at.readUVarIntString();
    const id = at.readUVarIntString() ?? '';
    at.readUVarIntString();
    at.readInt32();
    at.readInt32();
    at.readUVarIntString();
    const members = at.readUVarIntArray(decodeNewerMember);
    at.readInt32();
    skipTags(at);
    return { code, id, members };
  });
}

function decodeNewerMember(at: Decoder): Member {
  // Its id, the id of its instance, its rack; its epoch; its client and host.
  for (let text = 0; text < 3; text += 1) at.readUVarIntString();
  at.readInt32();
  for (let text = 0; text < 2; text += 1) at.readUVarIntString();
  const asked = at.readUVarIntArray((topic) => topic.readUVarIntString() ?? '');
  const pattern = at.readUVarIntString();
  const topics = new Set([...asked, ...decodeAssignment(at), ...decodeAssignment(at)]);
  skipTags(at);
  // What a pattern matches Kafka tells once it has been given out.
  return { topics: pattern !== null && topics.size === 0 ? 'unknown' : topics };
}

function decodeAssignment(decoder: Decoder): readonly string[] {
  const topics = decoder.readUVarIntArray((at) => {
    at.readBytes(16);
    const name = at.readUVarIntString() ?? '';
    at.readUVarIntArray((partition) => partition.readInt32());
    skipTags(at);
    return name;
  });
  skipTags(decoder);
  return topics;
}

/** Where a group will go on, by topic and partition; partitions of which it has read nothing have no entry. */
export async function fetchCommitted(
  broker: Broker,
  group: string,
  topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, bigint>> | Refused> {
  const asked = topics.map(({ topic, partitions }) => ({ topic, partitions: partitions.map((partition) => ({ partition })) }));
  const { errorCode = 0, responses } = await broker.connectionPool.send(
    ownCall<Committed>(broker, 'OffsetFetch', { groupId: group, topics: asked }),
  );
  const codes = [errorCode, ...responses.flatMap(({ partitions }) => partitions.map((partition) => partition.errorCode))];
  const code = codes.find((each) => each !== CODES.ok && each !== CODES.noSuchGroup);
  if (code !== undefined) return { group, code };
  return new Map(
    responses.map(({ topic, partitions }) => [
      topic,
      new Map(partitions.filter(({ offset }) => BigInt(offset) >= 0n).map(({ partition, offset }) => [partition, BigInt(offset)])),
    ]),
  );
}

type Committed = {
  readonly errorCode?: number;
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string; readonly errorCode: number }[];
  }[];
};
