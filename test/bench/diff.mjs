// How long it takes to tell what a change of a large project breaks, beside tools that compare the same messages: two versions between which each
// message is another, whole processes in interleaved rounds, medians of wall time, processor time and memory, as ratios to the first line of each
// size. Build first. It measures and decides nothing.
//
//   node test/bench/diff.mjs [messages, as 100,1000] [rounds]
//
// buf compares all files in one process, as msgctl does, and by rules of its own. json-schema-diff takes one pair of schemas for each process: some
// of them are measured and the rest is extrapolated. AsyncAPI's command line compares one document with everything in it, and takes no schema apart.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLargeProject } from './large-project.mjs';
import { median, runMeasured } from './measured-process.mjs';
import { bringPeers } from './peers.mjs';

const sizes = (process.argv[2] ?? '100,1000').split(',').map(Number);
const rounds = Number(process.argv[3] ?? 5);
/** The number of messages of each service that are told apart. */
const PER_SERVICE = 10;
/** How many pairs of single schemas are measured at each size. */
const SAMPLE = 10;
/** A peer that takes longer (milliseconds) is given up, and that is told. */
const PATIENCE = 600_000;

const bin = join(import.meta.dirname, '../../bin/run.js');
const peers = bringPeers(['@bufbuild/buf', '@asyncapi/cli', 'json-schema-diff']);
const folder = mkdtempSync(join(tmpdir(), 'msgctl-diff-'));
// AsyncAPI's command line writes into the home folder, and tells its makers of each run but those of CI.
const quiet = { CI: 'true', SUPPRESS_NO_CONFIG_WARNING: '1', HOME: join(folder, 'home'), NO_COLOR: '1' };
const environment = { ...process.env, ...quiet, MSGCTL_CACHE_DIR: join(folder, 'cache') };

try {
  mkdirSync(join(folder, 'home'));
  for (const size of sizes) {
    const services = Math.max(1, Math.round(size / PER_SERVICE));
    const before = writeLargeProject(join(folder, String(size), 'before'), services);
    const after = writeLargeProject(join(folder, String(size), 'after'), services, { changed: true });
    const pairs = writeSchemas(join(folder, String(size), 'schemas'), { before, after });
    print(size, measure(subjectsOf({ before, after, pairs })));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Has msgctl write the schemas of both versions, and gives the files of every pair that differs. */
function writeSchemas(target, versions) {
  mkdirSync(target);
  const named = Object.entries(versions).map(([version, { contracts }]) => {
    const { status, stdout, stderr } = runMeasured([process.execPath, bin, 'gen', '--no-cache'], { cwd: contracts, env: environment });
    if (status !== 0) throw new Error(`msgctl gen ended with ${status}:\n${stdout}${stderr}`);
    return [version, new Map(schemasOf(join(contracts, 'src/generated/schemas')))];
  });
  const [[, old], [, now]] = named;
  return [...old].flatMap(([name, text]) => {
    if (!now.has(name) || now.get(name) === text) return [];
    return [
      named.map(([version, schemas]) => {
        const path = join(target, `${name}.${version}.json`);
        writeFileSync(path, schemas.get(name));
        return path;
      }),
    ];
  });
}

/** Each schema of a folder by itself, with the others under `definitions`, as json-schema-diff reads them. */
function schemasOf(schemas) {
  return readdirSync(schemas).flatMap((file) => {
    const text = readFileSync(join(schemas, file), 'utf8').replaceAll('#/$defs/', '#/definitions/');
    const { $defs } = JSON.parse(text);
    const shared = Object.fromEntries(Object.entries($defs).filter(([name]) => !/^Thing\d/.test(name)));
    return Object.entries($defs)
      .filter(([name]) => /^Thing\d+$/.test(name))
      .map(([name, schema]) => [`${file.split('.')[0]}-${name}`, JSON.stringify({ ...schema, definitions: shared })]);
  });
}

function subjectsOf({ before, after, pairs }) {
  const { versions } = peers;
  const sample = Math.min(SAMPLE, pairs.length);
  const each = `json-schema-diff ${versions['json-schema-diff']}, ${pairs.length} pairs: extrapolated from ${sample}`;
  return [
    {
      name: 'msgctl diff',
      command: [process.execPath, bin, 'diff', '--against', before.contracts],
      cwd: after.contracts,
      endsWith: [1],
      says: 'breaking',
    },
    peer(`buf breaking ${versions['@bufbuild/buf']}`, peers.buf, {
      args: ['breaking', '--against', before.protobuf],
      cwd: after.protobuf,
      endsWith: [100],
      says: 'changed',
    }),
    peer(`asyncapi diff ${versions['@asyncapi/cli']}, all in one`, peers.asyncapi, {
      args: ['diff', join(before.asyncapi, 'all.yaml'), 'all.yaml', '--no-error'],
      cwd: after.asyncapi,
      endsWith: [0],
      once: true,
    }),
    ...Array.from({ length: sample }, (_, number) =>
      peer(each, peers.schemaDiff, {
        args: pairs[Math.floor((number * pairs.length) / sample)],
        cwd: folder,
        endsWith: [0, 1],
        once: true,
        times: pairs.length,
      }),
    ),
  ];
}

function peer(name, command, { args, ...rest }) {
  return typeof command === 'string' ? { name, missing: command } : { name, command: [...command, ...args], ...rest };
}

function measure(subjects) {
  const results = new Map(subjects.map(({ name, missing, times = 1 }) => [name, { missing, times, runs: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) {
      if (subject.missing === undefined && !(subject.once && round > 0)) results.get(subject.name).runs.push(run(subject));
    }
  }
  return results;
}

/** A process that ends as nothing was compared tells nothing. */
function run({ command, cwd, endsWith, says = '' }) {
  const result = runMeasured(command, { cwd, env: environment, timeout: PATIENCE });
  if (result.signal || result.error) return { gaveUp: true };
  if (endsWith.includes(result.status) && `${result.stdout}${result.stderr}`.includes(says)) return result;
  return { gaveUp: true, failed: `ended with ${result.status}: ${`${result.stderr}${result.stdout}`.trim().split('\n')[0].slice(0, 100)}` };
}

function print(size, results) {
  process.stdout.write(`${size} changed messages, medians of ${rounds} rounds\n`);
  process.stdout.write(`${''.padEnd(64)}${['wall', 'ratio', 'processor', 'memory'].map((word) => word.padStart(12)).join('')}\n`);
  let base;
  for (const [name, { missing, times, runs }] of results) {
    const lost = runs.find(({ gaveUp }) => gaveUp);
    if (missing !== undefined || lost) {
      process.stdout.write(`${name.padEnd(64)}  ${missing ?? lost.failed ?? `given up after ${PATIENCE / 1000} s`}\n`);
      continue;
    }
    const [wall, cpu, memory] = ['wall', 'cpu', 'memory'].map((figure) => median(runs.map((result) => result[figure])));
    base ??= wall;
    const cells = [
      `${((wall * times) / 1000).toFixed(2)} s`,
      `${((wall * times) / base).toFixed(2)} ×`,
      cpu === undefined ? 'not known' : `${((cpu * times) / 1000).toFixed(2)} s`,
      memory === undefined ? 'not known' : `${memory.toFixed(0)} MB`,
    ];
    process.stdout.write(`${name.padEnd(64)}${cells.map((cell) => cell.padStart(12)).join('')}\n`);
  }
  process.stdout.write('\n');
}
