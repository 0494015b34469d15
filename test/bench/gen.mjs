// How long a large project takes to generate, beside tools that make TypeScript of the same messages: whole processes in interleaved rounds,
// medians of wall time, processor time and memory, as ratios to the first line of each size. Build first. It measures and decides nothing.
//
//   node test/bench/gen.mjs [messages, as 100,1000] [rounds]
//
// msgctl makes types, validators, descriptors and JSON Schemas; json2ts, quicktype and openapi-typescript make types of those JSON Schemas, buf
// with protoc-gen-es makes types and descriptors of the same messages in Protobuf. At the end the compiler goes over what msgctl has made.
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLargeProject } from './large-project.mjs';
import { median, runMeasured } from './measured-process.mjs';
import { bringPeers } from './peers.mjs';

const sizes = (process.argv[2] ?? '100,1000').split(',').map(Number);
const rounds = Number(process.argv[3] ?? 5);
/** The number of interactions that each service of the project provides. */
const PER_SERVICE = 10;
/** A subject that takes longer (milliseconds) is measured once, or given up, and that is told. */
const LONG = 60_000;
const PATIENCE = 600_000;

const root = join(import.meta.dirname, '../..');
const bin = join(root, 'bin/run.js');
const peers = bringPeers(['@bufbuild/buf', '@bufbuild/protoc-gen-es', 'openapi-typescript', 'quicktype']);
const folder = mkdtempSync(join(tmpdir(), 'msgctl-gen-'));
const environment = { ...process.env, NO_COLOR: '1', MSGCTL_CACHE_DIR: join(folder, 'cache') };

try {
  for (const size of sizes) {
    const project = writeLargeProject(join(folder, String(size)), Math.max(1, Math.round(size / PER_SERVICE)));
    prepare(project);
    print(size, measure(subjectsOf(project)));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Lets msgctl generate once and makes of its schemas what the peers read. */
function prepare({ contracts, protobuf }) {
  run({ command: [process.execPath, bin, 'gen', '--no-cache'], cwd: contracts });
  const schemas = join(contracts, 'src/generated/schemas');
  const components = readdirSync(schemas).flatMap((file) => {
    const service = file.split('.')[0].replaceAll('-', '_');
    const text = readFileSync(join(schemas, file), 'utf8').replaceAll('#/$defs/', `#/components/schemas/${service}_`);
    return Object.entries(JSON.parse(text).$defs).map(([name, schema]) => [`${service}_${name}`, schema]);
  });
  const document = {
    openapi: '3.1.0',
    info: { title: 'Large', version: '1.0.0' },
    paths: {},
    components: { schemas: Object.fromEntries(components) },
  };
  writeFileSync(join(contracts, 'openapi.json'), JSON.stringify(document));
  const plugins = typeof peers.esGenerator === 'string' ? [] : [{ local: peers.esGenerator, out: 'out', opt: 'target=ts' }];
  writeFileSync(join(protobuf, 'buf.gen.yaml'), JSON.stringify({ version: 'v2', plugins }));
  mkdirSync(join(contracts, 'node_modules'));
  symlinkSync(root, join(contracts, 'node_modules/msgctl'));
  writeFileSync(join(contracts, 'package.json'), '{ "type": "module" }');
  const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', target: 'es2022', types: [], skipLibCheck: true };
  writeFileSync(join(contracts, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
}

function subjectsOf({ contracts, protobuf }) {
  const msgctl = (...flags) => ({ command: [process.execPath, bin, 'gen', ...flags], cwd: contracts });
  const script = (path) => [process.execPath, join(root, 'node_modules', path)];
  const generated = join(contracts, 'src/generated');
  const buf = typeof peers.esGenerator === 'string' ? peers.esGenerator : peers.buf;
  const { versions } = peers;
  const json2ts = script('json-schema-to-typescript/dist/src/cli.js');
  return [
    { name: 'msgctl, nothing there', ...msgctl('--no-cache'), before: () => rmSync(generated, { recursive: true, force: true }) },
    { name: 'msgctl, unchanged', ...msgctl(), before: () => run(msgctl()) },
    {
      name: 'msgctl, one contract changed',
      ...msgctl(),
      before: () => appendFileSync(join(contracts, 'contracts/svc-0.yaml'), '#\n'),
    },
    peer('json2ts, types only', json2ts, {
      args: ['--format', 'false', '-i', 'src/generated/schemas/*.json', '-o', 'out'],
      cwd: contracts,
    }),
    peer(`quicktype ${versions.quicktype}, types only`, peers.quicktype, {
      args: ['--quiet', '--src-lang', 'schema', '--lang', 'typescript', '--just-types', '--out', 'quicktype.ts', 'src/generated/schemas'],
      cwd: contracts,
    }),
    peer(`openapi-typescript ${versions['openapi-typescript']}, types only`, peers.openapi, {
      args: ['openapi.json', '--output', 'openapi.ts'],
      cwd: contracts,
    }),
    peer(`buf generate ${versions['@bufbuild/buf']}, protoc-gen-es ${versions['@bufbuild/protoc-gen-es']}`, buf, {
      args: ['generate'],
      cwd: protobuf,
    }),
    { name: 'tsc --noEmit over what msgctl made', command: [...script('typescript/lib/tsc.js'), '-p', '.'], cwd: contracts },
  ];
}

function peer(name, command, { args, ...rest }) {
  return typeof command === 'string' ? { name, missing: command } : { name, command: [...command, ...args], ...rest };
}

function measure(subjects) {
  const results = new Map(subjects.map(({ name, missing }) => [name, { missing, runs: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) {
      const { runs } = results.get(subject.name);
      if (subject.missing !== undefined || runs.some(({ gaveUp, wall }) => gaveUp || wall > LONG)) continue;
      subject.before?.();
      runs.push(run(subject));
    }
  }
  return results;
}

function run({ command, cwd }) {
  const result = runMeasured(command, { cwd, env: environment, timeout: PATIENCE });
  if (result.signal || result.error) return { gaveUp: true };
  if (result.status !== 0) return { failed: `${result.stderr}${result.stdout}`.trim().split('\n').at(-1), gaveUp: true };
  return result;
}

function print(size, results) {
  process.stdout.write(`${size} interactions, medians of ${rounds} rounds\n`);
  process.stdout.write(`${''.padEnd(60)}${['wall', 'ratio', 'processor', 'memory'].map((word) => word.padStart(12)).join('')}\n`);
  let base;
  for (const [name, { missing, runs }] of results) {
    const lost = runs.find(({ gaveUp }) => gaveUp);
    if (missing !== undefined || lost) {
      const reason =
        missing ?? (lost.failed === undefined ? `given up after ${PATIENCE / 1000} s` : `failed: ${lost.failed.slice(0, 100)}`);
      process.stdout.write(`${name.padEnd(60)}  ${reason}\n`);
      continue;
    }
    const [wall, cpu, memory] = ['wall', 'cpu', 'memory'].map((figure) => median(runs.map((result) => result[figure])));
    base ??= wall;
    const cells = [
      `${(wall / 1000).toFixed(2)} s`,
      `${(wall / base).toFixed(2)} ×`,
      cpu === undefined ? 'not known' : `${(cpu / 1000).toFixed(2)} s`,
      memory === undefined ? 'not known' : `${memory.toFixed(0)} MB`,
    ];
    process.stdout.write(`${name.padEnd(60)}${cells.map((cell) => cell.padStart(12)).join('')}\n`);
  }
  process.stdout.write('\n');
}
