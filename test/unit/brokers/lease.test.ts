import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepLease, LEASE } from '../../../src/brokers/admin/lock.ts';

const START = 1_000_000;

describe('a lock that is a lease', () => {
  beforeEach(() => void vi.useFakeTimers({ now: START }));
  afterEach(() => void vi.useRealTimers());

  const release = async () => undefined;

  it('is renewed three times while it holds, and stays ours as long as that works', async () => {
    const renew = vi.fn(async () => true);
    const lock = keepLease({ since: START, renew, release });
    await vi.advanceTimersByTimeAsync(LEASE * 4);
    expect(renew).toHaveBeenCalledTimes(12);
    expect(lock.lost.aborted).toBe(false);
  });

  it.each<[string, () => Promise<boolean>]>([
    ['it is refused', async () => false],
    ['no answer comes', () => new Promise(() => undefined)],
  ])('is lost when its time is over, where %s', async (_, renew) => {
    const lock = keepLease({ since: START, renew, release });
    await vi.advanceTimersByTimeAsync(LEASE - 1_001);
    expect(lock.lost.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(lock.lost.aborted).toBe(true);
  });

  it('counts from before it was asked for, not from when the answer came', async () => {
    const renew = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), LEASE / 2));
    const late = keepLease({ since: START - LEASE / 2, renew, release });
    await vi.advanceTimersByTimeAsync(LEASE / 2);
    expect(late.lost.aborted).toBe(true);
    // Asked for after a third of the time, answered after half of it more, so that the next answer comes too late.
    const lock = keepLease({ since: Date.now(), renew, release });
    await vi.advanceTimersByTimeAsync((LEASE * 4) / 3 - 1);
    expect(lock.lost.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(lock.lost.aborted).toBe(true);
  });

  it('is not taken again after the machine has slept', async () => {
    const renew = vi.fn(async () => true);
    const lock = keepLease({ since: START, renew, release });
    vi.setSystemTime(START + LEASE * 2);
    await vi.advanceTimersByTimeAsync(LEASE);
    expect(renew).not.toHaveBeenCalled();
    expect(lock.lost.aborted).toBe(true);
  });

  it('is given back once, after what is on its way has ended', async () => {
    const order: string[] = [];
    const renew = () =>
      new Promise<boolean>((resolve) =>
        setTimeout(() => {
          order.push('renewed');
          resolve(true);
        }, 500),
      );
    const lock = keepLease({ since: START, renew, release: async () => void order.push('released') });
    await vi.advanceTimersByTimeAsync(LEASE / 3);
    const released = lock.release();
    await vi.advanceTimersByTimeAsync(LEASE);
    await released;
    expect(order).toEqual(['renewed', 'released']);
  });
});
