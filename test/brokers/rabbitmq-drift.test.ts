import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { bindingResource, exchangeResource, queueBinding, queueResource } from '../../src/brokers/rabbitmq/resources.ts';
import { permissionResource, topicPermissionResource } from '../../src/brokers/rabbitmq/rights.ts';
import type { JsonObject } from '../../src/source/json.ts';
import type { Approval } from '../../src/topology/consent.ts';
import { type DesiredResource, type Resource, resourceKey } from '../../src/topology/model.ts';
import { isApplicable, type Step, stepsOf } from '../../src/topology/steps.ts';
import { isFullSize } from '../support/size.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { classicArguments, lasting, project, tables } from './drift-rows.ts';
import { type Rabbitmq, startRabbitmq } from './rabbitmq.ts';
import { lineOf, planOn, provisionOn, type Wish } from './rabbitmq-plans.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
const starts = await Promise.all([startRabbitmq(), startRabbitmq({ version: '4' })]);
const versions = [
  { name: '3.10', started: brokerOrSkip(starts[0], 'test/brokers/rabbitmq-drift on 3.10', remedy) },
  { name: '4', started: brokerOrSkip(starts[1], 'test/brokers/rabbitmq-drift on 4', remedy) },
];

const rows = tables.flatMap(([section, all]) => all.map((row) => [section, row] as const));

const bindingArguments = { 'x-match': 'all', region: 'north' };
const bound = [
  {
    ...bindingResource({
      source: 'amq.headers',
      destination: 'bound',
      destinationType: 'queue',
      routingKey: 'two',
      arguments: bindingArguments,
    }),
    says: 'create binding amq.headers → bound "two" {"region":"north","x-match":"all"}',
  },
  { ...queueBinding('x-bindings', 'bound', 'one'), says: 'create binding x-bindings → bound "one"' },
];
const bindingSays = [
  ...bound.map(({ says }) => says),
  'delete binding amq.headers → bound "two" {"region":"south","x-match":"all"}; waits for delete',
  'delete binding x-bindings → bound "other"; waits for delete',
];

for (const { name: version, started } of versions) {
  describe.skipIf(!started)(`what becomes of it in the hands of others on RabbitMQ ${version}`, { timeout: 120_000 }, () => {
    const user = `drift-${process.pid}-${version}`;
    const rights = { configure: '^$', write: '^out$', read: '^in$' };
    const keys = { user, exchange: 'amq.topic', write: '^key$', read: '^$' };
    const wanted = (resource: Resource, more: Partial<DesiredResource> = {}): DesiredResource => ({
      kind: resource.kind,
      name: resource.name,
      attributes: resource.attributes,
      causes: [here],
      needs: [],
      ...more,
    });
    const desired = [
      ...rows.map(([, [, resource]]) => wanted(resource)),
      wanted(exchangeResource('x-bindings', 'topic')),
      wanted(queueResource('bound', classicArguments)),
      wanted({ kind: 'exchange', name: 'amq.headers', attributes: {} }, { existing: 'keep' }),
      ...bound.map((resource) => wanted(resource, { needs: ['queue/bound'] })),
      wanted({ kind: 'queue', name: 'taken-over', attributes: {} }, { existing: 'adopt' }),
      wanted({ kind: 'user', name: user, attributes: { tags: [] } }, { existing: 'shared' }),
      wanted(permissionResource(user, rights), { existing: 'adopt' }),
      wanted(topicPermissionResource(keys), { existing: 'adopt' }),
    ];
    let vhost: Vhost;
    let found: readonly Step[] = [];
    const wish = (allow: readonly Approval[]): Wish => ({
      transport: {
        ...transportNamed('bus', 'rabbitmq', { url: vhost.url, management: vhost.management }),
        users: { '*': '{service}' },
      },
      project,
      desired,
      allow,
    });

    beforeAll(async () => {
      if (!started) return;
      vhost = await createVhost(started.broker as Rabbitmq);
      await vhost.call('PUT', `/api/queues/${vhost.name}/taken-over`, lasting);
      const { events } = await provisionOn(wish(['access']));
      expect(events.filter(({ type }) => type === 'step-failed' || type === 'step-skipped')).toEqual([]);
      expect(stepsOf(await planOn(wish([])))).toEqual([]);
      await byHand();
      found = stepsOf(await planOn(wish([])));
    }, 120_000);

    afterAll(async () => {
      await vhost?.call('DELETE', `/api/users/${user}`).catch(() => undefined);
      await vhost?.call('DELETE', `/api/global-parameters/msgctl-${project}`).catch(() => undefined);
      await vhost?.remove();
      await started?.stop();
    }, 60_000);

    it.each(rows.map(([section, [name, , , says]]) => [section, name, says] as const))('of %s: %s', (section, name, says) => {
      const kind = section === 'policies' ? 'policy' : section.slice(0, -1);
      expect(found.filter(({ resource }) => resource.kind === kind && resource.name === name).map(lineOf)).toEqual(
        says === '' ? [] : [says],
      );
    });

    it('of bindings: a key, arguments, one that is gone', () => {
      expect(found.filter(({ resource }) => resource.kind === 'binding').map(lineOf)).toEqual(bindingSays);
    });

    it('of rights and of what was taken over', () => {
      expect(found.filter(({ resource }) => resource.kind.endsWith('permission') || resource.name === 'taken-over').map(lineOf)).toEqual([
        `change queue taken-over; owner: undefined → "${project}"`,
        `create topic-permission ${user} on amq.topic; waits for access`,
        `change permission ${user}; configure: ".*" → "^$"; read: ".*" → "^in$"; write: ".*" → "^out$"; waits for access`,
      ]);
    });

    it('is seen over AMQP alone as through the management API', async () => {
      const { transport } = wish([]);
      const [through, over] = await Promise.all(
        [transport, { ...transport, options: { ...transport.options, management: 'none' } }].map(async (place) => {
          const admin = await openRabbitmq(place, project);
          const { resources } = await admin.inspect(new AbortController().signal, desired);
          await admin.close();
          return new Map(resources.map((resource) => [resourceKey(resource), resource.attributes]));
        }),
      );
      const names = desired.map(resourceKey).filter((key) => /^(?:queue|exchange)\//.test(key));
      const seen = names.map((key) => [key, over?.get(key)] as const);
      expect(seen).toEqual(names.map((key) => [key, comparedOf(through?.get(key))]));
      expect(seen.filter(([, attributes]) => attributes === undefined).map(([key]) => key)).toEqual(['queue/gone', 'exchange/x-gone']);
    });

    it('explains what it refuses', () => {
      const refused = found.filter(({ action }) => action === 'refuse');
      expect(refused.length).toBeGreaterThan(10);
      for (const { reason } of refused) expect(reason).toMatch(/\.$/);
    });

    it('is put right with consent, but for what is explained', async () => {
      const allow: readonly Approval[] = ['delete', 'access', ...(isFullSize ? (['migrate'] as const) : [])];
      const { plan, events } = await provisionOn(wish(allow));
      expect(events.filter(({ type }) => type === 'step-failed' || type === 'step-skipped')).toEqual([]);
      const left = stepsOf(plan).filter((step) => !isApplicable(step));
      expect(stepsOf(await planOn(wish(allow))).map(lineOf)).toEqual(left.map(lineOf));
      expect(new Set(left.map(({ action }) => action))).toEqual(new Set(isFullSize ? ['refuse'] : ['migrate', 'refuse']));
    });

    async function byHand(): Promise<void> {
      for (const [section, [name, , hand]] of rows) {
        const path = `/api/${section}/${vhost.name}/${name}`;
        if (hand === 'gone' || 'again' in hand) await vhost.call('DELETE', path);
        if (hand !== 'gone') await vhost.call('PUT', path, 'again' in hand ? hand.again : hand.put);
      }
      const bindings = (await vhost.call('GET', `/api/queues/${vhost.name}/bound/bindings`)) as readonly JsonObject[];
      for (const { source, properties_key: key } of bindings) {
        if (source !== '') await vhost.call('DELETE', `/api/bindings/${vhost.name}/e/${source}/q/bound/${key}`);
      }
      await vhost.call('POST', `/api/bindings/${vhost.name}/e/x-bindings/q/bound`, { routing_key: 'other', arguments: {} });
      const others = { ...bindingArguments, region: 'south' };
      await vhost.call('POST', `/api/bindings/${vhost.name}/e/amq.headers/q/bound`, { routing_key: 'two', arguments: others });
      await vhost.call('PUT', `/api/permissions/${vhost.name}/${user}`, { configure: '.*', write: '.*', read: '.*' });
      await vhost.call('DELETE', `/api/topic-permissions/${vhost.name}/${user}`);
      const noted = (await vhost.call('GET', `/api/global-parameters/msgctl-${project}`)) as {
        value: { adopted: Record<string, string[]> };
      };
      const keys = (noted.value.adopted[vhost.name] ?? []).filter((key) => key !== resourceKey({ kind: 'queue', name: 'taken-over' }));
      const value = { ...noted.value, adopted: { ...noted.value.adopted, [vhost.name]: keys } };
      await vhost.call('PUT', `/api/global-parameters/msgctl-${project}`, { name: `msgctl-${project}`, value });
    }
  });
}

/** What RabbitMQ compares: not what only others know. A queue whose type nobody says is a classic one. */
function comparedOf(attributes: Resource['attributes'] | undefined): Resource['attributes'] | undefined {
  if (!attributes) return undefined;
  const { 'arguments.x-of-nobody': _, ...compared } = attributes;
  return 'type' in compared ? compared : { 'arguments.x-queue-type': 'classic', ...compared };
}

const here = { file: 'contracts/x.yaml', start: { offset: 0, line: 1, column: 1 }, end: { offset: 0, line: 1, column: 1 } };
