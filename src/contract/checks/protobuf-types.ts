/** Whether what travels as Protobuf has a counterpart there. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Documents } from '../../payload/documents.ts';
import { buildProtobufModel } from '../../payload/protobuf/build-model.ts';
import { findProtobufGaps } from '../../payload/protobuf/find-gaps.ts';
import type { ProtobufField, ProtobufMessage } from '../../payload/protobuf/model.ts';
import { keyPlaceOf, partAt, valuePlaceOf } from '../../payload/schema-part.ts';
import { isObject } from '../../source/json.ts';
import type { CheckContext } from './context.ts';

/** Every keyword that a Protobuf payload reaches and Protobuf does not have, told once by the first interaction that reaches it. */
export function checkProtobufTypes(context: CheckContext): readonly Diagnostic[] {
  const { documents, interactions } = context;
  const travelling = [...interactions.values()].filter(({ encoding }) => encoding === 'protobuf');
  const seen = new Map();
  const findings = travelling.flatMap(({ id, payloads }) =>
    payloads.flatMap(({ schema }) => {
      const payload = partAt(documents, schema);
      const gaps = payload ? findProtobufGaps(documents, payload, seen) : [];
      return gaps.map(({ part, steps, what, offer }) => {
        const at = steps.length === 0 ? keyPlaceOf(documents, part) : valuePlaceOf(documents, part, ...steps);
        return diagnose('no-protobuf-counterpart', at, { what, offer, interaction: id });
      });
    }),
  );
  // Messages are made only of what has a counterpart.
  if (findings.length > 0) return findings;
  const model = buildProtobufModel(
    documents,
    travelling.flatMap(({ payloads }) => payloads.map(({ schema }) => schema)),
  );
  return [...model.messages.values()].flatMap((message) => (message.kind === 'fields' ? checkJoined(documents, message) : []));
}

/**
 * Fields that come from several schemas which hold together (`allOf`, or beside a `$ref`): each schema for itself has been checked, and
 * has no number twice.
 */
function checkJoined(documents: Documents, { fields, reserved }: ProtobufMessage & { readonly kind: 'fields' }): readonly Diagnostic[] {
  const taken = new Map<number, ProtobufField>();
  return fields.flatMap((field) => {
    const { property, number, parts } = field;
    const [part] = parts;
    const at = valuePlaceOf(documents, part, 'x-field');
    const differing = parts.find(({ schema }) => schema['x-field'] !== number && typeof schema['x-field'] === 'number');
    if (differing) {
      const related = { at: valuePlaceOf(documents, differing, 'x-field'), label: 'another number for the same property' };
      return [diagnose('field-number-disagrees', at, { property, number, other: Number(differing.schema['x-field']) }, [related])];
    }
    const other = taken.get(number);
    taken.set(number, other ?? field);
    if (other && other.parts[0].holder !== part.holder) {
      const related = { at: keyPlaceOf(documents, other.parts[0]), label: `${number} is taken here` };
      return [diagnose('duplicate-field-number', at, { property, number }, [related])];
    }
    const own = part.holder?.schema;
    const isToldAlready = isObject(own) && [own['x-reserved'] ?? []].flat().includes(number);
    if (!reserved.includes(number) || isToldAlready) return [];
    return [diagnose('reserved-field-number', at, { property, number, by: 'x-reserved' })];
  });
}
