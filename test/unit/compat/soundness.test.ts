import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decidePayload } from '../../../src/compat/decide.ts';
import { createReplay, type Replay } from '../../../src/compat/replay.ts';
import { anyPair, anyVersion } from '../../support/random-pairs.ts';
import { MESSAGES } from '../../support/random-schemas.ts';
import { schemaOf } from '../../support/schema-pair.ts';
import { PATIENCE, runs } from '../../support/size.ts';

// What must never happen: a pair is called included although some message is sent and rejected.

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
        fc.property(anyPair, ([before, after]) => {
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
        fc.property(anyVersion, ({ schema, types: shared }) => {
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
