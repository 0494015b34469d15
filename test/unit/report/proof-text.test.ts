import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Proof } from '../../../src/compat/finding.ts';
import { messageProofText } from '../../../src/report/proof-text.ts';

const versions = { before: '1.0.0', after: '2.0.0' };
const sent = { kind: 'bytes', message: { id: 'a' }, hex: '0a0161', sentBy: 'before' } as const;

describe('a proof by bytes', () => {
  test.each([
    [{ ...sent, reads: {} }, '{"id":"a"} is sent by 1.0.0 as bytes 0a 01 61 and read by 2.0.0 as {}'],
    [
      { ...sent, sentBy: 'after', error: '/n, byte 1: no.' } as const,
      '{"id":"a"} is sent by 2.0.0 as bytes 0a 01 61, which 1.0.0 cannot read: /n, byte 1: no.',
    ],
    [{ ...sent, message: {}, hex: '', reads: { n: [] } }, '{} is sent by 1.0.0 as no bytes and read by 2.0.0 as {"n":[]}'],
    [
      { ...sent, hex: '00'.repeat(40), reads: null },
      `{"id":"a"} is sent by 1.0.0 as bytes ${'00 '.repeat(32).trim()} … (40 bytes) and read by 2.0.0 as null`,
    ],
  ])('is told with what is made of them: %#', (proof, text) => {
    expect(messageProofText(proof, versions)).toBe(text);
  });

  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../schema/report.json'), 'utf8')) as {
    readonly $defs: { readonly proof: object };
  };
  const accepts = new Ajv2020({ strict: false }).compile({ ...schema.$defs.proof, $defs: schema.$defs });
  const proofs: readonly Proof[] = [
    { ...sent, reads: {} },
    { ...sent, error: 'it ends too soon' },
  ];
  test.each(proofs)('is one of the published schema: %#', (proof) => {
    expect(accepts(proof)).toBe(true);
    expect(accepts({ ...proof, hex: '0' })).toBe(false);
    expect(accepts({ ...sent })).toBe(false);
  });
});

test('a proof by a routing key says where it is sent, and what the other version binds', () => {
  const proof = {
    kind: 'routing-key',
    key: 'order.new',
    exchange: 'ORDERS',
    binding: 'order.old',
    queues: ['desk'],
    sentBy: 'after',
  } as const;
  expect(messageProofText(proof, versions)).toBe('"order.new" is sent by 2.0.0 to ORDERS, which 1.0.0 binds by "order.old"');
});
