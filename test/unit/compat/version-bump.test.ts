import { describe, expect, it } from 'vitest';
import { versionNeeds } from '../../../src/compat/version-bump.ts';
import { loadSystem } from '../../support/load-system.ts';

const PROJECT = "msgctl: 1\nproject: shop\ntransports: { rabbit: { kind: rabbitmq, url: 'amqp://localhost' } }\n";

const systemAt = (version: string) =>
  loadSystem({
    'msgctl.yaml': PROJECT,
    'contracts/shop.yaml': `msgctl: 1\nservice: shop\nversion: ${version}\nprovides:\n  placed: { pattern: notification, via: rabbit, message: { type: object } }\n`,
  });

const change = (
  kind: 'property-added' | 'annotation-changed' | 'interaction-removed' | 'use-added',
  verdict: 'breaking' | 'undecided' | 'risky' | 'compatible',
) => ({
  change: { kind, service: 'shop', path: '', name: 'x', before: {}, after: {} },
  verdict,
});

describe('the version that changes ask for', () => {
  it.each([
    ['1.4.2', '2.0.0', [change('property-added', 'breaking'), change('annotation-changed', 'compatible')]],
    ['1.4.2', '2.0.0', [change('property-added', 'undecided')]],
    ['1.4.2', '2.0.0', [change('interaction-removed', 'risky')]],
    ['1.4.2', '1.5.0', [change('property-added', 'risky')]],
    ['1.4.2', '1.5.0', [change('annotation-changed', 'compatible'), change('property-added', 'compatible')]],
    ['1.4.2', '1.4.3', [change('annotation-changed', 'compatible')]],
    ['1.4.2', '1.4.3', [change('use-added', 'compatible')]],
    [
      '1.4.2',
      '1.4.3',
      [
        {
          ...change('use-added', 'risky'),
          change: { ...change('use-added', 'risky').change, kind: 'timeout-changed', name: 'uses.timeout' },
        },
      ],
    ],
    ['1.4.2', '1.4.2', []],
    ['0.3.1', '0.4.0', [change('property-added', 'breaking')]],
    ['0.3.1', '0.3.2', [change('property-added', 'compatible')]],
    ['2.0.0-rc.1', '2.0.0', [change('property-added', 'breaking')]],
  ] as const)('is, after %s, %s', async (version, least, changes) => {
    const system = await systemAt(version);
    expect(await versionNeeds(system, system, changes)).toMatchObject([
      { service: 'shop', least, given: least === version || version.includes('-') },
    ]);
  });

  it.each([
    ['1.4.0', '1.5.0', true],
    ['1.4.0', '1.5.0-rc.1', true],
    ['1.4.0', '2.0.0', true],
    ['1.4.0', '1.4.9', false],
    ['1.4.0', '1.4.0', false],
    ['1.4.0', '1.3.0', false],
  ])('of one that adds something is met by going from %s to %s: %s', async (old, now, given) => {
    const needs = await versionNeeds(await systemAt(old), await systemAt(now), [change('property-added', 'compatible')]);
    expect(needs).toMatchObject([{ bump: 'minor', given }]);
  });

  it('never goes back, also where nothing changed', async () => {
    expect(await versionNeeds(await systemAt('1.4.0'), await systemAt('1.3.9'), [])).toMatchObject([{ bump: 'none', given: false }]);
  });
});
