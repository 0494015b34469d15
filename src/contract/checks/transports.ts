/** Whether what the project file says of transports fits their kinds. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { JsonValue } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import { keyRange, valueRange, type YamlTree } from '../../source/yaml-tree.ts';
import { choiceAt, entriesAt, objectAt, textAt, textsAt } from '../fields.ts';
import type { TransportKind } from '../model.ts';
import { TRANSPORT_KINDS } from '../to-project.ts';

const BROKERS: readonly TransportKind[] = ['rabbitmq', 'kafka', 'redis'];

/** The keys of a transport that only some kinds have. */
const KEYS_OF_KINDS: Readonly<Record<string, readonly TransportKind[]>> = {
  url: ['rabbitmq', 'redis', 'http', 'grpc'],
  management: ['rabbitmq'],
  brokers: ['kafka'],
  'client-id': ['kafka'],
  cluster: ['kafka'],
  sasl: ['kafka'],
  tls: [...BROKERS, 'http', 'grpc'],
  discovery: ['http', 'grpc'],
  version: BROKERS,
  target: BROKERS,
  prefix: BROKERS,
  names: BROKERS,
  defaults: BROKERS,
};

/** Checks the transports of the project and of all its environments, whichever is chosen. */
export function checkTransports(tree: YamlTree): readonly Diagnostic[] {
  const root = tree.value ?? null;
  const base = objectAt(root, 'transports') ?? {};
  const own = entriesAt(root, 'transports').flatMap(([name, written]) =>
    checkOptions(tree, { name, written, place: appendPointer('/transports', name) }, kindOf(written)),
  );
  const laid = entriesAt(root, 'environments').flatMap(([environment, inner]) =>
    entriesAt(inner, 'transports').flatMap(([name, written]) => {
      const place = appendPointer('/environments', environment, 'transports', name);
      if (name === '*') return [];
      const kind = kindOf(written) ?? kindOf(base[name]);
      if (Object.hasOwn(base, name) || textAt(written, 'kind') !== undefined) return checkOptions(tree, { name, written, place }, kind);
      return [diagnose('transport-without-kind', keyRange(tree, place), { name, known: Object.keys(base) })];
    }),
  );
  return [...own, ...laid];
}

/** Services that code is to be generated for, and that nobody describes. */
export function checkGenerated(tree: YamlTree, known: readonly string[]): readonly Diagnostic[] {
  const services = textsAt(objectAt(tree.value, 'generate'), 'services') ?? [];
  return services.flatMap((written, index) => {
    if (known.includes(written)) return [];
    return [diagnose('unknown-service', valueRange(tree, appendPointer('/generate/services', index)), { written, known })];
  });
}

type Written = { readonly name: string; readonly written: JsonValue; readonly place: Pointer };

function checkOptions(tree: YamlTree, { name, written, place }: Written, kind: TransportKind | undefined): readonly Diagnostic[] {
  if (kind === undefined) return [];
  return Object.entries(KEYS_OF_KINDS).flatMap(([key, kinds]) => {
    if (kinds.includes(kind) || !Object.hasOwn(objectAt({ written }, 'written') ?? {}, key)) return [];
    return [diagnose('key-not-of-transport', keyRange(tree, appendPointer(place, key)), { key, transport: name, kind, kinds })];
  });
}

function kindOf(written: JsonValue | undefined): TransportKind | undefined {
  return choiceAt(written, 'kind', TRANSPORT_KINDS);
}
