/** The schemas of test/cases/types: what they are, messages that they accept and refuse, and a project of contracts made of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, type JsonValue } from '../../src/source/json.ts';
import { parseYaml } from '../../src/source/yaml-tree.ts';

const folder = join(import.meta.dirname, '..', 'cases', 'types');

/** A schema with messages that it accepts and some that it refuses. */
export type CorpusCase = {
  /** The file and the name in it, for people. */
  readonly title: string;
  readonly schema: JsonValue;
  readonly accepts: readonly JsonValue[];
  readonly refuses: readonly JsonValue[];
};

/** The cases of a file, and the types that they refer to as `#/types/NAME`. */
export type CorpusFile = { readonly service: string; readonly types: JsonObject; readonly cases: readonly CorpusCase[] };

/** Every file of the corpus, sorted by name. */
export function readCorpus(): readonly CorpusFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => readCorpusFile(name));
}

function readCorpusFile(name: string): CorpusFile {
  const { value, problems } = parseYaml(name, readFileSync(join(folder, name), 'utf8'));
  if (problems.length > 0) throw new Error(`${name}: ${JSON.stringify(problems)}`);
  const { types = {}, cases = {} } = isObject(value) ? value : {};
  if (!isObject(types) || !isObject(cases)) throw new Error(`${name} has no cases.`);
  const service = name.replace(/\.yaml$/, '');
  return { service, types, cases: Object.entries(cases).map(([title, given]) => readCase(`${service}: ${title}`, given)) };
}

function readCase(title: string, given: JsonValue): CorpusCase {
  const { schema, accepts, refuses = [], ...rest } = isObject(given) ? given : {};
  const unknown = Object.keys(rest);
  if (schema === undefined || !Array.isArray(accepts) || !Array.isArray(refuses) || unknown.length > 0) {
    throw new Error(`${title} is not { schema, accepts, refuses }. ${unknown.join(', ')}`);
  }
  return { title, schema, accepts, refuses };
}

/** The name of the type that the case with this number becomes. */
export function caseType(number: number): string {
  return `Case${number + 1}`;
}

/** A project with a contract for each file, which receives every case as a notification, and one service that sends them all. */
export function corpusProject(files: readonly CorpusFile[]): Readonly<Record<string, string>> {
  const notification = (name: string): JsonObject => ({ pattern: 'notification', via: 'memory', message: { $ref: `#/types/${name}` } });
  const contracts = files.map(({ service, types, cases }): [string, string] => {
    const names = cases.map((_, number) => caseType(number));
    const contract = {
      msgctl: 1,
      service,
      version: '1.0.0',
      provides: Object.fromEntries(names.map((name) => [name.toLowerCase(), notification(name)])),
      types: { ...types, ...Object.fromEntries(cases.map(({ schema }, number) => [caseType(number), schema])) },
    };
    return [`contracts/${service}.yaml`, JSON.stringify(contract)];
  });
  const used = files.flatMap(({ service, cases }) => cases.map((_, number) => `${service}.${caseType(number).toLowerCase()}`));
  const sender = { msgctl: 1, service: 'sender', version: '1.0.0', uses: Object.fromEntries(used.map((id) => [id, {}])) };
  const project = {
    msgctl: 1,
    project: 'corpus',
    contracts: 'contracts/*.yaml',
    generate: { out: 'out' },
    transports: { memory: { kind: 'memory' } },
  };
  return { 'msgctl.yaml': JSON.stringify(project), 'contracts/sender.yaml': JSON.stringify(sender), ...Object.fromEntries(contracts) };
}
