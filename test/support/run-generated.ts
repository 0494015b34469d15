/** Runs what was generated as JavaScript in a process of its own, which tells whether anything but the code itself was done. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync, transformSync } from 'esbuild';
import type { GeneratedFile } from '../../src/gen/emitter.ts';

const root = join(import.meta.dirname, '../..');

/** Messages for a validator, and what it must say of each. */
export type Trial = { readonly path: string; readonly validator: string; readonly message: unknown; readonly valid: boolean };

/** What went otherwise than it should. */
export type Outcome = {
  /** Modules that could not be loaded, with what Node says. */
  readonly broken: readonly string[];
  /** Trials with another verdict. */
  readonly wrong: readonly Trial[];
  /** What is there that was not there before: on `globalThis`, or on an object from which all others inherit. */
  readonly traces: readonly string[];
};

/** Loads every module of TypeScript and JavaScript among `files` with Node, and tries messages on its validators. */
export function runGenerated(files: readonly GeneratedFile[], trials: readonly Trial[]): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-run-'));
  try {
    const modules = files.flatMap(({ path, text }) => {
      if (path.endsWith('.d.ts') || !/\.[jt]s$/.test(path)) return [];
      const script = path.replace(/\.ts$/, '.js');
      write(folder, script, path.endsWith('.ts') ? transformSync(text, { loader: 'ts', format: 'esm' }).code : text);
      return [script];
    });
    writeRuntime(folder);
    write(folder, 'input.json', JSON.stringify({ modules, trials }));
    write(folder, 'run.js', RUN);
    return JSON.parse(execFileSync(process.execPath, ['run.js'], { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The package that generated code imports: what validators and classes of errors stand on, which is all that it needs at run time. */
function writeRuntime(folder: string): void {
  write(folder, 'package.json', '{ "type": "module" }');
  write(folder, 'node_modules/msgctl/package.json', '{ "type": "module", "exports": { "./runtime/*": "./*.js" } }');
  const entryPoints = ['validation', 'errors'].map((name) => join(root, `src/runtime/${name}.ts`));
  buildSync({ entryPoints, bundle: true, format: 'esm', platform: 'node', outdir: join(folder, 'node_modules/msgctl') });
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const RUN = `
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
const { modules, trials } = JSON.parse(readFileSync('input.json', 'utf8'));
const shared = { globalThis, Object: Object.prototype, Array: Array.prototype, Function: Function.prototype, String: String.prototype };
// What is only loaded when it is asked for, would otherwise look new.
for (const name of Object.getOwnPropertyNames(globalThis)) void globalThis[name];
const names = () => Object.entries(shared).flatMap(([name, object]) => Reflect.ownKeys(object).map((key) => name + '.' + String(key)));
const before = new Set(names());
const loaded = new Map();
const broken = [];
for (const path of modules) {
  try {
    loaded.set(path, await import(pathToFileURL(join(process.cwd(), path)).href));
  } catch (error) {
    broken.push(path + ': ' + String(error));
  }
}
const wrong = trials.filter(({ path, validator, message, valid }) => loaded.get(path)?.[validator]?.(message) !== valid);
console.log(JSON.stringify({ broken, wrong, traces: names().filter((name) => !before.has(name)) }));
`;
