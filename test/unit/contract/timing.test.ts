import { describe, expect, test } from 'vitest';
import { attemptsBefore, DEFAULT_RETRY, retrySpan } from '../../../src/contract/delivery.ts';
import { loadProject } from '../../../src/contract/load.ts';
import { memoryProject } from '../../support/memory-project.ts';

const PROJECT = `
msgctl: 1
project: school
transports:
  rabbit: { kind: rabbitmq }
  log: { kind: kafka }
  quick: { kind: redis }
accept: [{ finding: '3f2a9c1d77e0', reason: agreed, until: 2026-11-25 }]
`;

const service = (name: string, body: string, version = '1.0.0') => `msgctl: 1\nservice: ${name}\nversion: ${version}\n${body}\n`;
const message = 'message: { type: object, properties: { orderId: { type: string } }, required: [orderId] }';
const event = (delivery: string, via = 'rabbit') =>
  service('shop', `provides:\n  placed: { pattern: publish-subscribe, via: ${via}, ${message}, delivery: { ${delivery} } }`);
const request = (timeout: string, delivery: string, via = 'rabbit') =>
  service(
    'shop',
    `provides:\n  order: { pattern: async-request-response, via: ${via}, request: { type: object }, response: { type: object }, timeout: ${timeout}, delivery: { ${delivery} } }`,
  );
const user = (use: string) => service('desk', `uses:\n  ${use}`);

async function idsOf(shop: string, desk = user('shop.placed: {}'), today?: string): Promise<readonly string[]> {
  const files = { 'msgctl.yaml': PROJECT, 'contracts/shop.yaml': shop, 'contracts/desk.yaml': desk };
  const { diagnostics } = await loadProject(memoryProject(files), { projectFile: 'msgctl.yaml', ...(today !== undefined && { today }) });
  return diagnostics.map(({ id }) => id);
}

describe('durations that are just long enough are no finding', () => {
  test.each<[string, string, string, string | undefined]>([
    [
      'memory as long as the expiry',
      event('expire: 1h'),
      'shop.placed: { delivery: { deduplicate: { by: orderId, within: 1h } } }',
      undefined,
    ],
    [
      'memory a moment shorter',
      event('expire: 1h'),
      'shop.placed: { delivery: { deduplicate: { by: orderId, within: 3599s } } }',
      'deduplication-too-short',
    ],
    ['memory as long as the retries', event(''), 'shop.placed: { delivery: { deduplicate: { within: 15s } } }', undefined],
    [
      'memory shorter than the retries',
      event(''),
      'shop.placed: { delivery: { deduplicate: { within: 14s } } }',
      'deduplication-too-short',
    ],
    ['memory of the message id without an end', event('expire: 1h'), 'shop.placed: { delivery: { deduplicate: true } }', undefined],
    ['kept as long as it lives', event('retain: 1h, expire: 1h', 'log'), 'shop.placed: {}', undefined],
    ['kept a moment less', event('retain: 3599s, expire: 1h', 'quick'), 'shop.placed: {}', 'retention-too-short'],
    [
      'compacted, so kept for ever',
      event('key: orderId, retain: { time: 1m, compact: true }', 'log'),
      'shop.placed: { delivery: { retry: { attempts: 5, delay: 1m } } }',
      undefined,
    ],
    [
      'not in order, so what is tried again lies elsewhere',
      event('retain: 1m', 'log'),
      'shop.placed: { delivery: { retry: { attempts: 5, delay: 1m } } }',
      undefined,
    ],
    [
      'in order',
      event('key: orderId, retain: 1m', 'log'),
      'shop.placed: { delivery: { retry: { attempts: 5, delay: 1m } } }',
      'retention-too-short',
    ],
    [
      'an order that was given up',
      event('key: orderId, order: none, retain: 1m', 'log'),
      'shop.placed: { delivery: { retry: { attempts: 5, delay: 1m } } }',
      undefined,
    ],
    ['the oldest message of what never expires', event('retain: 1d', 'log'), 'shop.placed: { start: earliest }', undefined],
    [
      'the oldest message of what is kept no longer than it lives',
      event('retain: 1h, expire: 1h', 'log'),
      'shop.placed: { start: earliest }',
      undefined,
    ],
    [
      'the oldest message of what expired',
      event('retain: 1d, expire: 1h', 'log'),
      'shop.placed: { start: earliest }',
      'start-meets-expiry',
    ],
    ['retries that end a moment before the timeout', request('3001ms', 'retry: { attempts: 3 }'), 'shop.order: {}', undefined],
    ['a last retry at the timeout', request('3s', 'retry: { attempts: 3 }'), 'shop.order: {}', 'retry-outlives-timeout'],
    ['an own timeout that is just enough', request('10s', 'retry: { attempts: 3 }'), 'shop.order: { timeout: 3001ms }', undefined],
    ['an own timeout that is too short', request('10s', 'retry: { attempts: 3 }'), 'shop.order: { timeout: 3s }', 'retry-outlives-timeout'],
    ['a request kept as long as it is awaited', request('1m', 'retain: 1m', 'log'), 'shop.order: {}', undefined],
    ['a request kept for less', request('1m', 'retain: 59s', 'log'), 'shop.order: {}', 'retention-too-short'],
  ])('%s', async (_, shop, use, id) => {
    expect(await idsOf(shop, user(use))).toEqual(id === undefined ? [] : [id]);
  });
});

type Deprecated = {
  readonly name: string;
  readonly parts: string;
  readonly version: string;
  readonly today?: string;
  readonly ids: readonly string[];
};

describe('deprecations', () => {
  const deprecated = (parts: string, version: string) =>
    service('shop', `provides:\n  placed: { pattern: publish-subscribe, via: rabbit, ${message}, deprecated: { ${parts} } }`, version);
  test.each<Deprecated>([
    { name: 'goes with a later version', parts: 'remove: 2.0.0', version: '1.9.9', ids: [] },
    { name: 'goes with this version', parts: 'remove: 2.0.0', version: '2.0.0', ids: ['removal-due'] },
    { name: 'a version before a release is before it', parts: 'remove: 2.0.0', version: '2.0.0-rc.1', ids: [] },
    { name: 'goes tomorrow', parts: 'remove: 2026-11-26', version: '1.0.0', today: '2026-11-25', ids: [] },
    { name: 'goes today', parts: 'remove: 2026-11-25', version: '1.0.0', today: '2026-11-25', ids: ['removal-due'] },
    { name: 'without a day no day has passed', parts: 'remove: 2001-01-01', version: '1.0.0', ids: [] },
    { name: 'deprecated by this version', parts: 'since: 1.2.0', version: '1.2.0', ids: [] },
    { name: 'deprecated by the next one', parts: 'since: 1.2.1', version: '1.2.0', ids: ['deprecated-later'] },
    {
      name: 'goes with the version that deprecates it',
      parts: 'since: 1.2.0, remove: 1.2.0',
      version: '1.0.0',
      ids: ['removal-before-deprecation'],
    },
    { name: 'goes with a number that sorts before as text', parts: 'since: 1.9.0, remove: 1.10.0', version: '1.9.0', ids: [] },
    { name: 'its replacement is in words', parts: 'instead: the letter of the mailer', version: '1.0.0', ids: [] },
    { name: 'its replacement is itself', parts: 'instead: shop.placed', version: '1.0.0', ids: ['unknown-replacement'] },
    { name: 'its replacement is itself, by its own name', parts: 'instead: placed', version: '1.0.0', ids: ['unknown-replacement'] },
  ])('$name', async ({ parts, version, today, ids }) => {
    const found = await idsOf(deprecated(parts, version), user('shop.placed: {}'), today);
    expect(found.filter((id) => id !== 'deprecated-use')).toEqual(ids);
  });

  test('a service that uses what it deprecates itself knows', async () => {
    const own = `${deprecated('since: 1.0.0', '1.0.0')}uses:\n  shop.placed: {}\n`;
    expect(await idsOf(own, service('desk', 'uses: {}'))).toEqual([]);
  });

  test.each([
    ['2026-11-25', []],
    ['2026-11-26', ['acceptance-expired']],
  ])('an acceptance holds on its last day (%s)', async (today, ids) => {
    expect(await idsOf(event(''), user('shop.placed: {}'), today)).toEqual(ids);
  });
});

describe('the span of a retry policy', () => {
  test('is the sum of its pauses', () => {
    expect(retrySpan(DEFAULT_RETRY)).toBe(15_000);
    expect(retrySpan({ ...DEFAULT_RETRY, attempts: 1 })).toBe(0);
  });

  test.each([
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [7_000, 3],
    [7_001, 4],
    [15_001, 5],
    [1_000_000, 5],
  ])('in %i ms %i attempts begin', (limit, attempts) => {
    expect(attemptsBefore(DEFAULT_RETRY, limit)).toBe(attempts);
  });
});
