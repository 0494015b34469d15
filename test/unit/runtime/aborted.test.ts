import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { whenAborted } from '../../../src/runtime/aborted.ts';

describe('heeding a signal', () => {
  it('tells everybody once, in their order, and leaves nothing behind', () => {
    const controller = new AbortController();
    const told: string[] = [];
    whenAborted(controller.signal, () => told.push('first'));
    whenAborted(controller.signal, () => told.push('second'));
    controller.abort();
    controller.abort();
    expect(told).toEqual(['first', 'second']);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('puts one listener on it for any number, and takes it back with the last', () => {
    const { signal } = new AbortController();
    const ends = Array.from({ length: 1000 }, () => whenAborted(signal, () => undefined));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for (const end of ends) {
      end();
      end();
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('keeps what heeds it twice apart', () => {
    const controller = new AbortController();
    let told = 0;
    const act = () => {
      told += 1;
    };
    const one = whenAborted(controller.signal, act);
    whenAborted(controller.signal, act);
    one();
    controller.abort();
    expect(told).toBe(1);
  });

  it('does not tell who left while it was told to others', () => {
    const controller = new AbortController();
    const told: string[] = [];
    const leave: (() => void)[] = [];
    whenAborted(controller.signal, () => leave[0]?.());
    leave.push(whenAborted(controller.signal, () => told.push('left')));
    controller.abort();
    expect(told).toEqual([]);
  });
});
