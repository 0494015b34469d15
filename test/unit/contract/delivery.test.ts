import { describe, expect, test } from 'vitest';
import { DEFAULT_RETRY, receiverPolicy, retryDelays } from '../../../src/contract/delivery.ts';
import { loadProject } from '../../../src/contract/load.ts';
import type { Interaction, Use } from '../../../src/contract/model.ts';
import { findContract, findInteraction } from '../../../src/contract/system.ts';
import { memoryProject } from '../../support/memory-project.ts';

const PROJECT = `msgctl: 1
project: school
transports: { rabbit: { kind: rabbitmq }, log: { kind: kafka } }
`;

async function load(provided: string, used = ''): Promise<{ interaction: Interaction; use: Use | undefined }> {
  const files = {
    'msgctl.yaml': PROJECT,
    'contracts/payments.yaml': `msgctl: 1\nservice: payments\nversion: 1.0.0\nprovides:\n  it:\n${provided}`,
    'contracts/mailer.yaml': `msgctl: 1\nservice: mailer\nversion: 1.0.0\nuses:\n  payments.it: { ${used} }\n`,
  };
  const { system, diagnostics } = await loadProject(memoryProject(files), { projectFile: 'msgctl.yaml' });
  expect(diagnostics).toEqual([]);
  const interaction = system && findInteraction(system, 'payments.it');
  if (!system || !interaction) throw new Error('not loaded');
  return { interaction, use: findContract(system, 'mailer')?.uses[0] };
}

const event = (delivery = '') => `    pattern: publish-subscribe
    via: log
    message: { type: object, required: [id], properties: { id: { type: string } } }
    limit: { concurrent: 7 }
    delivery: { ${delivery} }
`;

const request = (delivery = '') => `    pattern: async-request-response
    via: rabbit
    request: { type: object, required: [id], properties: { id: { type: string } } }
    response: { type: object }
    timeout: 20s
    delivery: { ${delivery} }
`;

describe('receiverPolicy', () => {
  test('an event is retried without a word, from the newest message, without order', async () => {
    const { interaction, use } = await load(event());
    expect(receiverPolicy(interaction, use)).toEqual({
      retry: DEFAULT_RETRY,
      ordered: false,
      limit: { concurrent: 7 },
      deadLetters: {},
      start: 'latest',
    });
  });

  test('a request is not retried by its receiver without a word', async () => {
    const { interaction } = await load(request());
    expect(receiverPolicy(interaction).retry).toBeUndefined();
  });

  test('a request is retried by the default policy when the contract says true', async () => {
    const { interaction } = await load(request('retry: true'));
    expect(receiverPolicy(interaction).retry).toEqual(DEFAULT_RETRY);
  });

  test('what the provider of an event writes is its users’ default, and their own word goes first', async () => {
    const provided = event('key: id, retry: { attempts: 3 }, dead-letters: { retain: 7d }');
    const inherited = await load(provided);
    expect(receiverPolicy(inherited.interaction, inherited.use)).toMatchObject({
      retry: { ...DEFAULT_RETRY, attempts: 3 },
      ordered: true,
      deadLetters: { retain: 604_800_000 },
    });
    const own = await load(provided, 'start: earliest, limit: { concurrent: 2 }, delivery: { retry: false, deduplicate: true }');
    const policy = receiverPolicy(own.interaction, own.use);
    expect(policy).toMatchObject({ deduplicate: { by: 'message-id' }, limit: { concurrent: 2 }, start: 'earliest' });
    expect(policy.retry).toBeUndefined();
  });

  test('no dead letters, where the receiver or the provider says so', async () => {
    const { interaction, use } = await load(event('dead-letters: false'));
    expect(receiverPolicy(interaction, use).deadLetters).toBe(false);
    const own = await load(event('dead-letters: false'), 'delivery: { dead-letters: { retain: 1d } }');
    expect(receiverPolicy(own.interaction, own.use).deadLetters).toEqual({ retain: 86_400_000 });
  });

  test('order: none gives up the order of a key', async () => {
    const { interaction, use } = await load(event('key: id, order: none'));
    expect(receiverPolicy(interaction, use).ordered).toBe(false);
  });

  test('what the provider deduplicates by holds for itself', async () => {
    const { interaction } = await load(request('deduplicate: { by: id, within: 24h }'));
    expect(receiverPolicy(interaction).deduplicate).toEqual({ by: ['/id'], within: 86_400_000 });
  });
});

test.each([
  [{ attempts: 5, delay: 1_000, factor: 2, maxDelay: 60_000 }, [1_000, 2_000, 4_000, 8_000]],
  [{ attempts: 4, delay: 1_000, factor: 10, maxDelay: 5_000 }, [1_000, 5_000, 5_000]],
  [{ attempts: 3, delay: 100, factor: 1.5, maxDelay: 5_000 }, [100, 150]],
  [{ attempts: 1, delay: 100, factor: 2, maxDelay: 5_000 }, []],
])('the pauses of %j are %j', (policy, delays) => {
  expect(retryDelays(policy)).toEqual(delays);
});
