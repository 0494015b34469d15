import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { objectName } from '../../../src/brokers/file/operator-entries.ts';
import { operatorFormat } from '../../../src/brokers/file/operator-resources.ts';
import { bindingResource, exchangeResource, policyResource, queueResource } from '../../../src/brokers/rabbitmq/resources.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import type { Resource } from '../../../src/topology/model.ts';
import type { Step } from '../../../src/topology/steps.ts';
import { runs } from '../../support/size.ts';
import { pending, provisionText } from './provision-text.ts';
import { shop } from './shop.ts';

const context = { path: 'topology/bus.rabbitmq.yaml', project: 'shop', transport: 'bus', vhost: 'shop' };
const operator = { transport: ', format: operator' };

const text = { type: 'string' };
const flag = { type: 'boolean' };
/** What the operator's resource definitions (v1beta1) know of a spec, and what of it they require. */
const SPECS: Readonly<Record<string, { readonly required: readonly string[]; readonly properties: object }>> = {
  Vhost: { required: ['name'], properties: { name: text, tracing: flag, tags: { type: 'array' } } },
  Exchange: {
    required: ['name'],
    properties: { name: text, vhost: text, type: text, durable: flag, autoDelete: flag, arguments: { type: 'object' } },
  },
  Queue: {
    required: ['name'],
    properties: { name: text, vhost: text, type: text, durable: flag, autoDelete: flag, arguments: { type: 'object' } },
  },
  Binding: {
    required: [],
    properties: {
      source: text,
      destination: text,
      destinationType: { enum: ['exchange', 'queue'] },
      routingKey: text,
      vhost: text,
      arguments: { type: 'object' },
    },
  },
  Policy: {
    required: ['name', 'pattern', 'definition'],
    properties: {
      name: text,
      vhost: text,
      pattern: text,
      applyTo: { enum: ['queues', 'classic_queues', 'quorum_queues', 'exchanges', 'all'] },
      priority: { type: 'integer' },
      definition: { type: 'object' },
    },
  },
};
const ajv = new Ajv({ strict: false });
const cluster = {
  type: 'object',
  properties: { name: text, namespace: text, connectionSecret: { type: 'object' } },
  additionalProperties: false,
};
const OBJECT_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Every document as Kubernetes would see it; throws for one that it would refuse. */
function objectsIn(file: string) {
  const names = new Set<string>();
  return parseAllDocuments(file).map((document) => {
    const { apiVersion, kind, metadata, spec } = document.toJS() as {
      apiVersion: string;
      kind: string;
      metadata: { name: string };
      spec: object;
    };
    const known = SPECS[kind];
    if (!known || apiVersion !== 'rabbitmq.com/v1beta1') throw new Error(`${apiVersion} ${kind}`);
    const properties = { ...known.properties, rabbitmqClusterReference: cluster };
    const schema = { type: 'object', required: [...known.required, 'rabbitmqClusterReference'], properties, additionalProperties: false };
    if (!ajv.validate(schema, spec)) throw new Error(`${kind} ${metadata.name}: ${ajv.errorsText()}`);
    if (!OBJECT_NAME.test(metadata.name)) throw new Error(`${kind}: the name ${metadata.name}`);
    if (names.size === names.add(`${kind} ${metadata.name}`).size) throw new Error(`twice: ${kind} ${metadata.name}`);
    return { kind, name: metadata.name, spec };
  });
}

function create(resource: Resource): Step {
  return { action: 'create', resource, fields: [], cause: 'not-in-contract', risk: 'safe', waitsFor: [], needs: [] };
}

describe('resources of the topology operator', () => {
  it('are what its definitions take, and stand for what the contracts ask', async () => {
    const system = await shop('rabbitmq', operator);
    const file = await provisionText(system, undefined);
    const objects = objectsIn(file);
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(['Vhost', 'Exchange', 'Queue', 'Binding', 'Policy']));
    expect(await pending(system, file)).toEqual([]);
    expect(await provisionText(system, file)).toBe(file);
  });

  it('are taken away when nothing asks for them, but for the virtual host', async () => {
    const system = await shop('rabbitmq', {
      ...operator,
      orders: '  moved: { pattern: publish-subscribe, via: bus, message: { type: object } }',
      billing: '  orders.moved: {}',
    });
    const smaller = await shop('rabbitmq', operator);
    const file = await provisionText(smaller, await provisionText(system, undefined), ['delete']);
    expect(file).not.toContain('moved');
    expect(file).toBe(await provisionText(smaller, undefined));
  });

  it('follow the cluster that a document of the file names', async () => {
    const system = await shop('rabbitmq', operator);
    const foreign =
      '---\napiVersion: rabbitmq.com/v1beta1\nkind: Permission\nspec: { rabbitmqClusterReference: { name: main, namespace: mq } }\n';
    const file = await provisionText(system, foreign);
    expect(file.startsWith(foreign)).toBe(true);
    expect(file).not.toContain('name: bus\n');
    expect(file).toContain('rabbitmqClusterReference:\n    name: main\n    namespace: mq\n');
  });

  it('whatever names and arguments are, they come back as they were, under names that Kubernetes takes', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      fc.constantFrom('__proto__', 'A', 'a', 'a_', 'yes', 'a'.repeat(255), '---', 'a\n---\nb'),
    );
    const args = fc.dictionary(
      name.filter((key) => !key.startsWith('x-msgctl-')),
      fc.jsonValue({ maxDepth: 2 }),
      { maxKeys: 3 },
    );
    const binding = fc.record({
      source: name,
      destination: name,
      destinationType: fc.constantFrom('queue' as const, 'exchange' as const),
      routingKey: name,
      arguments: args,
    });
    fc.assert(
      fc.property(fc.array(name), fc.array(binding), args, (names, bindings, some) => {
        const made = [
          ...names.map((queue) => queueResource(queue, { ...(some as JsonObject), 'x-queue-type': 'quorum' })),
          ...names.map((exchange) => exchangeResource(exchange, 'topic', some as JsonObject)),
          ...names.map((policy) => policyResource(`msgctl.shop.${policy}`, `^${policy}$`, some as JsonObject)),
          ...bindings.map((ends) => bindingResource({ ...ends, arguments: ends.arguments as JsonObject })),
        ];
        const unique = [...new Map(made.map((resource) => [`${resource.kind} ${resource.name}`, resource])).values()];
        const file = operatorFormat.write(undefined, unique.map(create), context);
        expect(objectsIn(file)).toHaveLength(unique.length + (unique.length === 0 && file === '' ? 0 : 1));
        const read = operatorFormat.read(file, context).map(({ owner: _, ...resource }) => resource);
        const byKey = (a: Resource, b: Resource) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1);
        expect(read.toSorted(byKey)).toEqual(unique.toSorted(byKey));
      }),
      { seed: 5, numRuns: runs(60, 3_000) },
    );
  });

  test.each([
    ['apiVersion: rabbitmq.com/v1beta1\nkind: Queue\nspec: { name: a\n', 'bus.rabbitmq.yaml:'],
    [
      '---\napiVersion: rabbitmq.com/v1beta1\nkind: Queue\nspec: { name: a, vhost: shop }\n---\napiVersion: rabbitmq.com/v1beta1\nkind: Queue\nspec: { name: a, vhost: shop }\n',
      'bus.rabbitmq.yaml:5:1: queue a stands here a second time.',
    ],
  ])('what cannot be understood is told with its line', (file, message) => {
    expect(() => operatorFormat.read(file, context)).toThrow(message);
  });

  it('of another virtual host are not looked at, and stay', () => {
    const other = '---\napiVersion: rabbitmq.com/v1beta1\nkind: Queue\nmetadata: { name: other }\nspec: { name: a }\n';
    expect(operatorFormat.read(other, context)).toEqual([]);
    expect(operatorFormat.write(other, [create(queueResource('a', {}))], context)).toContain(other);
  });

  it('are told apart by the transport, which may share a namespace with another', () => {
    const queue = queueResource('orders', {});
    expect(objectName('bus', queue)).toBe('bus.orders');
    expect(objectName('rabbit', queue)).toBe('rabbit.orders');
  });
});
