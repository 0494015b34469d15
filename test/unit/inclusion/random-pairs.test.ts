import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SchemaNode } from '../../../src/compat/schema-node.ts';
import { findValue, openInquiry } from '../../../src/inclusion/open-inquiry.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import { fits } from '../../../src/payload/fits.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { anyPair } from '../../support/random-pairs.ts';
import { MESSAGES } from '../../support/random-schemas.ts';
import { schemaOf } from '../../support/schema-pair.ts';
import { PATIENCE, runs } from '../../support/size.ts';

// A million pairs with `npm run verify`, in parts that end in time; messages are judged by a look that shares nothing with the engine.
const RUNS = runs(150, 125_000);
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
// Each pair meets some messages, and all pairs together meet all of them.
const STRIDE = 17;

const look = ({ documents, location, schema }: SchemaNode, message: JsonValue) =>
  fits(documents, { file: location.file, keyword: 'types', schema }, message);

describe('of random pairs of schemas', () => {
  it.each(SEEDS)(
    'none that is included has a message that is sent and refused, and every message found is (part %i)',
    (seed) => {
      const seen = { sat: 0, unsat: 0, unknown: 0 };
      let turn = 0;
      fc.assert(
        fc.property(anyPair, ([before, after]) => {
          const [sender, receiver] = [schemaOf(before.schema, before.types), schemaOf(after.schema, after.types)];
          const inquiry = openInquiry([sender, receiver].map(({ documents, location }) => bundleSchema(documents, location)));
          const [sent, accepted] = inquiry.schemas;
          if (!sent || !accepted) throw new Error('a schema is missing');
          const { answer, ...found } = findValue(inquiry, [
            { schema: sent, holds: true },
            { schema: accepted, holds: false },
          ]);
          seen[answer] += 1;
          turn += 1;
          const breaks = (message: JsonValue) => look(sender, message) === true && look(receiver, message) === false;
          if (answer === 'unsat') {
            const broken = MESSAGES.find((message, index) => index % STRIDE === turn % STRIDE && breaks(message));
            expect(broken).toBeUndefined();
          }
          if ('value' in found) {
            expect(look(sender, found.value)).not.toBe(false);
            expect(look(receiver, found.value)).not.toBe(true);
          }
        }),
        { seed, numRuns: RUNS },
      );
      expect(seen.unsat).toBeGreaterThan(RUNS / 20);
      expect(seen.sat).toBeGreaterThan(RUNS / 20);
      expect(seen.unknown).toBeLessThan(RUNS / 20);
    },
    PATIENCE,
  );
});
