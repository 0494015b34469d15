/**
 * `msgctl init` as people meet it: on a terminal, where it asks, and with what they do next. The built command line is run, in a terminal
 * that util-linux's `script` makes; where there is none these cases are left out. With the packed package and the registry the same is
 * done by `npm run verify`.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'msgctl-terminal-'));
/** Milliseconds. Many processes are started, and the machine may be busy; nothing here is about speed. */
const PATIENCE = 300_000;
const hasTerminals = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;
let made = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENTER = '\r';
const CTRL_C = '\u0003';

type Seen = { readonly code: number | null; readonly text: string; readonly shop: string };

/** Runs msgctl in a terminal and types an answer at each question. */
function inTerminal(options: string, answers: readonly string[], columns = 80): Promise<Seen> {
  made += 1;
  const shop = join(folder, String(made), 'shop');
  mkdirSync(shop, { recursive: true });
  const command = `stty cols ${columns}; exec "${process.execPath}" "${join(root, 'bin/run.js')}" init ${options}`;
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    cwd: shop,
    env: { PATH: process.env.PATH, TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1', SHELL: '/bin/sh' },
  });
  let text = '';
  let questions = 0;
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    const asked = text.split(']: ').length - 1;
    for (; questions < asked; questions += 1) child.stdin.write(answers[questions] ?? CTRL_C);
  });
  return new Promise((resolve) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: takes out how readline moves the cursor
    child.on('close', (code) => resolve({ code, text: text.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').replaceAll('\r', ''), shop }));
  });
}

describe.skipIf(!hasTerminals)('on a terminal', () => {
  test('asks, takes Enter for the default, and asks again what it cannot understand', { timeout: PATIENCE }, async () => {
    const seen = await inTerminal('', [ENTER, `nats${ENTER}`, `kafka redis${ENTER}`, `gitlab${ENTER}`]);
    expect(seen.text).toMatch(
      /^Name of the project \[shop\]: \nBrokers, [^\n]* \[rabbitmq\]: nats\n {2}"nats" is none of them: [^\n]*\nBrokers, [^\n]* \[rabbitmq\]: kafka redis\nChecks in CI: [^\n]* \[github\]: gitlab\n/,
    );
    expect(seen.text).toContain('Project shop: 22 files written.');
    expect(seen.code).toBe(0);
    expect(readFileSync(join(seen.shop, 'msgctl.yaml'), 'utf8')).toMatch(/^ {2}log:\n[\s\S]*^ {2}quick:\n/m);
    expect(existsSync(join(seen.shop, '.gitlab-ci.yml'))).toBe(true);
  });

  test.each([0, 1, 2])('leaves nothing behind when question number %i is answered with Ctrl-C', { timeout: PATIENCE }, async (number) => {
    const seen = await inTerminal('new', Array<string>(number).fill(ENTER));
    expect(seen.text).toMatch(/Nothing was written\.\n$/);
    expect(seen.code).toBe(130);
    expect(readdirSync(seen.shop)).toEqual([]);
  });

  test('asks nothing that flags say, and tells a wrong one before it asks', { timeout: PATIENCE }, async () => {
    expect((await inTerminal('--name a --transport redis --ci none', [])).code).toBe(0);
    const wrong = await inTerminal('--name A', []);
    expect(wrong.text).not.toContain(']: ');
    expect(wrong.code).toBe(2);
  });

  test('wraps its words where the terminal is narrow', { timeout: PATIENCE }, async () => {
    const { text } = await inTerminal('--ci none', [`Web Shop${ENTER}`, CTRL_C], 40);
    const [, ...lines] = text.split('\n').slice(
      0,
      text.split('\n').findLastIndex((line) => line.startsWith('Name of')),
    );
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  });
});

test('what it makes passes its own test and its own checks in CI, and a breaking change does not', { timeout: PATIENCE }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'scripts/try-new-project.mjs'), '--linked']);
  expect(stdout).toMatch(/init, install, validate, gen, plan and test: [\d.]+ s\n$/);
});
