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

const settings = { strict: false, logger: false, validateSchema: false, allErrors: true, ownProperties: true } as const;
const ajv = new Ajv2020(settings);
const withData = new Ajv2020({ ...settings, meta: false, $data: true });
const createValidators = () =>
  createFormValidators(
    (part) => ajv.compile(part as JsonObject),
    (part) => withData.compile(part as JsonObject),
  );
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
  const validators = createValidators();
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

  it.each(['maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum', 'maxLength', 'minLength'])(
    'say of each limit by %s what ajv says, whichever were tried before',
    (keyword) => {
      const validators = createValidators();
      const forms = createForms();
      const limits = keyword.endsWith('Length') ? [0, 1, 3, 1_000_000] : [0, -0, -1, 0.1, 3, 1e21, -1.5e-7, Number.MAX_SAFE_INTEGER];
      const values = [
        0,
        -0,
        1,
        3,
        3.5,
        -2,
        1e300,
        0.1,
        '',
        'a',
        'abc',
        'abcd',
        '\u{1F600}\u{1F600}\u{1F600}',
        null,
        true,
        [],
        {},
        { limit: 9, value: 'a' },
      ];
      for (const limit of [...limits, ...limits.toReversed()]) {
        const schema = { [keyword]: limit };
        const validate = ajv.compile(schema);
        const form = forms.of(schemaOf(schema), 'receiver');
        for (const value of values) {
          const says = { limit, value, holds: validate(value), errors: tell(validate.errors) };
          expect({ limit, value, holds: validators.holds(form, value, 'valid'), errors: tell(validators.errors(form, value)) }).toEqual(
            says,
          );
        }
      }
    },
  );

  it('take "$data" in a schema for the value that it is', () => {
    tryBoth({ const: { $data: '1/a' } }, {}, 'receiver');
    tryBoth({ type: 'object', properties: { a: { enum: [{ $data: '1/b' }] }, b: { const: 1 } } }, {}, 'sender');
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
