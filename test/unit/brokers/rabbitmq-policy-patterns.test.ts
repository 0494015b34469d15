import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameTest } from '../../../src/brokers/rabbitmq/policy-patterns/match.ts';
import { PATIENCE, runs } from '../../support/size.ts';

describe('the patterns of policies', () => {
  it.each<[pattern: string, name: string, expected: boolean | undefined]>([
    ['.*', 'anything', true],
    ['order', 'my.orders', true],
    ['^order', 'my.orders', false],
    ['^orders$', 'orders', true],
    ['^(?!amq\\.).*', 'amq.topic', false],
    ['^(?!amq\\.).*', 'orders', true],
    ['^(?=.*\\.dead$)(?!x)', 'y.dead', true],
    ['^a{2,3}$', 'aaa', true],
    ['^a{2,3}$', 'aaaa', false],
    ['^a{2,}?$', 'aaaa', true],
    ['^(?:a|b|)$', '', true],
    ['^(?<group>a)(?P<other>b)$', 'ab', true],
    ['^[^.]+\\.dead$', 'x.dead', true],
    ['^[]a]+$', 'a]', true],
    ['^[\\w-]+$', 'a-b', true],
    ['[[:digit:]]', 'a1', true],
    ['(?i)^ORDERS$', 'orders', true],
    ['\\bdead\\b', 'x.dead', true],
    ['^\\x61$', 'a', true],
    ['{', 'a{b', true],
    ['^a\\z', 'a\n', false],
    ['^a$', 'a\n', true],
    ['^|$', 'a', true],
    // Erlang matches bytes, and é has two of them.
    ['^.$', 'é', false],
    ['^..$', 'é', true],
    ['^é$', 'é', true],
  ])('are decided as Erlang decides them: %s on %j', (pattern, name, expected) => {
    expect(nameTest(pattern)(name)).toBe(expected);
  });

  it.each([
    ['a reference back', '(a)\\1'],
    ['a look behind', '(?<=a)b'],
    ['an atomic group', '(?>a)'],
    ['nothing given back', 'a++'],
    ['options in the middle', 'a(?i)b'],
    ['a condition', '(?(1)a)'],
    ['recursion', '(?R)'],
    ['a property of characters', '\\p{L}'],
    ['a range that newer versions know', 'a{,3}'],
    ['no pattern at all', '('],
    ['a range the wrong way round', '[z-a]'],
    ['too large a program', '(a{1000}){1000}'],
    ['too deep nesting', `${'('.repeat(5_000)}a${')'.repeat(5_000)}`],
    ['too long a pattern', `(?:a|b)${'x'.repeat(100_000)}`],
  ])('are not guessed at: %s', (_, pattern) => {
    expect(nameTest(pattern)('a')).toBeUndefined();
  });

  it('say nothing of letters beyond ASCII, whose tables belong to the broker', () => {
    expect(nameTest('^\\w+$')('é')).toBeUndefined();
    expect(nameTest('(?i)é')('É')).toBeUndefined();
  });

  it.each(['(a+)+$', '(a|a)*$', '(.*a){20}$', '((a*)*)*$', '^(?=(?:a|aa)+b)', '(?:(?=a*b)a|a)*c', '(?:a?){200}a{200}b'])(
    'take no time that explodes: %s',
    (pattern) => {
      const test = nameTest(pattern);
      const begin = performance.now();
      for (let time = 0; time < 50; time += 1) test(`${'a'.repeat(254)}${time}`);
      // Backtracking would take years for the first of them.
      expect(performance.now() - begin).toBeLessThan(20_000);
    },
  );

  it(
    'agree with JavaScript where both have the same rules',
    () => {
      const atom = fc.constantFrom('a', 'b', '.', 'ab', '[ab]', '[^a]', '(?:a|b.)', '(?:)', '^', '$', '(?=a)', '(?!b)', '\\.', '[.-]');
      const piece = fc
        .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '*?'))
        .map(([one, times]) => (/^[(^$]/.test(one) && !one.startsWith('(?:') ? one : one + times));
      const branch = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
      const pattern = fc.array(branch, { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|'));
      const name = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', '.', '-', 'c') });
      fc.assert(
        fc.property(pattern, name, (text, subject) => {
          expect(nameTest(text)(subject)).toBe(new RegExp(text).test(subject));
        }),
        { numRuns: runs(2_000, 50_000) },
      );
    },
    PATIENCE,
  );
});
