import { describe, expect, it } from 'vitest';
import { type Claim, claimEntry, claimKey, standingClaim } from '../../../src/brokers/kafka/locks.ts';
import { readOwners } from '../../../src/brokers/kafka/owners.ts';

const NOW = 1_000_000;
const claim = (run: string, changed: Partial<Claim> = {}) =>
  claimEntry({ key: claimKey('shop', 'log', run), holder: run, until: NOW + 1, held: false, ...changed });
const standing = (...entries: Parameters<typeof standingClaim>[0]) => standingClaim(entries, claimKey('shop', 'log', ''), NOW)?.holder;

describe('the claims of runs that provision a Kafka', () => {
  it('stand in the order of the log', () => {
    expect(standing(claim('one'), claim('other'))).toBe('one');
    expect(standing()).toBeUndefined();
  });

  it('stand once they are held, although renewing them moves them behind others', () => {
    expect(standing(claim('other'), claim('one', { held: true }))).toBe('one');
  });

  it('end by being taken back, and by themselves', () => {
    expect(standing(claim('one'), claim('other'), { key: claimKey('shop', 'log', 'one') })).toBe('other');
    expect(standing(claim('one', { until: NOW, held: true }), claim('other'))).toBe('other');
  });

  it('keep their place when they are made again', () => {
    expect(standing(claim('one'), claim('other'), claim('one'))).toBe('one');
  });

  it('concern one project and one transport, and what cannot be read concerns nobody', () => {
    const others = [
      claimEntry({ key: claimKey('shop', 'other', 'x'), holder: 'x', until: NOW + 1, held: true }),
      claimEntry({ key: claimKey('shops', 'log', 'x'), holder: 'x', until: NOW + 1, held: true }),
      { key: claimKey('shop', 'log', 'y'), value: 'not JSON' },
      { key: claimKey('shop', 'log', 'z'), value: '{"holder":"z"}' },
    ];
    expect(standing(...others)).toBeUndefined();
  });

  it('make nobody the owner of anything', () => {
    const owners = readOwners([claim('one', { held: true })]);
    expect([owners.recorded.size, owners.intents.size]).toEqual([0, 0]);
  });
});
