import { describe, expect, test } from 'vitest';
import { shortenJson, shortenProse } from '../../../src/report/text/shorten.ts';

describe('values in the report for people', () => {
  test.each([
    [{ a: 'short' }, '{"a":"short"}'],
    ['a'.repeat(121), '"aaaaaaaaaaaa… (121 characters)"'],
    [{ name: '😀'.repeat(50) }, `{"name":"${'😀'.repeat(12)}… (50 characters)"}`],
    [{ name: `quote"${'x'.repeat(60)}` }, '{"name":"quote\\"xxxxxx… (66 characters)"}'],
  ])('%j', (value, shown) => {
    expect(shortenJson(JSON.stringify(value))).toBe(shown);
  });

  test('are cut as a whole where they stay long', () => {
    const shown = shortenJson(JSON.stringify(Array.from({ length: 500 }, (_, index) => index)));
    expect(shown).toMatch(/^\[0,1,2,.*… \(\d+ characters\)$/);
    expect(shown.length).toBeLessThan(230);
  });

  test('are shortened in sentences too, whatever the quotes enclose', () => {
    expect(shortenProse(`pattern changed: "${'a'.repeat(99)}" → nothing.`)).toBe(
      'pattern changed: "aaaaaaaaaaaa… (99 characters)" → nothing.',
    );
    expect(shortenProse(`must match pattern "^\\d${'\\d'.repeat(40)}$"`)).toContain('… (84 characters)"');
    expect(shortenProse('It is "open".')).toBe('It is "open".');
  });
});
