import { expect, test } from 'vitest';
import { tellKinds } from '../../../src/compat/rules/tagged-kinds.ts';
import type { JsonValue } from '../../../src/source/json.ts';

const kind = (name: JsonValue, more: Readonly<Record<string, JsonValue>> = {}) => ({ properties: { kind: { const: name }, ...more } });
const referring = { $ref: './shared.types.yaml#/types/Refund' };
const types = { 'contracts/shared.types.yaml#/types/Refund': kind('refund') };

test.each([
  [[kind('paid')], [kind('paid'), kind('refund')], 'The kind "refund" was added.'],
  [[kind('paid'), kind('refund')], [kind('paid')], 'The kind "refund" was removed.'],
  [[kind('paid')], [kind('refund'), kind(3)], 'The kinds "refund" and 3 were added. The kind "paid" was removed.'],
  [[kind('paid'), kind('lost')], [kind('lost', { at: true }), kind('paid')], 'The kind "lost" changed.'],
  [[kind('paid')], [kind('paid'), referring], 'The kind "refund" was added.'],
  [[kind('paid'), kind('lost')], [kind('lost'), kind('paid')], undefined],
  [[kind('paid')], [kind('paid'), { type: 'null' }], undefined],
  [[kind('paid')], [{ $ref: '#/types/Unknown' }], undefined],
  [[kind('__proto__')], [kind('__proto__'), kind('constructor')], 'The kind "constructor" was added.'],
])('what changed is told kind by kind: row %#', (before, after, text) => {
  expect(tellKinds({ value: before, types }, { value: after, types })).toBe(text);
});
