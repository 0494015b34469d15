// How long msgctl takes to start: medians of whole processes in interleaved rounds, as ratios to `node -e 0` in the same run.
// Build first. `node test/bench/start.mjs [rounds]`; it measures and decides nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

const variants = {
  'node -e 0': ['-e', '0'],
  'msgctl --version': [bin, '--version'],
  'msgctl --help': [bin, '--help'],
  'msgctl validate': [bin, 'validate'],
  'msgctl plan': [bin, 'plan'],
  'msgctl gen --dry-run': [bin, 'gen', '--dry-run'],
};
const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));

try {
  for (let round = -1; round < rounds; round++) {
    for (const [name, argv] of Object.entries(variants)) {
      const begun = process.hrtime.bigint();
      const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
      const taken = Number(process.hrtime.bigint() - begun) / 1e6;
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
      // The first round warms the disk.
      if (round >= 0) times[name].push(taken);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const floor = median(times['node -e 0']);
for (const [name, values] of Object.entries(times)) {
  process.stdout.write(
    `${name.padEnd(22)} ${(median(values) / floor).toFixed(2).padStart(6)} ×   ${median(values).toFixed(0).padStart(5)} ms\n`,
  );
}
