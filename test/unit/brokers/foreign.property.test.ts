import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { System } from '../../../src/contract/system.ts';
import type { BrokerKind } from '../../../src/topology/model.ts';
import { PATIENCE, runs } from '../../support/size.ts';
import { pending, provisionText } from './provision-text.ts';
import { shop } from './shop.ts';

const extra = (kind: BrokerKind) =>
  `  moved: { pattern: publish-subscribe, via: bus, message: { type: object }${kind === 'redis' ? ', delivery: { retain: 1d }' : ''} }`;

/** A name that no contract of the shop derives, odd ones among them. */
const foreignName = fc
  .oneof(fc.constantFrom('__proto__', 'constructor', 'orders.places', 'billing.orders.placed2', 'a "b" \\'), fc.string({ minLength: 1 }))
  .map((name) => `x-${name}`);

/** Entries of others as their text stands in a file, and a file that holds them beside ours. */
type Foreign = { readonly texts: readonly string[]; readonly join: (own: string | undefined) => string };

const foreignDefinitions = fc
  .uniqueArray(fc.tuple(foreignName, fc.json(), fc.constantFrom('', ' ', '\n\t')), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 4,
  })
  .map((queues): Foreign => {
    const texts = queues.map(
      ([name, json, space]) =>
        `{${space}"name":${space}${JSON.stringify(name)}, "vhost": "shop","arguments": {"x-any":${space}${json}, "n": 1.50e3 }}`,
    );
    return {
      texts,
      join: (own) =>
        own === undefined ? `{"queues": [${texts.join(' , ')}]}` : own.replace('"queues": [', () => `"queues": [${texts.join(',')},`),
    };
  });

const foreignTopics = fc
  .uniqueArray(fc.tuple(foreignName, fc.jsonValue(), fc.constantFrom('', ' # by hand')), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 4,
  })
  .map((topics): Foreign => {
    const texts = topics.map(
      ([name, value, comment]) =>
        `---${comment}\napiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata:   { name: ${JSON.stringify(name)} }\n${stringify({ spec: { any: value } })}`,
    );
    return { texts, join: (own) => texts.join('') + (own ?? '') };
  });

const foreignCommands = fc
  .array(fc.tuple(foreignName, fc.constantFrom('SET', 'xgroup create', 'XADD')), { minLength: 1, maxLength: 4 })
  .map((commands): Foreign => {
    const texts = commands.map(([name, command]) => `${command}  ${JSON.stringify(name)} 'it\\'s' 0`);
    return { texts, join: (own) => `${texts.join('\n')}\n${own ?? ''}` };
  });

const foreignQueues = fc
  .uniqueArray(fc.tuple(foreignName, fc.json(), fc.constantFrom('', ' # by hand'), fc.constantFrom('Queue', 'Permission', 'Vhost')), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 4,
  })
  .map((queues): Foreign => {
    const texts = queues.map(
      ([name, json, comment, other]) =>
        `---${comment}\napiVersion: rabbitmq.com/v1beta1\nkind:   ${other}\nmetadata: { name: a }\nspec: { "name": ${JSON.stringify(name)}, vhost: shop, "arguments": {"x-any": ${json}, "n": 1.50e3 } }\n`,
    );
    return { texts, join: (own) => texts.join('') + (own ?? '') };
  });

describe.each<[BrokerKind, string, fc.Arbitrary<Foreign>]>([
  ['rabbitmq', '', foreignDefinitions],
  ['rabbitmq', ', format: operator', foreignQueues],
  ['kafka', '', foreignTopics],
  ['redis', '', foreignCommands],
])('a file for %s%s', (kind, transport, foreign) => {
  it(
    'keeps what others wrote to the letter, whatever is made, changed and deleted beside it',
    async () => {
      const systems: readonly System[] = [
        await shop(kind, { transport }),
        await shop(kind, { transport, orders: extra(kind), billing: '  orders.moved: {}' }),
      ];
      const start = fc.option(fc.constantFrom(...systems), { nil: undefined });
      await fc.assert(
        fc.asyncProperty(foreign, start, fc.constantFrom(...systems), async ({ texts, join }, from, to) => {
          const before = join(from && (await provisionText(from, undefined)));
          const after = await provisionText(to, before, ['delete', 'migrate']);
          const positions = texts.map((text) => after.indexOf(text));
          expect(positions.every((position) => position >= 0)).toBe(true);
          expect(await pending(to, after)).toEqual([]);
          expect(await provisionText(to, after)).toBe(after);
        }),
        { seed: 31, numRuns: runs(40, 2_000) },
      );
    },
    PATIENCE,
  );
});
