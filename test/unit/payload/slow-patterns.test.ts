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
  test.each(['\\s+$', '^\\d*\\w+$', 'a+b', '^[a-z]+[a-z]+$', '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$'])(
    '%s, unless the texts are short',
    async (pattern) => {
      expect(await idsOf({ pattern })).toEqual(['slow-pattern']);
      expect(await idsOf({ pattern, maxLength: 1_001 })).toEqual(['slow-pattern']);
      expect(await idsOf({ pattern, maxLength: 1_000 })).toEqual([]);
    },
  );
});

describe('patterns that take for ever though nothing in them is nested without end', () => {
  test.each([
    '^(\\w|\\d)+$',
    '(a|a)*$',
    '(a|aa)+$',
    '^(a|a)*$',
    '^(\\w+\\s?){1,10}$',
    '^(?:a{0,50}){50}$',
    '^(a?){30}a{30}$',
    '^(a?){25}$',
    '^(a|b?){25}$',
    '^(.*,){10}P$',
    '^((a|a)*b|.*)$',
    '(?:(?:[ab])*)*(?:aa|(?:a){2,5})',
    '(?:(?:[ab])*|[^a][^a])*$',
    '^(?:a{0,1000}){1000}$',
    `^${'a?'.repeat(30)}$`,
    '^x(\\d\\d?\\d?){1,40}y$',
    '^(?:ab|(?:a|b)+)*$',
    '^.*a.*a.*a.*a.*a.*b$',
  ])('%s', async (pattern) => {
    expect(await idsOf({ pattern })).toEqual(['exponential-pattern']);
    expect(await idsOf({ pattern, maxLength: 100 })).toEqual(['exponential-pattern']);
    expect(await idsOf({ pattern, maxLength: 6 })).not.toContain('exponential-pattern');
  });

  test('a short text is no excuse where it suffices', async () => {
    expect(await idsOf({ pattern: '^(?:a|a|a|a)*$', maxLength: 16 })).toEqual(['exponential-pattern']);
    expect(await idsOf({ pattern: '^(?:a|a|a|a)*$', maxLength: 8 })).toEqual([]);
  });
});

test.each(['^.*a.*a.*b$', '.*.*=.*'])('%s, slow on texts that are not so long, is told in spite of a maxLength', async (pattern) => {
  expect(await idsOf({ pattern, maxLength: 1_000 })).toEqual(['slow-pattern']);
  expect(await idsOf({ pattern, maxLength: 20 })).toEqual([]);
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
    '^[A-Z]{2}\\d{2}( ?[A-Z0-9]{4}){2,7}$',
    '^[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?$',
    '^\\w+( \\w+)*$',
    '^[a-z]+(-[a-z]+)*$',
    '^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$',
    '^[a-z]+(?:[A-Z][a-z0-9]*)*$',
    '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
    '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*$',
    '^#(?:[0-9a-fA-F]{3}){1,2}$',
    '^(?:0[xX])?[0-9a-fA-F]+$',
    '^(?:\\*|[0-5]?\\d)(?: (?:\\*|[01]?\\d|2[0-3]))(?: (?:\\*|[1-9]|[12]\\d|3[01]))(?: (?:\\*|[1-9]|1[0-2]))(?: (?:\\*|[0-6]))$',
    '^(?:\\*(?:/\\d+)?|\\d+(?:-\\d+)?(?:,\\d+(?:-\\d+)?)*)(?: (?:\\*(?:/\\d+)?|\\d+(?:-\\d+)?(?:,\\d+(?:-\\d+)?)*)){4}$',
    '^\\(?\\d{3}\\)?[ .-]?\\d{3}[ .-]?\\d{4}$',
    '^\\+?\\d{1,3}(?:[ -]\\d{1,4}){1,5}$',
    '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z|[+-][01]\\d:[0-5]\\d)$',
    '^P(?!$)(?:\\d+Y)?(?:\\d+M)?(?:\\d+W)?(?:\\d+D)?(?:T(?=\\d)(?:\\d+H)?(?:\\d+M)?(?:\\d+S)?)?$',
    '^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$',
    '^(?:(?:25[0-5]|2[0-4]\\d|[01]?\\d\\d?)\\.){3}(?:25[0-5]|2[0-4]\\d|[01]?\\d\\d?)$',
    '^(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$',
    '^(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$',
    '^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$',
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
    '^-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?$',
    '^\\d{1,3}(?:,\\d{3})*(?:\\.\\d{2})?$',
    '^[0-9]{5}(?:-[0-9]{4})?$',
    '^[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}$',
    '^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$',
    '^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\\d{3}))?(?:-[a-z0-9]{5,8})*$',
    '^(?:/[^/]+)+/?$',
    '^[a-z]+/[a-z0-9.+-]+(?:; ?[a-z]+=[^;]+)*$',
    '^arn:aws:[a-z0-9-]+:[a-z0-9-]*:\\d{12}:[^ ]+$',
    '^(?:GET|POST|PUT|PATCH|DELETE)$',
    '^v\\d+(?:\\.\\d+){0,2}$',
    '^[\\p{L}\\p{M}]+(?:[ \u0027-][\\p{L}\\p{M}]+)*$',
    '^[\\w.+-]+@[a-z0-9-]+(?:\\.[a-z0-9-]+)+$',
    '^[a-z0-9]{0,255}$',
    '^(?:urn:)?(?:[a-z0-9]{1,31}:)[^ ]+$',
    '^[^,]+(?:,[^,]+){0,9}$',
    '^\\S+(?: \\S+)*$',
    '^.{1,100}$',
    '^[0-9A-HJKMNP-TV-Z]{26}$',
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
