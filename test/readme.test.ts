/**
 * The sessions of README.md are what a newcomer sees: each is typed in a copy of the example, with what the page says happened before it. A line
 * that is nothing but `…` stands for any lines.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'msgctl-readme-')));
/** Milliseconds. Each session starts a process or two, and the machine may be busy; nothing here is about speed. */
const PATIENCE = 120_000;
const SAMPLE = ['msgctl.yaml', 'contracts', 'schema', 'examples/school'];

const environment = {
  PATH: process.env.PATH,
  HOME: folder,
  LANG: 'C.UTF-8',
  MSGCTL: join(root, 'bin/run.js'),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

beforeAll(() => {
  for (const name of SAMPLE) cpSync(join(root, name), join(folder, name), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The sessions of the page in their order: what is typed, and the lines below it. */
const sessions = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```console\n(.*?)```/gs)].map(([, text = '']) => {
  const [typed = '', ...lines] = text.trimEnd().split('\n');
  return { typed: typed.replace(/^\$ npx msgctl /, ''), lines };
});

/** What has happened before a session, by what is typed there; what nothing says happened again is as it was. */
const BEFORE: readonly { readonly typed: string; readonly happened?: () => void }[] = [
  { typed: 'validate' },
  { typed: 'validate', happened: () => edit('contracts/payments.yaml', misspelt) },
  { typed: 'gen', happened: () => restore('contracts') },
  { typed: 'plan --env offline' },
  { typed: 'provision --env offline --yes' },
  {
    typed: 'plan --env offline --exit-code; echo "exit code $?"',
    happened: () =>
      edit('examples/school/topology/log.topics.yaml', (text) => replaceOnce(text, 'retention.ms: 2592000000', 'retention.ms: 86400000')),
  },
  {
    typed: 'diff --against HEAD; echo "exit code $?"',
    happened() {
      commit();
      edit('contracts/payments.yaml', (text) =>
        replaceOnce(
          text,
          'required: [orderId, learnerId, courseId, total, means]',
          'required: [orderId, learnerId, courseId, total, means, country]',
        ),
      );
    },
  },
];

test('README.md shows these sessions', () => {
  expect(sessions.map(({ typed }) => typed)).toEqual(BEFORE.map(({ typed }) => typed));
});

test('what README.md shows is what is seen, one session after the other', { timeout: PATIENCE }, () => {
  for (const [index, { typed, happened }] of BEFORE.entries()) {
    happened?.();
    const seen = type(typed);
    expect(seen.split('\n'), `$ msgctl ${typed}`).toEqual(withGaps(sessions[index]?.lines ?? [], seen.split('\n')));
  }
});

function type(typed: string): string {
  const command = `"${process.execPath}" "$MSGCTL" ${typed}`;
  return spawnSync('/bin/sh', ['-c', command], { cwd: folder, env: environment, encoding: 'utf8' }).stdout.trimEnd();
}

/** The lines that are shown, with each gap filled by what was seen there; where they do not fit, as they are shown. */
function withGaps(shown: readonly string[], seen: readonly string[]): readonly string[] {
  const filled: string[] = [];
  for (const [index, line] of shown.entries()) {
    if (line.trim() !== '…') {
      filled.push(line);
      continue;
    }
    const rest = shown.slice(index + 1);
    const part = rest.slice(0, rest.findIndex((next) => next.trim() === '…') + 1 || rest.length).filter((next) => next.trim() !== '…');
    const from = filled.length;
    const at = seen.findIndex((_, start) => start >= from && part.every((next, offset) => seen[start + offset] === next));
    if (at < 0) return shown;
    filled.push(...seen.slice(from, part.length === 0 ? undefined : at));
  }
  return filled;
}

/** A typing error in a name, and a forgotten timeout. */
function misspelt(text: string): string {
  const at = text.indexOf('  charge@2:');
  return text.slice(0, at) + text.slice(at).replace('via: rabbit', 'via: rabit').replace('    timeout: 10s\n', '');
}

function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(join(folder, path), 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`${path} did not change`);
  writeFileSync(join(folder, path), after);
}

function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`this should stand there once: ${from}`);
  return text.replace(from, to);
}

function restore(name: string): void {
  rmSync(join(folder, name), { recursive: true });
  cpSync(join(root, name), join(folder, name), { recursive: true });
}

function commit(): void {
  const as = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  for (const words of [
    ['init', '-q', '-b', 'main', '.'],
    ['add', '.'],
    [...as, 'commit', '-qm', 'Begin'],
  ])
    execFileSync('git', words, { cwd: folder, env: environment });
}
