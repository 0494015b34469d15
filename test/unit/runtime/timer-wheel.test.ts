import { expect, test } from 'vitest';
import { wheel } from '../../../src/runtime/timer-wheel.ts';

test('what is cancelled does not act, also by another one that is due with it', async () => {
  const acted: string[] = [];
  await new Promise<void>((done) => {
    const first = wheel(
      100,
      () => {
        acted.push('first');
        second.cancel();
      },
      true,
    );
    const second = wheel(100, () => acted.push('second'), true);
    wheel(100, () => acted.push('third'), true);
    const gone = wheel(100, () => acted.push('gone'), true);
    gone.cancel();
    gone.cancel();
    wheel(200, done, false);
    first satisfies object;
  });
  expect(acted.sort()).toEqual(['first', 'third']);
});

test('acts no earlier than it is due, and soon afterwards', async () => {
  const begun = performance.now();
  await new Promise<void>((done) => wheel(120, done, false));
  expect(performance.now() - begun).toBeGreaterThanOrEqual(120);
});
