import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accessOf } from '../../../src/brokers/rabbitmq/access.ts';
import type { Declaring } from '../../../src/brokers/rabbitmq/admin/channels.ts';
import { moveMessages } from '../../../src/brokers/rabbitmq/admin/move.ts';
import type { Held, MoveLine } from '../../../src/brokers/rabbitmq/admin/move-line.ts';
import type { Site } from '../../../src/brokers/rabbitmq/admin/site.ts';
import { transportNamed } from './transports.ts';

/**
 * A broker that does nothing by itself: what a queue holds is what the test says, and what is asked of it is noted down in its order. So each order in which
 * things may happen can be shown, also those that a broker on this machine hardly ever takes.
 */
function silentBroker() {
  const asked: string[] = [];
  const waiting = new Map<number, (isTaken: boolean) => void>();
  const heard: { take?: (message: Held | undefined) => void; returned?: () => void; closed?: () => void } = {};
  const counts = { ready: 0, consumers: 1, messages: 0, unacknowledged: 0 };
  const line: MoveLine = {
    prefetch: async (messages) => void asked.push(`prefetch ${messages}`),
    async consume(_, take) {
      heard.take = take;
      return async () => void asked.push('cancel');
    },
    publish(_, { tag }, ended) {
      asked.push(`publish ${tag}`);
      waiting.set(tag, ended);
    },
    acknowledge: ({ tag }) => void asked.push(`acknowledge ${tag}`),
    onReturned: (listener) => {
      heard.returned = listener;
    },
    onClosed: (listener) => {
      heard.closed = listener;
    },
  };
  const queue = () => ({
    name: 'q',
    type: 'classic',
    messages: counts.messages,
    messages_ready: counts.ready,
    messages_unacknowledged: counts.unacknowledged,
  });
  const declaring: Declaring = {
    server: { cluster: undefined, version: '4.0.5' },
    async *each(items, { declare }) {
      const channel = { checkQueue: async () => ({ messageCount: counts.ready, consumerCount: counts.consumers }) };
      for (const item of items) {
        await declare(channel as never, item);
        yield { item };
      }
    },
    using: () => Promise.reject(new Error('not asked for')),
    broken: () => undefined,
    close: async () => undefined,
  };
  const site: Site = {
    access: accessOf(transportNamed('bus', 'rabbitmq')),
    project: 'shop',
    management: { read: async () => [queue()], send: () => Promise.reject(new Error('not asked for')), close: () => undefined },
    declaring: async () => declaring,
    moving: (work) => work(line),
  };
  const take = (tag: number) => heard.take?.({ routingKey: 'k', content: Buffer.from('m'), properties: Buffer.alloc(2), tag });
  const confirm = (tag: number, isTaken: boolean) => waiting.get(tag)?.(isTaken);
  return { site, asked, counts, heard, take, confirm };
}

describe('a message that is moved', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is acknowledged when its copy is confirmed, and not before', async () => {
    const { site, asked, take, confirm } = silentBroker();
    const moving = moveMessages(site, { from: 'q', through: 'there' });
    await vi.advanceTimersByTimeAsync(0);
    take(1);
    take(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.slice(1)).toEqual(['publish 1', 'publish 2']);
    confirm(2, true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.slice(1)).toEqual(['publish 1', 'publish 2', 'acknowledge 2']);
    confirm(1, true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await moving).toBe(2);
    expect(asked.slice(3)).toEqual(['acknowledge 2', 'acknowledge 1', 'cancel']);
  });

  it('that the other queue does not take is offered again, and goes back to nobody meanwhile', async () => {
    const { site, asked, take, confirm } = silentBroker();
    const moving = moveMessages(site, { from: 'q', through: 'there' });
    await vi.advanceTimersByTimeAsync(0);
    take(1);
    for (let time = 1; time <= 30; time += 1) {
      confirm(1, false);
      await vi.advanceTimersByTimeAsync(250);
    }
    expect(new Set(asked.slice(1))).toEqual(new Set(['publish 1']));
    expect(asked).toHaveLength(32);
    confirm(1, true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await moving).toBe(1);
  });

  it('that comes back, since nothing leads to the other queue any more, is never acknowledged', async () => {
    const { site, asked, heard, take, confirm } = silentBroker();
    const moving = moveMessages(site, { from: 'q', through: 'there' });
    const ended = expect(moving).rejects.toThrow('Exchange there leads to no queue any more.');
    await vi.advanceTimersByTimeAsync(0);
    take(1);
    heard.returned?.();
    confirm(1, true);
    await ended;
    expect(asked.slice(1)).toEqual(['publish 1']);
  });

  it('is neither given nor acknowledged when the connection is gone', async () => {
    const { site, asked, heard, take, confirm } = silentBroker();
    const moving = moveMessages(site, { from: 'q', through: 'there' });
    moving.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    take(1);
    heard.closed?.();
    confirm(1, true);
    take(2);
    expect(asked.slice(1)).toEqual(['publish 1']);
  });

  it.each([
    ['ready', { ready: 1, messages: 1 }],
    ['held by others', { unacknowledged: 1, messages: 1 }],
    ['on their way to where dead letters go', { messages: 1 }],
  ])('is waited for where some are %s, and after a minute without progress it is given up', async (_, held) => {
    const { site, counts } = silentBroker();
    Object.assign(counts, held);
    const moving = moveMessages(site, { from: 'q', through: 'there' });
    const ended = expect(moving).rejects.toThrow(/for a minute|For a minute/);
    await vi.advanceTimersByTimeAsync(59_000);
    await vi.advanceTimersByTimeAsync(3_000);
    await ended;
  });

  it('takes its time: a queue counts as empty only when nothing has come for longer than anything may be on its way', async () => {
    const { site, take, confirm } = silentBroker();
    const moving = moveMessages(site, { from: 'q', through: 'there' });
    let isDone = false;
    void moving.then(() => (isDone = true));
    for (let tag = 1; tag <= 4; tag += 1) {
      await vi.advanceTimersByTimeAsync(1_200);
      expect(isDone).toBe(false);
      take(tag);
      confirm(tag, true);
    }
    await vi.advanceTimersByTimeAsync(1_200);
    expect(isDone).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await moving).toBe(4);
  });
});
