import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compareContracts } from '../../../src/cli/compare-contracts.ts';
import { formatProject } from '../../../src/cli/format-project.ts';
import { generateProject } from '../../../src/cli/generate-code.ts';
import { initializeProject } from '../../../src/cli/init/initialize-project.ts';
import { BROKER_KINDS, CI_KINDS, nameProblem, suggestName } from '../../../src/cli/init/starter.ts';
import { planProject } from '../../../src/cli/plan-topology.ts';
import { openSession } from '../../../src/cli/session.ts';
import { validateProject } from '../../../src/cli/validate-project.ts';
import { NO_FLAGS, type TestHost, testHost } from './fixtures.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'msgctl-init-'));
const tool = { root, version: '1.2.3' };
let made = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of its own, with these files in it. */
function place(files: Readonly<Record<string, string>> = {}): string {
  made += 1;
  const path = join(folder, String(made), 'shop');
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) write(join(path, file), text);
  return path;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

type Wish = Partial<Parameters<typeof initializeProject>[1]>;

function init(host: TestHost, wish: Wish = {}, flags = NO_FLAGS) {
  return initializeProject(openSession(host, flags, tool.version), { yes: false, ...wish }, tool);
}

/** Every file below a folder with its text. */
function contents(path: string): Readonly<Record<string, string>> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => join(entry.parentPath, entry.name)).map((file) => [file.slice(path.length + 1), readFileSync(file, 'utf8')]),
  );
}

const choices = Array.from({ length: 2 ** BROKER_KINDS.length - 1 }, (_, index) =>
  BROKER_KINDS.filter((_kind, bit) => ((index + 1) >> bit) & 1),
);

describe.each(choices.map((brokers) => ({ brokers, title: brokers.join(' and ') })))('a project with $title', ({ brokers }) => {
  test.each(CI_KINDS)('and checks in %s is right in every way', async (ci) => {
    const path = place();
    expect(await init(testHost(path), { brokers, ci })).toBe('good');
    const run = async (useCase: (session: ReturnType<typeof openSession>) => Promise<string>, env?: string) => {
      const host = testHost(path);
      const exit = await useCase(openSession(host, { ...NO_FLAGS, env }, tool.version));
      return `${exit}\n${host.stdout()}`;
    };
    expect(await run((session) => validateProject(session, { paths: [], cache: false }))).toBe(
      'good\n2 contracts, 3 interactions: valid.\n',
    );
    expect(await run((session) => validateProject(session, { paths: [], cache: false }), 'offline')).toBe(
      'good\n2 contracts, 3 interactions: valid.\n',
    );
    expect(await run((session) => formatProject(session, [], 'check'))).toMatch(/^good\n/);
    expect(await run((session) => generateProject(session, { mode: 'check', cache: false }))).toBe('good\n12 files up to date.\n');
    const plan = await run((session) => planProject(session, { to: [], allow: [] }, { exitCode: true, out: undefined }), 'offline');
    expect(plan).toMatch(/^bad\n[\s\S]*Plan: \d+ to create; 0 unchanged\.\n/);
    for (const kind of brokers) expect(plan).toMatch({ rabbitmq: /^rabbit /m, kafka: /^log /m, redis: /^quick /m }[kind]);
    cpSync(path, join(path, '../before'), { recursive: true });
    const diff = await run((session) => compareContracts(session, { against: ['../before'], failOn: 'risky', strict: false, all: true }));
    expect(diff).toMatch(/^good\n.*no changes/);
  });
});

describe('what is written', () => {
  test('holds no placeholder, and YAML and JSON that can be read', async () => {
    for (const ci of CI_KINDS) {
      const path = place();
      await init(testHost(path), { ci, brokers: [...BROKER_KINDS] });
      for (const [file, text] of Object.entries(contents(path))) {
        expect(text, file).not.toMatch(/\{\{[a-z-]+\}\}/);
        expect(text, file).toMatch(/[^\n]\n$/);
        if (/\.ya?ml$/.test(file)) expect(parse(text), file).toBeTypeOf('object');
        if (file.endsWith('.json')) expect(JSON.parse(text), file).toBeTypeOf('object');
      }
    }
  });

  test('asks for the versions that msgctl itself is tested with', () => {
    const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const starter = JSON.parse(readFileSync(join(root, 'templates/init/package.json'), 'utf8'));
    for (const [name, version] of Object.entries(starter.devDependencies)) expect(version, name).toBe(own.devDependencies[name]);
    expect(starter.engines).toEqual(own.engines);
  });

  test('has the schemas of the installed package for editors', async () => {
    const path = place();
    await init(testHost(path));
    for (const file of ['msgctl.yaml', 'contracts/orders.yaml', 'contracts/warehouse.yaml']) {
      const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(join(path, file), 'utf8')) ?? [];
      const installed = join(dirname(join(path, file)), schema);
      expect(installed.startsWith(join(path, 'node_modules/msgctl/')), schema).toBe(true);
      expect(existsSync(installed.replace(join(path, 'node_modules/msgctl'), root)), schema).toBe(true);
    }
  });

  test('github: the whole history, the locked packages, and every check', async () => {
    const path = place();
    await init(testHost(path), { ci: 'github' });
    const workflow = parse(readFileSync(join(path, '.github/workflows/contracts.yml'), 'utf8'));
    const { steps } = workflow.jobs.contracts;
    expect(steps[0]).toEqual({ uses: expect.stringMatching(/^actions\/checkout@/), with: { 'fetch-depth': 0 } });
    const commands = steps.flatMap((step: { readonly run?: string }) => step.run ?? []);
    expect(commands[0]).toBe('npm ci');
    expect(commands.join('\n')).toMatch(
      /msgctl validate[\s\S]*msgctl fmt --check[\s\S]*msgctl gen --check[\s\S]*npm test[\s\S]*msgctl diff/,
    );
  });

  test('gitlab: a job of its own that the pipeline includes', async () => {
    const path = place();
    await init(testHost(path), { ci: 'gitlab' });
    const [{ local }] = parse(readFileSync(join(path, '.gitlab-ci.yml'), 'utf8')).include;
    const { script, variables } = parse(readFileSync(join(path, local), 'utf8')).contracts;
    expect(variables).toEqual({ GIT_DEPTH: 0 });
    expect(script.every((line: unknown) => typeof line === 'string')).toBe(true);
    expect(script.join('\n')).toMatch(
      /^npm ci[\s\S]*msgctl validate[\s\S]*msgctl fmt --check[\s\S]*msgctl gen --check[\s\S]*npm test[\s\S]*msgctl diff/,
    );
  });
});

describe('what is there', () => {
  test('stays as it is, and is told', async () => {
    const files = { 'README.md': '# mine\n', 'tsconfig.json': '{}', '.gitignore': 'node_modules\n', 'src/app.ts': 'export {};\n' };
    const path = place(files);
    const host = testHost(path);
    expect(await init(host)).toBe('good');
    expect(contents(path)).toMatchObject(files);
    expect(host.stdout()).toContain('kept README.md: it was there already\n');
    expect(host.stdout()).toContain('Project shop: 18 files written, 2 kept, 1 unchanged.\n');
  });

  test('of a package.json: what is missing is told in commands', async () => {
    const text = '{ "scripts": { "test": "vitest" }, "dependencies": { "msgctl": "file:msgctl.tgz" } }';
    const path = place({ 'package.json': text });
    const host = testHost(path);
    await init(host);
    expect(readFileSync(join(path, 'package.json'), 'utf8')).toBe(text);
    expect(host.stdout()).toContain('\nThe script "test" of package.json stays as it is.\n');
    expect(host.stdout()).toMatch(/ {2}npm pkg set type=module scripts\.validate="msgctl validate" scripts\.gen="msgctl gen" /);
    expect(host.stdout()).toMatch(/ {2}npm install --save-dev --save-exact @types\/node@\S+ typescript@\S+\n/);
    expect(host.stdout()).toContain('\n  npx tsc && node --test\n  npm run plan\n');
    expect(host.stdout()).not.toContain('msgctl@');
  });

  test('of a package.json that nobody can read', async () => {
    const path = place({ 'package.json': '{' });
    const host = testHost(path);
    await init(host);
    expect(host.stdout()).toContain('\npackage.json cannot be read. ');
  });

  test('of a pipeline: what to include is told', async () => {
    const path = place({ '.gitlab-ci.yml': 'test: { script: [make] }\n' });
    const host = testHost(path);
    await init(host, { ci: 'gitlab' });
    expect(host.stdout()).toContain('Add to it: include: [{ local: .gitlab/contracts.yml }]\n');
  });

  test('of a repository further up: that CI reads its files there', async () => {
    const path = place();
    mkdirSync(join(path, '../.git'));
    const host = testHost(path);
    await init(host);
    expect(host.stdout()).toContain('Move it there, and let its commands run in shop.\n');
  });

  test('of an init that was killed half way is completed', async () => {
    const whole = place();
    await init(testHost(whole));
    const path = place();
    cpSync(join(whole, 'contracts'), join(path, 'contracts'), { recursive: true });
    expect(await init(testHost(path))).toBe('good');
    expect(contents(path)).toEqual(contents(whole));
  });
});

describe('is refused, and nothing is written', () => {
  const refused = async (path: string, wish: Wish, host = testHost(path)) => {
    const before = existsSync(path) ? contents(path) : {};
    const failure = await init(host, wish).catch((error: unknown) => error);
    expect(existsSync(path) ? contents(path) : {}).toEqual(before);
    return failure;
  };

  test.each([
    ['where a project is', { 'msgctl.yaml': '' }, {}, 'project-exists'],
    ['where a contract is', { 'contracts/deep/mine.yaml': '' }, {}, 'folder-not-empty'],
    ['where a contract of the same name is', { 'contracts/orders.yaml': 'mine' }, {}, 'folder-not-empty'],
    ['where generated code is', { 'src/generated/old.ts': '' }, {}, 'folder-not-empty'],
    ['where a file stands in the place of a folder', { contracts: 'a file' }, {}, 'file-not-writable'],
    ['with an impossible name', {}, { name: 'Web Shop' }, 'bad-usage'],
    ['with a name that would write YAML', {}, { name: 'a: b\nc' }, 'bad-usage'],
    ['with an empty name', {}, { name: '' }, 'bad-usage'],
    ['with the name of a device', {}, { name: 'con' }, 'bad-usage'],
    ['with the name of a numbered device', {}, { name: 'lpt1' }, 'bad-usage'],
    ['in a new folder that is a device on Windows', {}, { folder: 'con', name: 'shop' }, 'bad-usage'],
    ['in a new folder that is a device, with more behind it', {}, { folder: 'AUX.old/shop' }, 'bad-usage'],
    ['in a new folder with a line end in its name', {}, { folder: 'a\nb' }, 'bad-usage'],
    ['in a new folder with a sign that steers the terminal', {}, { folder: 'a\u001b[2Jb' }, 'bad-usage'],
    ['in a new folder with a sign that turns the text around', {}, { folder: 'a\u202eb' }, 'bad-usage'],
    ['in a new folder that no path of Windows can name', {}, { folder: 'what?' }, 'bad-usage'],
    ['in a new folder that ends with a dot', {}, { folder: 'shop.' }, 'bad-usage'],
    ['in a folder without a name', {}, { folder: '' }, 'bad-usage'],
    ['in a file', { file: '' }, { folder: 'file' }, 'not-a-folder'],
    ['below a file', { file: '' }, { folder: 'file/deep' }, 'not-a-folder'],
  ] as const)('%s', async (_, files, wish, id) => {
    expect(await refused(place(files), wish)).toMatchObject({ name: 'Failure', id });
  });

  test('but not in a folder that is there, whatever it is called', async () => {
    const path = place({ 'con/keep': '', 'what now/keep': '' });
    expect(await init(testHost(path), { folder: 'con' })).toBe('good');
    expect(readFileSync(join(path, 'con/msgctl.yaml'), 'utf8')).toMatch(/^project: my-project$/m);
    expect(await init(testHost(path), { folder: './what now/../new/.hidden' })).toBe('good');
    expect(await init(testHost(join(path, 'what now')), { folder: '.' })).toBe('good');
  });

  test.runIf(existsSync('/proc/self'))('where the system makes no folders', async () => {
    for (const folder of ['/proc/nobody', '/proc/nobody/deep'])
      expect(await refused(place(), { folder, name: 'shop' })).toMatchObject({ name: 'Failure', id: 'file-not-writable' });
  });

  test('inside another project, unless the folder is named', async () => {
    const path = place({ 'msgctl.yaml': '', 'deep/keep': '' });
    expect(await refused(join(path, 'deep'), {})).toMatchObject({
      id: 'project-exists',
      message: expect.stringContaining('../msgctl.yaml'),
    });
    expect(await init(testHost(join(path, 'deep')), { folder: '.' })).toBe('good');
  });

  test.each(['config', 'env'])('with --%s', async (flag) => {
    const path = place();
    await expect(init(testHost(path), {}, { ...NO_FLAGS, [flag]: 'x' })).rejects.toMatchObject({ id: 'bad-usage' });
  });

  test('where a link leads out of the folder', async () => {
    const path = place();
    mkdirSync(join(path, '../elsewhere'));
    symlinkSync('../elsewhere', join(path, 'test'));
    expect(await refused(path, {})).toMatchObject({ id: 'file-outside-project' });
    expect(readdirSync(join(path, '../elsewhere'))).toEqual([]);
    expect(readdirSync(path)).toEqual(['test']);
  });

  test('where it is interrupted while it writes', async () => {
    const path = place();
    const host = testHost(path);
    const onInterrupt = (listener: () => void) => {
      listener();
      return () => {};
    };
    expect(await init({ ...host, onInterrupt }, { folder: 'a/b' })).toBe('interrupted');
    expect(readdirSync(path)).toEqual([]);
  });
});

describe('questions', () => {
  test('are asked for what no flag says, with defaults', async () => {
    const path = place();
    const host = testHost(path, '');
    expect(await init(host)).toBe('good');
    expect(host.asked).toEqual([
      'Name of the project [shop]: ',
      'Brokers, one or several of rabbitmq, kafka, redis [rabbitmq]: ',
      'Checks in CI: github, gitlab, none [github]: ',
    ]);
    expect(host.stdout()).toMatch(/Project shop: /);
  });

  test('are asked again after an answer that cannot be understood', async () => {
    const path = place();
    const host = testHost(path, ['Web Shop', ' web-shop ', 'rabbit', 'Kafka, redis', 'jenkins', 'none']);
    expect(await init(host)).toBe('good');
    expect(host.stderr()).toMatch(/^ {2}A name is in kebab-case: .*\n {2}"rabbit" is none of them: .*\n {2}"jenkins" is none of .*\n$/);
    expect(host.stdout()).toMatch(/Project web-shop: /);
    expect(Object.keys(parse(readFileSync(join(path, 'msgctl.yaml'), 'utf8')).transports)).toEqual(['log', 'quick']);
    expect(existsSync(join(path, '.github'))).toBe(false);
  });

  test.each([
    ['what flags say', { name: 'x', brokers: ['kafka'], ci: 'none' }],
    ['anything with --yes', { yes: true }],
  ])('are not asked about %s', async (_, wish) => {
    const host = testHost(place(), '');
    expect(await init(host, wish)).toBe('good');
    expect(host.asked).toEqual([]);
  });

  test.each([0, 1, 2])('leave nothing behind when number %i is interrupted', async (number) => {
    const path = place();
    const host = testHost(path, [...Array<string>(number).fill(''), { interrupted: true }]);
    expect(await init(host, { folder: 'new' })).toBe('interrupted');
    expect(readdirSync(path)).toEqual([]);
    expect(host.stderr()).toBe('Nothing was written.\n');
  });
});

test.each([
  ['shop', 'shop'],
  ['My Web_Shop (2)', 'my-web-shop-2'],
  ['Żółw-Küche', 'zo-w-kuche'],
  ['2024 shop', 'shop'],
  ['日本', 'my-project'],
  ['', 'my-project'],
  ['-a--b-', 'a-b'],
  ['con', 'my-project'],
  ['Nul', 'my-project'],
  ['com1', 'my-project'],
  ['lpt9.old', 'lpt9-old'],
  ['console', 'console'],
  ['a\nb: c', 'a-b-c'],
  ['\u001b[2J', 'j'],
  [`${'a'.repeat(99)}-b`, 'a'.repeat(99)],
])('the folder %j suggests the name %s', (name, suggested) => {
  expect(suggestName(name)).toBe(suggested);
  expect(nameProblem(suggested)).toBeUndefined();
});
