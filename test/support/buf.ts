/** buf, Protobuf's own compiler and linter, over what msgctl generates. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '../../src/gen/emitter.ts';

const buf = join(import.meta.dirname, '../../node_modules/.bin/buf');

/** Writes the `.proto` files of a project into a folder of their own, as a module of buf that keeps to the standard rules. */
export function writeBufModule(files: readonly GeneratedFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-proto-'));
  for (const { path, text } of files.filter((file) => file.path.endsWith('.proto'))) {
    const target = join(folder, path.replace(/^.*?proto\//, ''));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  writeFileSync(join(folder, 'buf.yaml'), 'version: v2\nlint: { use: [STANDARD] }\n');
  return folder;
}

/** What buf says; empty when nothing. */
export function runBuf(folder: string, ...command: readonly string[]): string {
  try {
    return execFileSync(buf, command, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    return stdout + stderr;
  }
}
