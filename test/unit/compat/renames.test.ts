import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../../src/compat/compare.ts';
import { suspectRenames } from '../../../src/compat/renames.ts';
import { loadSystem } from '../../support/load-system.ts';

const PROJECT = "msgctl: 1\nproject: shop\ntransports: { rabbit: { kind: rabbitmq, url: 'amqp://localhost' } }\n";

/** A shop with notifications of these names, each with a property. */
function shop(...provided: readonly (readonly [name: string, property: string, more?: string])[]) {
  const interactions = provided.map(
    ([name, property, more = '']) =>
      `  ${name}: { pattern: notification, via: rabbit, ${more}message: { type: object, properties: { ${property}: { type: string } } } }\n`,
  );
  return loadSystem({
    'msgctl.yaml': PROJECT,
    'contracts/shop.yaml': `msgctl: 1\nservice: shop\nversion: 1.0.0\nprovides:\n${interactions.join('')}`,
  });
}

const today = '2026-11-23';
const kinds = (findings: readonly { readonly id: string }[]) => findings.map(({ id }) => id);

describe('an interaction that may have been renamed', () => {
  it('is one that is gone beside a new one that looks the same', async () => {
    const suspected = suspectRenames(await shop(['a', 'x'], ['b', 'y']), await shop(['b', 'y'], ['c', 'x']));
    expect(suspected.map(({ from, to }) => [from.id, to.id])).toEqual([['shop.a', 'shop.c']]);
  });

  it.each([
    [
      'two that are new look the same',
      [['a', 'x']],
      [
        ['b', 'x'],
        ['c', 'x'],
      ],
    ],
    [
      'two that are gone look the same',
      [
        ['a', 'x'],
        ['b', 'x'],
      ],
      [['c', 'x']],
    ],
    ['the payload differs', [['a', 'x']], [['b', 'y']]],
    [
      'nothing is gone',
      [['a', 'x']],
      [
        ['a', 'x'],
        ['b', 'x'],
      ],
    ],
    ['the contract says so itself', [['a', 'x']], [['b', 'x', 'renamed-from: a, ']]],
  ] as const)('is none where %s', async (_, before, after) => {
    expect(suspectRenames(await shop(...before), await shop(...after))).toEqual([]);
  });

  it('is compared with what it was once that is confirmed, as if the contract said so', async () => {
    const [before, after, told] = [await shop(['a', 'x']), await shop(['b', 'x']), await shop(['b', 'x', 'renamed-from: a, '])];
    expect(kinds((await compareSystems(before, after, { today })).findings)).toEqual(['interaction-removed', 'interaction-added']);
    const confirmed = await compareSystems(before, after, { today, renames: new Map([['shop.b', 'shop.a']]) });
    expect(kinds(confirmed.findings)).toEqual(['interaction-renamed']);
    expect(kinds((await compareSystems(before, told, { today })).findings)).toEqual(['interaction-renamed']);
  });

  it('is not renamed from what is still there, nor from what never was', async () => {
    const before = await shop(['a', 'x']);
    expect(kinds((await compareSystems(before, await shop(['a', 'x'], ['b', 'x', 'renamed-from: a, ']), { today })).findings)).toEqual([
      'interaction-added',
    ]);
    expect(kinds((await compareSystems(before, await shop(['a', 'x'], ['b', 'x', 'renamed-from: z, ']), { today })).findings)).toEqual([
      'interaction-added',
    ]);
  });
});
