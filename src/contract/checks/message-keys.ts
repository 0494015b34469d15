/** Whether what is a key, or a part of a path, is a single value that every message has. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Wanted } from '../../diagnostics/families/message.ts';
import { oneOf } from '../../diagnostics/suggest.ts';
import { schemaAt } from '../../payload/documents.ts';
import { findProperties, isAlwaysThere, typesAt } from '../../payload/property-facts.ts';
import { appendPointer, type Pointer, pointerSegments } from '../../source/pointer.ts';
import type { Deduplication, Interaction, Payload } from '../model.ts';
import { isFirstMessage, PATTERNS } from '../patterns.ts';
import { type CheckContext, type InteractionCheck, isDamaged, isThere, type UseCheck, usePointer, valuePlace } from './context.ts';
import { deliveryHas } from './keys.ts';

/** Types that have no one text. */
const COMPOSITE: readonly string[] = ['object', 'array', 'null'];

/** Where pointers are written, and what the value they lead to is wanted for. */
type Written = { readonly file: string; readonly place: Pointer; readonly wanted: Wanted };

/** A provider's key, its channel's, what it tells repetitions by, and the parts of its path. */
export const checkMessageKeys: InteractionCheck = (context, { file }, interaction) => {
  const { pointer, delivery, channel, http, pattern } = interaction;
  const own = appendPointer(pointer, 'delivery', 'key');
  const key = channel === undefined || isThere(context, file, own) ? own : appendPointer('/channels', channel, 'key');
  const parts = [...(http?.path ?? '').matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => appendPointer('', name));
  return [
    ...checkParts(context, { file, place: key, wanted: 'key' }, interaction, deliveryHas('key', pattern) ? (delivery.key ?? []) : []),
    ...checkDeduplication(context, { file, holder: pointer }, interaction, delivery.deduplicate),
    ...checkParts(context, { file, place: appendPointer(pointer, 'http', 'path'), wanted: 'path' }, interaction, parts),
  ];
};

/** What a user tells repetitions by. */
export const checkUseMessageKeys: UseCheck = (context, { file }, use, interaction) =>
  PATTERNS[interaction.pattern].receiver === 'users'
    ? checkDeduplication(context, { file, holder: usePointer(use) }, interaction, use.delivery.deduplicate)
    : [];

function checkDeduplication(
  context: CheckContext,
  { file, holder }: { readonly file: string; readonly holder: Pointer },
  interaction: Interaction,
  deduplicate: Deduplication | undefined,
): readonly Diagnostic[] {
  const by = deduplicate?.by;
  const place = appendPointer(holder, 'delivery', 'deduplicate', 'by');
  return typeof by === 'object' ? checkParts(context, { file, place, wanted: 'deduplication' }, interaction, by) : [];
}

/** What is known of the value that a pointer leads to, and where the pointer is written, looked up only to tell it. */
type Facts = {
  readonly pointer: Pointer;
  readonly at: () => Diagnostic['at'];
  readonly types: ReadonlySet<string> | undefined;
  readonly required: boolean;
};

function checkParts(
  context: CheckContext,
  written: Written,
  interaction: Interaction,
  pointers: readonly Pointer[],
): readonly Diagnostic[] {
  const { file, place, wanted } = written;
  const payload = interaction.payloads.find(({ role }) => isFirstMessage(role));
  if (!payload || pointers.length === 0) return [];
  const placeOf = (index: number) => {
    const listed = Array.isArray(schemaAt(context.documents, { file, pointer: place }));
    return valuePlace(context, file, listed ? appendPointer(place, index) : place);
  };
  const facts = pointers.flatMap((pointer, index): readonly Facts[] => {
    const found = factsOf(context, payload, pointer);
    return found ? [{ ...found, pointer, at: () => placeOf(index) }] : [];
  });
  const related = [{ at: payload.at, label: `the ${payload.role} is here` }];
  const composite = facts.filter(({ types }) => types && types.size > 0 && [...types].every((type) => COMPOSITE.includes(type)));
  if (composite.length > 0) {
    return composite.map(({ pointer, at, types }) =>
      diagnose('key-not-scalar', at(), { pointer, id: interaction.id, wanted, types: inWords(types ?? []) }, related),
    );
  }
  const lacking = facts.filter(({ required, types }) => !required || types?.has('null'));
  if (wanted === 'path') {
    const path = interaction.http?.path ?? '';
    return lacking.map(({ pointer, at }) =>
      diagnose('path-part-optional', at(), { part: lastOf(pointer), id: interaction.id, path }, related),
    );
  }
  // Of several that make one key together, one that is always there is enough.
  if (facts.length === 0 || lacking.length < pointers.length) return [];
  return lacking.slice(0, 1).map(({ pointer, at, required }) => {
    const data = { pointer, id: interaction.id, wanted, nullable: required, property: lastOf(pointer) };
    return diagnose('key-not-required', at(), data, related);
  });
}

/** Undefined where no schema names the property: that is a finding of its own, or nobody can tell. */
function factsOf(context: CheckContext, { schema }: Payload, pointer: Pointer): Pick<Facts, 'types' | 'required'> | undefined {
  const { documents } = context;
  const places = findProperties(documents, schema, pointer);
  if (places.length === 0 || isDamaged(context, schema.file) || places.some(({ file }) => isDamaged(context, file))) return undefined;
  const each = places.map((place) => typesAt(documents, place));
  const types = each.some((one) => one === undefined) ? undefined : new Set(each.flatMap((one) => [...(one ?? [])]));
  return { types, required: isAlwaysThere(documents, schema, pointer) };
}

function lastOf(pointer: Pointer): string {
  return pointerSegments(pointer).at(-1) ?? '';
}

const WORDS: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  null: 'null',
  string: 'a text',
  number: 'a number',
};

/** JSON types for people: `an object or null`. */
export function inWords(types: Iterable<string>): string {
  return oneOf([...types].map((type) => WORDS[type] ?? `a ${type === 'integer' ? 'number' : type}`));
}
