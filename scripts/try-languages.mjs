// The JSON Schemas that `msgctl gen` writes for other languages, tried: quicktype makes Go, Java, Python and C# of those of the example and of
// the bookshop, none may be missing, and what can be compiled on this machine is. Build first.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringPeers } from '../test/bench/peers.mjs';

const root = join(import.meta.dirname, '..');
const peers = bringPeers(['quicktype']);
const folder = mkdtempSync(join(tmpdir(), 'msgctl-languages-'));

/** How a type is declared, which file it is made into, and how that is compiled. */
const LANGUAGES = {
  go: {
    file: 'types.go',
    type: /^type (\w+) /gm,
    options: ['--package', 'types'],
    compile: ['go', 'vet', 'types.go'],
    ready: ['go', 'version'],
  },
  java: {
    file: 'Types.java',
    type: /^public (?:class|enum) (\w+)/gm,
    options: ['--just-types'],
    compile: ['javac', '-d', 'classes'],
    ready: ['javac', '-version'],
  },
  python: {
    file: 'types_of_service.py',
    type: /^class (\w+)/gm,
    options: ['--just-types'],
    compile: ['python3', '-c', 'import types_of_service'],
    ready: ['python3', '--version'],
  },
  csharp: { file: 'Types.cs', type: /^ {4}public (?:partial class|enum) (\w+)/gm, options: ['--just-types'] },
};

try {
  if (typeof peers.quicktype === 'string') throw new Error(peers.quicktype);
  for (const project of [root, join(root, 'test/cases/gen/bookshop')]) tryProject(project);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tryProject(project) {
  const copy = mkdtempSync(join(folder, 'project-'));
  for (const name of ['msgctl.yaml', 'contracts']) cpSync(join(project, name), join(copy, name), { recursive: true });
  run([process.execPath, join(root, 'bin/run.js'), 'gen', '--quiet'], copy);
  const schemas = readdirSync(copy, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.schema.json'));
  if (schemas.length === 0) throw new Error(`no schemas were generated for ${project}`);
  for (const path of schemas) for (const language of Object.keys(LANGUAGES)) tryLanguage(join(copy, path), language);
}

function tryLanguage(schema, language) {
  const { file, type, options, compile, ready } = LANGUAGES[language];
  const target = mkdtempSync(join(folder, `${language}-`));
  mkdirSync(join(target, 'classes'));
  const quicktype = [...peers.quicktype, '--quiet', '--src-lang', 'schema', '--lang', language, ...options];
  run([...quicktype, '--no-combine-classes', '--top-level', 'AllPayloads', '--out', file, schema], target);
  const files = readdirSync(target).filter((name) => /\.\w+$/.test(name));
  const texts = files.map((name) => readFileSync(join(target, name), 'utf8'));
  const declared = new Set(texts.flatMap((text) => [...text.matchAll(type)].map(([, name]) => name.toLowerCase())));
  const wanted = objectsIn(schema);
  const renamed = wanted.filter((name) => !declared.has(name.toLowerCase()));
  if (declared.size < wanted.length) throw new Error(`${schema}: ${language} has ${[...declared].join(', ')} for ${wanted.join(', ')}`);
  const canCompile = compile !== undefined && spawnSync(ready[0], ready.slice(1)).status === 0;
  if (language === 'go') writeFileSync(join(target, 'go.mod'), 'module types\n\ngo 1.21\n');
  if (canCompile) run(language === 'java' ? [...compile, ...files] : compile, target);
  const verdict = canCompile ? `compiled by ${compile[0]}` : 'not compiled: no compiler here';
  const others = renamed.length === 0 ? '' : `; under other names: ${renamed.join(', ')}`;
  process.stdout.write(
    `${schema.split(/[\\/]/).at(-1).padEnd(28)}${language.padEnd(8)}${String(declared.size).padStart(4)} types, ${verdict}${others}\n`,
  );
}

/**
 * The named types that must become types anywhere: objects with properties of their own that are reached without a union, as quicktype makes one
 * type of all branches of a union.
 */
function objectsIn(schema) {
  const { $defs, properties } = JSON.parse(readFileSync(schema, 'utf8'));
  const found = new Set();
  const visit = (value) => {
    if (typeof value !== 'object' || value === null) return;
    const name = typeof value.$ref === 'string' ? value.$ref.replace('#/$defs/', '') : undefined;
    if (name !== undefined && !found.has(name)) {
      found.add(name);
      visit($defs[name]);
    }
    for (const [key, item] of Object.entries(value)) if (!['oneOf', 'anyOf', 'allOf'].includes(key)) visit(item);
  };
  visit(properties);
  return [...found].filter((name) => $defs[name].properties && !$defs[name].oneOf && !$defs[name].anyOf);
}

function run([command, ...options], cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, options, { cwd, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${options.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}
