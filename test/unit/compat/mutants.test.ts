/**
 * The example's contracts with one place changed at random: whatever still is a valid project and no text for people must be a finding, and
 * where no break is found, no message that one version's example makes up breaks the other.
 */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { compareSystems } from '../../../src/compat/compare.ts';
import { createReplay } from '../../../src/compat/replay.ts';
import { type SchemaNode, schemaNode } from '../../../src/compat/schema-node.ts';
import { type NarrowedSystem, narrowReads, payloadRead } from '../../../src/contract/narrow-reads.ts';
import { findInteraction, type System, usersOf } from '../../../src/contract/system.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { contractExamplesOf, type Required, requiredOf } from '../../support/compat-oracle.ts';
import { loadSystem, readProjectFiles } from '../../support/load-system.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const FILES = Object.fromEntries(
  Object.entries(readProjectFiles(join(import.meta.dirname, '..', '..', '..'))).map(([path, text]) => [path, parse(text) as JsonObject]),
);
const CONTRACTS = Object.keys(FILES).filter((path) => path !== 'msgctl.yaml');

/** What may be put in the place of a value or beside it. */
const ADDED: readonly JsonObject[] = [
  { minimum: 1 },
  { maximum: 10 },
  { minLength: 1 },
  { maxLength: 5 },
  { pattern: '^[a-z]+$' },
  { format: 'date' },
  { minItems: 1 },
  { uniqueItems: true },
  { additionalProperties: false },
  { additionalProperties: true },
  { 'x-open': true },
  { required: ['courseId'] },
  { not: { type: 'null' } },
  { properties: { extra: { type: 'string' } } },
  { const: 'a' },
  { delivery: { outbox: true } },
  { compatibility: 'none' },
  { timeout: '7s' },
  { limit: { concurrent: 3 } },
  { deprecated: true },
];

type Place = { readonly path: readonly (string | number)[]; readonly value: JsonValue };

function placesOf(value: JsonValue, path: Place['path'] = []): readonly Place[] {
  if (value === null || typeof value !== 'object') return [];
  const parts = Array.isArray(value) ? [...value.entries()] : Object.entries(value as JsonObject);
  return parts.flatMap(([key, part]) => [
    { path: [...path, key], value: part as JsonValue },
    ...placesOf(part as JsonValue, [...path, key]),
  ]);
}

const PLACES = CONTRACTS.flatMap((file) => placesOf(FILES[file] ?? {}).map((place) => ({ file, ...place })));
const VALUES: readonly JsonValue[] = [
  'string',
  'integer',
  'boolean',
  ['string', 'null'],
  '9s',
  '3d',
  'none',
  3,
  0,
  true,
  false,
  'other',
  '/courseId',
];

/** A place and what it becomes: `undefined` is left out. */
const mutant = fc
  .tuple(
    fc.constantFrom(...PLACES),
    fc.constantFrom('drop', 'set', 'add', 'copy'),
    fc.constantFrom(...ADDED),
    fc.constantFrom(...VALUES),
    fc.nat(),
  )
  .map(([{ file, path, value }, how, added, other, index]) => {
    if (how === 'drop') return { file, path, becomes: undefined };
    if (how === 'set') return { file, path, becomes: other };
    if (how === 'copy') return { file, path, becomes: PLACES[index % PLACES.length]?.value };
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
    return { file, path, becomes: isObject ? { ...(value as JsonObject), ...added } : other };
  })
  .filter(({ file, path, becomes }) => !isForPeople(file, path, becomes));

/** Whether a change is of a text, of the contract's version, or none. */
function isForPeople(file: string, path: Place['path'], becomes: JsonValue | undefined): boolean {
  const old = path.reduce<JsonValue | undefined>(
    (value, key) => (value as Record<string | number, JsonValue> | undefined)?.[key],
    FILES[file],
  );
  if (JSON.stringify(old) === JSON.stringify(becomes)) return true;
  const last = path.at(-1);
  if (path.length === 1 && last === 'version') return true;
  // An extension outside of schemas is kept and ignored.
  const added = becomes !== null && typeof becomes === 'object' && Object.hasOwn(becomes, 'x-open');
  return last === 'description' || added;
}

const SCHEMA_KEYS: ReadonlySet<string | number> = new Set(['types', 'request', 'response', 'responses', 'errors', 'message', 'headers']);

function isInSchema(path: Place['path']): boolean {
  return path.some((key) => SCHEMA_KEYS.has(key));
}

/** What the contracts say but for their schemas, wherever it is written: leaving out what is the default says the same. */
function meaningOf({ contracts }: System): string {
  return JSON.stringify(contracts, (key, value: unknown) => (key === 'at' || key === 'pointer' ? undefined : value));
}

function changed(value: JsonValue, [key, ...rest]: Place['path'], becomes: JsonValue | undefined): JsonValue {
  if (key === undefined) return becomes ?? null;
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue, index) => (index === key && rest.length > 0 ? changed(item, rest, becomes) : item));
    return rest.length > 0 ? items : items.flatMap((item, index) => (index !== key ? [item] : becomes === undefined ? [] : [becomes]));
  }
  const entries = Object.entries(value as JsonObject).map(
    ([name, part]) => [name, name === key && rest.length > 0 ? changed(part, rest, becomes) : part] as const,
  );
  const kept =
    rest.length > 0
      ? entries
      : entries.flatMap(([name, part]) =>
          name !== key ? [[name, part] as const] : becomes === undefined ? [] : [[name, becomes] as const],
        );
  return Object.fromEntries(kept);
}

async function load(files: Readonly<Record<string, JsonValue>>): Promise<System | undefined> {
  try {
    return await loadSystem(Object.fromEntries(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])));
  } catch {
    return undefined;
  }
}

type Asked = Required['receiver'] & Pick<Required, 'interaction' | 'payload'>;

/** The schemas by which receivers check a payload: that of each user where it says what it reads, else the whole. */
function assertedBy(narrowed: NarrowedSystem, { schema, interaction: id, payload: { role, name } }: Asked): readonly SchemaNode[] {
  const { system } = narrowed;
  const interaction = findInteraction(system, id);
  const read = interaction && payloadRead(interaction);
  const readers = interaction && read?.role === role && read.name === name ? usersOf(system, id) : [];
  const asserted = readers.map(({ contract }) => (interaction && narrowed.narrowed(contract.service, interaction)) ?? schema);
  return (asserted.length > 0 ? asserted : [schema]).map((location) => {
    const node = schemaNode(system.documents, location);
    if (!node) throw new Error(`${id} has no schema`);
    return node;
  });
}

it(
  'finds every change of a contract, and no break passes as none',
  async () => {
    const before = await load(FILES);
    if (!before) throw new Error('the example is not valid');
    const replay = await createReplay({ strict: false });
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(mutant, fc.boolean(), async ({ file, path, becomes }, backwards) => {
        const mutated = await load({ ...FILES, [file]: changed(FILES[file] ?? {}, path, becomes) });
        if (!mutated || (!isInSchema(path) && meaningOf(mutated) === meaningOf(before))) return;
        compared += 1;
        const [old, now] = backwards ? [mutated, before] : [before, mutated];
        const { findings } = await compareSystems(old, now, { today: '2026-11-23' });
        expect(findings).not.toEqual([]);
        const narrowed = new Map([old, now].map((system) => [system, narrowReads(system, system.contracts)]));
        for (const { sender, receiver, interaction, payload } of requiredOf(old, now)) {
          const fails = findings.some(
            ({ verdict, change }) => change.interaction === interaction && (verdict === 'breaking' || verdict === 'undecided'),
          );
          if (fails) continue;
          const from = schemaNode(sender.system.documents, sender.schema);
          if (!from) throw new Error(`${interaction} has no schema`);
          for (const to of assertedBy(narrowed.get(receiver.system) ?? narrowReads(receiver.system, []), {
            ...receiver,
            interaction,
            payload,
          })) {
            const broken = contractExamplesOf(sender.system, interaction, payload).find(
              (message) => replay.emits(from, message) && replay.rejections(to, message).length > 0,
            );
            expect(broken, interaction).toBeUndefined();
          }
        }
      }),
      { seed: 20261123, numRuns: runs(60, 2_500) },
    );
    expect(compared).toBeGreaterThan(runs(10, 400));
  },
  PATIENCE,
);
