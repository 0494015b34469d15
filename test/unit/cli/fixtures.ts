import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GlobalFlags } from '../../../src/cli/session.ts';
import { createOutput, type Host } from '../../../src/io/host.ts';

/** A host that remembers what was written, answers questions and can be interrupted. */
export type TestHost = Host & {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly interrupt: () => void;
  readonly asked: string[];
};

/** What somebody types at a question. */
type Answer = string | { readonly interrupted: true };

/** A host in a folder, without a terminal unless there is an answer to give; of several, one for each question. */
export function testHost(cwd: string, answer?: Answer | readonly Answer[]): TestHost {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const listeners = new Set<() => void>();
  let time = 0;
  return {
    cwd,
    environment: { LANG: 'C.UTF-8' },
    result: createOutput((text) => void out.push(text), {}),
    journey: createOutput((text) => void err.push(text), {}),
    canAsk: answer !== undefined,
    today: () => '2026-11-23',
    now: () => (time += 1),
    who: () => 'somebody',
    ask: async (question) => {
      const given = Array.isArray(answer) ? answer[asked.length] : answer;
      asked.push(question);
      return typeof given === 'string' ? given : undefined;
    },
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stdout: () => out.join(''),
    stderr: () => err.join(''),
    interrupt: () => {
      for (const listener of listeners) listener();
      listeners.clear();
    },
    asked,
  };
}

/** The global flags as they are when none is given. */
export const NO_FLAGS: GlobalFlags = { quiet: false, color: 'auto', ascii: false, verbose: false, format: 'text', report: [] };

/** A copy of the project of a golden session, with the way to remove it. */
export function projectCopy(name: string): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-unit-'));
  cpSync(join(import.meta.dirname, '../../cases/cli', name), folder, { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
