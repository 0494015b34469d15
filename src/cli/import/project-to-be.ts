import { basename, join } from 'node:path';
import { flowText } from '../../brokers/skeleton/yaml-text.ts';
import type { ProjectReader } from '../../contract/project-reader.ts';
import { Failure } from '../../diagnostics/failure.ts';
import type { FileToWrite } from '../../io/generated-files.ts';
import { createMemoryReader } from '../../io/memory-project.ts';
import { textIfThere } from '../../io/new-files.ts';
import type { BrokerKind } from '../../topology/model.ts';
import { nameProblem, suggestName } from '../init/starter.ts';
import type { Session } from '../session.ts';
import { openReader } from '../workspace.ts';
import type { ImportFlags } from './import-flags.ts';

/** What a project's file is called. */
export const PROJECT_FILE = 'msgctl.yaml';

/** The project that contracts are imported into: the one that is there, or a new one. */
export type ProjectToBe = {
  readonly reader: ProjectReader;
  readonly file: string;
  /** The name of the transport. */
  readonly name: string;
  /** The project file, where there is none yet. */
  readonly files: readonly FileToWrite[];
};

type Wish = { readonly root: string; readonly flags: ImportFlags; readonly address?: string | undefined };

/** How one kind of broker is written into a project file, and what else names its parts. */
type Door = {
  readonly transport: string;
  readonly options: Readonly<
    Record<string, { readonly flag: 'url' | 'management' | 'brokers'; readonly variable: string; readonly usual?: string }>
  >;
};

const DOORS: Readonly<Record<BrokerKind, Door>> = {
  rabbitmq: {
    transport: 'rabbit',
    options: {
      url: { flag: 'url', variable: 'RABBITMQ_URL', usual: 'amqp://localhost' },
      // Where nobody says it, it is where the broker is: another host's would tell of another broker.
      management: { flag: 'management', variable: 'RABBITMQ_MANAGEMENT_URL' },
    },
  },
  kafka: { transport: 'log', options: { brokers: { flag: 'brokers', variable: 'KAFKA_BROKERS', usual: 'localhost:9092' } } },
  redis: { transport: 'quick', options: { url: { flag: 'url', variable: 'REDIS_URL', usual: 'redis://localhost' } } },
};

/** Finds the project in a folder, or makes up one that reads the broker that the flags name. `address` is the one that a file speaks of. Throws `Failure`. */
export async function projectToBe(session: Session, { root, flags, address }: Wish): Promise<ProjectToBe> {
  const door = DOORS[flags.kind];
  const name = flags.transport ?? door.transport;
  refuseForeignFlags(door, flags);
  if ((await textIfThere(join(root, PROJECT_FILE), PROJECT_FILE)) !== undefined) {
    refuseAddress(flags);
    return { reader: openReader(session, { root, file: PROJECT_FILE }), file: PROJECT_FILE, name, files: [] };
  }
  const project = flags.project ?? suggestName(basename(root));
  for (const [flag, text] of [
    ['--project', project],
    ['--transport', name],
  ] as const) {
    const problem = nameProblem(text);
    if (problem !== undefined)
      throw new Failure('bad-usage', { message: `${flag} ${JSON.stringify(text)} cannot be used.`, advice: problem });
  }
  const { environment } = session.host;
  const variables: Record<string, string | undefined> = { ...environment };
  const lines = Object.entries(door.options).flatMap(([option, { flag, variable, usual }]) => {
    const said = flags[flag] ?? (option === 'url' ? address : undefined) ?? environment[variable];
    if (said !== undefined) variables[variable] = said;
    const bare = said === undefined ? usual : withoutLogin(said);
    // What still has an "@" may have a password with a "/" or "#" in it before that.
    const shown = bare?.includes('@') ? usual : bare;
    return shown === undefined ? [] : [`    ${option}: ${flowText(`\${${variable}:-${shown}}`)}`];
  });
  const text = projectText({ project, name, kind: flags.kind, lines });
  const reader = createMemoryReader(new Map([[PROJECT_FILE, text]]), variables);
  return { reader, file: PROJECT_FILE, name, files: [{ path: PROJECT_FILE, text }] };
}

type Text = { readonly project: string; readonly name: string; readonly kind: BrokerKind; readonly lines: readonly string[] };

function projectText({ project, name, kind, lines }: Text): string {
  return `# yaml-language-server: $schema=./node_modules/msgctl/schema/project.json
#
# Written by msgctl import.
msgctl: 1
# Owner of everything that msgctl makes on a broker from now on.
project: ${project}
contracts: contracts/**/*.yaml

generate:
  out: src/generated

transports:
  ${name}:
    kind: ${kind}
${lines.join('\n')}
`;
}

/** An address without user and password, which never stand in a file; what the environment names has them. */
function withoutLogin(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1').replaceAll('}', '%7D');
}

function refuseForeignFlags({ options }: Door, flags: ImportFlags): void {
  const known = Object.values(options).map(({ flag }) => flag);
  const foreign = (['url', 'management', 'brokers'] as const).find((flag) => flags[flag] !== undefined && !known.includes(flag));
  if (foreign === undefined) return;
  throw new Failure('bad-usage', {
    message: `--${foreign} says nothing of ${flags.kind}.`,
    advice: `Where it is, is said with ${known.map((flag) => `--${flag}`).join(' and ')}.`,
  });
}

function refuseAddress(flags: ImportFlags): void {
  const said = (['url', 'management', 'brokers', 'project'] as const).find((flag) => flags[flag] !== undefined);
  if (said === undefined) return;
  throw new Failure('bad-usage', {
    message: `--${said} cannot be said of a project that is there already.`,
    why: `Its ${PROJECT_FILE} says where the broker is, and msgctl import changes no file that is there.`,
    advice: `Leave --${said} out and name the transport (--transport), or make another project: --out FOLDER.`,
  });
}
