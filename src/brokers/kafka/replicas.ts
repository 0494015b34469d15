/** Which brokers keep the partitions of a topic, and what another number of them takes. */

/** A partition and the brokers that keep it, the first being preferred as its leader; while Kafka moves it also those that come and go. */
export type Placement = {
  readonly partition: number;
  readonly leader: number;
  /** All of them, also those in `adding` and `removing`. */
  readonly replicas: readonly number[];
  /** Those of them that have all that the leader has. */
  readonly inSync: readonly number[];
  /** Brokers that do not have the whole partition yet. */
  readonly adding?: readonly number[];
  readonly removing?: readonly number[];
};

/** A broker that can keep partitions. */
export type Keeper = { readonly id: number; readonly rack?: string };

/** Whether Kafka is moving the replicas of a partition. */
export function isMoving({ adding = [], removing = [] }: Placement): boolean {
  return adding.length > 0 || removing.length > 0;
}

/** The brokers that keep a partition once what is under way has ended. */
export function settledReplicas({ replicas, removing = [] }: Placement): readonly number[] {
  return replicas.filter((broker) => !removing.includes(broker));
}

/**
 * How many replicas a topic has: a number where all its partitions have as many, else in words: `1 to 3`, or `1, becoming 3` while Kafka is on
 * its way there. A move to as many other brokers is no difference.
 */
export function replicationOf(placements: readonly Placement[]): number | string {
  const now = spanOf(placements.map(({ replicas, adding = [] }) => replicas.filter((broker) => !adding.includes(broker)).length));
  const then = spanOf(placements.map((placement) => settledReplicas(placement).length));
  return now === then ? now : `${now}, becoming ${then}`;
}

function spanOf(counts: readonly number[]): number | string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return 0;
  return least === most ? least : `${least} to ${most}`;
}

/**
 * Where the partitions go that have another number of replicas than `count`: brokers that keep them stay, the leader always, then those that have
 * all of it; new ones are spread over the others, racks that have none first. undefined where there are fewer brokers than that.
 */
export function placeReplicas(
  placements: readonly Placement[],
  count: number,
  keepers: readonly Keeper[],
): readonly Placement[] | undefined {
  if (count > keepers.length || count < 1) return undefined;
  return placements
    .filter((placement) => settledReplicas(placement).length !== count)
    .map(({ partition, leader, replicas, inSync }) => {
      const complete = [leader, ...replicas.filter((broker) => inSync.includes(broker))].filter((broker) => replicas.includes(broker));
      const chosen = [...new Set([...complete, ...replicas])].slice(0, count);
      const start = partition % keepers.length;
      const order = [...keepers.slice(start), ...keepers.slice(0, start)];
      while (chosen.length < count) chosen.push(nextKeeper(order, chosen));
      return { partition, leader, replicas: chosen, inSync };
    });
}

function nextKeeper(order: readonly Keeper[], chosen: readonly number[]): number {
  const free = order.filter(({ id }) => !chosen.includes(id));
  const racks = new Set(order.flatMap(({ id, rack }) => (chosen.includes(id) && rack !== undefined ? [rack] : [])));
  const next = free.find(({ rack }) => rack !== undefined && !racks.has(rack)) ?? free[0];
  if (!next) throw new Error('fewer brokers than replicas');
  return next.id;
}
