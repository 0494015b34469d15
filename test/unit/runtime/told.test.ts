/** What goes wrong is told to somebody, whether or not anybody has said to whom (decision 50). */
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { type Bus, createBus, type Telemetry } from '../../../src/runtime/index.ts';
import { memory } from '../../../src/runtime/memory.ts';
import { makeSafe } from '../../../src/runtime/telemetry.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { deskHandlers } from '../../conformance/handlers.ts';

describe('a handler with a mistake', () => {
  const buses: Bus[] = [];
  let stderr: MockInstance<typeof console.error>;
  beforeEach(() => {
    stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close({ drain: 0 })));
    stderr.mockRestore();
  });

  /** Calls it once; it ends with what the caller is told. */
  async function call(telemetry?: Telemetry): Promise<string> {
    const transport = memory();
    const [server, asker] = ['desk', 'shop'].map((service) => createBus({ transport, service, ...(telemetry && { telemetry }) })) as [
      Bus,
      Bus,
    ];
    buses.push(server, asker);
    await server.serve(desk, {
      ...deskHandlers([]),
      quote: () => {
        throw new TypeError('a mistake in the code');
      },
    });
    const result = await asker.client(shop).desk.quote.safe({ article: 'apple' });
    return result.ok ? '' : result.error.message;
  }

  test('is told on stderr with its stack, and not to the caller', async () => {
    expect(await call()).not.toContain('a mistake in the code');
    expect(stderr).toHaveBeenCalledOnce();
    expect(stderr.mock.calls[0]?.[0]).toMatch(
      /^msgctl: The handler of desk\.quote in desk failed\. a mistake in the code\nTypeError: a mistake in the code\n {4}at .*told\.test/,
    );
  });

  test('is told to whoever has asked for it, with what was thrown', async () => {
    const log = vi.fn<NonNullable<Telemetry['log']>>();
    await call({ log });
    expect(log).toHaveBeenCalledExactlyOnceWith(
      'error',
      expect.stringContaining('a mistake in the code'),
      expect.anything(),
      expect.any(TypeError),
    );
    expect(stderr).not.toHaveBeenCalled();
  });

  test('is told on stderr where only the rest is watched', async () => {
    await call({ count: () => undefined });
    expect(stderr).toHaveBeenCalledOnce();
  });
});

test('what is tried for ever is told ever more seldom', () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { log } = makeSafe();
  for (let attempt = 1; attempt <= 20; attempt += 1) log('warn', `attempt ${attempt}`, { attempt });
  expect(stderr.mock.calls.flat()).toEqual([1, 2, 4, 8, 16].map((attempt) => `msgctl: attempt ${attempt}`));
  stderr.mockRestore();
});

test('nothing is told of a service that starts, works and stops', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const transport = memory();
  const [server, asker] = ['desk', 'shop'].map((service) => createBus({ transport, service })) as [Bus, Bus];
  await server.serve(desk, deskHandlers([]));
  await asker.client(shop).desk.quote({ article: 'apple' });
  await Promise.all([server, asker].map((bus) => bus.close()));
  expect(stderr).not.toHaveBeenCalled();
  stderr.mockRestore();
});
