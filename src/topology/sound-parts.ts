import type { Channel, Contract, Interaction, Transport, TransportKind, Use } from '../contract/model.ts';
import { PATTERNS } from '../contract/patterns.ts';
import { createSystem, type System } from '../contract/system.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { appendPointer, type Pointer } from '../source/pointer.ts';
import { keyRange, valueAt, valueRange } from '../source/yaml-tree.ts';

/** The findings that say of a key, and not of what is missing beside it, that it is wrong. */
const WRONG_KEYS: ReadonlySet<string> = new Set(['malformed-name', 'reserved-name', 'unknown-key', 'yaml-duplicate-key']);

/** What the names of an interaction, of a channel, of a use and of a transport are derived from, besides their keys. */
const OF_INTERACTIONS = ['pattern', 'via', 'channel', 'address', 'existing', 'reply'];
const OF_CHANNELS = ['via', 'key', 'partitions'];
const OF_USES = ['address', 'existing'];
const OF_TRANSPORTS = ['kind', 'prefix', 'names', 'defaults'];

/**
 * The part of a system whose derived names mean something, whatever is wrong elsewhere: what goes over a transport that carries it, and whose
 * names do not come from anything that a finding says is wrong. A name that only follows from another mistake would be a second finding of it.
 */
export function soundParts(system: System, findings: readonly Diagnostic[]): System {
  const flaws = collectFlaws(system, findings);
  if (!flaws) return system;
  const transports = system.project.transports.filter(({ name }) => !isTransportFlawed(system, flaws, name));
  const kinds = new Map(transports.map(({ name, kind }) => [name, kind]));
  const contracts = system.contracts
    .filter(({ file }) => !flaws.value(file, '/service'))
    .map((contract) => soundContract(contract, flaws, kinds));
  return createSystem({ project: { ...system.project, transports }, contracts, documents: system.documents });
}

/** Where there are errors: in a value or at its key, or at a key because of the key itself. */
type Flaws = {
  readonly value: (file: string, pointer: Pointer) => boolean;
  readonly key: (file: string, pointer: Pointer) => boolean;
};

function collectFlaws({ documents }: System, findings: readonly Diagnostic[]): Flaws | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return undefined;
  const files = new Map<string, Diagnostic[]>();
  for (const error of errors) {
    const inFile = files.get(error.at.file) ?? [];
    inFile.push(error);
    files.set(error.at.file, inFile);
  }
  return {
    value(file, pointer) {
      const tree = documents.get(file);
      const inFile = files.get(file);
      if (!tree || !inFile || valueAt(tree, pointer) === undefined) return false;
      const from = keyRange(tree, pointer).start.offset;
      const to = valueRange(tree, pointer).end.offset;
      return inFile.some(({ at }) => at.start.offset >= from && at.start.offset <= to);
    },
    key(file, pointer) {
      const tree = documents.get(file);
      const inFile = files.get(file);
      if (!tree || !inFile || valueAt(tree, pointer) === undefined) return false;
      const from = keyRange(tree, pointer).start.offset;
      return inFile.some(({ id, at }) => at.start.offset === from && WRONG_KEYS.has(id));
    },
  };
}

function isTransportFlawed({ project }: System, flaws: Flaws, name: string): boolean {
  const places = [appendPointer('/transports', name)];
  if (project.environment !== undefined) {
    const laid = appendPointer('/environments', project.environment, 'transports');
    places.push(appendPointer(laid, name), appendPointer(laid, '*'));
  }
  return places.some((place) => flaws.key(project.file, place) || isPartFlawed(flaws, project.file, place, OF_TRANSPORTS));
}

function soundContract(contract: Contract, flaws: Flaws, kinds: ReadonlyMap<string, Transport['kind']>): Contract {
  const { file } = contract;
  const isChannelSound = ({ name }: Channel) => isSound(flaws, file, appendPointer('/channels', name), OF_CHANNELS);
  const channels = contract.channels.filter(isChannelSound);
  const hasChannel = ({ channel }: Interaction) => channel === undefined || channels.some(({ name }) => name === channel);
  const isUseSound = ({ id }: Use) => isSound(flaws, file, appendPointer('/uses', id), OF_USES);
  return {
    ...contract,
    channels,
    provides: contract.provides.filter(
      (interaction) =>
        isCarried(interaction, kinds) && hasChannel(interaction) && isSound(flaws, file, interaction.pointer, OF_INTERACTIONS),
    ),
    uses: contract.uses.filter(isUseSound),
  };
}

function isCarried({ pattern, via }: Interaction, kinds: ReadonlyMap<string, Transport['kind']>): boolean {
  const kind = kinds.get(via);
  return kind !== undefined && (PATTERNS[pattern].carriedBy as readonly TransportKind[]).includes(kind);
}

function isSound(flaws: Flaws, file: string, pointer: Pointer, keys: readonly string[]): boolean {
  return !flaws.key(file, pointer) && !isPartFlawed(flaws, file, pointer, keys);
}

function isPartFlawed(flaws: Flaws, file: string, pointer: Pointer, keys: readonly string[]): boolean {
  return keys.some((key) => flaws.value(file, appendPointer(pointer, key)));
}
