/** Places of payload schemas in which text can stand. */
import { type HostilePlace, interaction, type Json, type Messages, one, pointerPart } from './hostile-places.ts';

/** An interaction with one message, under a name that tells the place. */
function message(name: string, schema: (text: string) => Json, messages?: (text: string) => Messages): HostilePlace {
  const place = interaction(name, (text) => ({ pattern: 'notification', via: 'memory', message: schema(text) }));
  return messages ? { ...place, messages } : place;
}

/** The same in what travels as Protobuf. */
function protobuf(name: string, properties: (text: string) => Record<string, Json>): HostilePlace {
  return interaction(name, (text) => ({
    pattern: 'publish-subscribe',
    via: 'log',
    encoding: 'protobuf',
    message: { type: 'object', properties: properties(text) },
  }));
}

/** Places of payload schemas. */
export const SCHEMA_PLACES: readonly HostilePlace[] = [
  message(
    'property',
    (text) => ({ type: 'object', required: [text], properties: one(text, { type: 'string' }) }),
    (text) => ({ good: [one(text, 'x')], bad: [{}, one(text, 1), one(`${text}!`, 'x')] }),
  ),
  message(
    'property that is only required',
    (text) => ({ type: 'object', required: [text] }),
    (text) => ({ good: [one(text, null), one(text, 0)], bad: [{}, one(`${text}!`, 1)] }),
  ),
  message(
    'property of a closed object',
    (text) => ({ type: 'object', properties: one(text, { enum: [text] }), additionalProperties: false }),
    (text) => ({ good: [{}, one(text, text)], bad: [one(text, `${text}!`), one(`${text}!`, text)] }),
  ),
  message(
    'property of unevaluated',
    (text) => ({
      type: 'object',
      allOf: [{ properties: one(text, { type: 'object', required: ['a'], properties: one(text, { type: 'integer' }) }) }],
      unevaluatedProperties: false,
    }),
    (text) => ({
      good: [{}, one(text, { a: 1 })],
      bad: [one(text, {}), one(text, { a: 1, ...one(text, 'x') }), one(`${text}!`, 1), JSON.parse('{"__proto__":1}')],
    }),
  ),
  message(
    'dependent property',
    (text) => ({ type: 'object', properties: one(text, {}), dependentRequired: one(text, ['other']) }),
    (text) => ({ good: [{}, { ...one(text, 1), other: 1 }], bad: [one(text, 1)] }),
  ),
  message(
    'property depended on',
    (text) => ({ type: 'object', properties: { other: {} }, dependentRequired: { other: [text] } }),
    (text) => ({ good: [{}, { ...one(text, 1), other: 1 }], bad: [{ other: 1 }] }),
  ),
  message(
    'dependent schema',
    (text) => ({ type: 'object', properties: one(text, {}), dependentSchemas: one(text, { required: ['other'] }) }),
    (text) => ({ good: [{}, { ...one(text, 1), other: 1 }], bad: [one(text, 1)] }),
  ),
  message(
    'pattern of properties',
    (text) => ({ type: 'object', patternProperties: one(text, { type: 'string' }) }),
    (text) => byPattern(text, (name) => ({ good: one(name, 'x'), bad: one(name, 1) })),
  ),
  message(
    'names of properties',
    (text) => ({ type: 'object', propertyNames: { enum: [text, 'plain'] } }),
    (text) => ({ good: [{}, one(text, 1), { plain: 1 }], bad: [one(`${text}!`, 1)] }),
  ),
  message(
    'value',
    (text) => ({ type: 'object', properties: { value: { enum: [text, 'plain'] } } }),
    (text) => ({ good: [{}, { value: text }, { value: 'plain' }], bad: [{ value: `${text}!` }, { value: null }] }),
  ),
  message(
    'open value',
    (text) => ({ type: 'object', properties: { value: { 'x-open': true, enum: [text, 'plain'] } } }),
    (text) => ({ good: [{}, { value: text }, { value: `${text}!` }], bad: [{ value: 1 }] }),
  ),
  message(
    'constant',
    (text) => ({ type: 'object', properties: { value: { const: text } } }),
    (text) => ({ good: [{}, { value: text }], bad: [{ value: `${text}!` }, { value: {} }] }),
  ),
  message(
    'constant object',
    (text) => ({ type: 'object', properties: { value: { const: one(text, [text]) } } }),
    (text) => ({
      good: [{ value: one(text, [text]) }],
      bad: [{ value: {} }, { value: one(text, []) }, { value: { ...one(text, [text]), other: 1 } }],
    }),
  ),
  message(
    'listed objects',
    (text) => ({ type: 'object', properties: { value: { enum: [one(text, text), [text]] } } }),
    (text) => ({
      good: [{ value: one(text, text) }, { value: [text] }],
      bad: [{ value: {} }, { value: [`${text}!`] }, { value: one(`${text}!`, text) }],
    }),
  ),
  message('default', (text) => ({ type: 'object', properties: { value: { type: 'string', default: text } } })),
  message('default object', (text) => ({ type: 'object', default: one(text, text) })),
  message('examples of a schema', (text) => ({ type: 'object', properties: { value: { type: 'string', examples: [text] } } })),
  message('title', (text) => ({ type: 'object', title: text, properties: { value: { type: 'string', title: text } } })),
  message('description of a schema', (text) => ({
    type: 'object',
    description: text,
    properties: { value: { type: 'string', description: text } },
  })),
  message('comment', (text) => ({ type: 'object', $comment: text })),
  message(
    'pattern',
    (text) => ({ type: 'object', properties: { value: { type: 'string', pattern: text } } }),
    (text) => byPattern(text, (value) => ({ good: { value }, bad: { value: 1 } })),
  ),
  message('format', (text) => ({ type: 'object', properties: { value: { type: 'string', format: text } } })),
  message('type', (text) => ({ type: text })),
  message('content', (text) => ({
    type: 'object',
    properties: { value: { type: 'string', contentMediaType: text, contentEncoding: text } },
  })),
  message('deprecation of a property', (text) => ({
    type: 'object',
    properties: { value: { type: 'string', 'x-deprecated': { since: text, instead: text } } },
  })),
  message('instead of a property', (text) => ({
    type: 'object',
    properties: { value: { type: 'string', 'x-deprecated': { since: '1.0.0', remove: '9.0.0', instead: text } } },
  })),
  message('keyword', (text) => ({ type: 'object', ...one(text, text) })),
  message('own keyword', (text) => ({ type: 'object', ...one(`x-${text}`, one(text, text)) })),
  message(
    'definition',
    (text) => ({
      type: 'object',
      properties: { value: { $ref: `#/provides/at-definition/message/$defs/${pointerPart(text)}` } },
      $defs: one(text, { type: 'object', properties: one(text, { type: 'string' }) }),
    }),
    (text) => ({ good: [{}, { value: one(text, 'x') }], bad: [{ value: one(text, 1) }, { value: 1 }] }),
  ),
  message('reference', (text) => ({ type: 'object', properties: { value: { $ref: text } } })),
  message('reference in a file', (text) => ({ type: 'object', properties: { value: { $ref: `#/${text}` } } })),
  message(
    'tag',
    (text) => ({
      oneOf: [text, 'plain'].map((kind) => ({
        type: 'object',
        required: ['kind'],
        properties: { kind: { const: kind }, of: { type: 'string' } },
      })),
    }),
    (text) => ({ good: [{ kind: text }, { kind: 'plain', of: 'x' }], bad: [{}, { kind: `${text}!` }, { kind: text, of: 1 }] }),
  ),
  message(
    'name of a tag',
    (text) => ({
      'x-open': true,
      oneOf: ['one', 'two'].map((kind) => ({ type: 'object', required: [text], properties: one(text, { const: kind }) })),
    }),
    (text) => ({ good: [one(text, 'one'), one(text, 'two'), one(text, 'three')], bad: [{}, one(text, 1)] }),
  ),
  message(
    'tuple',
    (text) => ({
      type: 'object',
      properties: {
        value: {
          type: 'array',
          prefixItems: [{ const: text }, { enum: [text, 1], description: text }],
          items: { const: text, description: text },
        },
      },
    }),
    (text) => ({ good: [{}, { value: [text, 1, text] }], bad: [{ value: [`${text}!`] }, { value: [text, 2] }, { value: [text, 1, 1] }] }),
  ),
  message(
    'records',
    (text) => ({ type: 'object', additionalProperties: { const: text, description: text } }),
    (text) => ({ good: [{}, one(text, text)], bad: [one(text, `${text}!`), one('other', 1)] }),
  ),
];

/** Places of what travels as Protobuf. */
export const PROTOBUF_PLACES: readonly HostilePlace[] = [
  protobuf('field', (text) => one(text, { type: 'string', 'x-field': 1, description: text })),
  protobuf('value in Protobuf', (text) => ({
    value: {
      enum: [text, `${text}1`, `${text}_`, `_${text}`, `${text} `],
      'x-enum-numbers': numbered([text, `${text}1`, `${text}_`, `_${text}`, `${text} `]),
      'x-field': 1,
    },
  })),
  protobuf('value called zero', (text) => ({
    value: { enum: [text, 'unspecified', 'UNSPECIFIED'], 'x-enum-numbers': numbered([text, 'unspecified', 'UNSPECIFIED']), 'x-field': 1 },
  })),
  protobuf('tag in Protobuf', (text) => ({
    value: {
      'x-field': 1,
      'x-enum-numbers': numbered([text, `${text}_`]),
      oneOf: [text, `${text}_`].map((kind) => ({
        type: 'object',
        required: ['kind'],
        properties: { kind: { const: kind, 'x-field': 1 }, of: { type: 'string', 'x-field': 2, description: text } },
      })),
    },
  })),
  protobuf('description in Protobuf', (text) => ({
    value: {
      type: 'object',
      description: text,
      'x-deprecated': { instead: text },
      'x-field': 1,
      properties: { in: { type: 'string', description: text, 'x-field': 1 } },
    },
  })),
  protobuf('definition in Protobuf', (text) => ({
    value: {
      type: 'object',
      'x-field': 1,
      $defs: one(text, { type: 'object', description: text, properties: { in: { type: 'string', 'x-field': 1 } } }),
      properties: {
        in: { $ref: `#/provides/at-definition-in-protobuf/message/properties/value/$defs/${pointerPart(text)}`, 'x-field': 1 },
      },
    },
  })),
];

/** Messages made of a text that the pattern matches, where one of these does, and of one that it does not match. */
function byPattern(pattern: string, made: (text: string) => { readonly good: Json; readonly bad: Json }): Messages {
  const texts = [pattern, `a${pattern}`, 'globalThis', 'none of these'];
  const matching = texts.filter((text) => new RegExp(pattern, 'u').test(text));
  return { good: matching.map((text) => made(text).good), bad: matching.map((text) => made(text).bad) };
}

function numbered(texts: readonly string[]): Record<string, Json> {
  return Object.fromEntries(texts.map((text, index) => [text, index + 1]));
}
