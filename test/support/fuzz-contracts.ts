/**
 * Contracts made worse in every way (test/support/mutate-yaml.ts), each put through `validate` and `fmt`: no exception, no hang, no position outside a
 * text; and what is YAML is formatted without another meaning, without a lost comment, and the same way the second time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingNumbers } from '../../src/contract/format/assign-numbers.ts';
import { formatFile } from '../../src/contract/format/format-file.ts';
import { loadProject } from '../../src/contract/load.ts';
import type { Documents } from '../../src/payload/documents.ts';
import { isObject, type JsonValue, ownProperty } from '../../src/source/json.ts';
import { parseYaml } from '../../src/source/yaml-tree.ts';
import { memoryProject } from './memory-project.ts';
import { createDice, type Dice, mutateYaml } from './mutate-yaml.ts';

const root = join(import.meta.dirname, '../..');
/** More than any text may take, in microseconds of the processor: a clock would count what else the machine is busy with. */
const LIMIT = 5_000_000;

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

async function validate({ files }: Seedling): Promise<Documents> {
  const { diagnostics, documents } = await loadProject(memoryProject(files), { projectFile: 'msgctl.yaml', today: '2026-11-25' });
  for (const { at, related, message, why = '', advice = '' } of diagnostics) {
    const text = `${message} ${why} ${advice}`;
    if (text.includes('[object ')) throw new Error(`A finding shows what it should not: ${text}`);
    for (const range of [at, ...related.map((other) => other.at)]) {
      const length = files[range.file]?.length ?? -1;
      if (range.start.offset < 0 || range.start.offset > range.end.offset || range.end.offset > length)
        throw new Error(`A finding stands outside of ${range.file}: ${JSON.stringify(range)}`);
    }
  }
  return documents;
}

/** Formats a file twice; gives whether it is YAML. What `fmt` itself checks, the value and the comments, is not repeated. */
function format(path: string, documents: Documents): boolean {
  const tree = documents.get(path);
  if (!tree || tree.problems.length > 0) return false;
  const kind = path === 'msgctl.yaml' ? 'project' : path.endsWith('.types.yaml') ? 'types' : 'contract';
  const once = formatFile(tree, kind, missingNumbers(documents).get(path)).text;
  const formatted = parseYaml(path, once);
  const numbering = missingNumbers(new Map([...documents, [path, formatted]])).get(path);
  const twice = formatFile(formatted, kind, numbering).text;
  if (twice !== once) throw new Error(`The second time it becomes\n${twice}\nand the first time it was\n${once}`);
  const [before, after] = [tree, formatted].map(({ value }) => namesIn(value).join('\n'));
  if (before !== after) throw new Error(`The names were\n${before}\nand are\n${after}`);
  return true;
}

/** Puts the mutant of a seed through all; gives whether it is YAML. Throws an `Error` that shows it where anything is wrong. */
export async function tryMutant(seed: number): Promise<boolean> {
  const seedling = grow(createDice(seed));
  const start = process.cpuUsage();
  try {
    const isYaml = format(seedling.path, await validate(seedling));
    if (process.cpuUsage(start).user > LIMIT) throw new Error(`It takes longer than ${LIMIT / 1_000_000} s.`);
    return isYaml;
  } catch (cause) {
    throw new Error(`Seed ${seed}, ${seedling.path}: ${(cause as Error).message}\n\n${seedling.files[seedling.path]}`, { cause });
  }
}
