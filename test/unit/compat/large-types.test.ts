import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../../src/compat/compare.ts';
import type { System } from '../../../src/contract/system.ts';
import { loadSystem } from '../../support/load-system.ts';

/** Types of which each refers to the next three times over, so that the last one has three places to the power of the levels. */
async function ladder(levels: number, leaf: string): Promise<System> {
  const rungs = Array.from({ length: levels }, (_, level) => {
    const next = `{ $ref: '#/types/L${level + 1}' }`;
    return `  L${level}: { type: object, properties: { a: ${next}, b: ${next}, c: ${next} } }\n`;
  });
  const contract = `msgctl: 1
service: shop
version: 1.0.0
provides:
  moved:
    pattern: publish-subscribe
    via: bus
    message: { $ref: '#/types/L0' }
types:
${rungs.join('')}  L${levels}: { type: ${leaf} }
`;
  const files = { 'msgctl.yaml': 'msgctl: 1\nproject: shop\ntransports: { bus: { kind: memory } }\n', 'contracts/shop.yaml': contract };
  return loadSystem(files);
}

describe('types that refer to each other on many ways', () => {
  it.each([3, 6, 9])('fail when the last of %i levels changes its type, in bounded work', async (levels) => {
    const { findings } = await compareSystems(await ladder(levels, 'string'), await ladder(levels, 'integer'), { today: '2026-11-23' });
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ verdict }) => verdict !== 'breaking' && verdict !== 'undecided')).toEqual([]);
  });
});
