/** Redis in the service of the runtime. Published as `msgctl/runtime/redis`; it needs ioredis. */
export { type RedisDeduplicationOptions, redisDeduplication } from './redis-deduplication.ts';
