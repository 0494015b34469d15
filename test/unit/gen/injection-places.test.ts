/**
 * Hostile text at every place of a project. A place may refuse a text, with findings; what it lets through compiles, runs nothing of the text and
 * validates what the contract says.
 */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadProject } from '../../../src/contract/load.ts';
import type { System } from '../../../src/contract/system.ts';
import type { GeneratedFile } from '../../../src/gen/emitter.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { camelCase } from '../../../src/gen/identifiers.ts';
import { runBuf, writeBufModule } from '../../support/buf.ts';
import { compileStrictly } from '../../support/generated.ts';
import { FILE_PLACES, INTERACTION_PLACES } from '../../support/hostile-interactions.ts';
import { type HostilePlace, type Json, projectWith, SERVICE, slugOf } from '../../support/hostile-places.ts';
import { PROTOBUF_PLACES, SCHEMA_PLACES } from '../../support/hostile-schemas.ts';
import { hostile, hostilePieces } from '../../support/hostile-texts.ts';
import { memoryProject } from '../../support/memory-project.ts';
import { type Outcome, runGenerated, type Trial } from '../../support/run-generated.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const PLACES: readonly HostilePlace[] = [...FILE_PLACES, ...INTERACTION_PLACES, ...SCHEMA_PLACES, ...PROTOBUF_PLACES];

/** Places that take words of the language, or names of what is there, and nothing else. */
const TAKING_NONE = [
  'key of a contract',
  'service to generate',
  'pattern of an interaction',
  'transport of an interaction',
  'key of an interaction',
  'deprecation of an interaction',
  'method',
  'responder',
  'response of a responder',
  'use',
  'keyword',
  'format',
  'deprecation of a property',
  'reference',
  'reference in a file',
];

const random = fc.array(fc.constantFrom(...hostilePieces), { maxLength: 8 }).map((pieces) => pieces.join(''));

/** What became of some texts: the places that took each, the files of all, and what the validators must say. */
type Tried = { readonly taken: ReadonlySet<string>; readonly files: readonly GeneratedFile[]; readonly trials: readonly Trial[] };

async function tryTexts(texts: readonly string[]): Promise<Tried> {
  const taken = new Set<string>();
  const files: GeneratedFile[] = [];
  const trials: Trial[] = [];
  for (const [number, text] of texts.entries()) {
    const takers = await takersOf(PLACES, text, number);
    const system = await load(takers, text, number);
    if (!system) throw new Error(`The places that take ${JSON.stringify(text)} do not take it together.`);
    const { out } = system.project.generate;
    files.push(...(await generateCode(system)).map((file) => ({ ...file, path: `${number}/${file.path}` })));
    for (const place of takers) {
      taken.add(place.name);
      const { good, bad } = place.messages?.(text) ?? { good: [], bad: [] };
      const trial = (message: Json, valid: boolean): Trial => ({
        path: `${number}/${out}/${SERVICE}.validators.js`,
        validator: `${camelCase(slugOf(place.name))}Message`,
        message,
        valid,
      });
      trials.push(...good.map((message) => trial(message, true)), ...bad.map((message) => trial(message, false)));
    }
  }
  return { taken, files, trials };
}

/** The places that take a text, found by halves: nearly all take nearly all. */
async function takersOf(places: readonly HostilePlace[], text: string, number: number): Promise<readonly HostilePlace[]> {
  if (await load(places, text, number)) return places;
  if (places.length <= 1) return [];
  const half = Math.ceil(places.length / 2);
  return [...(await takersOf(places.slice(0, half), text, number)), ...(await takersOf(places.slice(half), text, number))];
}

/** Every text is tried at every place, on a machine that may be busy. */
const LONG = 5 * PATIENCE;

async function load(places: readonly HostilePlace[], text: string, number: number): Promise<System | undefined> {
  const { system, diagnostics } = await loadProject(memoryProject(projectWith(places, text, number)), { projectFile: 'msgctl.yaml' });
  if (!system && diagnostics.length === 0) throw new Error(`${places[0]?.name}: refused without a word.`);
  return system;
}

describe.each([
  ['the listed texts', hostile],
  ['random texts', fc.sample(random, { seed: 5, numRuns: runs(12, 400) })],
])('%s', { timeout: LONG }, (name, texts) => {
  let tried: Tried = { taken: new Set(), files: [], trials: [] };
  let outcome: Outcome = { broken: [], wrong: [], traces: [] };
  beforeAll(async () => {
    tried = await tryTexts(texts);
    outcome = runGenerated(tried.files, tried.trials);
  }, LONG);

  test('are taken wherever any text may stand', () => {
    expect(texts.length).toBeGreaterThan(10);
    const untaken = PLACES.map((place) => place.name).filter((place) => !tried.taken.has(place));
    if (name === 'the listed texts') expect(new Set(untaken)).toEqual(new Set(TAKING_NONE));
    else expect(tried.taken.size).toBeGreaterThan(PLACES.length / 2);
  });

  test('compile as TypeScript', () => {
    expect(compileStrictly(tried.files)).toBe('');
  });

  test('load as JavaScript, and nothing of them runs', () => {
    expect(outcome.broken).toEqual([]);
    expect(outcome.traces).toEqual([]);
  });

  test('are validated as what they are', () => {
    expect(tried.trials.length).toBeGreaterThan(texts.length * 20);
    expect(outcome.wrong).toEqual([]);
  });

  test('are taken by buf', () => {
    const protos = tried.files.map(({ path, text }) => ({
      path: path.slice(Math.max(path.lastIndexOf('/proto/injection'), path.indexOf('/proto/'))),
      text,
    }));
    const folder = writeBufModule(protos);
    expect(runBuf(folder, 'build')).toBe('');
    expect(runBuf(folder, 'lint')).toBe('');
    rmSync(folder, { recursive: true, force: true });
  });

  test('leave JSON that can be read, and nothing that is invisible, ends a script or is no UTF-8', () => {
    for (const { path, text } of tried.files) {
      if (path.endsWith('.json')) expect(() => JSON.parse(text), path).not.toThrow();
      expect(text.replaceAll('\n', ''), path).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      expect(text, path).not.toContain('</');
    }
  });
});
