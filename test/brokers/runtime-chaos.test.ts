import { Redis } from 'ioredis';
import { afterAll, expect, test } from 'vitest';
import { redisDeduplication } from '../../src/runtime/redis.ts';
import { playChaos } from '../conformance/chaos.ts';
import { openRabbitmqStage } from '../conformance/rabbitmq-stage.ts';
import { seeded } from '../conformance/seeded.ts';
import { PATIENCE, runs } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { startRedis } from './redis.ts';

const remedy = 'Name them in the environment (MSGCTL_TEST_AMQP_URL, MSGCTL_TEST_REDIS_URL and so on), or run as root on Debian.';
const starts = await Promise.all([startRabbitmq(), startRedis()]);
const rabbit = brokerOrSkip(starts[0], 'test/brokers/runtime-chaos on RabbitMQ', remedy);
const redis = brokerOrSkip(starts[1], 'test/brokers/runtime-chaos with Redis', remedy);

afterAll(async () => {
  await Promise.all([rabbit?.stop(), redis?.stop()]);
});

test.skipIf(!rabbit || !redis)(
  'nothing that was confirmed is lost, and nothing is done twice, over RabbitMQ',
  async () => {
    if (!rabbit || !redis) return;
    const stage = await openRabbitmqStage(rabbit.broker);
    const client = new Redis(redis.broker.url);
    try {
      const deduplication = redisDeduplication({ client, prefix: `chaos-${stage.vhost.name}:` });
      const { confirmed, lost, repeated, failed, interruptions } = await playChaos(
        { ...stage, deduplication },
        runs(4_000, 60_000),
        seeded(7),
      );
      console.info(`chaos over RabbitMQ: ${confirmed} confirmed, ${failed} failed, ${interruptions} interruptions`);
      expect(confirmed).toBeGreaterThan(50);
      expect({ lost, repeated }).toEqual({ lost: [], repeated: [] });
    } finally {
      await client.quit();
      await stage.close();
    }
  },
  PATIENCE,
);
