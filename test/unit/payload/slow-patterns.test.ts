import { describe, expect, test } from 'vitest';
import { schemaFindings } from '../../support/schema-findings.ts';

async function idsOf(schema: { readonly pattern: string; readonly maxLength?: number }): Promise<readonly string[]> {
  return (await schemaFindings({ Text: { type: 'string', ...schema } })).map(({ id }) => id);
}

describe('patterns that can take for ever', () => {
  test.each([
    '(a+)+$',
    '^(a+)+$',
    '^(a*)*$',
    '^(\\w+\\s?)*$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '^([0-9]+)*x$',
    '^(x+x+)+y$',
    '^(.*,)*$',
    '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
  ])('%s', async (pattern) => {
    expect(await idsOf({ pattern })).toEqual(['exponential-pattern']);
    expect(await idsOf({ pattern, maxLength: 1_000 })).toEqual(['exponential-pattern']);
    expect(await idsOf({ pattern, maxLength: 16 })).toEqual([]);
  });
});

describe('patterns that are slow on long texts', () => {
  test.each(['\\s+$', '(a|a)*$', '(a|aa)+$', '^\\d*\\w+$', 'a+b', '.*.*=.*', '^[a-z]+[a-z]+$', '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$'])(
    '%s, unless the texts are short',
    async (pattern) => {
      expect(await idsOf({ pattern })).toEqual(['slow-pattern']);
      expect(await idsOf({ pattern, maxLength: 1_001 })).toEqual(['slow-pattern']);
      expect(await idsOf({ pattern, maxLength: 1_000 })).toEqual([]);
    },
  );
});

describe('patterns that are fine', () => {
  test.each([
    '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    '^[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$',
    '^\\w+([-+.]\\w+)*@\\w+([-.]\\w+)*\\.\\w+([-.]\\w+)*$',
    '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '^(?:[01]\\d|2[0-3]):[0-5]\\d$',
    '^[a-z0-9]+(?:-[a-z0-9]+)*$',
    '^[A-Z]{3}$',
    '^\\+?[1-9]\\d{1,14}$',
    '^\\p{L}+$',
    '^https?://[^\\s/$.?#].[^\\s]*$',
    '[0-9]+',
    '^x-',
    '^\\S+$',
    '^[A-Za-z_$][\\w$]*$',
    '^(?=.*[a-z])(?=.*[A-Z])(?=.*\\d).{8,}$',
    '^.+$',
  ])('%s', async (pattern) => {
    expect(await idsOf({ pattern })).toEqual([]);
  });
});

test('what is no pattern is left to the check that says so', async () => {
  expect(await idsOf({ pattern: '(a+' })).toEqual([]);
});

test('hostile patterns do not keep the check busy: too long ones are not looked at', async () => {
  const branches = (count: number) => `^(${Array.from({ length: count }, () => '[a-m]+x*').join('|')})*`;
  const started = performance.now();
  for (const pattern of [branches(280), branches(54), `^${'[a-z]*'.repeat(80)}$`, `${'('.repeat(100)}a${')+'.repeat(100)}$`])
    await idsOf({ pattern });
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a pattern that many schemas have is told at each of them', async () => {
  const findings = await schemaFindings(Object.fromEntries(['A', 'B', 'C'].map((name) => [name, { type: 'string', pattern: 'a+b' }])));
  expect(findings.map(({ id }) => id)).toEqual(Array(3).fill('slow-pattern'));
});
