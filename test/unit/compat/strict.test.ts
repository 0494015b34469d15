import { beforeAll, describe, expect, it } from 'vitest';
import { decidePayload } from '../../../src/compat/decide.ts';
import { createReplay, type Replay } from '../../../src/compat/replay.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { schemaOf } from '../../support/schema-pair.ts';

const text: JsonValue = { type: 'string' };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const closed = { additionalProperties: false };
const open = { additionalProperties: true };

/** Changes of objects, with what a new receiver makes of old messages and an old one of new messages, literally and with declared properties only. */
const ROWS: readonly {
  readonly change: string;
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly literally: readonly [backward: boolean, forward: boolean];
  readonly declared: readonly [backward: boolean, forward: boolean];
}[] = [
  {
    change: 'an optional property added, both open',
    before: object({ a: text }),
    after: object({ a: text, b: text }),
    literally: [false, true],
    declared: [true, true],
  },
  {
    change: 'an optional property added, both closed',
    before: object({ a: text }, closed),
    after: object({ a: text, b: text }, closed),
    literally: [true, false],
    declared: [true, false],
  },
  {
    change: 'a property added that may be anything',
    before: object({ a: text }),
    after: object({ a: text, b: {} }),
    literally: [true, true],
    declared: [true, true],
  },
  {
    change: 'a required property added',
    before: object({ a: text }),
    after: object({ a: text, b: text }, { required: ['b'] }),
    literally: [false, true],
    declared: [false, true],
  },
  {
    change: 'an optional property removed, new one open',
    before: object({ a: text, b: text }),
    after: object({ a: text }),
    literally: [true, false],
    declared: [true, true],
  },
  {
    change: 'an optional property removed, new one closed',
    before: object({ a: text, b: text }),
    after: object({ a: text }, closed),
    literally: [false, true],
    declared: [false, true],
  },
  {
    change: 'closed, without a word before',
    before: object({ a: text }),
    after: object({ a: text }, closed),
    literally: [false, true],
    declared: [true, true],
  },
  {
    change: 'closed, explicitly open before',
    before: object({ a: text }, open),
    after: object({ a: text }, closed),
    literally: [false, true],
    declared: [false, true],
  },
  {
    change: 'names bounded to those declared',
    before: object({ a: text }),
    after: object({ a: text }, { propertyNames: { maxLength: 1 } }),
    literally: [false, true],
    declared: [true, true],
  },
  {
    change: 'at most as many properties as are declared',
    before: object({ a: text }),
    after: object({ a: text }, { maxProperties: 1 }),
    literally: [false, true],
    declared: [true, true],
  },
  {
    change: 'an optional property added in an alternative',
    before: { anyOf: [object({ a: text }), { type: 'null' }] },
    after: { anyOf: [object({ a: text, b: text }), { type: 'null' }] },
    literally: [false, true],
    declared: [true, true],
  },
];

let replays: { readonly literally: Replay; readonly declared: Replay };
beforeAll(async () => {
  replays = { literally: await createReplay({ strict: true }), declared: await createReplay({ strict: false }) };
});

describe.each(['literally', 'declared'] as const)('senders read: %s', (reading) => {
  it.each(ROWS)('$change', ({ before, after, ...expected }) => {
    const decide = (sender: JsonValue, receiver: JsonValue) =>
      decidePayload(
        { sender: schemaOf(sender), receiver: schemaOf(receiver), examples: [], strict: reading === 'literally' },
        replays[reading],
      ).answer;
    const [backward, forward] = expected[reading];
    expect([decide(before, after), decide(after, before)]).toEqual([backward, forward].map((safe) => (safe ? 'included' : 'not-included')));
  });
});
