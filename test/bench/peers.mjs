// The tools that msgctl is measured beside. They are no dependencies of msgctl: npm brings them once into the user's cache, in versions that stand here.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const VERSIONS = {
  '@asyncapi/cli': '6.2.0',
  '@bufbuild/buf': '1.75.0',
  '@bufbuild/protoc-gen-es': '2.17.0',
  'json-schema-diff': '1.0.0',
  'openapi-typescript': '7.13.0',
  quicktype: '26.0.0',
};

/** Where they are brought to. */
const PEERS = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'msgctl-test', 'peers');

/** What AsyncAPI's command line needs to run on. */
const NODE_OF_ASYNCAPI = '24.9.0';

const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/**
 * Brings some peers, by the names of their packages, and gives { buf, asyncapi, esGenerator, openapi, quicktype, schemaDiff }: for each the command as a list,
 * or why it cannot be had as a text.
 */
export function bringPeers(wanted) {
  const folder = PEERS;
  const ownNode = Number(process.versions.node.split('.')[0]) >= 24;
  const needed = { ...VERSIONS, ...(!ownNode && wanted.includes('@asyncapi/cli') && { [`node-${platform}`]: NODE_OF_ASYNCAPI }) };
  const packages = Object.entries(needed).filter(([name]) => wanted.includes(name) || name.startsWith('node-'));
  const missing = packages.map(([name, version]) => install(folder, name, version)).filter((problem) => problem !== undefined);
  const because = (name) => missing.find((problem) => problem.startsWith(name));
  const modules = join(folder, 'node_modules');
  const node = ownNode ? process.execPath : join(modules, `node-${platform}`, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const buf = join(
    modules,
    '@bufbuild',
    `buf-${process.platform}-${process.arch}`,
    'bin',
    process.platform === 'win32' ? 'buf.exe' : 'buf',
  );
  const script = (name, path) => because(name) ?? [process.execPath, join(modules, name, path)];
  return {
    folder,
    esGenerator: script('@bufbuild/protoc-gen-es', 'bin/protoc-gen-es'),
    schemaDiff: script('json-schema-diff', 'bin/json-schema-diff'),
    openapi: script('openapi-typescript', 'bin/cli.js'),
    quicktype: script('quicktype', 'dist/index.js'),
    versions: VERSIONS,
    buf: because('@bufbuild/buf') ?? (existsSync(buf) ? [buf] : `@bufbuild/buf has no program for ${platform}`),
    asyncapi: because('@asyncapi/cli') ?? because('node-') ?? [node, join(modules, '@asyncapi/cli/bin/run_bin')],
  };
}

/**
 * Brings one peer with what it stands on, in a folder of its own, since peers differ in the versions that they stand on. Gives { folder }, or { problem }: why it
 * cannot be had.
 */
export function bringLibrary(name, packages) {
  const folder = join(PEERS, 'libraries', name);
  const problem = Object.entries(packages)
    .map(([each, version]) => install(folder, each, version))
    .find((one) => one !== undefined);
  return problem === undefined ? { folder } : { problem };
}

/** Installs one package where it is not there yet; what of it went wrong, or undefined. */
function install(folder, name, version) {
  const mark = join(folder, 'node_modules', name, `.msgctl-${version}`);
  if (existsSync(mark)) return undefined;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const options = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', `${name}@${version}`];
  const { status, stderr } = spawnSync('npm', options, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
  if (status !== 0) return `${name} ${version} could not be brought by npm: ${(stderr ?? '').trim().split('\n')[0]}`;
  writeFileSync(mark, '');
  return undefined;
}
