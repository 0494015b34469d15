/** Whether what travels as Protobuf has a counterpart there. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findProtobufGaps } from '../../payload/protobuf/find-gaps.ts';
import { keyPlaceOf, partAt, valuePlaceOf } from '../../payload/schema-part.ts';
import type { CheckContext } from './context.ts';

/** Every keyword that a Protobuf payload reaches and Protobuf does not have, told once by the first interaction that reaches it. */
export function checkProtobufTypes({ documents, interactions }: CheckContext): readonly Diagnostic[] {
  const seen = new Map();
  return [...interactions.values()].flatMap(({ id, encoding, payloads }) => {
    if (encoding !== 'protobuf') return [];
    return payloads.flatMap(({ schema }) => {
      const payload = partAt(documents, schema);
      const gaps = payload ? findProtobufGaps(documents, payload, seen) : [];
      return gaps.map(({ part, steps, what, offer }) => {
        const at = steps.length === 0 ? keyPlaceOf(documents, part) : valuePlaceOf(documents, part, ...steps);
        return diagnose('no-protobuf-counterpart', at, { what, offer, interaction: id });
      });
    });
  });
}
