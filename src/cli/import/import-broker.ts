import { join, resolve } from 'node:path';
import { BROKERS } from '../../brokers/index.ts';
import type { Imported } from '../../brokers/skeleton/importer.ts';
import { readServiceRule } from '../../brokers/skeleton/service-rules.ts';
import type { LeftOut } from '../../brokers/skeleton/skeleton.ts';
import type { Project, Transport } from '../../contract/model.ts';
import { Failure } from '../../diagnostics/failure.ts';
import type { FileToWrite } from '../../io/generated-files.ts';
import { createFiles, refuseAllButFolder, textIfThere } from '../../io/new-files.ts';
import { readTextFile } from '../../io/read-file.ts';
import { count } from '../../report/prose.ts';
import type { InitializationView } from '../../report/views.ts';
import type { BrokerKind } from '../../topology/model.ts';
import type { Exit } from '../exit-code.ts';
import { changeFolder } from '../init/change-folder.ts';
import { type Session, shownPath } from '../session.ts';
import { loadChecked } from '../workspace.ts';
import { importFailure } from './import-failure.ts';
import type { ImportFlags } from './import-flags.ts';
import { PROJECT_FILE, type ProjectToBe, projectToBe } from './project-to-be.ts';
import { type Settled, settleContracts } from './settle-contracts.ts';

/** Files of brokers with ten thousand queues are a few MB. */
const LARGEST = 256 * 1024 * 1024;

/** Writes contracts and a project file from what a broker holds. Nothing is changed on the broker, and no file is replaced. */
export async function importBroker(session: Session, flags: ImportFlags): Promise<Exit> {
  const { host } = session;
  if (session.flags.config !== undefined) throw noConfig();
  const root = resolve(host.cwd, flags.out ?? '.');
  const shown = (path: string) => shownPath(host.cwd, root, path) || '.';
  await refuseAllButFolder(root, flags.out ?? 'This folder');
  const rules = flags.service.map(readServiceRule);
  const importer = await BROKERS[flags.kind].loadImporter();
  const file =
    flags.from === undefined
      ? undefined
      : { text: await readTextFile(resolve(host.cwd, flags.from), flags.from, LARGEST), path: flags.from };
  const toBe = await projectToBe(session, { root, flags, ...(file && { address: importer.addressIn?.(file.text) }) });
  const { project, transport } = await loadTransport(session, toBe, flags.kind);
  const wish = { transport, project: project.name, rules, only: flags.only };
  const asked = async () => {
    try {
      return await importer.ask(wish);
    } catch (error) {
      throw importFailure(error, { kind: flags.kind, hasProject: toBe.files.length === 0 });
    }
  };
  const imported = file ? importer.read(wish, file) : await session.during('Reading the broker', asked());
  const around = { ...toBe, transport: transport.name, environment: session.flags.env, today: host.today() };
  const settled = await session.during('Trying the contracts', settleContracts(imported, around));
  if (settled.files.length === 0) throw nothingToImport(imported, settled.leftOut);
  const files = [...leftOutFile(transport.name, settled.leftOut), ...settled.files, ...toBe.files];
  await refuseReplacing(root, files, shown);
  if (!(await writeFiles(session, root, files, shown))) return 'interrupted';
  await session.show({ view: viewOf(session, root, { project, transport, imported, settled, files }), root, documents: new Map() });
  return 'good';
}

function noConfig(): Failure {
  return new Failure('bad-usage', {
    message: 'msgctl import has no use for --config.',
    why: 'It makes a project, or adds contracts to the one in the folder that --out names.',
    advice: 'Name the folder: --out FOLDER.',
  });
}

/** The transport that is imported, in the project as it is or will be. Throws a `Failure` where it is not there, or of another kind. */
async function loadTransport(
  session: Session,
  { reader, file, name, files }: ProjectToBe,
  kind: BrokerKind,
): Promise<{ project: Project; transport: Transport }> {
  const { loaded, system } = await loadChecked(reader, { root: '', file }, { environment: session.flags.env, today: session.host.today() });
  if (!system && files.length === 0) {
    throw new Failure('project-not-valid', {
      message: 'The project in that folder has errors, so nothing is added to it.',
      advice: 'Run msgctl validate there and mend what it finds, or name another folder: --out FOLDER.',
    });
  }
  const { project } = loaded.understood;
  const transport = project.transports.find((candidate) => candidate.name === name);
  if (transport?.kind === kind) return { project, transport };
  throw new Failure('unknown-transport', {
    message: transport
      ? `Transport "${name}" of the project is ${transport.kind}.`
      : `The project in that folder has no transport "${name}".`,
    why: 'What is imported needs to say which transport carries it, and msgctl import changes no file that is there.',
    advice: `Name one of kind ${kind} with --transport, or add it to ${PROJECT_FILE}: ${name}: { kind: ${kind} }.`,
  });
}

function nothingToImport({ target }: Imported, leftOut: readonly LeftOut[]): Failure {
  const told = leftOut.slice(0, TOLD).map(({ what, reason }) => `${what}: ${reason}`);
  const more = leftOut.length > TOLD ? [`${leftOut.length - TOLD} more are like these.`] : [];
  return new Failure('nothing-to-import', {
    message: `There is nothing in ${target} that contracts could speak of.`,
    ...(told.length > 0 && { why: [...told, ...more].join(' ') }),
    advice: 'Check the address, and of RabbitMQ its virtual host. A new project begins with msgctl init.',
  });
}

/** Throws a `Failure` where one of the files is there. */
async function refuseReplacing(root: string, files: readonly FileToWrite[], shown: (path: string) => string): Promise<void> {
  for (const { path } of files) {
    if ((await textIfThere(join(root, path), shown(path))) === undefined) continue;
    throw new Failure('file-exists', {
      message: `${shown(path)} is there already.`,
      why: 'msgctl import replaces no file, and what it found of this service would be lost without it.',
      advice:
        'Name another folder (--out FOLDER) and take over from there by hand what is new, or give the service another name with --service.',
    });
  }
}

/** Whether everything was written; Ctrl-C takes away what was written so far. */
async function writeFiles(
  session: Session,
  root: string,
  files: readonly FileToWrite[],
  shown: (path: string) => string,
): Promise<boolean> {
  let stopped = false;
  const stopListening = session.host.onInterrupt(() => {
    stopped = true;
  });
  try {
    if (await createFiles(root, files, { isStopped: () => stopped, shown })) return true;
    session.tell('Nothing was written.');
    return false;
  } finally {
    stopListening();
  }
}

/** Everything that is in no contract, with the reason, for people. */
function leftOutFile(transport: string, leftOut: readonly LeftOut[]): readonly FileToWrite[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.map(({ what, reason }) => `- ${what}: ${reason}`);
  const head = ['# What msgctl import left out', '', 'This is on the broker and in no contract. It stays there as it is.', ''];
  return [{ path: leftOutPath(transport), text: `${[...head, ...lines].join('\n')}\n` }];
}

function leftOutPath(transport: string): string {
  return `${transport}.left-out.md`;
}

type Done = {
  readonly project: Project;
  readonly transport: Transport;
  readonly imported: Imported;
  readonly settled: Settled;
  readonly files: readonly FileToWrite[];
};

/** How many of the things left out are told; the file has all. */
const TOLD = 10;

function viewOf(session: Session, root: string, { project, transport, imported, settled, files }: Done): InitializationView {
  const { leftOut, pending } = settled;
  const more = leftOut.length - TOLD;
  return {
    kind: 'initialization',
    command: 'import',
    project: project.name,
    files: files.map(({ path }) => ({ path, state: 'written' })),
    notes: [
      `Read from ${imported.target}. Names of services and messages are guesses, and payloads are not known: look for TODO.`,
      ...leftOut.slice(0, TOLD).map(({ what, reason }) => `Left out: ${what}. ${reason}`),
      ...(more > 0 ? [`${count(more, 'more thing is', 'more things are')} left out: see ${leftOutPath(transport.name)}.`] : []),
      ...(pending.length > 0 ? [`msgctl plan shows ${count(pending.length, 'step')} that did not come with the import.`] : []),
    ],
    next: [...changeFolder(session.host.cwd, root), 'msgctl validate', `msgctl plan --to ${transport.name}`],
  };
}
