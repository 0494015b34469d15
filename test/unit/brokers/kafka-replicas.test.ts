import { describe, expect, it } from 'vitest';
import { type Placement, placeReplicas, replicationOf } from '../../../src/brokers/kafka/replicas.ts';

const keepers = [1, 2, 3].map((id) => ({ id }));

describe('another number of replicas', () => {
  const placements = [
    { partition: 0, leader: 1, replicas: [1, 2], inSync: [1, 2] },
    { partition: 1, leader: 3, replicas: [2, 3], inSync: [2, 3] },
  ];
  const placed = (count: number) => placeReplicas(placements, count, keepers)?.map(({ replicas }) => replicas);

  it('keeps the leaders and spreads new ones', () => {
    expect(placed(3)).toEqual([
      [1, 2, 3],
      [3, 2, 1],
    ]);
    expect(placed(1)).toEqual([[1], [3]]);
  });

  it('leaves the partitions that have as many', () => {
    const mixed = [...placements, { partition: 2, leader: 1, replicas: [1], inSync: [1] }];
    expect(placeReplicas(mixed, 2, keepers)).toEqual([{ partition: 2, leader: 1, replicas: [1, 3], inSync: [1] }]);
  });

  it('keeps those that have all of it before those that do not', () => {
    const lagging = [{ partition: 0, leader: 3, replicas: [1, 2, 3], inSync: [3, 2] }];
    expect(placeReplicas(lagging, 2, keepers)?.map(({ replicas }) => replicas)).toEqual([[3, 2]]);
    expect(placeReplicas(lagging, 1, keepers)?.map(({ replicas }) => replicas)).toEqual([[3]]);
  });

  it('goes to racks that have none first', () => {
    const racks = [
      { id: 1, rack: 'a' },
      { id: 2, rack: 'a' },
      { id: 3, rack: 'b' },
      { id: 4, rack: 'c' },
    ];
    const [first] = placeReplicas([{ partition: 0, leader: 1, replicas: [1], inSync: [1] }], 3, racks) ?? [];
    expect(first?.replicas).toEqual([1, 3, 4]);
    const [all] = placeReplicas([{ partition: 0, leader: 1, replicas: [1], inSync: [1] }], 4, racks) ?? [];
    expect(all?.replicas).toEqual([1, 3, 4, 2]);
  });

  it('is not possible with fewer brokers', () => {
    expect(placed(4)).toBeUndefined();
    expect(placed(0)).toBeUndefined();
  });
});

describe('how many replicas a topic has', () => {
  const partition = (replicas: readonly number[], adding: readonly number[] = [], removing: readonly number[] = []): Placement => ({
    partition: 0,
    leader: 1,
    replicas,
    inSync: replicas,
    adding,
    removing,
  });

  it.each<[string, readonly Placement[], number | string]>([
    ['as many for all', [partition([1, 2]), partition([2, 3])], 2],
    ['different ones', [partition([1]), partition([2, 3])], '1 to 2'],
    ['more, under way', [partition([1, 2, 3], [2, 3])], '1, becoming 3'],
    ['more, half of it done', [partition([1, 2, 3], [2, 3]), partition([1, 2, 3])], '1 to 3, becoming 3'],
    ['fewer, under way', [partition([1, 2, 3], [], [2, 3])], '3, becoming 1'],
    ['on other brokers, under way', [partition([1, 2, 3], [3], [2])], 2],
    ['none', [], 0],
  ])('%s', (_, placements, expected) => {
    expect(replicationOf(placements)).toBe(expected);
  });
});
