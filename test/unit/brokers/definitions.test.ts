import { describe, expect, it } from 'vitest';
import { definitionsFormat } from '../../../src/brokers/file/definitions.ts';
import { context, pending, provisionText } from './provision-text.ts';
import { shop } from './shop.ts';

type Definitions = Record<string, { name: string; vhost?: string; arguments: Record<string, unknown>; [key: string]: unknown }[]>;

function parse(text: string): Definitions {
  return JSON.parse(text) as Definitions;
}

/** The file after a change by hand, written as people's tools write JSON. */
function edited(text: string, change: (definitions: Definitions) => void): string {
  const definitions = parse(text);
  change(definitions);
  return JSON.stringify(definitions, undefined, 2);
}

describe('a definitions file', () => {
  it('begins with what RabbitMQ needs to import it, and marks what is ours', async () => {
    const definitions = parse(await provisionText(await shop('rabbitmq'), undefined));
    expect(Object.keys(definitions)).toEqual(['vhosts', 'policies', 'exchanges', 'queues', 'bindings']);
    expect(definitions.vhosts).toEqual([{ name: 'shop' }]);
    expect(definitions.queues?.find(({ name }) => name === 'orders.place')).toEqual({
      name: 'orders.place',
      vhost: 'shop',
      durable: true,
      auto_delete: false,
      arguments: {
        'x-dead-letter-exchange': 'orders.dead',
        'x-dead-letter-routing-key': 'orders.place',
        'x-queue-type': 'quorum',
        'x-msgctl-owner': 'shop',
      },
    });
    expect(definitions.exchanges?.every((exchange) => exchange.arguments['x-msgctl-owner'] === 'shop')).toBe(true);
  });

  it('says afterwards what was asked for, and is written the same again', async () => {
    const system = await shop('rabbitmq');
    const text = await provisionText(system, undefined);
    expect(await pending(system, text)).toEqual([]);
    expect(await provisionText(system, text)).toBe(text);
    expect(await provisionText(system, undefined)).toBe(text);
  });

  it.each<[string, (definitions: Definitions) => void, readonly string[]]>([
    [
      'an argument of a queue',
      ({ queues }) => Object.assign(queues?.find(({ name }) => name === 'orders.retry.1s')?.arguments ?? {}, { 'x-message-ttl': '1000' }),
      ['migrate queue orders.retry.1s; arguments.x-message-ttl: "1000" → 1000'],
    ],
    [
      'an argument more',
      ({ queues }) => Object.assign(queues?.find(({ name }) => name === 'orders.place')?.arguments ?? {}, { 'x-max-length': 5 }),
      ['migrate queue orders.place; arguments.x-max-length: 5 → undefined'],
    ],
    [
      'a binding more',
      ({ bindings }) =>
        bindings?.push({
          source: 'a',
          vhost: 'shop',
          destination: 'orders.place',
          destination_type: 'queue',
          routing_key: 'k',
          arguments: {},
        } as never),
      ['delete binding a → orders.place "k"'],
    ],
    [
      'a binding less',
      ({ bindings }) => bindings?.splice(0, 1),
      ['create binding billing.again → billing.orders.placed "billing.orders.placed"'],
    ],
    [
      'the type of an exchange',
      ({ exchanges }) => Object.assign(exchanges?.at(-1) ?? {}, { type: 'headers' }),
      ['migrate exchange orders.retry.8s; type: "headers" → "fanout"'],
    ],
    [
      'a policy',
      ({ policies }) => Object.assign(policies?.[0] ?? {}, { definition: { 'delivery-limit': 3 } }),
      ['change policy msgctl.shop.delivery-limit-20; definition.delivery-limit: 3 → 20'],
    ],
  ])('shows a change by hand: %s', async (_, change, expected) => {
    const system = await shop('rabbitmq');
    const text = edited(await provisionText(system, undefined), change);
    expect(await pending(system, text)).toEqual(expected);
    const mended = await provisionText(system, text, ['migrate', 'delete']);
    expect(await pending(system, mended)).toEqual([]);
  });

  it('is not changed by a member order of its own or by fields that newer versions add', async () => {
    const system = await shop('rabbitmq');
    const text = edited(await provisionText(system, undefined), (definitions) => {
      for (const queue of definitions.queues ?? []) queue.arguments = Object.fromEntries(Object.entries(queue.arguments).reverse());
      for (const queue of definitions.queues ?? []) queue.type = queue.arguments['x-queue-type'];
    });
    expect(await pending(system, text)).toEqual([]);
  });

  it('keeps what is not ours to the letter', async () => {
    const foreign = `{"name": "legacy",  "vhost":"shop","durable":true,"auto_delete":false,"arguments":{"x-max-length":12345678901234567890}}`;
    const users = `[ {"name":"guest", "password_hash":"a\\u002Fb"} ]`;
    const text = `{"rabbit_version":"3.10.8","users":${users},"queues":[${foreign}],"x":1.0}`;
    const after = await provisionText(await shop('rabbitmq'), text);
    for (const kept of [`"rabbit_version": "3.10.8"`, `"users": ${users}`, foreign, '"x": 1.0']) expect(after).toContain(kept);
    expect(parse(after).vhosts).toEqual([{ name: 'shop' }]);
  });

  it('leaves other virtual hosts alone, whatever has our names there', async () => {
    const system = await shop('rabbitmq');
    const own = await provisionText(system, undefined);
    const elsewhere = own.replaceAll('"vhost": "shop"', '"vhost": "other"');
    expect((await pending(system, elsewhere)).length).toBe((await pending(system, undefined)).length);
    const both = parse(await provisionText(system, elsewhere));
    expect(both.queues?.length).toBe(2 * (parse(own).queues?.length ?? 0));
  });

  it('remembers what was adopted, since it carries no mark, and forgets it when it goes', async () => {
    const orders = `
  cancelled:
    pattern: publish-subscribe
    via: bus
    message: { type: object }`;
    const adopting = await shop('rabbitmq', {
      orders,
      billing: '  orders.cancelled: { address: { queue: { name: old, type: classic } }, existing: adopt }',
    });
    const queue = { name: 'old', vhost: 'shop', durable: true, auto_delete: false, arguments: { 'x-max-length': 7 } };
    const text = await provisionText(adopting, JSON.stringify({ queues: [queue] }));
    expect(parse(text).queues?.find(({ name }) => name === 'old')).toEqual(queue);
    expect(parse(text).global_parameters).toEqual([{ name: 'msgctl-shop', value: { adopted: { shop: ['queue/old'] } } }]);
    expect(await pending(adopting, text)).toEqual([]);
    const without = await shop('rabbitmq');
    expect(await pending(without, text)).toContain('delete queue old');
    const cleaned = await provisionText(without, text, ['delete']);
    expect(parse(cleaned).global_parameters).toEqual([]);
    expect(await pending(without, cleaned)).toEqual([]);
  });

  it('refuses a name that somebody else has', async () => {
    const text = JSON.stringify({
      exchanges: [
        { name: 'orders.events', vhost: 'shop', type: 'topic', durable: true, auto_delete: false, internal: false, arguments: {} },
      ],
    });
    expect((await pending(await shop('rabbitmq'), text)).filter((step) => step.startsWith('refuse'))).toEqual([
      'refuse exchange orders.events',
      'refuse binding orders.events → billing.orders.placed "placed"',
    ]);
  });
});

describe('a definitions file that cannot be understood', () => {
  it.each([
    ['no JSON', '{"queues": [}', 'topology/bus:1:13: A JSON value is expected.'],
    ['an open string', '{\n  "queues', 'topology/bus:2:3: This string does not end.'],
    ['something after it', '{} {}', 'topology/bus:1:4: Nothing more is expected after the object.'],
    ['an array', '[]', 'topology/bus:1:1: A JSON object is expected.'],
    ['a list that is none', '{\n"queues": {}}', 'topology/bus:2:11: "queues" must be a list.'],
    ['an entry without a name', '{"queues": [{"vhost": "shop"}]}', 'topology/bus:1:13: This is no entry of "queues".'],
    ['a list twice', '{"queues": [], "queues": []}', 'topology/bus:1:26: "queues" stands in this file twice.'],
    ['a queue twice', '{"queues": [{"name": "a"},\n {"name": "a"}]}', 'topology/bus:2:2: queue a stands here a second time.'],
    ['nothing', '', 'topology/bus:1:1: A JSON object is expected.'],
    ['a bottomless one', `{"a": ${'['.repeat(300)}`, 'topology/bus:1:207: Values are nested deeper than 200 levels.'],
  ])('is reported with its place: %s', (_, text, message) => {
    expect(() => definitionsFormat.read(text, context)).toThrow(expect.objectContaining({ id: 'topology-file-malformed', message }));
    expect(() => definitionsFormat.write(text, [], context)).toThrow(expect.objectContaining({ message }));
  });
});
