/** Calls that need no broker, in two versions, over memory: what they end with. */
import { afterEach, expect, test } from 'vitest';
import { type Bus, createBus, isTransportError } from '../../src/runtime/index.ts';
import { memory } from '../../src/runtime/memory.ts';
import { ClosedError, clerk, OutOfFormsError } from './generated/clerk.ts';
import { visitor } from './generated/visitor.ts';

const buses = new Set<Bus>();
afterEach(async () => {
  await Promise.all([...buses].map((bus) => bus.close()));
  buses.clear();
});

test('are answered, and end with the errors of their version', async () => {
  const transport = memory();
  const [provider, asker] = ['clerk', 'visitor'].map((service) => createBus({ transport, service })) as [Bus, Bus];
  for (const bus of [provider, asker]) buses.add(bus);
  await provider.serve(clerk, {
    ask({ number }) {
      if (number === 1) throw new ClosedError({ opens: 8 });
      if (number === 2) throw new OutOfFormsError({ shelf: 3 });
      // What the second version says with it is nothing that this one knows.
      if (number === 3) throw new ClosedError({ until: 'Monday' });
      return { text: 'one' };
    },
    askV2({ number }) {
      if (number === 1) throw new ClosedError({ until: 'Monday' });
      if (number === 2) throw new OutOfFormsError({ shelf: 4 });
      return { text: 'two' };
    },
  });
  const { ask, askV2 } = asker.client(visitor).clerk;
  expect([await ask({}), await askV2({})]).toEqual([{ text: 'one' }, { text: 'two' }]);
  const first = await ask.safe({ number: 1 });
  if (first.ok || !(first.error instanceof ClosedError)) throw new Error('another error');
  expect(first.error.data.opens).toBe(8);
  const second = await askV2.safe({ number: 1 });
  if (second.ok || !(second.error instanceof ClosedError)) throw new Error('another error');
  expect(second.error.data.until).toBe('Monday');
  for (const [call, shelf] of [
    [ask, 3],
    [askV2, 4],
  ] as const) {
    const result = await call.safe({ number: 2 });
    if (result.ok || !(result.error instanceof OutOfFormsError)) throw new Error('another error');
    expect(result.error.data.shelf).toBe(shelf);
  }
  const other = await ask.safe({ number: 3 });
  expect(other).toMatchObject({ ok: false, error: { code: 'remote' } });
  expect(!other.ok && isTransportError(other.error)).toBe(true);
});

test('an error that a handler lets through is not its own', async () => {
  const transport = memory();
  const [provider, asker] = ['clerk', 'visitor'].map((service) => createBus({ transport, service })) as [Bus, Bus];
  for (const bus of [provider, asker]) buses.add(bus);
  const { clerk: colleague } = asker.client(visitor);
  await provider.serve(clerk, {
    ask: () => {
      throw new OutOfFormsError({ shelf: 3 });
    },
    // As the shelf of `ask` is none of its own, whoever asks is not told of it.
    askV2: () => colleague.ask({}),
  });
  expect(await colleague.askV2.safe({})).toMatchObject({ ok: false, error: { code: 'remote' } });
});
