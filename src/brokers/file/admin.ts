import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../diagnostics/failure.ts';
import { describeSystemError } from '../../diagnostics/system-errors.ts';
import type { BrokerAdmin, StepOutcome } from '../../topology/port.ts';
import type { Step } from '../../topology/steps.ts';
import type { FileContext, FileFormat } from './format.ts';

/** Which file of which project. */
export type FileTarget = { readonly root: string; readonly format: FileFormat; readonly context: FileContext };

/**
 * A file that stands for a broker: what it says is what is there, and what is made is written into it. Every phase is one write, complete or
 * not at all: a file beside it that then takes its place.
 */
export function openFileTarget({ root, format, context }: FileTarget): BrokerAdmin {
  const path = join(root, context.path);
  let seen: string | undefined;
  return {
    target: `file ${context.path}`,
    async inspect() {
      seen = await readText(path, context);
      const resources = seen === undefined ? [] : format.read(seen, context);
      return { resources, readHash: hashOf(seen), replacing: format.replacing, ...(format.without && { without: format.without }) };
    },
    async *execute(steps) {
      const problem = await writeSteps(steps);
      for (const step of steps) yield outcome(step, problem);
    },
    close: () => Promise.resolve(),
  };

  async function writeSteps(steps: readonly Step[]): Promise<Problem | undefined> {
    try {
      const before = await readText(path, context);
      if (before !== seen) return { message: `${context.path} was changed by somebody else meanwhile. Plan again.` };
      const after = format.write(before, steps, context);
      await replaceFile(path, after);
      seen = after;
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return { message: error.message };
      if (isSystemError(error))
        return { message: `${context.path} cannot be written: ${describeSystemError(error.code)}.`, raw: error.message };
      throw error;
    }
  }
}

type Problem = { readonly message: string; readonly raw?: string };

function outcome(step: Step, problem: Problem | undefined): StepOutcome {
  return problem ? { step, ok: false, ...problem } : { step, ok: true };
}

async function readText(path: string, context: FileContext): Promise<string | undefined> {
  try {
    const found = await stat(path);
    // A device or a pipe may never come to an end.
    if (!found.isFile() && !found.isDirectory()) throw unreadableFile(context, 'it is a device or a pipe');
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    if (!isSystemError(cause)) throw unreadableFile(context, 'it is not UTF-8', cause);
    if (cause.code === 'ENOENT') return undefined;
    throw unreadableFile(context, describeSystemError(cause.code), cause);
  }
}

function unreadableFile(context: FileContext, reason: string, cause?: unknown): Failure {
  return new Failure('topology-file-unreadable', {
    message: `${context.path} cannot be read: ${reason}.`,
    why: 'What this file says is what is there; without it there is nothing to compare with.',
    advice: 'Make it a readable text file, or move it away to have it written anew.',
    cause,
  });
}

async function replaceFile(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const mode = await modeOf(path);
    await writeFile(beside, text, { flag: 'wx', mode: 0o600 });
    await chmod(beside, mode ?? 0o666 & ~process.umask());
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** With the folders above it, one by one: where the system makes none (below /proc), Node's `recursive` never ends. */
async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  if (path !== dirname(path)) await makeFolder(dirname(path));
  try {
    await mkdir(path);
  } catch (cause) {
    // Another run may have made it by now; where a file stands in the way, the write says so.
    if (!isSystemError(cause) || cause.code !== 'EEXIST') throw cause;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Who may read the file that is going to be replaced: definitions may hold password hashes of a broker's users. */
async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return undefined;
  }
}

function hashOf(text: string | undefined): string {
  return text === undefined ? 'absent' : createHash('sha256').update(text).digest('hex');
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
