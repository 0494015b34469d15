/** Whether pointers into messages lead to properties that a schema knows. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { schemaAt } from '../../payload/documents.ts';
import { findMissingProperty } from '../../payload/properties.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import { quoteText } from '../../source/quote.ts';
import type { Interaction, PayloadRole } from '../model.ts';
import { payloadRead } from '../narrow-reads.ts';
import { type CheckContext, type InteractionCheck, isThere, type UseCheck, usePointer, valuePlace } from './context.ts';

/** `delivery.key` and `deduplicate.by` of the provider, and its channel's key in each event of the channel. */
export const checkPointers: InteractionCheck = (context, { file }, interaction) => {
  const { pointer, delivery, channel } = interaction;
  const place = appendPointer(pointer, 'delivery', 'key');
  const shared = channel === undefined || isThere(context, file, place) ? place : appendPointer('/channels', channel, 'key');
  const role = firstRole(interaction);
  const by = delivery.deduplicate?.by;
  return [
    ...checkEach(context, { file, place: shared, role }, interaction, delivery.key ?? []),
    ...checkEach(context, { file, place: deduplicatePlace(pointer), role }, interaction, Array.isArray(by) ? by : []),
  ];
};

/** The parts in braces of an HTTP path, which are filled in from the request. */
export const checkPath: InteractionCheck = (context, { file }, interaction) => {
  const parts = [...(interaction.http?.path ?? '').matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => appendPointer('', name));
  const place = appendPointer(interaction.pointer, 'http', 'path');
  return checkEach(context, { file, place, role: 'request' }, interaction, parts);
};

/** `reads` and `deduplicate.by` of a user. */
export const checkUsePointers: UseCheck = (context, { file }, use, interaction) => {
  const holder = usePointer(use);
  const by = use.delivery.deduplicate?.by;
  const read: PayloadRole = payloadRead(interaction)?.role ?? 'message';
  return [
    ...checkEach(context, { file, place: appendPointer(holder, 'reads'), role: read }, interaction, use.reads ?? []),
    ...checkEach(context, { file, place: deduplicatePlace(holder), role: 'message' }, interaction, Array.isArray(by) ? by : []),
  ];
};

function deduplicatePlace(holder: Pointer): Pointer {
  return appendPointer(holder, 'delivery', 'deduplicate', 'by');
}

/** The payload that starts an interaction: what is keyed, ordered and deduplicated. */
function firstRole({ pattern }: Interaction): PayloadRole {
  return pattern === 'request-response' || pattern === 'async-request-response' ? 'request' : 'message';
}

type Where = { readonly file: string; readonly place: Pointer; readonly role: PayloadRole };

function checkEach(context: CheckContext, where: Where, interaction: Interaction, pointers: readonly Pointer[]): readonly Diagnostic[] {
  if (pointers.length === 0) return [];
  const { file, place, role } = where;
  const payload = interaction.payloads.find((candidate) => candidate.role === role && candidate.name === undefined);
  if (!payload) return [];
  const list = Array.isArray(schemaAt(context.documents, { file, pointer: place }));
  return pointers.flatMap((pointer, index) => {
    const found = findMissingProperty(context.documents, payload.schema, pointer);
    if (!found) return [];
    const at = valuePlace(context, file, list ? appendPointer(place, index) : place);
    const data = { pointer, of: `The ${role} of ${quoteText(interaction.id)}`, ...found };
    return [diagnose('unknown-property', at, data, [{ at: payload.at, label: `the ${role} is here` }])];
  });
}
