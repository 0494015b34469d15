// Packs msgctl as npm would publish it, checks the package's shape, installs the tarball into an empty project and uses it there:
// what works in the checkout but is missing from the package fails here.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'msgctl-package-'));
const run = (command, options, cwd = folder) =>
  execFileSync(command, options, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const tool = (name) => join(root, 'node_modules', '.bin', name);

try {
  // Built already by `prepare`; packing must not build again under the feet of a running test.
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root));
  const tarball = join(folder, filename);
  run(tool('publint'), ['run', tarball, '--strict'], root);
  run(tool('attw'), ['--profile', 'esm-only', '--format', 'ascii', tarball], root);

  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  run('npm', ['install', '--no-audit', '--no-fund', tarball]);
  const version = run(join(folder, 'node_modules', '.bin', 'msgctl'), ['--version']).trim();
  writeFileSync(
    join(folder, 'use.mjs'),
    `import { RUNTIME_API } from 'msgctl/runtime';\nimport * as validation from 'msgctl/runtime/validation';\n` +
      `import { loadProtobuf } from 'msgctl/runtime/protobuf';\nimport { MessageError } from 'msgctl/runtime/errors';\n` +
      `if (RUNTIME_API !== 1 || Object.keys(validation).length === 0 || typeof loadProtobuf !== 'function' || MessageError !== (await import('msgctl/runtime')).MessageError) throw new Error('the runtime is not whole');\n`,
  );
  run('node', ['use.mjs']);
  writeFileSync(
    join(folder, 'compare.mjs'),
    `import { diffContracts } from 'msgctl/compat';
const project = ${JSON.stringify('msgctl: 1\nproject: p\ntransports: { local: { kind: memory } }\n')};
const before = ${JSON.stringify('msgctl: 1\nservice: a\nversion: 1.0.0\n')};
const versions = [before, before + 'description: A.'].map((text) => ({ 'msgctl.yaml': project, 'contracts/a.yaml': text }));
const { findings, services } = await diffContracts(...versions);
if (findings.length !== 2 || services[0].needs !== '1.0.1') throw new Error(JSON.stringify(findings));
`,
  );
  run('node', ['compare.mjs']);
  mkContract();
  const said = run(join(folder, 'node_modules', '.bin', 'msgctl'), ['validate']).trim();
  if (!said.endsWith('valid.')) throw new Error(`the installed msgctl says of a good project: ${said}`);
  const page = run(join(folder, 'node_modules', '.bin', 'msgctl'), ['explain', 'missing-timeout']);
  if (!page.includes('\nInstead\n')) throw new Error(`the installed msgctl has no pages of rules: ${page}`);
  process.stdout.write(`The package installs and works: ${version}, "${said}"\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function mkContract() {
  writeFileSync(
    join(folder, 'msgctl.yaml'),
    'msgctl: 1\nproject: consumer\ncontracts: "*.contract.yaml"\ngenerate: { out: generated }\ntransports:\n  local: { kind: memory }\n',
  );
  writeFileSync(
    join(folder, 'clock.contract.yaml'),
    'msgctl: 1\nservice: clock\nversion: 1.0.0\nprovides:\n  ticked:\n    pattern: publish-subscribe\n    via: local\n    message: { type: object }\n',
  );
}
