import { describe, expect, it } from 'vitest';
import { definitionsFormat } from '../../../src/brokers/file/definitions.ts';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import type { Approval } from '../../../src/topology/consent.ts';
import type { DesiredResource, Topology } from '../../../src/topology/model.ts';
import { resourceKey } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { stepsOf } from '../../../src/topology/steps.ts';
import { desiredOn, shop } from './shop.ts';

const users = (written: string) => ({ transport: `, users: ${written}` });

async function rights(written: string, more: { readonly orders?: string; readonly billing?: string } = {}) {
  const system = await shop('rabbitmq', { ...users(written), ...more });
  return desiredOn(system).filter(({ kind }) => rabbitmqSpec.consentFor(kind) === 'access');
}

function find(resources: readonly DesiredResource[], key: string) {
  return resources.find((resource) => resourceKey(resource) === key)?.attributes;
}

describe('the rights of users', () => {
  it('are nobody business where the transport names no users', async () => {
    expect(desiredOn(await shop('rabbitmq')).some(({ kind }) => rabbitmqSpec.consentFor(kind) !== undefined)).toBe(false);
    expect(await rights('{}')).toEqual([]);
  });

  it('are patterns that match exactly the names that a service needs', async () => {
    const resources = await rights("{ '*': '{service}' }");
    expect(resources.map(resourceKey)).toEqual([
      'user/billing',
      'user/orders',
      'topic-permission/orders on orders.events',
      'permission/billing',
      'permission/orders',
    ]);
    const { configure, write, read } = find(resources, 'permission/billing') as Readonly<Record<string, string>>;
    const takes = (pattern: string | undefined, names: readonly string[]) => names.filter((name) => new RegExp(pattern ?? '').test(name));
    const names = [
      'orders.inbox',
      'orders.events',
      'orders.dead',
      'billing.dead',
      'billing.retry.1s',
      'billing.orders.placed',
      'ordersXinbox',
    ];
    const replies = [
      'billing.replies',
      'billing.replies.a.b-c.1',
      'billing.replies.',
      'billing.replies.a.1b',
      'xbilling.replies.a.1',
      'orders.replies.a.1',
    ];
    expect(takes(configure, [...names, ...replies, ''])).toEqual(['billing.replies.a.b-c.1']);
    expect(takes(write, [...names, ...replies, ''])).toEqual([
      'orders.inbox',
      'billing.dead',
      'billing.retry.1s',
      'billing.replies.a.b-c.1',
    ]);
    expect(takes(read, [...names, ...replies, ''])).toEqual(['billing.orders.placed', 'billing.replies', 'billing.replies.a.b-c.1']);
    expect(find(resources, 'topic-permission/orders on orders.events')).toMatchObject({ write: '^placed$', read: '^$' });
  });

  it('of services that log in as one user are laid together, and a service by name goes before all others', async () => {
    const resources = await rights("{ '*': shop, billing: '{service}-{service}' }");
    expect(resources.filter(({ kind }) => kind === 'permission').map(({ name }) => name)).toEqual(['billing-billing', 'shop']);
    const shared = await rights("{ '*': shop }");
    expect(shared.filter(({ kind }) => kind === 'permission').map(({ name }) => name)).toEqual(['shop']);
    expect(find(shared, 'permission/shop')?.read).toContain('orders');
    expect(find(shared, 'permission/shop')?.read).toContain('billing');
  });

  it('are given to a service that is not ours only where it is named', async () => {
    const external = '\nexternal: true';
    const names = async (written: string) => (await rights(written, { billing: external })).map(({ kind, name }) => `${kind} ${name}`);
    expect((await names("{ '*': '{service}' }")).some((name) => name.includes('billing'))).toBe(false);
    expect(await names("{ '*': '{service}', billing: theirs }")).toContain('permission theirs');
  });

  it('wait for consent whatever is done with them, and keys are limited before there is a right to send', async () => {
    const resources = await rights("{ '*': '{service}' }");
    const topology: Topology = { transport: 'bus', broker: 'rabbitmq', resources };
    const planned = (allow: readonly Approval[]) =>
      planTopology(topology, { resources: [], readHash: '' }, rabbitmqSpec, { project: 'shop', allow, target: 'here' });
    expect(stepsOf(planned([])).every(({ waitsFor }) => waitsFor.join() === 'access')).toBe(true);
    expect(stepsOf(planned(['access'])).every(({ waitsFor }) => waitsFor.length === 0)).toBe(true);
    expect(planned([]).phases.map(([step]) => step?.resource.kind)).toEqual(['user', 'topic-permission', 'permission']);
  });

  it('of another project are refused, and with them their parts', async () => {
    const resources = await rights("{ '*': '{service}' }");
    const theirs = { kind: 'permission', name: 'orders', attributes: { configure: '', write: '', read: '' }, owner: 'bakery' };
    const actual = { resources: [theirs, { kind: 'user', name: 'orders', attributes: { tags: [] } }], readHash: '' };
    const topology: Topology = { transport: 'bus', broker: 'rabbitmq', resources };
    const steps = stepsOf(planTopology(topology, actual, rabbitmqSpec, { project: 'shop', allow: ['access'], target: 'here' }));
    const ofOrders = steps.filter(({ resource }) => resource.name.startsWith('orders'));
    expect(ofOrders.map(({ action, resource }) => `${action} ${resource.kind}`)).toEqual(['refuse topic-permission', 'refuse permission']);
  });

  it('that may not be seen are told of, and refused where the consent is given', async () => {
    const resources = await rights("{ '*': '{service}' }");
    const topology: Topology = { transport: 'bus', broker: 'rabbitmq', resources };
    const kinds = ['user', 'topic-permission', 'permission'];
    const actual = { resources: [], readHash: '', unseen: { kinds, reason: 'Only administrators may.' } };
    const planned = (allow: readonly Approval[]) =>
      planTopology(topology, actual, rabbitmqSpec, { project: 'shop', allow, target: 'here' });
    expect(planned([])).toMatchObject({ phases: [], unchanged: 0, notes: ['Only administrators may. So they are not looked at.'] });
    expect(stepsOf(planned(['access'])).every(({ action, reason }) => action === 'refuse' && reason === 'Only administrators may.')).toBe(
      true,
    );
  });

  it('stand in a definitions file without the users, whose passwords it would overwrite', async () => {
    const resources = await rights("{ '*': '{service}' }");
    const context = { path: 'bus.definitions.json', project: 'shop', transport: 'bus', vhost: 'shop' };
    const topology: Topology = { transport: 'bus', broker: 'rabbitmq', resources };
    const planned = (text: string | undefined) => {
      const actual = {
        resources: text === undefined ? [] : definitionsFormat.read(text, context),
        readHash: '',
        without: definitionsFormat.without ?? [],
      };
      return planTopology(topology, actual, rabbitmqSpec, { project: 'shop', allow: ['access'], target: 'here' });
    };
    const text = definitionsFormat.write(undefined, stepsOf(planned(undefined)), context);
    const written = JSON.parse(text) as Readonly<Record<string, readonly unknown[]>>;
    expect(Object.keys(written).sort()).toEqual(['global_parameters', 'permissions', 'topic_permissions', 'vhosts']);
    expect(written.topic_permissions).toEqual([
      { vhost: 'shop', user: 'orders', exchange: 'orders.events', write: '^placed$', read: '^$' },
    ]);
    expect(stepsOf(planned(text))).toEqual([]);
    const byHand = text.replace('"^placed$"', '".*"');
    expect(stepsOf(planned(byHand)).map(({ fields }) => fields)).toEqual([[{ name: 'write', from: '.*', to: '^placed$' }]]);
  });
});
