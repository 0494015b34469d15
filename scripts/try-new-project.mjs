// What a newcomer does first: `msgctl init` in an empty folder, what it says comes next, a commit, and changes that go through the checks
// it wrote for CI. With the package as npm would install it, from the registry; `--linked` takes this checkout and its packages instead
// and needs no network. Prints how long each step took, and fails where one ends otherwise than it should.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const linked = process.argv.includes('--linked');
const folder = mkdtempSync(join(tmpdir(), 'msgctl-newcomer-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** Nothing of the machine that runs this: no CI, no git settings, no environment of npm's own. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GIT_|GITHUB_|CI$|CI_|npm_|NODE_|FORCE_COLOR)/.test(name))),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => [
      [`GIT_${who}_NAME`, 'Ada'],
      [`GIT_${who}_EMAIL`, 'ada@example.org'],
    ]),
  ),
};

const tarball = linked ? undefined : pack();
const msgctl = tarball === undefined ? `"${process.execPath}" "${join(root, 'bin/run.js')}"` : installTool(tarball);

const shop = join(folder, 'shop');
mkdirSync(shop);
const started = performance.now();
run(`${msgctl} init`, shop, { says: 'Project shop: ' });
install(shop, 'npm install --no-audit --no-fund');
run('npx msgctl validate', shop, { says: 'valid.' });
run('npx msgctl gen', shop, { says: '0 files written' });
run('npx msgctl plan --env offline', shop, { says: ' to create; 0 unchanged.' });
run('npm test', shop, { says: '# fail 0' });
const seconds = (performance.now() - started) / 1000;

run(`${msgctl} init --ci gitlab --transport rabbitmq,kafka,redis`, make('lab'), { says: 'Project lab: ' });
install(join(folder, 'lab'), 'npm install --no-audit --no-fund');
run('npm test && npm run check && npm run plan', join(folder, 'lab'), { says: 'Plan: ' });

if (tarball !== undefined) {
  // Where people install msgctl before they begin, package.json is there already and says other things: what init tells next must be enough.
  const own = make('own');
  run(`npm init -y && npm install --no-audit --no-fund "${tarball}"`, own);
  const { next } = JSON.parse(run('npx msgctl init --ci none --format json', own));
  for (const command of next) run(command, own);
}

const github = { GITHUB_BASE_REF: 'main', GITHUB_ACTIONS: 'true' };
const gitlab = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' };
checkChanges(shop, github, (clone) => {
  const { jobs } = parse(readFileSync(join(clone, '.github/workflows/contracts.yml'), 'utf8'));
  return jobs.contracts.steps.flatMap((step) =>
    step.run === undefined ? [] : [`bash -eo pipefail -c '${step.run.replaceAll("'", "'\\''")}'`],
  );
});
checkChanges(
  join(folder, 'lab'),
  gitlab,
  (clone) => [parse(readFileSync(join(clone, '.gitlab/contracts.yml'), 'utf8')).contracts.script.join('\n')],
  linked ? ['breaking'] : undefined,
);
process.stdout.write(`\ninit, install, validate, gen, plan and test: ${seconds.toFixed(1)} s\n`);

/** Commits a project, and lets changes of clones go through its checks: the one that brings it, one that is fine, one that breaks. */
function checkChanges(project, variables, checksOf, names = ['first', 'fine', 'breaking']) {
  run('git init -q -b main . && git commit -q --allow-empty -m Nothing', project);
  const without = `${project}-without.git`;
  run(`git clone -q --bare . ${without}`, project);
  run('git add . && git commit -qm Begin', project);
  const change = (name, origin, edit, wanted) => {
    if (!names.includes(name)) return;
    const clone = join(folder, name);
    run(`git clone -q ${origin} ${clone}`, folder);
    run('git switch -qc change', clone);
    edit(clone);
    run('git add . && git commit -qm Change', clone);
    const commands = checksOf(clone).map((command) => withoutInstall(command, clone));
    for (const command of commands.slice(0, -1)) run(command, clone, { env: variables });
    run(commands.at(-1) ?? 'false', clone, { env: variables, ...wanted });
    rmSync(clone, { recursive: true });
  };
  const files = (clone) => cpSync(project, clone, { recursive: true, filter: (file) => !/\/(node_modules|\.git)$/.test(file) });
  const contract = (clone, from, to) => {
    const path = join(clone, 'contracts/warehouse.yaml');
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`contracts/warehouse.yaml has no ${from}`);
    writeFileSync(path, text.replace(from, to));
    run(`${msgctl} gen --quiet`, clone);
  };
  change('first', without, files, { ends: 0 });
  change(
    'fine',
    project,
    (clone) => contract(clone, '      shelf: { type: string }', '      shelf: { type: string }\n      hall: { type: string }'),
    { ends: 0 },
  );
  change('breaking', project, (clone) => contract(clone, 'left: { type: integer', 'left: { type: number'), { ends: 1, says: 'breaking' });
}

/** The command with `npm ci` done already where there is no registry. */
function withoutInstall(command, clone) {
  if (!linked || !/\bnpm ci\b/.test(command)) return command;
  install(clone, 'npm ci');
  return command.replace(/\bnpm ci\b/, 'true');
}

function install(project, command) {
  if (tarball !== undefined) {
    run(`npm pkg set dependencies.msgctl=file:${tarball}`, project);
    run(command, project);
    return;
  }
  const modules = join(project, 'node_modules');
  for (const path of ['.bin', '@types']) mkdirSync(join(modules, path), { recursive: true });
  symlinkSync(root, join(modules, 'msgctl'));
  for (const name of ['typescript', '@types/node']) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  symlinkSync('../msgctl/bin/run.js', join(modules, '.bin/msgctl'));
  symlinkSync('../typescript/bin/tsc', join(modules, '.bin/tsc'));
}

/** Packs msgctl as npm would publish it. It is built already: packing must not build under the feet of running tests. */
function pack() {
  const [{ filename }] = JSON.parse(run(`npm pack --json --ignore-scripts --pack-destination "${folder}"`, root));
  return join(folder, filename);
}

/** Installs the package in a folder of its own, as npx does, and gives the command. */
function installTool(file) {
  const tool = make('tool');
  run(`npm install --no-audit --no-fund "${file}"`, tool);
  return join(tool, 'node_modules/.bin/msgctl');
}

function make(name) {
  mkdirSync(join(folder, name));
  return join(folder, name);
}

/** Runs a command line, tells how long it took, gives what it wrote, and stops everything when it ends or speaks otherwise than it should. */
function run(command, cwd, { ends = 0, says = '', env = {} } = {}) {
  const before = performance.now();
  const result = spawnSync('sh', ['-ec', command], { cwd, encoding: 'utf8', env: { ...environment, ...env }, timeout: 300_000 });
  const took = ((performance.now() - before) / 1000).toFixed(1).padStart(5);
  process.stdout.write(`${took} s  ${command.replaceAll(folder, '').split('\n').join('\n         ')}\n`);
  if (result.status === ends && `${result.stdout}${result.stderr}`.includes(says)) return result.stdout;
  process.stderr.write(
    `${result.stdout}${result.stderr}\nIt ended with ${result.status} instead of ${ends}${says && `, or did not say "${says}"`}.\n`,
  );
  process.exit(1);
}
