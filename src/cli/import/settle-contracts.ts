/** Contracts to be as files, tried before any is written: they must be valid, and a plan must find that nothing is to be done. */
import { brokerOf } from '../../brokers/index.ts';
import type { Imported } from '../../brokers/skeleton/importer.ts';
import { type Place, type PrintedContract, printContract } from '../../brokers/skeleton/print-contract.ts';
import type { Entry, LeftOut, SkeletonService } from '../../brokers/skeleton/skeleton.ts';
import { formatFile } from '../../contract/format/format-file.ts';
import type { ProjectReader } from '../../contract/project-reader.ts';
import type { System } from '../../contract/system.ts';
import type { FileToWrite } from '../../io/generated-files.ts';
import { matchFiles } from '../../io/match-files.ts';
import type { Range } from '../../source/source-file.ts';
import { parseYaml } from '../../source/yaml-tree.ts';
import { deriveTopology } from '../../topology/derive.ts';
import { planTopology } from '../../topology/plan.ts';
import { type Step, stepsOf } from '../../topology/steps.ts';
import { loadChecked } from '../workspace.ts';

/** The project that the contracts shall belong to: what is there of it already. */
export type Surroundings = {
  readonly reader: ProjectReader;
  readonly file: string;
  readonly transport: string;
  readonly environment: string | undefined;
  readonly today: string;
};

/** Files of contracts that hold, and all that is in none of them. `pending` are steps that a plan shows for other reasons. */
export type Settled = { readonly files: readonly FileToWrite[]; readonly leftOut: readonly LeftOut[]; readonly pending: readonly Step[] };

/** Whatever is wrong with an entry is wrong with it alone; more rounds than this mean that something else is. */
const ROUNDS = 10;

/**
 * Prints and tries the contracts. An entry that is not valid, or that a plan would do something for, is left out with the reason: what was read
 * must never be changed because it was imported.
 */
export async function settleContracts({ skeleton, actual }: Imported, around: Surroundings): Promise<Settled> {
  let services = skeleton.services;
  const leftOut: LeftOut[] = [...skeleton.leftOut];
  for (let round = 0; round < ROUNDS; round += 1) {
    // A project without contracts is an error of its own.
    if (services.length === 0) return { files: [], leftOut, pending: [] };
    const printed = new Map(services.map((service) => [`contracts/${service.name}.yaml`, printContract(service)]));
    const { complaints, pending } = await tryOut(printed, { actual, around });
    if (complaints.size === 0) {
      return {
        files: [...printed].map(([path, { text }]) => ({ path, text: formatFile(parseYaml(path, text), 'contract').text })),
        leftOut,
        pending,
      };
    }
    services = withoutLonely(
      services,
      services.flatMap((service) => without(service, complaints, leftOut)),
      leftOut,
    );
  }
  throw new Error('The contracts of an import do not settle.');
}

type Trial = { readonly complaints: Complaints; readonly pending: readonly Step[] };
/** Why an entry cannot stay, by its place. */
type Complaints = ReadonlyMap<string, string>;

async function tryOut(
  printed: ReadonlyMap<string, PrintedContract>,
  { actual, around }: { readonly actual: Imported['actual']; readonly around: Surroundings },
): Promise<Trial> {
  const texts = new Map([...printed].map(([path, { text }]) => [path, text]));
  const { loaded, diagnostics, system } = await loadChecked(laidOver(around.reader, texts), { root: '', file: around.file }, around);
  const complaints = new Map<string, string>();
  const complain = (at: Range, reason: string) => {
    const place = placeAt(printed, at);
    if (place === undefined) throw new Error(`An import is not valid: ${at.file}:${at.start.line}: ${reason}`);
    if (!complaints.has(place)) complaints.set(place, reason);
  };
  for (const { severity, at, message, why } of diagnostics) {
    if (severity === 'error') complain(at, `It cannot be written as a contract: ${message} ${why ?? ''}`.trimEnd());
  }
  if (!system) return { complaints, pending: [] };
  const pending: Step[] = [];
  for (const step of planSteps(system, actual, around.transport)) {
    // A policy is asked for by many queues: which of them differs is not known from it.
    const isShared = step.resource.kind === 'policy';
    if (!isShared && step.cause !== 'not-in-contract' && printed.has(step.cause.file)) complain(step.cause, planReason(step));
    else pending.push(step);
  }
  return { complaints: loaded.system ? complaints : new Map(), pending };
}

function planSteps(system: System, resources: Imported['actual'], name: string): readonly Step[] {
  const transport = system.project.transports.find((candidate) => candidate.name === name);
  const broker = transport && brokerOf(transport);
  if (!broker) throw new Error(`The transport ${name} has no topology`);
  const { spec } = broker;
  const options = { project: system.project.name, allow: [], target: '' };
  return stepsOf(planTopology(deriveTopology(system, spec, transport), { resources, readHash: '' }, spec, options));
}

function planReason({ action, resource, reason, fields }: Step): string {
  const differences = fields.map(({ name }) => name).join(', ');
  return `A plan would not leave ${resource.kind} ${resource.name} as it is (${action}${differences === '' ? '' : `: ${differences}`}). ${reason ?? ''}`.trimEnd();
}

/** The entry that a place in a printed contract belongs to. */
function placeAt(printed: ReadonlyMap<string, PrintedContract>, { file, start }: Range): string | undefined {
  const place = printed.get(file)?.places.findLast(({ line }) => line <= start.line);
  return place && placeKey(file, place);
}

function placeKey(file: string, { section, name }: Pick<Place, 'section' | 'name'>): string {
  return `${file} ${section} ${name}`;
}

/** What everybody who received it was left out of says nothing any more of what is on the broker. */
function withoutLonely(
  before: readonly SkeletonService[],
  after: readonly SkeletonService[],
  leftOut: LeftOut[],
): readonly SkeletonService[] {
  const usedIn = (services: readonly SkeletonService[]) => new Set(services.flatMap(({ uses }) => uses.map(({ name }) => name)));
  const [used, stillUsed] = [usedIn(before), usedIn(after)];
  return after.flatMap((service) => {
    const provides = service.provides.filter(({ name, stands }) => {
      const id = `${service.name}.${name}`;
      const isLonely = used.has(id) && !stillUsed.has(id);
      if (isLonely) leftOut.push({ what: stands, reason: 'Everything that receives from it is left out.' });
      return !isLonely;
    });
    return provides.length + service.uses.length === 0 ? [] : [{ ...service, provides }];
  });
}

/** A service without the entries that cannot stay; none where nothing is left of it. What uses an interaction goes with it. */
function without(service: SkeletonService, complaints: Complaints, leftOut: LeftOut[]): readonly SkeletonService[] {
  const stays = (section: Place['section']) => (entry: Entry) => {
    const reason = reasonFor(service.name, { section, name: entry.name }, complaints);
    if (reason !== undefined) leftOut.push({ what: entry.stands, reason });
    return reason === undefined;
  };
  const provides = service.provides.filter(stays('provides'));
  const uses = service.uses.filter(stays('uses'));
  return provides.length + uses.length === 0 ? [] : [{ ...service, provides, uses }];
}

function reasonFor(service: string, { section, name }: Pick<Place, 'section' | 'name'>, complaints: Complaints): string | undefined {
  const own = complaints.get(placeKey(`contracts/${service}.yaml`, { section, name }));
  if (own !== undefined || section === 'provides') return own;
  const [provider = '', interaction = ''] = name.split('.');
  const theirs = complaints.get(placeKey(`contracts/${provider}.yaml`, { section: 'provides', name: interaction }));
  return theirs === undefined ? undefined : `The message that it receives is left out: ${theirs}`;
}

/** Reads the files to be as if they stood in the project already. */
function laidOver(reader: ProjectReader, texts: ReadonlyMap<string, string>): ProjectReader {
  return {
    ...reader,
    readText: async (path) => texts.get(path) ?? reader.readText(path),
    exists: async (path) => texts.has(path) || reader.exists(path),
    listFiles: async (globs) => [...new Set([...(await reader.listFiles(globs)), ...matchFiles(texts.keys(), globs)])].sort(),
  };
}
