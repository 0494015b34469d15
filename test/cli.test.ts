/**
 * Golden sessions: each folder of test/cases/cli is a project and a `session.txt`, what somebody types there and what they see. The built
 * command line is run as users run it: by a shell, in a copy of the folder.
 *
 * In a session a line `$ …` is typed; below it stand stdout as it is, stderr with `! ` before each line, and `[2]` for an exit code that
 * is not 0. Lines with `#` between commands are remarks. `npx vitest run test/cli.test.ts -u` writes what is seen into the files.
 */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const cases = join(import.meta.dirname, 'cases/cli');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'msgctl-cli-')));
const tools = join(folder, 'bin');
/** Milliseconds. A session starts many processes, and the machine may be busy; nothing here is about speed. */
const PATIENCE = 300_000;

beforeAll(() => {
  const built = statSync(join(root, 'dist/cli/main.js')).mtimeMs;
  const newer = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).find(
    (file) => file.endsWith('.ts') && statSync(join(root, 'src', file)).mtimeMs > built,
  );
  if (newer !== undefined) throw new Error(`src/${newer} is newer than what was built: run "npm run build" first.`);
  mkdirSync(tools);
  writeFileSync(join(tools, 'msgctl'), `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/run.js')}" "$@"\n`);
  chmodSync(join(tools, 'msgctl'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('msgctl, as typed', () => {
  test.concurrent.for(readdirSync(cases))('%s', { timeout: PATIENCE }, async (name, { expect }) => {
    const project = join(folder, name);
    cpSync(join(cases, name), project, { recursive: true });
    rmSync(join(project, 'session.txt'));
    const session = readFileSync(join(cases, name, 'session.txt'), 'utf8');
    const seen: string[] = [];
    for (const line of session.split('\n')) {
      if (line.startsWith('#')) seen.push(line);
      if (line.startsWith('$ ')) seen.push(line, ...(await run(line.slice(2), project)), '');
    }
    await expect(`${seen.join('\n').trimEnd()}\n`).toMatchFileSnapshot(join(cases, name, 'session.txt'));
  });
});

describe('what --format json gives is what schema/report.json says', () => {
  const schema = JSON.parse(readFileSync(join(root, 'schema/report.json'), 'utf8'));
  const validate = new Ajv2020({ strict: false }).compile(schema);

  test.concurrent.for([
    ['validate', 'valid', 'msgctl validate'],
    ['validate, invalid', 'broken', 'msgctl validate'],
    ['fmt', 'fmt', 'msgctl fmt'],
    ['fmt --check', 'fmt', 'msgctl fmt --check'],
    ['gen', 'gen', 'msgctl gen'],
    ['gen --check', 'gen', 'msgctl gen --check'],
    ['gen of invalid contracts', 'broken', 'msgctl gen'],
    [
      'diff',
      'diff',
      'git init -q . && git add . && git commit -qm a && sed -i "s/integer/string/" contracts/orders.yaml && msgctl diff --against HEAD',
    ],
    ['diff that cannot be made', 'diff', 'msgctl diff --against HEAD'],
    ['plan', 'provision', 'msgctl plan --env offline'],
    ['provision', 'provision', 'msgctl provision --env offline --yes'],
    ['provision without consent', 'provision', 'msgctl provision --env offline'],
    ['rules', 'no-project', 'msgctl rules'],
    ['explain', 'no-project', 'msgctl explain missing-timeout'],
    ['a wrong flag', 'valid', 'msgctl plan --envv x'],
    ['no project', 'no-project', 'msgctl gen'],
  ] as const)('%s', { timeout: PATIENCE }, async ([title, project, command], { expect }) => {
    const copy = join(folder, `json ${title.replaceAll(/\W+/g, ' ')}`);
    cpSync(join(cases, project), copy, { recursive: true });
    const seen = await run(`${command} --format json 2>/dev/null`, copy);
    const document: unknown = JSON.parse(seen.filter((line) => !/^\[\d+\]$/.test(line)).join('\n'));
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  });
});

/** What a command line writes, in the words of a session. */
function run(command: string, cwd: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const child = execFile('/bin/sh', ['-c', command], { cwd, env: environment(), encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (child.exitCode ?? child.signalCode);
      resolve([...linesOf(stdout), ...linesOf(stderr).map((line) => `! ${line}`.trimEnd()), ...(code === 0 ? [] : [`[${code}]`])]);
    });
    child.stdin?.end();
  });
}

function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  return text.replaceAll(folder, '').replace(/\n$/, '').split('\n');
}

/** Nothing of the machine that runs the tests: no colours, no CI, no git settings, commits that have the same name everywhere. */
function environment(): Readonly<Record<string, string>> {
  const who = { NAME: 'Ada', EMAIL: 'ada@example.org', DATE: '2026-01-02T03:04:05Z' };
  const git = Object.entries(who).flatMap(([key, value]) =>
    [`GIT_AUTHOR_${key}`, `GIT_COMMITTER_${key}`].map((name) => [name, value] as const),
  );
  return {
    ...Object.fromEntries(git),
    PATH: `${tools}:${process.env.PATH ?? ''}`,
    HOME: folder,
    LANG: 'C.UTF-8',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CEILING_DIRECTORIES: folder,
  };
}
