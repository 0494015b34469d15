/**
 * Which release a Kafka is, as far as that can be told: brokers do not say. They say which requests they take, in which versions, and nearly every
 * release takes something that the one before did not. Apache Kafka's protocol, by its releases; tried on 4.1.
 */

/** A request of the protocol by its number, and the version of it that is new in a release. */
type Novelty = readonly [release: string, request: number, version: number];

/** By number: Produce 0, Fetch 1, ListOffsets 2, Metadata 3, OffsetFetch 9, JoinGroup 11, ListGroups 16, AddPartitionsToTxn 24, DescribeAcls 29, DescribeLogDirs 35. */
const NOVELTIES: readonly Novelty[] = [
  ['0.11', 0, 3],
  ['1.0', 0, 5],
  ['1.1', 1, 7],
  ['2.0', 1, 8],
  ['2.1', 1, 10],
  ['2.2', 2, 5],
  ['2.3', 1, 11],
  ['2.4', 3, 9],
  ['2.5', 9, 7],
  ['2.6', 16, 4],
  ['2.7', 1, 12],
  ['2.8', 3, 11],
  ['3.0', 2, 7],
  ['3.1', 1, 13],
  ['3.2', 11, 9],
  ['3.3', 29, 3],
  ['3.5', 1, 15],
  ['3.6', 24, 4],
  ['3.7', 1, 16],
  ['3.8', 0, 11],
  ['3.9', 1, 17],
  ['4.0', 3, 13],
  ['4.1', 1, 18],
  ['4.2', 2, 11],
  ['4.3', 35, 5],
];

/** A release, and the one that is surely newer: a broker is one from `least` on, before `below`. Without `below` it is the newest that is known, or newer. */
export type Release = { readonly least: string; readonly below?: string };

/**
 * The release that takes requests in these versions: by number of the request, the newest that the broker takes. Undefined for one that is older than all
 * of these, and for what is no Apache Kafka: it takes something new and not what came before.
 */
export function releaseOf(newest: (request: number) => number | undefined): Release | undefined {
  const takes = ([, request, version]: Novelty) => (newest(request) ?? -1) >= version;
  const first = NOVELTIES.findIndex((novelty) => !takes(novelty));
  const known = first < 0 ? NOVELTIES : NOVELTIES.slice(0, first);
  const [least] = known.at(-1) ?? [];
  if (least === undefined || (first >= 0 && NOVELTIES.slice(first).some(takes))) return undefined;
  const [below] = NOVELTIES[first] ?? [];
  return { least, ...(below !== undefined && { below }) };
}
