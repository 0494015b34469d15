import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createDamageFinder } from '../../payload/damage.ts';
import { type SchemaLocation, schemaAt } from '../../payload/documents.ts';
import { isObject, type JsonObject } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import type { Range } from '../../source/source-file.ts';
import { keyRange, mayStandIn, valueRange, type YamlTree } from '../../source/yaml-tree.ts';
import type { Contract, Interaction, Transport, Use } from '../model.ts';
import { createSystem, type System, sortContracts } from '../system.ts';

/** What the checks of meaning look at. Files that could not be understood are named, so that no finding only follows from that. */
export type CheckContext = Omit<System, 'contracts'> & {
  /** Sorted by service. Several files that describe one service are all checked; whoever looks a service up finds the first. */
  readonly contracts: readonly Contract[];
  /** Services whose file is no YAML, or not where it says what they provide and use, as far as they can be told: nobody knows all of it. */
  readonly unreadable: ReadonlySet<string>;
  /** Whether a payload refers to what could not be read, so that nobody knows what its messages look like. */
  readonly leadsToDamage: (location: SchemaLocation) => boolean;
  /** The transports by name. */
  readonly transports: ReadonlyMap<string, Transport>;
  /** The id of everything that is written under `provides`, right or wrong; put together when it is first asked for. */
  readonly provided: () => readonly string[];
  /** The day that dates are held against, `2026-11-23`; undefined: no date has passed. */
  readonly today: string | undefined;
};

/** Puts together what the checks look things up in. */
export function createContext(system: System, described: readonly Contract[], today: string | undefined): CheckContext {
  // Each check sees all that is described, so that a service that is described twice hides nothing.
  const all = described.length === system.contracts.length ? system : createSystem({ ...system, contracts: sortContracts(described) });
  return {
    ...all,
    unreadable: new Set([...system.documents.values()].flatMap(unreadableServices)),
    leadsToDamage: createDamageFinder(system.documents),
    transports: new Map(system.project.transports.map((transport) => [transport.name, transport])),
    provided: createProvidedList(all),
    today,
  };
}

function createProvidedList({ contracts, documents }: System): () => readonly string[] {
  let provided: readonly string[] | undefined;
  return () => {
    provided ??= contracts.flatMap(({ file, service }) => {
      const found = schemaAt(documents, { file, pointer: '/provides' });
      return isObject(found) ? Object.keys(found).map((key) => `${service}.${key}`) : [];
    });
    return provided;
  };
}

/** The parts of a contract that say which interactions there are, and the whole of it. */
const TELLING: readonly Pointer[] = ['', '/provides', '/uses'];

/** The service of a file that is no YAML, be it in part: by its line "service:", else by the file's name. */
function unreadableServices({ value, source, incomplete }: YamlTree): readonly string[] {
  if (value !== undefined && !TELLING.some((pointer) => incomplete.includes(pointer))) return [];
  const [, written] = /^service:\s*["']?([a-z0-9-]+)/m.exec(source.text) ?? [];
  const stem = (source.path.split('/').at(-1) ?? '').replace(/\..*$/, '');
  return [written ?? stem];
}

/** Whether something may stand at a pointer that could not be understood, so that nobody can say that it is missing. */
export function mayStandThere(context: CheckContext, file: string, pointer: Pointer): boolean {
  const tree = context.documents.get(file);
  return tree === undefined || tree.value === undefined || mayStandIn(tree, pointer);
}

/** A check of one interaction in its contract. `written` is the interaction as it stands there: look there first, and for a place only to tell it. */
export type InteractionCheck = (
  context: CheckContext,
  contract: Contract,
  interaction: Interaction,
  written: JsonObject,
) => readonly Diagnostic[];

/** A check of one entry of `uses` whose interaction is known. */
export type UseCheck = (context: CheckContext, contract: Contract, use: Use, interaction: Interaction) => readonly Diagnostic[];

/** The place of a key, or of what holds it where it is not written. */
export function keyPlace(context: CheckContext, file: string, pointer: Pointer): Range {
  const tree = context.documents.get(file);
  return tree ? keyRange(tree, pointer) : nowhere(file);
}

/** The place of a value. */
export function valuePlace(context: CheckContext, file: string, pointer: Pointer): Range {
  const tree = context.documents.get(file);
  return tree ? valueRange(tree, pointer) : nowhere(file);
}

/** Whether something is written at a pointer, be it right or wrong: what is wrong there has been reported already. */
export function isThere(context: CheckContext, file: string, pointer: Pointer): boolean {
  return schemaAt(context.documents, { file, pointer }) !== undefined;
}

/** The object as it is written at a pointer; empty where there is none. */
export function objectThere(context: CheckContext, file: string, pointer: Pointer): JsonObject {
  const found = schemaAt(context.documents, { file, pointer });
  return isObject(found) ? found : {};
}

/** What an interaction is called in its file: `charge`, `charge@2`. */
export function writtenName({ name, major }: Pick<Interaction, 'name' | 'major'>): string {
  return major === 1 ? name : `${name}@${major}`;
}

/** The place of an entry of `uses` in its file. */
export function usePointer(use: Use): Pointer {
  return appendPointer('/uses', use.id);
}

function nowhere(file: string): Range {
  const start = { offset: 0, line: 1, column: 1 };
  return { file, start, end: start };
}

/** Whether parts of a file could not be understood: then nobody can say what no part of it does. */
export function isDamaged({ documents }: CheckContext, file: string): boolean {
  return (documents.get(file)?.incomplete.length ?? 0) > 0;
}
