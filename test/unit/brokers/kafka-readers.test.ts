import { describe, expect, it } from 'vitest';
import { isQuiet, type Reader, standsInTheWay, type Use, whatGoes } from '../../../src/brokers/kafka/readers.ts';

const span = (partition: number, begin: bigint, end: bigint, stable = end) => ({ partition, begin, stable, end });
const spans = [span(0, 5n, 10n), span(1, 0n, 0n)];
const reader = (committed: readonly (readonly [number, bigint])[], members = 0): Reader => ({
  group: 'billing',
  members,
  committed: new Map(committed),
});

describe('whether a topic may be taken away', () => {
  it.each<[string, Use, RegExp | undefined]>([
    ['it is empty and nobody reads it', { spans: [span(0, 7n, 7n)], readers: [] }, undefined],
    ['nobody has read it', { spans, readers: [] }, /^It keeps up to 5 messages that no group has read\./],
    ['a member reads it', { spans: [span(0, 0n, 0n)], readers: [reader([], 2)] }, /^Group "billing" reads it \(2 members\)\./],
    ['a group has read all', { spans, readers: [reader([[0, 10n]])] }, undefined],
    ['a group has one left', { spans, readers: [reader([[0, 9n]])] }, /^Group "billing" has up to 1 message of it left to read\./],
    ['a group has read nothing of one partition', { spans, readers: [reader([[1, 0n]])] }, /has up to 5 messages of it left/],
    ['a group stands before what is kept', { spans, readers: [reader([[0, 2n]])] }, /has up to 5 messages of it left/],
    [
      'one of two groups has read all',
      { spans, readers: [reader([[0, 10n]]), { ...reader([[0, 6n]]), group: 'b' }] },
      /^Group "b" has up to 4/,
    ],
    ['a group is past the end', { spans, readers: [reader([[0, 12n]])] }, undefined],
    [
      'a transaction is open, whatever groups have read',
      { spans: [span(0, 5n, 10n, 9n)], readers: [reader([[0, 10n]])] },
      /^A transaction that writes to it is open\./,
    ],
    ['a transaction is all that is in it', { spans: [span(0, 0n, 1n, 0n)], readers: [] }, /^A transaction that writes to it is open\./],
    [
      'a group whose members are not told has read all',
      { spans, readers: [{ ...reader([[0, 10n]]), isVeiled: true }] },
      /^Group "billing" of Kafka Streams has read it, and whether it still does msgctl cannot tell\./,
    ],
    ['such a group has one left', { spans, readers: [{ ...reader([[0, 9n]]), isVeiled: true }] }, /has up to 1 message of it left/],
  ])('where %s', (_, use, expected) => {
    if (expected) expect(standsInTheWay(use)).toMatch(expected);
    else expect(standsInTheWay(use)).toBeUndefined();
  });

  it('says what goes with it', () => {
    expect(whatGoes({ spans: [span(0, 7n, 7n)], readers: [] })).toBe('It keeps no messages.');
    expect(whatGoes({ spans, readers: [reader([[0, 10n]])] })).toBe(
      'It keeps up to 5 messages, which every group that reads it has read (billing).',
    );
  });
});

describe('whether somebody writes to a topic', () => {
  const use = (...ends: readonly bigint[]): Use => ({ spans: ends.map((end, partition) => span(partition, 0n, end)), readers: [] });

  it.each<[Use, Use, boolean]>([
    [use(1n, 2n), use(1n, 2n), true],
    [use(1n, 2n), use(1n, 3n), false],
    [use(1n), use(1n, 0n), false],
    [use(1n, 2n), use(1n), false],
  ])('is seen by its ends', (before, after, expected) => {
    expect(isQuiet(before, after)).toBe(expected);
  });
});
