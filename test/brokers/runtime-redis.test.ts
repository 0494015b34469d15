import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBus } from '../../src/runtime/index.ts';
import { memory } from '../../src/runtime/memory.ts';
import { redisDeduplication } from '../../src/runtime/redis.ts';
import { conformStore } from '../conformance/deduplication.ts';
import { desk } from '../conformance/generated/desk.ts';
import { shop } from '../conformance/generated/shop.ts';
import { deskHandlers, type Journal } from '../conformance/handlers.ts';
import { until } from '../conformance/stage.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startRedis } from './redis.ts';

const remedy = 'Name one in MSGCTL_TEST_REDIS_URL, or run as root on Debian.';
const redis = brokerOrSkip(await startRedis(), 'test/brokers/runtime-redis', remedy);

describe.skipIf(!redis)('handled messages in Redis', () => {
  let client: Redis;
  beforeAll(() => {
    client = new Redis(redis?.broker.url ?? '');
  });
  afterAll(async () => {
    await client.quit();
    await redis?.stop();
  });
  conformStore(() => redisDeduplication({ client }), sleep);

  test('all instances know what one of them has handled', async () => {
    const transport = memory();
    const deduplication = redisDeduplication({ client, prefix: `instances-${Date.now()}:` });
    const journal: Journal = [];
    const servers = ['one', 'two'].map((name) => ({ name, bus: createBus({ transport, service: 'desk' }) }));
    const asker = createBus({ transport, service: 'shop' });
    const { desk: calls } = asker.client(shop);
    try {
      for (const { name, bus } of servers) await bus.serve(desk, deskHandlers(journal, name), { deduplication });
      const order = { orderId: 'o-1', article: 'chair' };
      const first = await calls.place(order);
      const again = await Promise.all(Array.from({ length: 20 }, () => calls.place(order)));
      expect(again).toEqual(again.map(() => first));
      expect(journal.length).toBe(1);
      expect(await calls.place.safe({ ...order, article: 'table' })).toMatchObject({ ok: false, error: { code: 'conflict' } });
      await Promise.all([1, 1, 2, 2].map((step) => calls.booked({ thing: 'chair', step })));
      await until('both steps are booked', () => journal.length >= 3);
      await sleep(100);
      expect(journal.length).toBe(3);
    } finally {
      await Promise.all([asker, ...servers.map(({ bus }) => bus)].map((bus) => bus.close({ drain: 1000 })));
    }
  });
});
