// Writes the declarations of what other programs import (`msgctl/compat`) into dist/types: its own, and those that they refer to. The compiler
// writes declarations for every file it has read, which is most of msgctl; so what nobody can reach from the entries is left out.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const entries = ['library/compat.d.ts'];
const all = mkdtempSync(join(tmpdir(), 'msgctl-declarations-'));

try {
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.library.json', '--outDir', all], { cwd: root, stdio: 'inherit' });
  const reached = new Set(entries.map((entry) => join(all, entry)));
  for (const file of reached) {
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)\.ts'|import\("(\.[^"]+)\.ts"\)/g)) {
      if (specifier !== undefined) reached.add(join(dirname(file), `${specifier}.d.ts`));
    }
  }
  for (const file of reached) cpSync(file, join(root, 'dist/types', relative(all, file)));
} finally {
  rmSync(all, { recursive: true, force: true });
}
