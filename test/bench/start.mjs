// How long msgctl takes to start, and the runtime to be imported: medians of whole processes in interleaved rounds, as ratios to `node -e 0` in the same run.
// Build first. `node test/bench/start.mjs [rounds]`; it measures and decides nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const rounds = Number(process.argv[2] ?? 15);
const bin = join(import.meta.dirname, '../../bin/run.js');
const folder = mkdtempSync(join(tmpdir(), 'msgctl-start-'));

writeFileSync(
  join(folder, 'msgctl.yaml'),
  'msgctl: 1\nproject: bench\ncontracts: "*.contract.yaml"\ngenerate: { out: generated }\ntransports:\n  rabbit: { kind: rabbitmq, target: "file:topology" }\n',
);
writeFileSync(
  join(folder, 'clock.contract.yaml'),
  `msgctl: 1
service: clock
version: 1.0.0
provides:
  ticked:
    pattern: publish-subscribe
    via: rabbit
    message: { $ref: '#/types/Tick' }
types:
  Tick:
    type: object
    required: [at]
    properties: { at: { type: string, format: date-time }, zone: { enum: [utc, local] } }
`,
);

// What services import, without a driver and with one, beside a module that imports nothing.
const runtime = (name) => pathToFileURL(join(import.meta.dirname, `../../dist/runtime/${name}.js`)).href;
const tellProcessor = 'const { user, system } = process.cpuUsage();\nconsole.log((user + system) / 1000);\n';
for (const [name, modules] of Object.entries({ empty: [], runtime: ['index'], rabbitmq: ['index', 'rabbitmq'] })) {
  writeFileSync(join(folder, `${name}.mjs`), modules.map((module) => `import '${runtime(module)}';\n`).join('') + tellProcessor);
}

const variants = {
  'an empty module': ['empty.mjs'],
  "import 'msgctl/runtime'": ['runtime.mjs'],
  '… and its rabbitmq': ['rabbitmq.mjs'],
  'node -e 0': ['-e', '0'],
  'msgctl --version': [bin, '--version'],
  'msgctl --help': [bin, '--help'],
  'msgctl validate': [bin, 'validate'],
  'msgctl plan': [bin, 'plan'],
  'msgctl gen --dry-run': [bin, 'gen', '--dry-run'],
};
const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
/** Milliseconds of a processor, of the modules only. */
const worked = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));

try {
  for (let round = -1; round < rounds; round++) {
    for (const [name, argv] of Object.entries(variants)) {
      const begun = process.hrtime.bigint();
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
      const taken = Number(process.hrtime.bigint() - begun) / 1e6;
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
      // The first round warms the disk.
      if (round < 0) continue;
      times[name].push(taken);
      worked[name].push(Number(stdout));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const floor = median(times['node -e 0']);
for (const [name, values] of Object.entries(times)) {
  process.stdout.write(
    `${name.padEnd(24)} ${(median(values) / floor).toFixed(2).padStart(6)} ×   ${median(values).toFixed(0).padStart(5)} ms\n`,
  );
}
// The least of all rounds, and of a processor: whatever else a machine does only adds to it.
const imported = ["import 'msgctl/runtime'", '… and its rabbitmq'].map((name) => {
  const over = Math.min(...worked[name]) - Math.min(...worked['an empty module']);
  return `${name} ${over.toFixed(1)} ms`;
});
process.stdout.write(`\nOf a processor, over an empty module, least of ${rounds} rounds: ${imported.join(', ')}\n`);
