/**
 * The house's own rules. The linter holds the layers (biome.json); this suite proves that it still does, by showing it files that break
 * each rule, and holds what a linter cannot see.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const core = ['source', 'diagnostics', 'payload', 'inclusion', 'contract', 'compat', 'topology', 'gen', 'report'];

/** Which folders of src each folder may import. docs/architecture.md shows the same table. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  source: [],
  diagnostics: ['source'],
  payload: ['source', 'diagnostics'],
  inclusion: ['source', 'diagnostics', 'payload'],
  contract: ['source', 'diagnostics', 'payload'],
  topology: ['contract', 'diagnostics', 'source'],
  compat: ['contract', 'inclusion', 'payload', 'topology', 'diagnostics', 'source'],
  gen: ['contract', 'payload', 'topology', 'diagnostics', 'source'],
  report: ['diagnostics', 'compat', 'topology', 'gen', 'source'],
  library: ['compat', 'inclusion', 'contract', 'payload', 'topology', 'diagnostics', 'source', 'io'],
  runtime: [],
};
const folders = [...Object.keys(mayImport), 'brokers', 'io', 'cli', 'commands'];

type Probe = { readonly file: string; readonly text: string; readonly refused: boolean };

function importProbes(): readonly Probe[] {
  return Object.entries(mayImport).flatMap(([folder, allowed]) =>
    folders
      .filter((target) => target !== folder)
      .map((target) => ({
        file: `src/${folder}/deep/imports-${target}.ts`,
        text: `import type { Thing } from '../../${target}/thing.ts';\n\nexport type Probe = Thing;\n`,
        refused: !allowed.includes(target),
      })),
  );
}

function purityProbes(): readonly Probe[] {
  const impure = {
    'node-builtin': `import { readFileSync } from 'node:fs';\n\nexport const probe = readFileSync;\n`,
    clock: 'export const probe: unknown = Date;\n',
    process: 'export const probe: unknown = process;\n',
    console: 'export const probe: unknown = console;\n',
    oclif: `import { Command } from '@oclif/core';\n\nexport const probe: unknown = Command;\n`,
  };
  return [...core, 'brokers/rabbitmq'].flatMap((folder) =>
    Object.entries(impure).map(([name, text]) => ({ file: `src/${folder}/uses-${name}.ts`, text, refused: true })),
  );
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
    .map((file) => join(folder, file));
}

describe('the linter holds the layers', () => {
  const probes = [...importProbes(), ...purityProbes()];
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-layers-'));
  let refused: ReadonlySet<string> = new Set();

  beforeAll(() => {
    for (const name of ['biome.json', 'package.json']) cpSync(join(root, name), join(folder, name));
    for (const probe of probes) {
      mkdirSync(dirname(join(folder, probe.file)), { recursive: true });
      writeFileSync(join(folder, probe.file), probe.text);
    }
    refused = lint(folder);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(probes)('$file: refused $refused', ({ file, refused: expected }) => {
    expect(refused.has(file)).toBe(expected);
  });
});

/** The files in which the linter's layer and purity rules fire. */
function lint(folder: string): ReadonlySet<string> {
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const only = ['style/noRestrictedImports', 'style/noRestrictedGlobals', 'correctness/noNodejsModules'].map((rule) => `--only=${rule}`);
  const options = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', ...only, 'src'];
  let output: string;
  try {
    output = execFileSync(biome, options, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 << 20 });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const report = JSON.parse(output.slice(output.indexOf('{'))) as { diagnostics: { location: { path: string | { file: string } } }[] };
  return new Set(report.diagnostics.map(({ location: { path } }) => (typeof path === 'string' ? path : path.file)));
}

describe('what a linter cannot see', () => {
  test.each(core)('%s is pure: no randomness, no clock by another name', (folder) => {
    const offenders = sourceFiles(`src/${folder}`).filter((file) =>
      /Math\.random|globalThis|import\.meta/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(offenders).toEqual([]);
  });

  test('commands stay thin: 60 lines at most', () => {
    const long = sourceFiles('src/commands').filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 61);
    expect(long).toEqual([]);
  });

  test('source files stay small: 300 lines at most', () => {
    const long = sourceFiles('src').filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 301);
    expect(long).toEqual([]);
  });

  test('no folder for leftovers', () => {
    const names = sourceFiles('src').filter((file) => /(^|[/-])(utils?|helpers?|common|misc)([./-]|$)/.test(file.slice('src/'.length)));
    expect(names).toEqual([]);
  });

  test('docs/architecture.md shows the import table that the linter enforces', () => {
    const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z]+)` \| ([^|]*)\|/gm)].map(([, name, cell]) => [
      name,
      [...(cell ?? '').matchAll(/`([a-z]+)`/g)].map((match) => match[1]).filter((word) => folders.includes(word ?? '')),
    ]);
    const documented = Object.fromEntries(rows) as Record<string, string[]>;
    for (const [folder, allowed] of Object.entries(mayImport))
      expect([folder, [...(documented[folder] ?? [])].sort()]).toEqual([folder, [...allowed].sort()]);
  });
});

test('nothing in the sources leads back to where it came from, not even by types, which the linter passes over', () => {
  const imports = new Map(
    sourceFiles('src').map((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const named = [...text.matchAll(/^(?:import|export)\s[^;]*?from '(\.[^']+)';/gm)].map(([, path]) => path ?? '');
      return [file, named.map((path) => normalize(join(dirname(file), path)))] as const;
    }),
  );
  expect(imports.get(join('src', 'topology', 'steps.ts'))).toContain(join('src', 'topology', 'consent.ts'));
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) circles.push([...way.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) follow(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) follow(file, []);
  expect(circles).toEqual([]);
});
