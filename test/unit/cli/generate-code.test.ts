import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateFrom } from '../../../src/cli/generate-code.ts';
import type { Memory } from '../../../src/cli/memory.ts';
import { openSession } from '../../../src/cli/session.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { openCacheFolder } from '../../../src/io/cache-folder.ts';
import { createFolderReader } from '../../../src/io/project-folder.ts';
import type { GenerationView } from '../../../src/report/views.ts';
import { loadSystem, readProjectFiles } from '../../support/load-system.ts';
import { PATIENCE, runs } from '../../support/size.ts';
import { NO_FLAGS, testHost } from './fixtures.ts';

const bookshop = join(import.meta.dirname, '../../cases/gen/bookshop');

let folder = '';
let root = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'msgctl-generate-')));
  root = join(folder, 'project');
  for (const name of ['msgctl.yaml', 'contracts']) cpSync(join(bookshop, name), join(root, name), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The user's memory, which tells how often something was written into it. */
function openMemory(tool = 'one'): Memory & { readonly kept: () => number } {
  const opened = openCacheFolder(join(folder, 'cache'));
  if (!opened) throw new Error('the cache cannot be opened');
  let kept = 0;
  const write = (name: string, text: string) => {
    kept += 1;
    opened.write(name, text);
  };
  return { folder: { ...opened, write }, tool, kept: () => kept };
}

/** What a run says and how it ends. */
async function run(mode: GenerationView['mode'], memory?: Memory): Promise<string> {
  const host = testHost(root);
  const reader = createFolderReader({ root, label: 'here', environment: {} });
  const exit = await generateFrom(openSession(host, NO_FLAGS, '0'), { place: { root, file: 'msgctl.yaml' }, reader }, { mode, memory });
  return `${host.stdout()}${exit}`;
}

function generated(): Readonly<Record<string, string>> {
  const paths = readdirSync(join(root, 'generated'), { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(root, 'generated', path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, 'generated', path), 'utf8')]));
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(join(root, path), change(readFileSync(join(root, path), 'utf8')));
}

describe('generating again', () => {
  test('makes nothing where nothing has changed, and leaves every file its time', async () => {
    await run('write', openMemory());
    utimesSync(join(root, 'generated/orders.ts'), 1000, 1000);
    const memory = openMemory();
    expect(await run('write', memory)).toMatch(/^0 files written, \d+ unchanged\.\ngood$/);
    expect(memory.kept()).toBe(0);
    expect(statSync(join(root, 'generated/orders.ts')).mtimeMs).toBe(1_000_000);
  });

  test.each<[string, () => void]>([
    ['a contract has changed', () => edit('contracts/courier.yaml', (text) => text.replace('kilograms', 'grams'))],
    ['a shared file has changed', () => edit('contracts/common.types.yaml', (text) => `${text}  Extra: { type: string }\n`)],
    ['the project file names another folder', () => edit('msgctl.yaml', (text) => text.replace('out: generated', 'out: generated/deep'))],
    ['a contract is not valid any more', () => edit('contracts/orders.yaml', (text) => text.replace('timeout:', 'timeuot:'))],
    ['a contract has come', () => writeFileSync(join(root, 'contracts/new.yaml'), 'msgctl: 1\nservice: new\nversion: 1.0.0\n')],
    ['a contract has gone', () => rmSync(join(root, 'contracts/archive.yaml'))],
    ['a generated file was edited', () => edit('generated/orders.ts', (text) => `${text}// mine\n`)],
    ['a generated file was removed', () => rmSync(join(root, 'generated/schemas/orders.schema.json'))],
    ['a generated file lies where none should be', () => cpSync(join(root, 'generated/orders.ts'), join(root, 'generated/gone.ts'))],
    ["somebody's own file lies beside the others", () => writeFileSync(join(root, 'generated/mine.ts'), 'mine')],
  ])('says and does the same with a memory as without, where %s', async (_, change) => {
    await run('write', openMemory());
    change();
    for (const mode of ['check', 'dry-run'] as const) expect(await run(mode, openMemory())).toBe(await run(mode));
    const untouched = join(folder, 'untouched');
    cpSync(root, untouched, { recursive: true });
    const remembering = [await run('write', openMemory()), await run('check', openMemory()), generated()];
    rmSync(root, { recursive: true });
    cpSync(untouched, root, { recursive: true });
    expect(remembering).toEqual([await run('write'), await run('check'), generated()]);
  });

  test.each(['with a memory', 'without one'])('takes files with the ends of lines of Windows for the same, %s', async (how) => {
    const memory = () => (how === 'with a memory' ? openMemory() : undefined);
    await run('write', memory());
    for (const [path, text] of Object.entries(generated())) writeFileSync(join(root, 'generated', path), text.replaceAll('\n', '\r\n'));
    const before = generated();
    expect(await run('check', memory())).toMatch(/^\d+ files up to date\.\ngood$/);
    expect(await run('write', memory())).toMatch(/^0 files written, \d+ unchanged\.\ngood$/);
    expect(generated()).toEqual(before);
    edit('generated/orders.ts', (text) => `\ufeff${text}`);
    expect(await run('check', memory())).toMatch(/^stale generated\/orders\.ts\n1 of/);
    // Also what is removed is known by its mark.
    edit('msgctl.yaml', (text) => text.replace('out: generated', 'out: generated, services: [archive]'));
    await run('write', memory());
    expect(Object.keys(generated()).filter((path) => /^(?:schemas\/)?orders\./.test(path))).toEqual([
      'orders.errors.d.ts',
      'orders.errors.js',
      'orders.ts',
    ]);
  });

  test('tells each file that is stale, missing or surplus, and leaves all as it is', async () => {
    await run('write');
    edit('generated/orders.ts', (text) => `${text}// mine\n`);
    rmSync(join(root, 'generated/schemas/orders.schema.json'));
    cpSync(join(root, 'generated/archive.ts'), join(root, 'generated/gone.ts'));
    writeFileSync(join(root, 'generated/mine.ts'), 'mine');
    const before = generated();
    const told = await run('check');
    expect(told.split('\n').slice(0, -2)).toEqual([
      'surplus generated/gone.ts',
      'stale generated/orders.ts',
      'missing generated/schemas/orders.schema.json',
    ]);
    expect(told).toMatch(/bad$/);
    expect(await run('dry-run')).toMatch(/good$/);
    expect(generated()).toEqual(before);
  });

  test('does not believe what another msgctl has kept', async () => {
    await run('write', openMemory('one'));
    const memory = openMemory('two');
    await run('write', memory);
    expect(memory.kept()).toBe(1);
  });

  /** What may happen to a project between two runs. A place is any number: it is brought into range where it is used. */
  const happenings: Readonly<Record<string, (place: number) => void>> = {
    'a number is another': (place) => editNth(/\b\d+\b(?!\.)/g, place, (number) => String(Number(number) + 1)),
    'a name has a letter more': (place) => editNth(/\b[A-Z][a-z]+\b/g, place, (name) => `${name}x`),
    'a description is another': (place) => editNth(/description: .*/g, place, () => `description: About ${place}.`),
    'a key is gone': (place) => editNth(/^ {6,}\w+:.*\n/gm, place, () => ''),
    'everything is as it was': () => cpSync(join(bookshop, 'contracts'), join(root, 'contracts'), { recursive: true }),
    'a generated file was edited': (place) => editGenerated(place, (path) => writeFileSync(path, `${readFileSync(path, 'utf8')} `)),
    'a generated file was emptied': (place) => editGenerated(place, (path) => writeFileSync(path, '')),
    'a generated file is gone': (place) => editGenerated(place, (path) => rmSync(path)),
    'a generated file has the text of another': (place) =>
      editGenerated(place, (path) => editGenerated(place + 1, (other) => cpSync(other, path))),
  };

  /** Changes one of the places of all contracts that a pattern matches. */
  function editNth(pattern: RegExp, place: number, change: (found: string) => string): void {
    const paths = readdirSync(join(root, 'contracts')).map((name) => `contracts/${name}`);
    const matches = paths.flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(pattern)].map((match) => ({ path, match })),
    );
    const chosen = matches[place % Math.max(1, matches.length)];
    if (!chosen) return;
    const { path, match } = chosen;
    edit(path, (text) => `${text.slice(0, match.index)}${change(match[0])}${text.slice(match.index + match[0].length)}`);
  }

  function editGenerated(place: number, change: (path: string) => void): void {
    const paths = Object.keys(generated()).sort();
    const chosen = paths[place % Math.max(1, paths.length)];
    if (chosen !== undefined) change(join(root, 'generated', chosen));
  }

  const someHappenings = fc.array(fc.tuple(fc.constantFrom(...Object.keys(happenings)), fc.nat(10_000)), { minLength: 1, maxLength: 3 });

  test('never makes anything else than a first run would, whatever happens in between', { timeout: PATIENCE }, async () => {
    let takenOver = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(someHappenings, { minLength: 1, maxLength: 4 }), async (rounds) => {
        happenings['everything is as it was']?.(0);
        await run('write', openMemory());
        for (const round of rounds) {
          for (const [happening, place] of round) happenings[happening]?.(place);
          const remembering = await run('write', openMemory());
          if (!remembering.endsWith('good')) {
            expect(remembering).toBe(await run('write'));
            continue;
          }
          takenOver += 1;
          const found = generated();
          rmSync(join(root, 'generated'), { recursive: true });
          await run('write');
          expect(found).toEqual(generated());
        }
      }),
      { seed: 25, numRuns: runs(5, 120) },
    );
    // Most of what happens leaves a project that something is generated from.
    expect(takenOver).toBeGreaterThan(runs(5, 120) / 2);
  });

  test('asks no library for a file whose source is as it was', async () => {
    await run('write', openMemory());
    const system = await loadSystem(readProjectFiles(root));
    const asked: string[] = [];
    const files = await generateCode(system, async (path) => {
      asked.push(path);
      return `taken over: ${path}`;
    });
    expect(asked.filter((path) => path.endsWith('.validators.js')).length).toBeGreaterThan(1);
    expect(asked.filter((path) => path.includes('/types/')).length).toBeGreaterThan(1);
    expect(files.filter(({ text }) => text.startsWith('taken over: ')).map(({ path }) => path)).toEqual([...asked].sort());
  });
});
