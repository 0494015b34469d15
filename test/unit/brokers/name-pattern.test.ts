import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namePattern } from '../../../src/brokers/rabbitmq/name-pattern.ts';
import { PATIENCE, runs } from '../../support/size.ts';

describe('namePattern', () => {
  it.each([
    ['one name', ['a.b'], '^a\\.b$'],
    ['common beginnings once', ['mailer.a', 'mailer.b'], '^mailer\\.(?:a|b)$'],
    ['a name that begins another', ['a', 'a.b'], '^a(?:\\.b)?$'],
    ['any order alike', ['b', 'a'], '^(?:a|b)$'],
  ])('writes %s', (_, names, pattern) => {
    expect(namePattern(names)).toBe(pattern);
  });

  it(
    'matches exactly its names',
    () => {
      const name = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b', '.', '*', '(', '|', '$', '\\', 'é', '😀') });
      fc.assert(
        fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), fc.array(name), (names, others) => {
          const pattern = new RegExp(namePattern(names), 'u');
          for (const candidate of [...names, ...others]) expect(pattern.test(candidate)).toBe(names.includes(candidate));
        }),
        { seed: 11, numRuns: runs(300, 20_000) },
      );
    },
    PATIENCE,
  );

  it('stays flat enough for RabbitMQ where each name begins the next', () => {
    const names = Array.from({ length: 250 }, (_, length) => 'a'.repeat(length + 1));
    const pattern = new RegExp(namePattern(names));
    expect(names.every((name) => pattern.test(name))).toBe(true);
    expect(pattern.test('a'.repeat(251))).toBe(false);
  });
});
