/** What every store of handled messages does alike. */
import { expect, test } from 'vitest';
import type { DeduplicationStore } from '../../src/runtime/index.ts';

/** Plays the suite. Scopes are of the test's own. */
export function conformStore(open: () => DeduplicationStore, wait: (milliseconds: number) => Promise<void>): void {
  let count = 0;
  const claimed = (fingerprint = 'same') => ({ scope: `test/${Date.now()}-${count}`, key: 'o-1 ключ', fingerprint, message: 'm-1' });
  const another = () => {
    count += 1;
    return claimed();
  };

  test('a message is new once, busy while it is handled, and done afterwards, with its answer', async () => {
    const store = open();
    const message = another();
    expect(await store.claim(message, 10_000)).toEqual({ kind: 'new' });
    expect(await store.claim(message, 10_000)).toEqual({ kind: 'busy' });
    const answer = { status: 'response', contentType: 'application/json', body: 'e30=' } as const;
    await store.complete(message, 10_000, answer);
    expect(await store.claim(message, 10_000)).toEqual({ kind: 'done', answer });
    expect(await store.claim({ ...message, key: 'o-2' }, 10_000)).toEqual({ kind: 'new' });
    expect(await store.claim({ ...message, scope: `${message.scope}/other` }, 10_000)).toEqual({ kind: 'new' });
  });

  test('the same key with another payload is a conflict', async () => {
    const store = open();
    const message = another();
    await store.claim(message, 10_000);
    expect(await store.claim({ ...message, fingerprint: 'other' }, 10_000)).toEqual({ kind: 'conflict' });
    await store.complete(message, 10_000);
    expect(await store.claim({ ...message, fingerprint: 'other' }, 10_000)).toEqual({ kind: 'conflict' });
    expect(await store.claim(message, 10_000)).toEqual({ kind: 'done' });
  });

  test('what was refused is refused again to the same message, and may be asked by another', async () => {
    const store = open();
    const message = another();
    await store.claim(message, 10_000);
    const answer = { status: 'error', code: 'out-of-stock', contentType: 'application/json', body: 'e30=' } as const;
    await store.complete(message, 10_000, answer);
    expect(await store.claim(message, 10_000)).toEqual({ kind: 'done', answer });
    const later = { ...message, message: 'm-2', fingerprint: 'other' };
    expect(await store.claim(later, 10_000)).toEqual({ kind: 'new' });
    expect(await store.claim({ ...later, message: 'm-3' }, 10_000)).toEqual({ kind: 'busy' });
    await store.complete(later, 10_000);
    expect(await store.claim({ ...later, message: 'm-3' }, 10_000)).toEqual({ kind: 'done' });
  });

  test('what failed may be claimed again, and what was completed meanwhile stays so', async () => {
    const store = open();
    const message = another();
    await store.claim(message, 10_000);
    await store.abandon(message);
    expect(await store.claim(message, 10_000)).toEqual({ kind: 'new' });
    await store.complete(message, 10_000);
    await store.abandon(message);
    expect(await store.claim(message, 10_000)).toEqual({ kind: 'done' });
  });

  test('a lease and a memory end', async () => {
    const store = open();
    const message = another();
    await store.claim(message, 50);
    await wait(100);
    expect(await store.claim(message, 10_000)).toEqual({ kind: 'new' });
    await store.complete(message, 50);
    await wait(100);
    expect(await store.claim(message, 10_000)).toEqual({ kind: 'new' });
  });

  test('of many that come at once one is new', async () => {
    const store = open();
    const message = another();
    const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(message, 10_000)));
    expect(claims.filter(({ kind }) => kind === 'new').length).toBe(1);
  });
}
