import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decidePayload } from '../../../src/compat/decide.ts';
import { createReplay, type Replay } from '../../../src/compat/replay.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { anySchema, MESSAGES, anyTypes as types } from '../../support/random-schemas.ts';
import { schemaOf } from '../../support/schema-pair.ts';
import { PATIENCE, runs } from '../../support/size.ts';

// What must never happen: a pair is called included although some message is sent and rejected.

const version = fc.record({ schema: anySchema, types });
/** A second version that differs in one place, as real ones do, or altogether. */
const pair = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(version, fc.array(fc.tuple(fc.nat(), anySchema), { minLength: 1, maxLength: 2 }), types).map(
      ([one, edits, others]) =>
        [
          one,
          {
            schema: edits.reduce((schema, [at, by]) => edit(schema, at, by), one.schema),
            types: edits.length === 2 ? others : one.types,
          },
        ] as const,
    ),
  },
  { weight: 1, arbitrary: fc.tuple(version, version) },
);

let declared: Replay;
let literal: Replay;
beforeAll(async () => {
  declared = await createReplay({ strict: false });
  literal = await createReplay({ strict: true });
});

describe('a verdict about random pairs of schemas', () => {
  it.each([
    ['declared properties', false],
    ['schemas as written', true],
  ])(
    'is "included" only where no message breaks (%s)',
    (_, strict) => {
      const seen = { included: 0, 'not-included': 0, undecided: 0 };
      fc.assert(
        fc.property(pair, ([before, after]) => {
          const [sender, receiver] = [schemaOf(before.schema, before.types), schemaOf(after.schema, after.types)];
          const replay = strict ? literal : declared;
          const decision = decidePayload({ sender, receiver, examples: [], strict }, replay);
          seen[decision.answer] += 1;
          const broken = MESSAGES.find((message) => replay.emits(sender, message) && replay.rejections(receiver, message).length > 0);
          if (decision.answer === 'included') expect(broken).toBeUndefined();
          if (decision.answer === 'not-included') {
            for (const { message } of decision.witnesses) {
              expect(replay.emits(sender, message)).toBe(true);
              expect(replay.rejections(receiver, message)).not.toEqual([]);
            }
          }
          if (decision.answer === 'undecided') expect(decision.reason).not.toContain('contradicts');
        }),
        { seed: 20261123, numRuns: RUNS },
      );
      expect(seen.included).toBeGreaterThan(RUNS / 20);
      expect(seen['not-included']).toBeGreaterThan(RUNS / 20);
    },
    PATIENCE,
  );

  it(
    'is "included" for a schema and itself, unless an open list turns it round',
    () => {
      fc.assert(
        fc.property(version, ({ schema, types: shared }) => {
          const [sender, receiver] = [schemaOf(schema, shared), schemaOf(schema, shared)];
          const { answer } = decidePayload({ sender, receiver, examples: [], strict: false }, declared);
          // What is open to a receiver may be rejected under "not", where the sender sends it.
          if (!JSON.stringify([schema, shared]).includes('x-open')) expect(answer).toBe('included');
          else expect(answer).not.toBe('undecided');
        }),
        { seed: 20261123, numRuns: RUNS },
      );
    },
    PATIENCE,
  );
});

const RUNS = runs(150, 4_000);

/** Replaces, drops or adds one keyword somewhere in a schema. */
function edit(schema: JsonValue, at: number, by: JsonValue): JsonValue {
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) return by;
  const object = schema as JsonObject;
  const keys = Object.keys(object);
  const key = keys[at % (keys.length + 1)];
  const rest = Math.floor(at / (keys.length + 1));
  if (key === undefined || rest === 0) return typeof by === 'object' && by !== null ? { ...object, ...by } : by;
  const value = object[key] ?? null;
  if (rest % 5 === 1) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  if (key === 'properties' || key === 'patternProperties') {
    const properties = value as JsonObject;
    const name = Object.keys(properties)[rest % Math.max(1, Object.keys(properties).length)] ?? 'a';
    return { ...object, [key]: { ...properties, [name]: edit(properties[name] ?? true, Math.floor(rest / 3), by) } };
  }
  if (['items', 'additionalProperties', 'not', 'contains', 'if', 'then', 'else'].includes(key))
    return { ...object, [key]: edit(value, Math.floor(rest / 3), by) };
  if (['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(key)) {
    const list = value as readonly JsonValue[];
    return { ...object, [key]: list.map((item, index) => (index === rest % list.length ? edit(item, Math.floor(rest / 3), by) : item)) };
  }
  if (typeof value === 'number' && key !== 'multipleOf') return { ...object, [key]: Math.max(0, value + ((rest % 3) - 1)) };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
