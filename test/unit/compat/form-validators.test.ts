import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { closeSender } from '../../../src/compat/close-sender.ts';
import { createForms } from '../../../src/compat/parts/form.ts';
import { createFormValidators } from '../../../src/compat/parts/form-validators.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import { useSafeEquality } from '../../../src/payload/safe-equality.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { anyVersion } from '../../support/random-pairs.ts';
import { MESSAGES } from '../../support/random-schemas.ts';
import { schemaOf } from '../../support/schema-pair.ts';
import { PATIENCE, runs } from '../../support/size.ts';

// Schemas are tried in parts. Whatever the parts say together, ajv has to say of the schema as one.

const ajv = new Ajv2020({ strict: false, logger: false, validateSchema: false, allErrors: true, ownProperties: true });
formats.default(ajv, { mode: 'full' });
beforeAll(() => useSafeEquality(ajv));

/** In ajv's order, but for repeated items: ajv tells of them after the items, as that keyword was replaced; here they come first. */
function tell(errors: readonly ErrorObject[] | null | undefined): readonly string[] {
  const repeated = (errors ?? []).filter(({ keyword }) => keyword === 'uniqueItems');
  const others = (errors ?? []).filter(({ keyword }) => keyword !== 'uniqueItems');
  return [...repeated, ...others].map(({ instancePath, keyword, message, params }) =>
    JSON.stringify([instancePath, keyword, message, params]),
  );
}

function tryBoth(schema: JsonValue, types: Readonly<Record<string, JsonValue>>, side: 'sender' | 'receiver'): true {
  const node = schemaOf(schema, types);
  const whole = bundleSchema(node.documents, node.location, side);
  const [valid, declared] = [ajv.compile(whole), ajv.compile(closeSender(whole))];
  const validators = createFormValidators((part) => ajv.compile(part as JsonObject));
  const form = createForms().of(node, side);
  for (const message of MESSAGES) {
    const says = { schema, types, message, holds: valid(message), errors: tell(valid.errors) };
    expect({
      schema,
      types,
      message,
      holds: validators.holds(form, message, 'valid'),
      errors: tell(validators.errors(form, message)),
    }).toEqual(says);
    const sent = says.holds && declared(message);
    expect({ schema, types, message, sent: validators.holds(form, message, 'declared') }).toEqual({ schema, types, message, sent });
  }
  return true;
}

describe('the validators of parts', () => {
  it.each(['sender', 'receiver'] as const)(
    'say of random schemas what ajv says of each as a whole (%s)',
    (side) => {
      fc.assert(
        // What is no more than `true` or `false` is not bundled as that.
        fc.property(anyVersion, ({ schema, types }) => typeof schema === 'boolean' || tryBoth(schema, types, side)),
        { seed: 20261129, numRuns: runs(60, 10_000) },
      );
    },
    PATIENCE,
  );

  it('keep recursion whole, and names that objects inherit apart', () => {
    const tree = {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'integer' }, b: { type: 'array', items: { $ref: '#/types/Tree' } } },
    };
    tryBoth({ type: 'object', properties: { a: { $ref: '#/types/Tree' } } }, { Tree: tree }, 'receiver');
    tryBoth({ $ref: '#/types/Tree' }, { Tree: tree }, 'sender');
    const inherited = JSON.parse(
      '{ "type": "object", "properties": { "toString": false, "__proto__": false }, "additionalProperties": false }',
    );
    tryBoth(inherited, {}, 'receiver');
  });

  it('read a description as nothing, and an order of properties as what errors are told in', () => {
    const forms = createForms();
    const form = (schema: JsonValue) => forms.of(schemaOf(schema), 'receiver');
    const plain = { type: 'object', properties: { a: { type: 'string' }, b: true } };
    expect(form({ ...plain, description: 'Text.', 'x-field': 1 })).toBe(form(plain));
    expect(form({ type: 'object', properties: { b: true, a: { type: 'string' } } })).not.toBe(form(plain));
    expect(form({ oneOf: [{ type: 'string', title: 'Text' }] })).toBe(form({ oneOf: [{ type: 'string' }] }));
    const bounded = (maximum: JsonValue) => forms.of({ ...schemaOf(true), schema: { maximum } }, 'receiver');
    expect(bounded(Number.POSITIVE_INFINITY)).not.toBe(bounded(null));
  });
});
