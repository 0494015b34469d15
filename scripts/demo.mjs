// The main job of msgctl on the example, offline: `npm run demo`. Works on a copy in a temporary folder, needs no broker and no network,
// and fails when a command does not end with the exit code it should.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const binary = join(root, 'bin', 'run.js');
const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined;
const bold = (text) => (colour ? `\u001b[1m${text}\u001b[22m` : text);
const dim = (text) => (colour ? `\u001b[2m${text}\u001b[22m` : text);

if (!existsSync(join(root, 'dist')) || !existsSync(join(root, 'node_modules'))) {
  process.stderr.write('msgctl is not built yet. Run "npm ci" first: it installs what is needed and builds.\n');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'msgctl-demo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

for (const name of ['msgctl.yaml', 'contracts', 'schema', 'examples/school/topology'])
  cpSync(join(root, name), join(folder, name), { recursive: true });
const before = remember();

say('The contracts of a school that sells courses. Are they valid, and do they fit together?');
msgctl(['validate'], { ends: 0 });

say('TypeScript types, validators and descriptors for every service. A second run finds nothing to do.');
msgctl(['gen'], { ends: 0, head: 4, tail: 2 });
msgctl(['gen', '--check'], { ends: 0 });

say('Which exchanges, queues, topics and streams do they need? The environment "offline" keeps the brokers in files.');
msgctl(['plan', '--env', 'offline', '--to', 'log'], { ends: 0 });
msgctl(['plan', '--env', 'offline'], { ends: 0, head: 20, tail: 10 });

say('Make them.');
msgctl(['provision', '--env', 'offline', '--yes'], { ends: 0, head: 0, tail: 12 });
msgctl(['plan', '--env', 'offline', '--exit-code'], { ends: 0 });

say('Somebody changes the brokers by hand: e-mails are routed nowhere, and the log of money is kept for a day only.');
changeByHand();
msgctl(['plan', '--env', 'offline', '--exit-code'], { ends: 1, says: 'payments.money' });
msgctl(['provision', '--env', 'offline', '--yes'], { ends: 0 });

say('A new optional property in an event. Does that break anybody?');
edit(
  'contracts/learners.yaml',
  '      courseId: { type: string }\n      enrolledAt:',
  '      courseId: { type: string }\n      seat: { type: integer }\n      enrolledAt:',
);
msgctl(['diff', '--against', before], { ends: 0, says: 'compatible' });

say('And if payments demanded the country with every order, which learners may leave out today?');
edit(
  'contracts/payments.yaml',
  'required: [orderId, learnerId, courseId, total, means]',
  'required: [orderId, learnerId, courseId, total, means, country]',
);
msgctl(['diff', '--against', before], { ends: 1, says: 'proof: {' });

say('And the services talk: generated clients and handlers, in one process and in memory.');
const school = spawnSync(process.execPath, [join(root, 'examples/school/run.mjs')], {
  encoding: 'utf8',
  env: { ...process.env, RABBITMQ_URL: undefined },
  timeout: 60_000,
});
process.stdout.write(`${school.stdout}${school.stderr}`);
if (school.status !== 0) {
  process.stderr.write(`\nThe demo stops: the services of the school ended with exit code ${school.status}.\n`);
  process.exit(1);
}

process.stdout.write(`\n${bold('That is the main job.')} The contracts are in contracts/, the language in docs/language.md.\n`);

/** Prints a sentence of the story. */
function say(text) {
  process.stdout.write(`\n${bold(`# ${text}`)}\n`);
}

/** Runs msgctl in the temporary folder, shows the command and what it said, and stops the demo when it ends or speaks otherwise than it should. */
function msgctl(options, { ends, says = '', head = 60, tail = 6 }) {
  process.stdout.write(`\n${bold(`$ msgctl ${options.join(' ')}`)}\n`);
  const env = { ...process.env, ...(colour ? { FORCE_COLOR: '1' } : {}) };
  const result = spawnSync(process.execPath, [binary, ...options], { cwd: folder, encoding: 'utf8', env, timeout: 60_000 });
  if (result.signal === 'SIGINT' || result.status === 130) process.exit(130);
  const lines = `${result.stdout}${result.stderr}`.trimEnd().split('\n');
  const hidden = lines.length - head - tail;
  const shown = hidden > 1 ? [...lines.slice(0, head), dim(`… ${hidden} more lines`), ...lines.slice(-tail)] : lines;
  process.stdout.write(`${shown.join('\n')}\n${dim(`(exit code ${result.status})`)}\n`);
  if (result.status === ends && result.stdout.includes(says)) return;
  process.stderr.write(
    `\nThe demo stops: "msgctl ${options.join(' ')}" should have ended with exit code ${ends}${says && ` and said "${says}"`}.\n`,
  );
  process.exit(1);
}

/** Keeps the contracts as they are now: as a commit where git is there, else as a copy. Returns what `--against` calls them. */
function remember() {
  const own = ['user.name=demo', 'user.email=demo@localhost', 'commit.gpgsign=false', 'core.hooksPath=/dev/null', 'core.autocrlf=false'];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const git = (...options) =>
    spawnSync('git', [...own.flatMap((setting) => ['-c', setting]), ...options], { cwd: folder, env }).status === 0;
  if (git('init', '--quiet') && git('add', '--all') && git('commit', '--quiet', '--message', 'Agree on the contracts')) return 'HEAD';
  for (const name of ['msgctl.yaml', 'contracts']) cpSync(join(root, name), join(folder, 'before', name), { recursive: true });
  return 'before';
}

/** Replaces a piece of text that must be there exactly once. */
function edit(file, from, to) {
  const path = join(folder, file);
  const pieces = readFileSync(path, 'utf8').split(from);
  if (pieces.length !== 2) throw new Error(`${file} should have this once, and has it ${pieces.length - 1} times: ${from}`);
  writeFileSync(path, pieces.join(to));
}

/** What people do in management consoles on a bad day. */
function changeByHand() {
  const path = join(folder, 'examples/school/topology/rabbit.definitions.json');
  const definitions = JSON.parse(readFileSync(path, 'utf8'));
  const bindings = definitions.bindings.filter(
    ({ source, destination }) => source !== 'mailer.inbox' || destination !== 'mailer.send-email',
  );
  if (bindings.length !== definitions.bindings.length - 1) throw new Error('There is no binding mailer.inbox -> mailer.send-email.');
  writeFileSync(path, `${JSON.stringify({ ...definitions, bindings }, undefined, 2)}\n`);
  edit('examples/school/topology/log.topics.yaml', 'retention.ms: 2592000000', 'retention.ms: 86400000');
}
