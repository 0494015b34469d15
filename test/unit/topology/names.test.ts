import { describe, expect, it } from 'vitest';
import { deriveName, durationName, NAME_ROLES, placeholdersOf } from '../../../src/topology/names.ts';
import { transportNamed } from '../brokers/transports.ts';

describe('durationName', () => {
  it.each([
    [1, '1ms'],
    [250, '250ms'],
    [1_000, '1s'],
    [1_500, '1500ms'],
    [60_000, '1m'],
    [90_000, '90s'],
    [600_000, '10m'],
    [3_600_000, '1h'],
    [86_400_000, '1d'],
    [0, '0ms'],
  ])('%d ms is %s', (duration, name) => {
    expect(durationName(duration)).toBe(name);
  });
});

describe('deriveName', () => {
  const bus = transportNamed('bus', 'rabbitmq');
  const values = { provider: 'orders', user: 'billing', service: 'billing', interaction: 'placed.v2', delay: '1m', queue: 'billing.old' };

  it.each([
    ['events', 'orders.events'],
    ['inbox', 'orders.inbox'],
    ['routing-key', 'placed.v2'],
    ['queue', 'orders.placed.v2'],
    ['subscription', 'billing.orders.placed.v2'],
    ['replies', 'billing.replies'],
    ['durable-replies', 'billing.orders.placed.v2.replies'],
    ['retry', 'billing.retry.1m'],
    ['again', 'billing.again'],
    ['dead', 'billing.dead'],
    ['dead-queue', 'billing.old.dead'],
  ] as const)('%s on RabbitMQ is %s', (role, name) => {
    expect(deriveName(bus, 'rabbitmq', role, values)).toBe(name);
  });

  it('puts the prefix before every name but routing keys and what continues a name', () => {
    const prefixed = { ...bus, prefix: 'eu.' };
    expect(deriveName(prefixed, 'rabbitmq', 'events', values)).toBe('eu.orders.events');
    expect(deriveName(prefixed, 'rabbitmq', 'routing-key', values)).toBe('placed.v2');
    expect(deriveName(prefixed, 'rabbitmq', 'dead-queue', values)).toBe('billing.old.dead');
  });

  it('takes the template of the transport, and leaves a placeholder that its role does not know', () => {
    const named = { ...bus, names: { events: 'out-{provider}-{provider}', inbox: '{user}.in' } };
    expect(deriveName(named, 'rabbitmq', 'events', values)).toBe('out-orders-orders');
    expect(deriveName(named, 'rabbitmq', 'inbox', values)).toBe('{user}.in');
  });

  it('has templates that speak only of what their roles know', () => {
    for (const roles of Object.values(NAME_ROLES)) {
      for (const { template, placeholders } of Object.values(roles)) {
        expect(placeholdersOf(template).every((name) => placeholders.some((known) => known === name))).toBe(true);
      }
    }
  });
});
