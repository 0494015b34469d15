/** The files of a new project, from templates and the few things that are asked for. Pure. */
import type { FileToWrite } from '../../io/generated-files.ts';
import { portableNameProblem } from './portable-names.ts';

/** The brokers that a new project can begin with. */
export const BROKER_KINDS = ['rabbitmq', 'kafka', 'redis'] as const;

/** Where a new project's checks can run. */
export const CI_KINDS = ['github', 'gitlab', 'none'] as const;

export type BrokerKind = (typeof BROKER_KINDS)[number];
export type CiKind = (typeof CI_KINDS)[number];

/** What a new project is. */
export type Starter = { readonly name: string; readonly brokers: readonly BrokerKind[]; readonly ci: CiKind };

/** A name of the contract language: it can be written into YAML, JSON and a shell as it is. */
const nameShape = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** What npm takes as the name of a package, with room for what stands around a project's name on a broker. */
const longestName = 100;
const fallbackName = 'my-project';

/** Why a text cannot be the name of a project; undefined when it can. */
export function nameProblem(name: string): string | undefined {
  if (!nameShape.test(name)) return 'A name is in kebab-case: lower-case letters, digits and single hyphens, like "web-shop".';
  if (name.length > longestName) return `A name has at most ${longestName} characters.`;
  // A repository or a folder will be called so.
  return portableNameProblem(name);
}

/** A name for the project in a folder: the folder's own, as near as a name can come to it. */
export function suggestName(folder: string): string {
  const words = folder
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, longestName)
    .replace(/-+$/, '');
  return nameProblem(words) === undefined ? words : fallbackName;
}

const transports: Readonly<Record<BrokerKind, string>> = { rabbitmq: 'rabbit', kafka: 'log', redis: 'quick' };

/** Which broker suits which interaction best; the first that the project has carries it, so that each broker has something to carry. */
const suited = {
  reserve: ['rabbitmq', 'redis', 'kafka'],
  'order-placed': ['kafka', 'rabbitmq', 'redis'],
  'stock-changed': ['redis', 'rabbitmq', 'kafka'],
} as const satisfies Record<string, readonly BrokerKind[]>;

const alwaysThere: Readonly<Record<string, string>> = {
  'msgctl.yaml': 'msgctl.yaml',
  'contracts/orders.yaml': 'contracts/orders.yaml',
  'contracts/warehouse.yaml': 'contracts/warehouse.yaml',
  'test/contracts.test.js': 'test/contracts.test.js',
  'package.json': 'package.json',
  'tsconfig.json': 'tsconfig.json',
  'README.md': 'README.md',
  // npm takes a file of this name out of every package.
  '.gitignore': 'gitignore',
};

const ciFiles: Readonly<Record<CiKind, Readonly<Record<string, string>>>> = {
  github: { '.github/workflows/contracts.yml': 'ci/github.yml' },
  // The job stands in a file of its own, so that a pipeline that is there already only needs to include it.
  gitlab: { '.gitlab/contracts.yml': 'ci/gitlab.yml', '.gitlab-ci.yml': 'ci/gitlab-include.yml' },
  none: {},
};

/** All files of a new project but the generated code. */
export function starterFiles(
  { name, brokers, ci }: Starter,
  templates: ReadonlyMap<string, string>,
  version: string,
): readonly FileToWrite[] {
  const part = (path: string) => template(templates, `parts/${path}.yaml`).trimEnd();
  const carriers = Object.entries(suited).map(([interaction, kinds]) => [interaction, carrier(kinds, brokers)] as const);
  const values: Readonly<Record<string, string>> = {
    name,
    version,
    transports: BROKER_KINDS.filter((kind) => brokers.includes(kind))
      .map((kind) => part(`transports/${kind}`))
      .join('\n'),
    ...Object.fromEntries(carriers.map(([interaction, kind]) => [`${interaction}-transport`, transports[kind]])),
    ...Object.fromEntries(
      carriers
        .filter(([interaction]) => interaction !== 'reserve')
        .map(([interaction, kind]) => [`${interaction}-delivery`, part(`${interaction}/${kind}`)]),
    ),
  };
  return Object.entries({ ...alwaysThere, ...ciFiles[ci] }).map(([path, from]) => ({
    path,
    text: fill(template(templates, from), values),
  }));
}

function carrier(kinds: readonly BrokerKind[], brokers: readonly BrokerKind[]): BrokerKind {
  const [first = 'rabbitmq'] = kinds.filter((kind) => brokers.includes(kind));
  return first;
}

function template(templates: ReadonlyMap<string, string>, path: string): string {
  const text = templates.get(path);
  if (text === undefined) throw new Error(`There is no template ${path}.`);
  return text;
}

/** Puts values where a template says `{{name}}`, and nothing else: a value is never looked into again. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{([a-z-]+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`There is no value for {{${name}}}.`);
    return value;
  });
}
