import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '../../src/gen/emitter.ts';

const root = join(import.meta.dirname, '..', '..');
const runtime = join(root, 'src', 'runtime');
const published = join(root, 'dist', 'runtime');

/** Every strict option that a user's project may have switched on. */
const compilerOptions = {
  target: 'es2023',
  lib: ['es2023'],
  types: [],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  rootDir: '/',
  declaration: true,
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noImplicitReturns: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  skipLibCheck: false,
  // As users have it, who may know nothing of Node.
  paths: Object.fromEntries(
    ['index', 'errors', 'validation'].map((name) => [
      name === 'index' ? 'msgctl/runtime' : `msgctl/runtime/${name}`,
      [join(published, `${name}.d.ts`)],
    ]),
  ),
};

/** What the TypeScript compiler finds in some files as part of a strict project; empty when nothing. */
export function compileStrictly(files: readonly GeneratedFile[]): string {
  return compile(files, { compilerOptions, include: ['**/*'] });
}

/** What it finds in their JavaScript, where a project has JavaScript checked as well. */
export function checkScripts(files: readonly GeneratedFile[]): string {
  const scripts = files.map(({ path }) => path).filter((path) => path.endsWith('.js'));
  return compile(files, {
    compilerOptions: { ...compilerOptions, isolatedDeclarations: false, allowJs: true, checkJs: true },
    files: scripts,
  });
}

function compile(files: readonly GeneratedFile[], config: object): string {
  return withFiles(
    [...files, { path: 'package.json', text: '{ "type": "module" }' }, { path: 'tsconfig.json', text: JSON.stringify(config) }],
    (folder) => {
      try {
        execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'lib', 'tsc.js'), '-p', folder], { stdio: 'pipe' });
        return '';
      } catch (error) {
        return String((error as { stdout?: unknown }).stdout);
      }
    },
  );
}

/** Loads a generated module of validators as Node would, with the runtime's source in the place of the package. */
export async function loadValidators(file: GeneratedFile): Promise<Readonly<Record<string, unknown>>> {
  const text = file.text.replace("'msgctl/runtime/validation'", JSON.stringify(join(runtime, 'validation.ts')));
  return withFiles([{ path: 'validators.mjs', text }], (folder) => import(join(folder, 'validators.mjs')));
}

function withFiles<T>(files: readonly GeneratedFile[], use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-generated-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const result = use(folder);
  if (result instanceof Promise) void result.then(remove, remove);
  else remove();
  return result;
}
