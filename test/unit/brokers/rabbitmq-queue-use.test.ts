import { describe, expect, it } from 'vitest';
import {
  hasMoved,
  migrationNote,
  obstacleOf,
  orderObstacle,
  type QueueUse,
  removalNote,
  wayOut,
} from '../../../src/brokers/rabbitmq/queue-use.ts';

function use(more: Partial<QueueUse> = {}): QueueUse {
  return { type: 'quorum', ready: 0, unacknowledged: 0, deadLettered: 0, consumers: 0, averageBytes: 0, publishRate: 0, ...more };
}

describe('what stands in the way of taking a queue away', () => {
  it.each([
    ['nothing', use(), undefined],
    ['messages that are ready', use({ ready: 2 }), 'It holds 2 messages (2 ready, 0 unacknowledged).'],
    ['a message that somebody holds', use({ unacknowledged: 1 }), 'It holds 1 message (0 ready, 1 unacknowledged).'],
    [
      'dead letters that nobody took yet',
      use({ deadLettered: 3 }),
      'It holds 3 messages (0 ready, 0 unacknowledged, 3 to go where dead letters go).',
    ],
    ['consumers', use({ consumers: 2 }), '2 consumers receive from it.'],
    ['both', use({ ready: 1, consumers: 1 }), 'It holds 1 message (1 ready, 0 unacknowledged) and 1 consumer receives from it.'],
    ['the log of a stream, which its own consent is about', use({ type: 'stream', ready: 9 }), undefined],
    ['readers of a stream', use({ type: 'stream', ready: 9, consumers: 1 }), '1 consumer receives from it.'],
  ])('%s', (_, found, says) => {
    expect(obstacleOf(found)).toBe(says);
  });

  it('says what to do', () => {
    expect(wayOut(use({ consumers: 1 }))).toMatch(/^Stop who receives/);
    expect(wayOut(use({ ready: 1 }))).toMatch(/^Have the messages received/);
  });

  it('is told in the plan, with what remains uncertain', () => {
    expect(removalNote(use({ ready: 1 }))).toMatch(/Where that is still so when the plan is applied, it stays as it is\.$/);
    expect(removalNote(use({ type: 'classic' }))).toMatch(/It goes only if that stays so\.$/);
    expect(removalNote(use())).toMatch(/in the milliseconds between the last look and its end would be lost\.$/);
    expect(removalNote(use({ type: 'stream', ready: 7 }))).toBe('Its log is lost: 7 messages.');
  });
});

describe('what a plan says of a queue that is made anew', () => {
  it('estimates duplicates by the rate at which messages come and the time that both bindings stand', () => {
    const note = migrationNote(use({ ready: 3_000, unacknowledged: 412, consumers: 2, publishRate: 1_800 }), false);
    expect(note).toMatch(/3412 messages are moved, about 108 more arrive twice, at 1800 a second\./);
    expect(note).toMatch(/Its 2 consumers are cancelled once and must subscribe again/);
    expect(note).toMatch(/Their order is not kept\./);
  });

  it('promises no duplicates where nothing comes', () => {
    expect(migrationNote(use(), false)).toMatch(/It holds no messages, none arrive twice as things are\./);
    expect(migrationNote(use({ ready: 1, publishRate: 0.5 }), false)).toMatch(
      /1 message is moved, about 1 more arrive twice, at 0\.5 a second/,
    );
  });

  it('asks for a pause where messages are received in order', () => {
    expect(migrationNote(use(), true)).toMatch(/only a pause keeps/);
    expect(orderObstacle(use(), use({ consumers: 1 }))).toMatch(/1 consumer receives from it\. Stop them/);
    expect(orderObstacle(use({ published: 3 }), use({ published: 4 }))).toMatch(/messages are sent to it\. Pause/);
    expect(orderObstacle(use({ published: 4 }), use({ published: 4 }))).toBeUndefined();
  });
});

describe('what passed through a queue between two looks', () => {
  it.each([
    [undefined, undefined, false],
    [undefined, 1, true],
    [5, 5, false],
    [5, 6, true],
    // Counters begin anew when a node does.
    [5, undefined, false],
  ])('%s, then %s: %s', (before, after, moved) => {
    const counted = (published: number | undefined) => use(published === undefined ? {} : { published });
    expect(hasMoved(counted(before), counted(after))).toBe(moved);
  });
});
