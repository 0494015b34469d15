import { afterEach, describe, expect, test } from 'vitest';
import { fake, manualClock } from '../../../src/runtime/memory.ts';
import { OutOfStockError } from '../../conformance/generated/desk.errors.js';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';

const stages = new Set<{ close(): Promise<void> }>();
afterEach(async () => {
  await Promise.all([...stages].map((stage) => stage.close()));
  stages.clear();
});

describe('fake', () => {
  test('answers what a service sends, and remembers it', async () => {
    const stage = await fake(shop, { desk: { quote: ({ article }) => ({ price: article.length }) } });
    stages.add(stage);
    const { client, inspect } = stage;
    expect(await client.desk.quote({ article: 'apple' }, { headers: { tenant: 'north' } })).toEqual({ price: 5 });
    await client.desk.note({ text: 'accepted without a word' });
    expect(inspect(shop.uses.desk.quote).sent).toMatchObject([{ payload: { article: 'apple' }, headers: { tenant: 'north' } }]);
    expect(inspect(shop.uses.desk.note).sent).toMatchObject([{ payload: { text: 'accepted without a word' } }]);
  });

  test('holds both sides to the contract', async () => {
    const stage = await fake(shop, { desk: { quote: () => ({ price: -1 }) } });
    stages.add(stage);
    const { client } = stage;
    expect(await client.desk.quote.safe({ article: '' })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(await client.desk.quote.safe({ article: 'apple' })).toMatchObject({ ok: false, error: { code: 'remote' } });
    expect(await client.desk.place.safe({ orderId: 'o', article: 'a' }), 'nothing is said of it').toMatchObject({
      error: { code: 'remote' },
    });
  });

  test('errs as contracts have it', async () => {
    const stage = await fake(shop, {
      desk: {
        quote: ({ article }, { error }) => {
          if (article === 'apple') throw new OutOfStockError({ left: 1 });
          throw error('out-of-stock', { left: 2 });
        },
      },
    });
    stages.add(stage);
    const { client } = stage;
    for (const [article, left] of [
      ['apple', 1],
      ['pear', 2],
    ] as const) {
      const result = await client.desk.quote.safe({ article });
      if (result.ok || !(result.error instanceof OutOfStockError)) throw new Error('another error');
      expect(result.error.data.left).toBe(left);
    }
  });

  test('lets time pass as a test says', async () => {
    const clock = manualClock();
    const stage = await fake(shop, { desk: { quote: () => new Promise(() => undefined) } }, { clock });
    stages.add(stage);
    const { client } = stage;
    const call = client.desk.quote.safe({ article: 'apple' });
    await clock.advance(4_900);
    expect(await Promise.race([call, 'waits'])).toBe('waits');
    await clock.advance(200);
    expect(await call).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  test('publishes to nobody, and gathers what a test says', async () => {
    const stage = await fake(desk, { surveyed: { audit: () => ({ price: 1 }) } });
    stages.add(stage);
    const { client, inspect } = stage;
    await client.posted({ text: 'hear, hear' });
    expect(inspect(desk.provides.posted).sent).toMatchObject([{ payload: { text: 'hear, hear' } }]);
    expect(await client.surveyed({ article: 'a' }, { timeoutMs: 100 }).all()).toMatchObject({
      replies: { audit: { price: 1 } },
      missing: ['mail'],
    });
  });
});
