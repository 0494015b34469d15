/** Who reads a topic and what of it is still to be read: whether it may be taken away. */

/** A consumer group that reads a topic. */
export type Reader = {
  readonly group: string;
  /** How many of its members are there now. */
  readonly members: number;
  /** Where it will go on, by partition; without an entry it has read nothing of that partition. */
  readonly committed: ReadonlyMap<number, bigint>;
  /** Of a kind whose members cannot be asked for: whether any of them is there is not known. */
  readonly isVeiled?: true;
};

/**
 * What a partition keeps: offsets from `begin` to before `end`, also what is written in a transaction that is still open. `stable`: up to where
 * no transaction is; before `end` where one is open.
 */
export type Span = { readonly partition: number; readonly begin: bigint; readonly stable: bigint; readonly end: bigint };

/** A topic as it is used at one moment. */
export type Use = { readonly spans: readonly Span[]; readonly readers: readonly Reader[] };

/** How many messages a topic keeps at most: compaction and transactions leave offsets without one. */
export function keptIn({ spans }: Use): bigint {
  return spans.reduce((sum, { begin, end }) => sum + (end - begin), 0n);
}

/** Why a topic may not be taken away now, since somebody reads it or has something left to read; full sentences. undefined where nothing is in the way. */
export function standsInTheWay(use: Use): string | undefined {
  const reading = use.readers.find(({ members }) => members > 0);
  if (reading) {
    const { group, members } = reading;
    return `Group "${group}" reads it (${members} ${members === 1 ? 'member' : 'members'}). Stop that first.`;
  }
  // Fencing a topic keeps the coordinator from ending a transaction, and who began it may be told that what it wrote is stored.
  if (use.spans.some(({ stable, end }) => stable < end)) return OPEN_TRANSACTION;
  const behind = use.readers.map((reader) => ({ reader, left: leftTo(reader, use) })).find(({ left }) => left > 0n);
  if (behind) {
    const { group } = behind.reader;
    return `Group "${group}" has up to ${messages(behind.left)} of it left to read. Let it read them, or where nobody needs it any more take it away with kafka-consumer-groups.sh --delete --group ${group}.`;
  }
  const veiled = use.readers.find(({ isVeiled }) => isVeiled);
  if (veiled) {
    return `Group "${veiled.group}" of Kafka Streams has read it, and whether it still does msgctl cannot tell. Stop it and take the group away with kafka-streams-groups.sh --delete --group ${veiled.group}.`;
  }
  const kept = keptIn(use);
  if (kept === 0n || use.readers.length > 0) return undefined;
  return `It keeps up to ${messages(kept)} that no group has read. Where nobody needs them, take them away with kafka-delete-records.sh, or wait until its retention does.`;
}

const OPEN_TRANSACTION =
  'A transaction that writes to it is open. Let it end; where it never does, kafka-transactions.sh find-hanging shows whose it is.';

/** Of a topic whose use is not known. */
export const UNKNOWN_USE = 'It is gone, or a partition of it has no leader at the moment, so what it keeps is not known. Plan again.';

/** What goes with a topic that nothing stands in the way of: a full sentence. */
export function whatGoes(use: Use): string {
  const kept = keptIn(use);
  if (kept === 0n) return 'It keeps no messages.';
  return `It keeps up to ${messages(kept)}, which every group that reads it has read (${use.readers.map(({ group }) => group).join(', ')}).`;
}

/** Whether nothing was written between two looks. */
export function isQuiet(before: Use, after: Use): boolean {
  const ends = new Map(before.spans.map(({ partition, end }) => [partition, end]));
  return after.spans.length === before.spans.length && after.spans.every(({ partition, end }) => ends.get(partition) === end);
}

function leftTo({ committed }: Reader, { spans }: Use): bigint {
  return spans.reduce((sum, { partition, begin, end }) => {
    const next = committed.get(partition) ?? begin;
    const from = next > begin ? next : begin;
    return end > from ? sum + (end - from) : sum;
  }, 0n);
}

function messages(count: bigint): string {
  return count === 1n ? '1 message' : `${count} messages`;
}
