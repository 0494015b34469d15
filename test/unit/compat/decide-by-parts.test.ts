import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decideWhole } from '../../../src/compat/decide-whole.ts';
import type { Decision } from '../../../src/compat/decision.ts';
import { decideByParts } from '../../../src/compat/parts/decide-by-parts.ts';
import { createReplay, type Replay } from '../../../src/compat/replay.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { anyPair } from '../../support/random-pairs.ts';
import { schemaOf } from '../../support/schema-pair.ts';
import { PATIENCE, runs } from '../../support/size.ts';

// Deciding the parts that differ saves work. It must say what deciding the whole would have said.

let declared: Replay;
let literal: Replay;
beforeAll(async () => {
  declared = await createReplay({ strict: false });
  literal = await createReplay({ strict: true });
});

type Version = { readonly schema: JsonValue; readonly types?: Readonly<Record<string, JsonValue>> };

function decideBoth([before, after]: readonly Version[], strict: boolean): readonly [Decision | undefined, Decision] {
  const question = {
    sender: schemaOf(before?.schema ?? true, before?.types),
    receiver: schemaOf(after?.schema ?? true, after?.types),
    examples: [],
    strict,
  };
  const replay = strict ? literal : declared;
  return [decideByParts(question, replay), decideWhole(question, replay)];
}

/** Which parts break: by which of several keywords, and with which of many values, is chance. */
function breaksOf(decision: Decision | undefined): readonly string[] {
  if (decision?.answer !== 'not-included') return [];
  const places = decision.witnesses.map(({ rejection: { path } }) => /^(?:\/list\/[0-9]+)?\/part/.exec(path)?.[0] ?? '');
  return [...new Set(places.map((place) => place.replace(/[0-9]+/, '*')))].sort();
}

/** A random schema as a part of a message, beside another that stays. */
function inMessage(part: JsonValue, rest: JsonObject = {}): JsonValue {
  return {
    type: 'object',
    properties: { part, list: { type: 'array', items: { type: 'object', properties: { part }, ...rest } } },
    ...rest,
  };
}

describe('a decision by parts', () => {
  it.each([
    ['declared properties', false],
    ['schemas as written', true],
  ])(
    'is that on the whole, of random pairs (%s)',
    (_, strict) => {
      let decided = 0;
      fc.assert(
        fc.property(anyPair, fc.constantFrom({}, { required: ['part'] }), ([before, after], rest) => {
          const versions = [before, after].map(({ schema, types }): Version => ({ schema: inMessage(schema, rest), types }));
          const [parts, whole] = decideBoth(versions, strict);
          if (!parts) return;
          decided += 1;
          // The whole may be too much where its parts are not.
          if (whole.answer === 'undecided') return;
          expect({ versions, answer: parts.answer }).toEqual({ versions, answer: whole.answer });
          expect({ versions, unseen: breaksOf(whole).filter((place) => !breaksOf(parts).includes(place)) }).toEqual({
            versions,
            unseen: [],
          });
        }),
        { seed: 20261129, numRuns: RUNS, endOnFailure: true },
      );
      expect(decided).toBeGreaterThan(RUNS / 3);
    },
    PATIENCE,
  );
});

const RUNS = runs(40, 20_000);

it('is not made of types that use each other many times over, which have a place for each way to them', () => {
  const types = (leaf: JsonObject): Readonly<Record<string, JsonValue>> =>
    Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => {
        const next = { $ref: `#/types/T${level + 1}` };
        return [`T${level}`, level === 39 ? leaf : { type: 'object', properties: { a: next, b: next } }];
      }),
    );
  const [before, after] = [{ a: { type: 'integer' } }, { a: { type: 'integer' }, b: true }].map((properties): Version => {
    return { schema: { $ref: '#/types/T0' }, types: types({ type: 'object', properties }) };
  });
  const [sender, receiver] = [before, after].map((version) => schemaOf(version?.schema ?? true, version?.types));
  if (sender && receiver) expect(decideByParts({ sender, receiver, examples: [], strict: false }, declared)).toBeUndefined();
});
