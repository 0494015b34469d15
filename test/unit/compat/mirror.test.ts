/** Two versions compared the other way round: who may upgrade first changes places, and what is the same has no findings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../../src/compat/compare.ts';
import type { UpgradeOrder } from '../../../src/compat/finding.ts';
import type { System } from '../../../src/contract/system.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../src/source/json.ts';
import { loadSystem } from '../../support/load-system.ts';
import { anyPair } from '../../support/random-pairs.ts';
import { type Row, readRuleTable } from '../../support/rule-table.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const MIRRORED: Readonly<Record<UpgradeOrder, UpgradeOrder>> = {
  any: 'any',
  'provider-first': 'users-first',
  'users-first': 'provider-first',
  'side-by-side': 'side-by-side',
};

const PROJECT = `msgctl: 1
project: school
contracts: contracts/*.yaml
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost' }
`;

/** A project whose event carries a value of the schema; what the schema defines stands among the contract's types. */
async function systemWith(schema: JsonValue): Promise<System> {
  const { $defs = {}, ...plain } = isObject(schema) ? schema : { allOf: [schema] };
  const message = { type: 'object', required: ['part'], properties: { part: plain } };
  const provides = { told: { pattern: 'publish-subscribe', via: 'rabbit', compatibility: 'full', message } };
  const owner = { msgctl: 1, service: 'owner', version: '1.0.0', provides, types: named($defs) };
  return loadSystem({
    'msgctl.yaml': PROJECT,
    'contracts/owner.yaml': JSON.stringify(owner).replaceAll('#/$defs/', '#/types/'),
    'contracts/user.yaml': JSON.stringify({ msgctl: 1, service: 'user', version: '1.0.0', uses: { 'owner.told': {} } }),
  });
}

function named(definitions: JsonValue): JsonObject {
  return isObject(definitions) ? definitions : {};
}

/** Rows whose schemas a contract may have: `validate` refuses those that admit nothing, and a reference to the whole leads elsewhere there. */
async function comparable(row: Row): Promise<readonly [System, System] | undefined> {
  if (JSON.stringify(row).includes('"$ref":"#"')) return undefined;
  try {
    return [await systemWith(row.before), await systemWith(row.after)];
  } catch {
    return undefined;
  }
}

const pairs = (await Promise.all(readRuleTable().map(async (row) => ({ row, pair: await comparable(row) })))).flatMap(({ row, pair }) =>
  pair ? [[`${row.family}: ${row.name}`, pair] as const] : [],
);
const options = { today: '2026-11-25' };

/** What one comparison must say when the same is compared the other way round, and each version with itself. */
async function expectMirrored(before: System, after: System): Promise<void> {
  const [there, back] = [await compareSystems(before, after, options), await compareSystems(after, before, options)];
  expect(back.order).toBe(MIRRORED[there.order]);
  expect(back.rollbackSafe).toBe(there.rollbackSafe);
  expect(back.findings.some(({ verdict }) => verdict === 'breaking')).toBe(there.findings.some(({ verdict }) => verdict === 'breaking'));
}

async function expectNothing(system: System): Promise<void> {
  expect(await compareSystems(system, system, options)).toMatchObject({ findings: [], order: 'any', rollbackSafe: true });
}

describe('a comparison the other way round', () => {
  it('is tried on nearly all rows of the rule table', () => {
    expect(pairs.length).toBeGreaterThan(readRuleTable().length * 0.8);
  });

  it.each(pairs)('swaps who may upgrade first: %s', async (_, [before, after]) => {
    await expectMirrored(before, after);
  });

  it.each(pairs)('finds nothing in what stays as it is: %s', async (_, pair) => {
    for (const system of pair) await expectNothing(system);
  });

  it(
    'does both for random contracts',
    async () => {
      let tried = 0;
      const valid = async ({ schema, types }: { readonly schema: JsonValue; readonly types: JsonObject }) => {
        // `validate` refuses what admits nothing, among much else; such a contract is compared with nothing.
        return systemWith({ allOf: [schema], $defs: types }).catch(() => undefined);
      };
      await fc.assert(
        fc.asyncProperty(anyPair, async ([one, other]) => {
          const [before, after] = [await valid(one), await valid(other)];
          for (const system of [before, after]) if (system) await expectNothing(system);
          if (!before || !after) return;
          tried += 1;
          await expectMirrored(before, after);
        }),
        { seed: 20261129, numRuns: RUNS },
      );
      expect(tried).toBeGreaterThan(RUNS / 10);
    },
    PATIENCE,
  );
});

const RUNS = runs(60, 2_000);
