import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLostKey, hasKey, keysBound, keysOfPattern, onlyKey } from '../../../src/compat/routing-keys.ts';
import { anyKey, anyPattern } from '../../support/routing.ts';
import { runs } from '../../support/size.ts';

describe('the keys that a binding of a topic exchange takes', () => {
  it.each([
    ['order.new', ['order.new'], ['order', 'order.new.x', 'orderxnew', '']],
    ['order.*', ['order.new', 'order.', 'order.*'], ['order', 'order.a.b', '']],
    ['*', ['a', '*', '#'], ['', 'a.b', '.']],
    ['*.*', ['a.b', '.'], ['a', 'a.b.c']],
    ['#', ['', 'a', 'a.b', '.', '..'], []],
    ['order.#', ['order', 'order.a', 'order.a.b', 'order.'], ['orders', 'a.order', '']],
    ['#.new', ['new', 'a.new', 'a.b.new'], ['new.a', 'anew']],
    ['#.a.#', ['a', 'b.a', 'a.b', 'b.a.b'], ['b', 'ab', '']],
    ['*.#', ['a', 'a.b', '.'], ['']],
    ['', [''], ['a', '.']],
    ['.', ['.'], ['', 'a', '..']],
    ['a*', ['a*'], ['ab', 'a']],
    ['(a|b)+[^c]$', ['(a|b)+[^c]$'], ['a']],
  ])('%s', (pattern, taken, refused) => {
    const keys = keysOfPattern(pattern);
    for (const key of taken) expect([key, hasKey(keys, key)]).toEqual([key, true]);
    for (const key of refused) expect([key, hasKey(keys, key)]).toEqual([key, false]);
  });

  it('are those that its words say, one after the other', () => {
    fc.assert(
      fc.property(anyPattern, anyKey, (pattern, key) => {
        expect(hasKey(keysOfPattern(pattern), key)).toBe(takes(wordsOf(pattern), wordsOf(key)));
      }),
      { numRuns: runs(2_000, 100_000), seed: 34 },
    );
  });
});

describe('a key that no longer arrives', () => {
  it.each([
    [onlyKey('order.new'), keysOfPattern('order.*'), 'none'],
    [onlyKey('order.new'), keysOfPattern('order.created'), { key: 'order.new' }],
    [keysOfPattern('order.#'), keysOfPattern('order.*'), { key: 'order' }],
    [keysOfPattern('order.*'), keysOfPattern('order.#'), 'none'],
    [keysOfPattern('#'), keysOfPattern('#.#'), 'none'],
    [keysOfPattern('*.#'), keysOfPattern('#.*'), 'none'],
    [keysOfPattern('#'), keysOfPattern('*.#'), { key: '' }],
    [keysOfPattern('#'), keysBound('fanout', 'x') ?? onlyKey(''), 'none'],
    [keysOfPattern('a.*'), keysBound('direct', 'a.*') ?? onlyKey(''), { key: 'a.' }],
  ])('is the shortest: row %#', (sent, bound, lost) => {
    expect(findLostKey(sent, bound)).toEqual(lost);
  });

  it('is one that is sent and that the binding does not take', () => {
    fc.assert(
      fc.property(anyPattern, anyPattern, anyKey, (sender, receiver, key) => {
        const [sent, bound] = [keysOfPattern(sender), keysOfPattern(receiver)];
        const lost = findLostKey(sent, bound);
        if (lost === 'none') expect(hasKey(sent, key) && !hasKey(bound, key)).toBe(false);
        else if (lost !== 'unknown') expect([hasKey(sent, lost.key), hasKey(bound, lost.key)]).toEqual([true, false]);
      }),
      { numRuns: runs(500, 20_000), seed: 35 },
    );
  });

  it('is not known of an exchange that goes by more than keys', () => {
    expect(keysBound('x-consistent-hash', '10')).toBeUndefined();
  });
});

/** A second way to say it, word by word. */
function takes(pattern: readonly string[], key: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return key.length === 0;
  if (first === '#') return takes(rest, key) || (key.length > 0 && takes(pattern, key.slice(1)));
  return key.length > 0 && (first === '*' || first === key[0]) && takes(rest, key.slice(1));
}

function wordsOf(key: string): readonly string[] {
  return key === '' ? [] : key.split('.');
}
