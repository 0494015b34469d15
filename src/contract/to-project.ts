import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer } from '../source/pointer.ts';
import { keyRange, valueRange, type YamlTree } from '../source/yaml-tree.ts';
import { layTransports, originOf, type TransportLayers } from './environments.ts';
import { choiceAt, countAt, entriesAt, objectAt, textAt, textsAt, withoutUndefined } from './fields.ts';
import type { Interpolated } from './interpolate.ts';
import type { Acceptance, MissingReference, Project, Transport } from './model.ts';
import { TRANSPORT_KINDS } from './transport-kinds.ts';

/** Where contract files are looked for when the project file does not say. */
const DEFAULT_CONTRACTS = 'contracts/**/*.yaml';

/** Where generated code goes when the project file does not say. */
const DEFAULT_OUT = 'src/generated';

/** Keys of a transport that the model names itself; all others are its options. */
const NAMED_KEYS: ReadonlySet<string> = new Set(['kind', 'version', 'target', 'prefix', 'names', 'users', 'defaults']);

/** Reads the project file into the domain model. Parts of a wrong shape are left out, since the shape check reports them. */
export function toProject(tree: YamlTree, { value, missing }: Interpolated, environment?: string): Project {
  const generate = objectAt(value, 'generate');
  return withoutUndefined<Project>({
    name: textAt(value, 'project') ?? '',
    file: tree.source.path,
    contracts: textsAt(value, 'contracts') ?? [DEFAULT_CONTRACTS],
    generate: withoutUndefined<Project['generate']>({
      out: textAt(generate, 'out') ?? DEFAULT_OUT,
      services: textsAt(generate, 'services'),
    }),
    transports: layTransports(value, environment).flatMap((layers) => toTransport(tree, layers, missing) ?? []),
    environments: environmentNames(value),
    environment,
    accept: toAcceptances(tree, ownProperty(value, 'accept')),
    history: toHistory(value),
  });
}

function toHistory(value: JsonValue): Project['history'] {
  const tags = textAt(objectAt(value, 'history'), 'tags');
  return tags === undefined ? undefined : { tags };
}

/** The names of a project's environments, in the order of the file. */
export function environmentNames(project: JsonValue): readonly string[] {
  return entriesAt(project, 'environments').map(([name]) => name);
}

function toTransport(tree: YamlTree, laid: TransportLayers, missing: Interpolated['missing']): Transport | undefined {
  const { merged, name } = laid;
  const kind = choiceAt(merged, 'kind', TRANSPORT_KINDS);
  if (kind === undefined) return undefined;
  const target = textAt(merged, 'target');
  const defaults = objectAt(merged, 'defaults');
  return withoutUndefined<Transport>({
    name,
    kind,
    version: textAt(merged, 'version'),
    target: target === undefined ? undefined : { directory: target.replace(/^file:/, '') },
    prefix: textAt(merged, 'prefix') ?? '',
    names: textEntries(merged, 'names'),
    users: objectAt(merged, 'users') && textEntries(merged, 'users'),
    defaults: withoutUndefined<Transport['defaults']>({
      partitions: countAt(defaults, 'partitions'),
      replication: countAt(defaults, 'replication'),
    }),
    options: Object.fromEntries(Object.entries(merged).filter(([key]) => !NAMED_KEYS.has(key))),
    missing: missingOf(tree, laid, missing),
    at: keyRange(tree, laid.layers[0]?.pointer ?? ''),
  });
}

function textEntries(holder: JsonObject, key: string): Readonly<Record<string, string>> {
  return Object.fromEntries(entriesAt(holder, key).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** The references without a value that this transport would need: those in the layer that has the last word on their place. */
function missingOf(tree: YamlTree, laid: TransportLayers, missing: Interpolated['missing']): readonly MissingReference[] {
  return missing.flatMap(({ reference, pointer }) => {
    const layer = laid.layers.find((candidate) => pointer.startsWith(`${candidate.pointer}/`));
    if (!layer || originOf(laid, pointer.slice(layer.pointer.length)) !== pointer) return [];
    return [{ reference, at: valueRange(tree, pointer) }];
  });
}

function toAcceptances(tree: YamlTree, written: JsonValue | undefined): readonly Acceptance[] {
  if (!Array.isArray(written)) return [];
  return written.flatMap((entry: JsonValue, index) => {
    const finding = textAt(entry, 'finding');
    if (!isObject(entry) || finding === undefined) return [];
    const at = valueRange(tree, appendPointer('/accept', index));
    return [withoutUndefined<Acceptance>({ finding, reason: textAt(entry, 'reason') ?? '', until: textAt(entry, 'until'), at })];
  });
}
