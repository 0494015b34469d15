/** Whether what the project file says of transports fits their kinds. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type JsonValue, ownProperty } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import { keyRange, mayStandIn, valueRange, type YamlTree } from '../../source/yaml-tree.ts';
import { choiceAt, entriesAt, objectAt, textAt, textsAt } from '../fields.ts';
import type { TransportKind } from '../model.ts';
import { TRANSPORT_KINDS, TRANSPORT_OPTIONS } from '../transport-kinds.ts';
import type { CheckContext } from './context.ts';

/** Names have an id of their own, which also tells the roles of the kind (topology/check-topology.ts). */
const OPTIONS = TRANSPORT_OPTIONS.filter(({ path }) => path[0] !== 'names' || path.length === 1);

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
      if (mayStandIn(tree, appendPointer('/transports', name))) return [];
      return [diagnose('transport-without-kind', keyRange(tree, place), { name, known: Object.keys(base) })];
    }),
  );
  return [...own, ...laid];
}

/** Services that code is to be generated for, and that nobody describes, or that are not ours. */
export function checkGenerated(tree: YamlTree, { services: described, unreadable }: CheckContext): readonly Diagnostic[] {
  const services = textsAt(objectAt(tree.value, 'generate'), 'services') ?? [];
  const known = [...described.keys()];
  return services.flatMap((written, index) => {
    if (unreadable.has(written)) return [];
    const at = valueRange(tree, appendPointer('/generate/services', index));
    const contract = described.get(written);
    if (contract?.external) return [diagnose('external-generated', at, { service: written }, [{ at: contract.at, label: 'external' }])];
    if (contract) return [];
    return [diagnose('unknown-service', at, { written, known, asked: 'code' })];
  });
}

/** Users of brokers: of services that nobody describes, or named by a template that cannot work. */
export function checkUsers(tree: YamlTree, { services: described, unreadable }: CheckContext): readonly Diagnostic[] {
  const root = tree.value ?? null;
  const environments = entriesAt(root, 'environments').map(([name, inner]) => [appendPointer('/environments', name), inner] as const);
  const holders = [['', root] as const, ...environments];
  const known = [...described.keys()];
  return holders.flatMap(([above, holder]) =>
    entriesAt(holder, 'transports').flatMap(([transport, options]) =>
      entriesAt(options, 'users').flatMap(([service, template]) => {
        const place = `${above}${appendPointer('/transports', transport, 'users', service)}`;
        const isKnown = service === '*' || described.has(service) || unreadable.has(service);
        const unknown = isKnown ? [] : [diagnose('unknown-service', keyRange(tree, place), { written: service, known, asked: 'user' })];
        return [...unknown, ...checkUserTemplate(tree, place, template)];
      }),
    ),
  );
}

function checkUserTemplate(tree: YamlTree, place: Pointer, template: JsonValue): readonly Diagnostic[] {
  if (typeof template !== 'string') return [];
  const written = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, placeholder = '']) => placeholder);
  const wrong = written.find((placeholder) => placeholder !== 'service');
  return wrong === undefined
    ? []
    : [diagnose('unknown-placeholder', valueRange(tree, place), { role: 'users', written: wrong, known: ['service'] })];
}

type Written = { readonly name: string; readonly written: JsonValue; readonly place: Pointer };

function checkOptions(tree: YamlTree, { name, written, place }: Written, kind: TransportKind | undefined): readonly Diagnostic[] {
  if (kind === undefined) return [];
  return OPTIONS.flatMap(({ path, kinds, lackedBy }) => {
    if (!lackedBy.includes(kind) || !isWritten(written, path)) return [];
    const at = keyRange(tree, appendPointer(place, ...path));
    return [diagnose('key-not-of-transport', at, { key: path.join('.'), transport: name, kind, kinds })];
  });
}

function isWritten(value: JsonValue, [key, ...inner]: readonly string[]): boolean {
  const found = key === undefined ? undefined : ownProperty(value, key);
  return found !== undefined && (inner.length === 0 || isWritten(found, inner));
}

function kindOf(written: JsonValue | undefined): TransportKind | undefined {
  return choiceAt(written, 'kind', TRANSPORT_KINDS);
}
