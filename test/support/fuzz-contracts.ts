/**
 * Contracts made worse in every way (test/support/mutate-yaml.ts), each put through `validate` and `fmt`: no exception, no hang, no position outside a
 * text; and what is YAML is formatted without another meaning, without a lost comment, and the same way the second time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { formatDocuments } from '../../src/contract/format/format-documents.ts';
import { loadProject } from '../../src/contract/load.ts';
import { isObject, type JsonValue, ownProperty } from '../../src/source/json.ts';
import { listComments } from '../../src/source/layout/list-comments.ts';
import { parseYaml } from '../../src/source/yaml-tree.ts';
import { memoryProject } from './memory-project.ts';
import { createDice, type Dice, mutateYaml } from './mutate-yaml.ts';

const root = join(import.meta.dirname, '../..');
/** Longer than any text may take, on a machine that is busy with much else (milliseconds). */
const LIMIT = 10_000;

const PROJECT = `msgctl: 1
project: shop
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost' }
  log: { kind: kafka, brokers: 'localhost:9092' }
`;

type Files = Readonly<Record<string, string>>;

/** A file of a project, with the project file and the shared types that it needs. */
type Seedling = { readonly path: string; readonly files: Files };

const seedlings: readonly Seedling[] = [
  ...seedlingsOf(readProject(root, 'contracts')),
  ...['validate', 'gen', 'plan'].flatMap((area) =>
    readdirSync(join(root, 'test/cases', area)).flatMap((name) => seedlingsOf(readProject(join(root, 'test/cases', area, name), ''))),
  ),
  ...readdirSync(join(root, 'test/cases/fmt')).flatMap((name) =>
    seedlingsOf({ 'msgctl.yaml': PROJECT, 'contracts/shop.yaml': readFileSync(join(root, 'test/cases/fmt', name, 'before.yaml'), 'utf8') }),
  ),
];

function readProject(folder: string, below: string): Files {
  const names = readdirSync(join(folder, below), { recursive: true, encoding: 'utf8' }).map((name) => join(below, name));
  const paths = [...new Set([...names, 'msgctl.yaml'])].filter((path) => path.endsWith('.yaml'));
  return Object.fromEntries(paths.flatMap((path) => readText(folder, path)));
}

function readText(folder: string, path: string): readonly (readonly [string, string])[] {
  try {
    return [[path, readFileSync(join(folder, path), 'utf8')]];
  } catch {
    return [];
  }
}

function seedlingsOf(files: Files): readonly Seedling[] {
  if (!files['msgctl.yaml']) return [];
  const shared = Object.entries(files).filter(([path]) => path === 'msgctl.yaml' || path.endsWith('.types.yaml'));
  return Object.keys(files)
    .filter((path) => (files[path]?.length ?? 0) < 20_000)
    .map((path) => ({ path, files: { ...Object.fromEntries(shared), [path]: files[path] ?? '' } }));
}

function grow(next: Dice): Seedling {
  const { path, files } = seedlings[next(seedlings.length)] as Seedling;
  return { path, files: { ...files, [path]: mutateYaml(files[path] ?? '', next) } };
}

/** What an author named, in its order: interactions, types and their properties, transports. */
function namesIn(value: JsonValue | undefined): readonly string[] {
  const keys = (of: JsonValue | undefined) => (isObject(of) ? Object.keys(of).join() : '');
  const sections = ['channels', 'provides', 'uses', 'types', 'transports', 'environments'].map((name) => ownProperty(value, name));
  const inner = sections.flatMap((section) => (isObject(section) ? Object.values(section) : []));
  return [...sections.map(keys), ...inner.map((one) => keys(ownProperty(one, 'properties')) + keys(ownProperty(one, 'errors')))];
}

async function validate({ files }: Seedling): Promise<void> {
  const { diagnostics } = await loadProject(memoryProject(files), { projectFile: 'msgctl.yaml', today: '2026-11-25' });
  for (const { at, related, message, why = '', advice = '' } of diagnostics) {
    const text = `${message} ${why} ${advice}`;
    if (text.includes('[object ')) throw new Error(`A finding shows what it should not: ${text}`);
    for (const range of [at, ...related.map((other) => other.at)]) {
      const length = files[range.file]?.length ?? -1;
      if (range.start.offset < 0 || range.start.offset > range.end.offset || range.end.offset > length)
        throw new Error(`A finding stands outside of ${range.file}: ${JSON.stringify(range)}`);
    }
  }
}

/** Formats a project twice; gives whether the file in question is YAML. What `fmt` itself checks (the value) is not repeated. */
async function format({ path, files }: Seedling): Promise<boolean> {
  const once = await formatDocuments(memoryProject(files), 'msgctl.yaml');
  const formatted = Object.fromEntries(once.files.map((file) => [file.path, file.text ?? files[file.path] ?? '']));
  const twice = await formatDocuments(memoryProject({ ...files, ...formatted }), 'msgctl.yaml');
  for (const file of twice.files)
    if (file.text !== undefined && file.text !== formatted[file.path])
      throw new Error(`The second time ${file.path} becomes\n${file.text}`);
  if (once.files.find((file) => file.path === path)?.text === undefined) return false;
  const [before, after] = [files[path] ?? '', formatted[path] ?? ''];
  requireSame('names', namesIn(parseYaml(path, before).value), namesIn(parseYaml(path, after).value));
  requireSame('comments', [...listComments(before.replaceAll('\r\n', '\n'))].sort(), [...listComments(after)].sort());
  return true;
}

function requireSame(what: string, before: readonly string[], after: readonly string[]): void {
  if (before.join('\n') !== after.join('\n')) throw new Error(`The ${what} were\n${before.join('\n')}\nand are\n${after.join('\n')}`);
}

/** Puts the mutant of a seed through all; gives whether it is YAML. Throws an `Error` that shows it where anything is wrong. */
export async function tryMutant(seed: number): Promise<boolean> {
  const seedling = grow(createDice(seed));
  const start = performance.now();
  try {
    await validate(seedling);
    const isYaml = await format(seedling);
    if (performance.now() - start > LIMIT) throw new Error(`It takes longer than ${LIMIT} ms.`);
    return isYaml;
  } catch (cause) {
    throw new Error(`Seed ${seed}, ${seedling.path}: ${(cause as Error).message}\n\n${seedling.files[seedling.path]}`, { cause });
  }
}
