import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../../src/compat/compare.ts';
import type { Comparison, Finding } from '../../../src/compat/finding.ts';
import { RULES } from '../../../src/compat/rules/index.ts';
import type { System } from '../../../src/contract/system.ts';
import { loadProtobuf } from '../../../src/runtime/protobuf.ts';
import { loadSystem } from '../../support/load-system.ts';

/** Cases as folders: `<rule>/<name>/{before,after}` and what is found between them. They are written anew with `-u`. */
const CASES = join(import.meta.dirname, '../../cases/compat');
const PROJECT = readFileSync(join(CASES, 'msgctl.yaml'), 'utf8');
const TODAY = { today: '2026-11-23', protobuf: loadProtobuf };

const cases = foldersOf(CASES).flatMap((rule) =>
  foldersOf(join(CASES, rule)).map((name) => ({ rule, name, folder: join(CASES, rule, name) })),
);

describe('a case', () => {
  it.each(cases)('$rule/$name finds what it says', async ({ rule, folder }) => {
    // Version numbers are held against changes where the version before was released; other cases are about something else.
    const released = rule === 'version-bump-too-small';
    const comparison = await compareSystems(await read(folder, 'before'), await read(folder, 'after'), { ...TODAY, released });
    expect(comparison.findings.map((finding) => finding.id)).toContain(rule);
    await expect(`${JSON.stringify(shorten(comparison), null, 2)}\n`).toMatchFileSnapshot(join(folder, 'expected.json'));
  });

  it.each(cases)('$rule/$name finds nothing between a version and itself', async ({ folder }) => {
    for (const side of ['before', 'after']) {
      const comparison = await compareSystems(await read(folder, side), await read(folder, side), TODAY);
      expect(comparison).toMatchObject({ findings: [], order: 'any', rollbackSafe: true });
    }
  });

  it.each(cases)('$rule/$name has mirrored facts and the opposite order the other way round', async ({ folder }) => {
    const [before, after] = [await read(folder, 'before'), await read(folder, 'after')];
    const [there, back] = [await compareSystems(before, after, TODAY), await compareSystems(after, before, TODAY)];
    const kinds = ({ findings }: Comparison) => findings.map(({ change }) => change.kind).filter((kind) => !ONE_WAY.has(kind));
    expect(
      kinds(back)
        .map((kind) => MIRRORED[kind] ?? kind)
        .sort(),
    ).toEqual(kinds(there).toSorted());
    const payloadsOnly = there.findings.every(({ change }) => change.payload !== undefined && !change.kind.startsWith('payload-'));
    if (payloadsOnly) expect(back.order).toBe(OPPOSITE[there.order]);
  });

  it.each(cases)('$rule/$name names parties, places and a proof where it breaks', async ({ folder }) => {
    const { findings } = await compareSystems(await read(folder, 'before'), await read(folder, 'after'), TODAY);
    for (const finding of findings) {
      expect(finding.message).toMatch(/\.$/);
      expect(finding.why).toMatch(/\.$/);
      expect(finding.fingerprint).toMatch(/^[0-9a-f]{12}$/);
      expect(finding.change.before.at ?? finding.change.after.at).toBeDefined();
      if (finding.verdict === 'breaking') expect(finding.proof).toBeDefined();
      if (finding.verdict === 'breaking' || finding.verdict === 'undecided') expect(finding.advice).toBeDefined();
    }
  });
});

describe('the registry', () => {
  it('has each id once', () => {
    expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
  });

  it('has a case for every rule and no case without one', () => {
    expect(foldersOf(CASES)).toEqual(RULES.map((rule): string => rule.id).sort());
  });
});

const MIRRORED: Readonly<Partial<Record<string, string>>> = Object.fromEntries(
  [
    ['service-added', 'service-removed'],
    ['interaction-added', 'interaction-removed'],
    ['payload-added', 'payload-removed'],
    ['use-added', 'use-removed'],
    ['property-added', 'property-removed'],
    ['property-became-required', 'property-became-optional'],
    ['enum-value-added', 'enum-value-removed'],
    ['enum-introduced', 'enum-dropped'],
    ['object-closed', 'object-opened'],
  ].flatMap(([one = '', other = '']) => [
    [one, other],
    [other, one],
  ]),
);

/** Only the older version can have taken a number out of use. */
const ONE_WAY: ReadonlySet<string> = new Set(['number-not-reserved', 'reservation-dropped']);

const OPPOSITE = { any: 'any', 'provider-first': 'users-first', 'users-first': 'provider-first', 'side-by-side': 'side-by-side' } as const;

function shorten(comparison: Comparison): unknown {
  return { order: comparison.order, rollbackSafe: comparison.rollbackSafe, findings: comparison.findings.map(shortenFinding) };
}

function shortenFinding({ id, verdict, change, message, why, parties, proof }: Finding): unknown {
  const { service, interaction, payload, path, name, before, after } = change;
  const place = ({ at }: Finding['change']['before']) => at && `${at.file}:${at.start.line}:${at.start.column}`;
  const subject = {
    service,
    interaction,
    payload: payload && [payload.role, payload.name].filter((part) => part !== undefined).join(' '),
    path,
    name,
  };
  return { id, verdict, ...subject, before: place(before), after: place(after), message, why, parties, proof };
}

async function read(folder: string, side: string): Promise<System> {
  const own = join(folder, side, 'msgctl.yaml');
  const project = existsSync(own) ? readFileSync(own, 'utf8') : PROJECT;
  const contracts = readdirSync(join(folder, side, 'contracts')).map((name) => [
    `contracts/${name}`,
    readFileSync(join(folder, side, 'contracts', name), 'utf8'),
  ]);
  return loadSystem({ 'msgctl.yaml': project, ...Object.fromEntries(contracts) });
}

function foldersOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
