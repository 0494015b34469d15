import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe } from 'vitest';
import { redisDeduplication } from '../../src/runtime/redis.ts';
import { conformStore } from '../conformance/deduplication.ts';
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
});
