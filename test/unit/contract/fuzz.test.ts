import { describe, expect, test } from 'vitest';
import { tryMutant } from '../../support/fuzz-contracts.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const PORTIONS = 10;

describe('contracts made worse', () => {
  const each = runs(1_000, 100_000) / PORTIONS;

  test.each(Array.from({ length: PORTIONS }, (_, portion) => portion))('portion %i', { timeout: PATIENCE }, async (portion) => {
    let yaml = 0;
    for (let seed = portion * each; seed < (portion + 1) * each; seed += 1) if (await tryMutant(seed)) yaml += 1;
    // Mutants that are no YAML at all try little of fmt.
    expect(yaml).toBeGreaterThan(each / 4);
  });
});
