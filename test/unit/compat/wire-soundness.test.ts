/**
 * What is called compatible of what travels as Protobuf is read as it was sent and accepted, whatever message is tried; what is called breaking
 * has bytes that show it.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createReplay, type Replay } from '../../../src/compat/replay.ts';
import { type SchemaNode, schemaNode } from '../../../src/compat/schema-node.ts';
import { decideWire } from '../../../src/compat/wire/decide-wire.ts';
import type { WirePort } from '../../../src/compat/wire/port.ts';
import { formatLocation } from '../../../src/payload/documents.ts';
import { buildProtobufModel } from '../../../src/payload/protobuf/build-model.ts';
import { describeModel } from '../../../src/payload/protobuf/tables.ts';
import { loadProtobuf } from '../../../src/runtime/protobuf.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { documentsOf } from '../../support/documents.ts';
import { messagesOf } from '../../support/random-messages.ts';
import { PATIENCE, runs } from '../../support/size.ts';
import { type Alternative, isReadAsSent, type Text, typesOfSpec, type WireField, type WireSpec } from '../../support/wire-spec.ts';

let replays: { readonly declared: Replay; readonly literal: Replay };
let port: WirePort;
beforeAll(async () => {
  replays = { declared: await createReplay({ strict: false }), literal: await createReplay({ strict: true }) };
  port = await loadProtobuf();
});

const NAMES = ['a', 'b', 'c', 'd'];
const texts: fc.Arbitrary<readonly Text[]> = fc
  .uniqueArray(fc.tuple(fc.constantFrom('p', 'q', 'r', '#1'), fc.integer({ min: 1, max: 4 })), {
    minLength: 1,
    maxLength: 3,
    selector: ([text]) => text,
  })
  .map((all) => all.filter(([, number], index) => all.findIndex((other) => other[1] === number) === index));

const bounds = fc.record(
  {
    minLength: fc.integer({ min: 0, max: 2 }),
    maxLength: fc.integer({ min: 2, max: 3 }),
    minimum: fc.integer({ min: -2, max: 1 }),
    maximum: fc.constantFrom(2, 100, 5_000_000_000),
    minItems: fc.integer({ min: 0, max: 1 }),
    maxItems: fc.integer({ min: 1, max: 2 }),
    uniqueItems: fc.boolean(),
    minProperties: fc.integer({ min: 0, max: 1 }),
  },
  { requiredKeys: [] },
);

function fieldOf(types: readonly WireField['type'][]): fc.Arbitrary<WireField> {
  return fc.record({
    name: fc.constantFrom(...NAMES),
    number: fc.integer({ min: 2, max: 6 }),
    type: fc.constantFrom(...types),
    label: fc.constantFrom('single', 'single', 'single', 'list', 'map'),
    required: fc.boolean(),
    nullable: fc.boolean(),
    texts,
    open: fc.boolean(),
    bounds,
  });
}

const SCALARS = ['string', 'bytes', 'bool', 'int32', 'int64', 'double', 'enum'] as const;

function tidy(fields: readonly WireField[]): readonly WireField[] {
  return fields.filter(
    ({ name, number }, index) =>
      fields.findIndex((other) => other.name === name) === index && fields.findIndex((other) => other.number === number) === index,
  );
}

function fieldsOf(types: readonly WireField['type'][], most: number): fc.Arbitrary<readonly WireField[]> {
  return fc.array(fieldOf(types), { minLength: 1, maxLength: most }).map(tidy);
}

const alternatives: fc.Arbitrary<readonly Alternative[]> = fc
  .tuple(fieldsOf(SCALARS, 2), fieldsOf(SCALARS, 2), fieldsOf(SCALARS, 1), fc.boolean())
  .map(([first, second, third, more]) => [
    { text: 'p', number: 1, fields: first },
    { text: 'q', number: 2, fields: second },
    ...(more ? [{ text: 'r', number: 3, fields: third }] : []),
  ]);

const rules = fc.constantFrom<WireSpec['rules']>(
  {},
  {},
  {},
  { additionalProperties: false },
  { minProperties: 1 },
  { maxProperties: 2 },
  { dependentRequired: { a: ['b'] } },
  { not: { required: ['c'] } },
  Object.fromEntries([
    ['if', { required: ['a'] }],
    ['then', { properties: { b: { not: { type: 'null' } } } }],
  ]),
  { propertyNames: { enum: ['a', 'b', 'c'] } },
  { anyOf: [{ required: ['a'] }, { required: ['b'] }] },
  { unevaluatedProperties: false },
);

const specs: fc.Arbitrary<WireSpec> = fc.record({
  root: fieldsOf([...SCALARS, 'message', 'choice'], 4),
  message: fieldsOf([...SCALARS, 'message'], 2).map((fields) =>
    fields.map((field) => (field.type === 'message' ? { ...field, required: false } : field)),
  ),
  choice: alternatives,
  rules,
});

type Edit = (spec: WireSpec) => WireSpec;

const inFields = (change: (fields: readonly WireField[]) => readonly WireField[]): fc.Arbitrary<Edit> =>
  fc.constantFrom<Edit>(
    (spec) => ({ ...spec, root: tidy(change(spec.root)) }),
    (spec) => ({ ...spec, root: tidy(change(spec.root)) }),
    (spec) => ({
      ...spec,
      message: tidy(change(spec.message)).map((field) => (field.type === 'choice' ? { ...field, type: 'string' } : field)),
    }),
    (spec) => ({ ...spec, choice: spec.choice.map((each) => ({ ...each, fields: tidy(change(each.fields)) })) }),
  );

const first = (fields: readonly WireField[], change: Partial<WireField>) =>
  fields.map((field, index) => (index === 0 ? { ...field, ...change } : field));

/** What people do to messages: rename, renumber, retype, and so on. */
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.constantFrom(...NAMES, 'e').chain((name) => inFields((fields) => first(fields, { name }))),
  fc.integer({ min: 2, max: 6 }).chain((number) => inFields((fields) => first(fields, { number }))),
  fc.constantFrom(...SCALARS).chain((type) => inFields((fields) => first(fields, { type }))),
  fc.constantFrom('single', 'list', 'map').chain((label) => inFields((fields) => first(fields, { label } as Partial<WireField>))),
  fc.boolean().chain((required) => inFields((fields) => first(fields, { required }))),
  fc.boolean().chain((nullable) => inFields((fields) => first(fields, { nullable }))),
  bounds.chain((each) => inFields((fields) => first(fields, { bounds: each }))),
  texts.chain((each) => inFields((fields) => fields.map((field) => ({ ...field, texts: each })))),
  fieldOf(SCALARS).chain((field) => inFields((fields) => [...fields, field])),
  inFields((fields) => fields.slice(1)),
  inFields((fields) => fields.map((field, index) => ({ ...field, number: fields.at(index - 1)?.number ?? field.number }))),
  alternatives.map(
    (choice): Edit =>
      (spec) => ({ ...spec, choice }),
  ),
  fc.constant<Edit>((spec) => ({ ...spec, choice: spec.choice.map((each, index) => ({ ...each, number: 3 - index })) })),
  fc.constantFrom('p', 's').map(
    (text): Edit =>
      (spec) => ({ ...spec, choice: spec.choice.map((each, index) => (index === 0 ? { ...each, text } : each)) }),
  ),
  rules.map(
    (each): Edit =>
      (spec) => ({ ...spec, rules: each }),
  ),
);

function placeOf(spec: WireSpec): SchemaNode {
  const documents = documentsOf({ 'a.yaml': JSON.stringify({ types: typesOfSpec(spec) }) });
  const node = schemaNode(documents, { file: 'a.yaml', pointer: '/types/Root' });
  if (!node) throw new Error('the schema is not there');
  return node;
}

function codecOf(node: SchemaNode) {
  const model = buildProtobufModel(node.documents, [node.location]);
  const key = model.payloads.get(formatLocation(node.location)) ?? '';
  const codec = port.codec(describeModel(model, [key], (each) => each));
  return {
    encode: (message: JsonValue): Uint8Array | undefined => attempt(() => codec.encode(key, message)),
    decode: (bytes: Uint8Array): JsonValue | undefined => attempt(() => codec.decode(key, bytes) as JsonValue),
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && error.name === 'ProtobufError') return undefined;
    throw error;
  }
}

const counts = { included: 0, 'not-included': 0, undecided: 0, messages: 0 };

describe('a decision about the wire', () => {
  it.each([['declared'], ['literal']] as const)(
    'never calls a message compatible that is misread or refused: %s',
    (view) => {
      const pairs = fc.tuple(specs, fc.array(edits, { minLength: 1, maxLength: 3 }), fc.boolean());
      const holds = ([spec, changes, turned]: [WireSpec, readonly Edit[], boolean]): void => {
        const edited = changes.reduce((each, edit) => edit(each), spec);
        const [from, to] = turned ? [edited, spec] : [spec, edited];
        const [sender, receiver] = [placeOf(from), placeOf(to)];
        const replay = replays[view];
        const strict = view === 'literal';
        const decision = decideWire({ sender, receiver, asserted: receiver, examples: [], strict, names: 'receiver' }, replay, port);
        counts[decision.answer] += 1;
        const [writer, reader] = [codecOf(sender), codecOf(receiver)];
        const isFine = (message: JsonValue): boolean => {
          const bytes = writer.encode(message);
          if (!bytes || !replay.emits(sender, message)) return true;
          counts.messages += 1;
          const read = reader.decode(bytes);
          return read !== undefined && replay.evaluate(receiver, 'receiver', read) === true && isReadAsSent(from, to, message, read);
        };
        if (decision.answer === 'included') {
          const messages = fc.sample(messagesOf(sender.documents, sender.location), { numRuns: 30, seed: 30 });
          const bad = messages.find((message) => !isFine(message));
          expect(bad === undefined ? [] : [bad, { from: typesOfSpec(from), to: typesOfSpec(to) }]).toEqual([]);
        }
        const pair = { from: typesOfSpec(from), to: typesOfSpec(to) };
        if (decision.answer === 'not-included') {
          const fine = decision.witnesses.filter(({ message }) => isFine(message));
          expect(fine.length === 0 ? [] : [fine, pair]).toEqual([]);
        }
        if (decision.answer === 'undecided') expect(decision.reason).not.toContain('contradicts itself');
      };
      fc.assert(fc.property(pairs, holds), { numRuns: runs(700, 100_000), seed: view === 'literal' ? 31 : 30 });
    },
    PATIENCE * 2,
  );

  it('is made nearly always, and tried on many messages', () => {
    // What is left are lists of messages that must be unique, and objects of which it is not known what they have.
    const all = counts.included + counts['not-included'] + counts.undecided;
    expect(counts.undecided / all).toBeLessThan(0.02);
    expect(Math.min(counts.included, counts['not-included']) / all).toBeGreaterThan(0.2);
    expect(counts.messages).toBeGreaterThan(counts.included * 10);
  });
});
