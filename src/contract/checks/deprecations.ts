/** Whether what is deprecated goes when it should, what replaces it is there, and who still uses it. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { schemaAt } from '../../payload/documents.ts';
import { findProperties } from '../../payload/property-facts.ts';
import { schemaRoots } from '../../payload/schema-places.ts';
import { subschemasOf } from '../../payload/subschemas.ts';
import { type JsonValue, ownProperty } from '../../source/json.ts';
import { appendPointer, type Pointer, pointerSegments } from '../../source/pointer.ts';
import { quoteText } from '../../source/quote.ts';
import type { YamlTree } from '../../source/yaml-tree.ts';
import type { Contract, Deprecation, Project } from '../model.ts';
import { payloadRead } from '../narrow-reads.ts';
import { isDate } from '../quantities.ts';
import { toDeprecation } from '../to-contract.ts';
import { type CheckContext, isThere, usePointer, valuePlace } from './context.ts';

/** Something deprecated: an interaction, or a property of a payload. */
type Deprecated = {
  readonly what: string;
  readonly deprecation: Deprecation;
  readonly file: string;
  /** Where its `since`, `remove` and `instead` stand. */
  readonly pointer: Pointer;
  /** Whose version counts; none in a file of shared types. */
  readonly contract?: Contract;
  /** The interaction that it is, by its id. */
  readonly id?: string;
};

type Compare = (a: string, b: string) => number;

/** Everything deprecated and whoever uses it. The library for versions is loaded only where there is something to compare. */
export async function checkDeprecations(context: CheckContext): Promise<readonly Diagnostic[]> {
  const all = [
    ...context.contracts.flatMap(deprecatedInteractions),
    ...[...context.documents.values()].flatMap((tree) => deprecatedProperties(context, tree)),
  ];
  if (all.length === 0) return [];
  const [{ default: order }, { default: valid }] = await Promise.all([
    import('semver/functions/compare.js'),
    import('semver/functions/valid.js'),
  ]);
  const isVersion = (text: string | undefined): text is string => text !== undefined && valid(text) !== null;
  const compare: Compare = (a, b) => (isVersion(a) && isVersion(b) ? order(a, b) : Number.NaN);
  return [
    ...all.flatMap((deprecated) => [...checkRemoval(context, deprecated, compare), ...checkReplacement(context, deprecated)]),
    ...context.contracts.flatMap((contract) => checkUses(context, contract)),
  ];
}

/** Acceptances whose last day is past. */
export function checkAcceptances({ accept }: Project, today: string | undefined): readonly Diagnostic[] {
  return accept.flatMap(({ finding, until, at }) => {
    if (until === undefined || today === undefined || until >= today) return [];
    return [diagnose('acceptance-expired', at, { finding, until, today })];
  });
}

function deprecatedInteractions(contract: Contract): readonly Deprecated[] {
  return contract.provides.flatMap(({ deprecated, pointer, id }) =>
    deprecated
      ? [{ what: id, deprecation: deprecated, file: contract.file, pointer: appendPointer(pointer, 'deprecated'), contract, id }]
      : [],
  );
}

/** Deprecated properties. Only a file that has the word is walked. */
function deprecatedProperties(context: CheckContext, tree: YamlTree): readonly Deprecated[] {
  const { source } = tree;
  if (tree.value === undefined || !source.text.includes('x-deprecated')) return [];
  const contract = context.contracts.find(({ file }) => file === source.path);
  const found: Deprecated[] = [];
  const walk = (pointer: Pointer, schema: JsonValue) => {
    const deprecation = toDeprecation(ownProperty(schema, 'x-deprecated'));
    const name = pointerSegments(pointer).at(-1) ?? '';
    if (deprecation) {
      const place = appendPointer(pointer, 'x-deprecated');
      found.push({
        what: `The property ${quoteText(name)}`,
        deprecation,
        file: source.path,
        pointer: place,
        ...(contract && { contract }),
      });
    }
    for (const inner of subschemasOf(schema)) walk(pointer + inner.pointer, inner.schema);
  };
  for (const root of schemaRoots(tree)) walk(root.pointer, schemaAt(context.documents, root) ?? null);
  return found;
}

function checkRemoval(context: CheckContext, deprecated: Deprecated, compare: Compare): readonly Diagnostic[] {
  const { what, deprecation, file, pointer, contract } = deprecated;
  const { since, remove } = deprecation;
  const at = (key: string) => valuePlace(context, file, appendPointer(pointer, key));
  const version = contract?.version;
  if (since !== undefined && remove !== undefined && compare(remove, since) <= 0) {
    return [
      diagnose('removal-before-deprecation', at('remove'), { what, remove, since }, [{ at: at('since'), label: 'deprecated since' }]),
    ];
  }
  const here: readonly Related[] = contract
    ? [{ at: valuePlace(context, file, '/version'), label: `${contract.service} is at ${version}` }]
    : [];
  if (version !== undefined && since !== undefined && compare(since, version) > 0) {
    return [diagnose('deprecated-later', at('since'), { what, since, version }, here)];
  }
  if (remove === undefined) return [];
  if (isDate(remove)) {
    const { today } = context;
    return today !== undefined && today >= remove
      ? [diagnose('removal-due', at('remove'), { what, remove, now: today, byDate: true })]
      : [];
  }
  if (version === undefined || !(compare(version, remove) >= 0)) return [];
  return [diagnose('removal-due', at('remove'), { what, remove, now: version, byDate: false }, here)];
}

/** An interaction's id, or a name of the same service; anything else is words for people. */
const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*(@[0-9]+)?$/;

function checkReplacement(context: CheckContext, { what, deprecation, file, pointer, contract, id }: Deprecated): readonly Diagnostic[] {
  const { instead } = deprecation;
  if (instead === undefined) return [];
  const at = valuePlace(context, file, appendPointer(pointer, 'instead'));
  const [service = ''] = instead.split('.');
  if (context.unreadable.has(service)) return [];
  if (ID.test(instead)) {
    // Of a property a dotted text may well be the way to another property.
    if (id === undefined && !context.services.has(service)) return [];
    const known = [...context.interactions.keys()].filter((other) => other !== id);
    return known.includes(instead) ? [] : [diagnose('unknown-replacement', at, { what, instead, known })];
  }
  if (id === undefined || !contract || !/^[a-z0-9-]+(@[0-9]+)?$/.test(instead)) return [];
  const own = contract.provides.filter((other) => other.id !== id).map((other) => other.id.slice(contract.service.length + 1));
  const mistaken = instead.includes('@') || id === `${contract.service}.${instead}` || nearest(instead, own) !== undefined;
  return own.includes(instead) || !mistaken ? [] : [diagnose('unknown-replacement', at, { what, instead, known: own })];
}

function checkUses(context: CheckContext, contract: Contract): readonly Diagnostic[] {
  return contract.uses.flatMap((use) => {
    const interaction = context.interactions.get(use.id);
    if (!interaction || interaction.service === contract.service) return [];
    const provider = context.services.get(interaction.service);
    const place = appendPointer(interaction.pointer, 'deprecated');
    const related = provider ? [{ at: valuePlace(context, provider.file, place), label: 'deprecated here' }] : [];
    const used = interaction.deprecated ? [diagnose('deprecated-use', use.at, { id: use.id, ...interaction.deprecated }, related)] : [];
    return [...used, ...checkReads(context, contract, use)];
  });
}

function checkReads(context: CheckContext, { file }: Contract, use: Contract['uses'][number]): readonly Diagnostic[] {
  const interaction = context.interactions.get(use.id);
  const payload = interaction && payloadRead(interaction);
  if (!payload) return [];
  const reads = appendPointer(usePointer(use), 'reads');
  return (use.reads ?? []).flatMap((pointer, index) => {
    const places = findProperties(context.documents, payload.schema, pointer);
    const found = places.flatMap((place) => {
      const deprecation = toDeprecation(ownProperty(schemaAt(context.documents, place), 'x-deprecated'));
      return deprecation ? [{ place, deprecation }] : [];
    });
    const [first] = found;
    if (!first) return [];
    const item = appendPointer(reads, index);
    const at = valuePlace(context, file, isThere(context, file, item) ? item : reads);
    const here = valuePlace(context, first.place.file, appendPointer(first.place.pointer, 'x-deprecated'));
    return [diagnose('deprecated-read', at, { id: use.id, pointer, ...first.deprecation }, [{ at: here, label: 'deprecated here' }])];
  });
}
