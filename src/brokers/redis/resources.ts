/** The resources of Redis and Valkey: kinds, names and attributes. */
import type { Resource } from '../../topology/model.ts';

/** The hash that tells which project made what: a field for each stream, and one for each group (`<stream> <group>`). */
export const OWNER_HASH = 'msgctl:owner';

/** The hash that remembers of a stream up to which message its groups had read it when the last of them was taken away. */
export const READ_HASH = 'msgctl:read';

/** Where a new group begins: with the first message of the stream, or with the next one. */
export type GroupStart = '0' | '$';

/** Of a stream that was found and is not wanted: whether it holds messages. Never a difference by itself. */
export const HOLDS_MESSAGES = 'holds-messages';

/** A stream. Its length is no property of it: whoever writes trims. */
export function streamResource(name: string): Resource {
  return { kind: 'stream', name, attributes: {} };
}

/** A consumer group on a stream. `start` says where it began, which a server no longer tells once the group has read. */
export function groupResource(stream: string, group: string, start?: string): Resource {
  return { kind: 'group', name: `${stream} ${group}`, attributes: { stream, group, ...(start !== undefined && { start }) } };
}

/** The streams that messages go to: one, or with `shards` as many, of which each message's key chooses one. */
export function shardNames({ stream, shards }: { readonly stream: string; readonly shards?: number }): readonly string[] {
  return shards === undefined ? [stream] : Array.from({ length: shards }, (_, shard) => `${stream}.${shard}`);
}

/** The stream that a mark is about: its own name, or what stands before the name of a group. */
export function streamOf(mark: string): string {
  const space = mark.indexOf(' ');
  return space === -1 ? mark : mark.slice(0, space);
}
