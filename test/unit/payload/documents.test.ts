import { describe, expect, test } from 'vitest';
import { followReferences, referenceTarget, resolve } from '../../../src/payload/documents.ts';
import { documentsOf } from '../../support/documents.ts';

const documents = documentsOf({
  'contracts/payments.yaml': `
types:
  Charge: { $ref: '#/types/Real' }
  Real: { type: object, properties: { 'a/b': { type: string }, 'per cent%': { type: number } } }
  Loop: { $ref: '#/types/Loop' }
  Beside: { $ref: '#/types/Real', description: More. }
`,
  'common.types.yaml': 'types: { Money: { type: integer } }',
  'broken.yaml': 'a: "',
});

const from = { file: 'contracts/payments.yaml' };

describe('referenceTarget', () => {
  test.each([
    ['#/types/Real', 'contracts/payments.yaml', '/types/Real'],
    ['#', 'contracts/payments.yaml', ''],
    ['../common.types.yaml#/types/Money', 'common.types.yaml', '/types/Money'],
    ['./x/../y.yaml', 'contracts/y.yaml', ''],
    ['other.yaml#/types/A%20b', 'contracts/other.yaml', '/types/A b'],
    ['#/types/A~1b', 'contracts/payments.yaml', '/types/A~1b'],
  ])('%s leads to %s#%s', (ref, file, pointer) => {
    expect(referenceTarget(from.file, ref)).toEqual({ ok: true, location: { file, pointer } });
  });

  test.each([
    ['', 'malformed'],
    ['#types/Real', 'malformed'],
    ['#/a#/b', 'malformed'],
    ['#/%zz', 'malformed'],
    ['https://a.example/x.yaml#/types/A', 'remote'],
    ['file:///etc/passwd', 'remote'],
    ['//host/x.yaml', 'remote'],
    ['C:\\types.yaml', 'remote'],
    ['/etc/passwd', 'outside-project'],
    ['../../x.yaml', 'outside-project'],
    ['a/../../../x.yaml', 'outside-project'],
    ['..\\x.yaml', 'outside-project'],
  ])('%j is refused: %s', (ref, problem) => {
    expect(referenceTarget(from.file, ref)).toEqual({ ok: false, problem });
  });
});

describe('resolve', () => {
  test('gives the schema and where it stands', () => {
    expect(resolve(documents, from, '../common.types.yaml#/types/Money')).toEqual({
      ok: true,
      location: { file: 'common.types.yaml', pointer: '/types/Money' },
      schema: { type: 'integer' },
    });
    expect(resolve(documents, from, '#/types/Real/properties/a~1b')).toMatchObject({ ok: true, schema: { type: 'string' } });
  });

  test.each([
    ['./gone.yaml#/types/A', 'unknown-file'],
    ['#/types/Gone', 'unknown-pointer'],
    ['#/types/constructor', 'unknown-pointer'],
    ['../broken.yaml#/a', 'unknown-pointer'],
  ])('%s leads nowhere: %s', (ref, problem) => {
    expect(resolve(documents, from, ref)).toMatchObject({ ok: false, problem });
  });
});

describe('followReferences', () => {
  test.each([
    ['/types/Charge', '/types/Real'],
    ['/types/Real', '/types/Real'],
    ['/types/Beside', '/types/Beside'],
  ])('%s says something at %s', (pointer, end) => {
    expect(followReferences(documents, { ...from, pointer })?.location.pointer).toBe(end);
  });

  test.each(['/types/Loop', '/types/Gone'])('%s never does', (pointer) => {
    expect(followReferences(documents, { ...from, pointer })).toBeUndefined();
  });
});
