/** Whether the application's headers are texts, under names of their own. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { followReferences, type SchemaLocation } from '../../payload/documents.ts';
import { typesAt } from '../../payload/property-facts.ts';
import { isObject, ownProperty } from '../../source/json.ts';
import { appendPointer } from '../../source/pointer.ts';
import type { Interaction } from '../model.ts';
import { type CheckContext, type InteractionCheck, keyPlace } from './context.ts';
import { inWords } from './message-keys.ts';

/** What msgctl sends under these names, as properties of a message or as headers; docs: the wire. */
const RESERVED = /^(x-msgctl.*|message-id|correlation-id|reply-to|type|content-type|timestamp|expiration|traceparent|tracestate)$/i;

/** Checks `headers:`. */
export const checkHeaders: InteractionCheck = (context, _contract, interaction) => {
  const { headers, id } = interaction;
  if (!headers) return [];
  const types = typesAt(context.documents, headers);
  if (types && !types.has('object')) {
    return [
      diagnose('header-not-text', keyPlace(context, headers.file, headers.pointer), { header: undefined, id, types: inWords(types) }),
    ];
  }
  const followed = followReferences(context.documents, headers);
  return followed ? checkEach(context, interaction, followed.location) : [];
};

function checkEach(context: CheckContext, { id }: Interaction, place: SchemaLocation): readonly Diagnostic[] {
  const schema = followReferences(context.documents, place)?.schema;
  const properties = ownProperty(schema, 'properties');
  const named = isObject(properties) ? Object.keys(properties) : [];
  const at = (...keys: readonly string[]): SchemaLocation => ({ ...place, pointer: place.pointer + appendPointer('', ...keys) });
  const others = isObject(ownProperty(schema, 'additionalProperties')) ? [{ header: '*', where: at('additionalProperties') }] : [];
  return [...named.map((header) => ({ header, where: at('properties', header) })), ...others].flatMap(({ header, where }) => {
    const key = keyPlace(context, where.file, where.pointer);
    if (RESERVED.test(header)) return [diagnose('reserved-header', key, { header, id })];
    const wrong = [...(typesAt(context.documents, where) ?? [])].filter((type) => type !== 'string');
    return wrong.length > 0 ? [diagnose('header-not-text', key, { header, id, types: inWords(wrong) })] : [];
  });
}
