/** The rule table through `isSubschema`: the rows that contracts can say, and those that only plain schemas of some draft can. */
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { isSubschema } from '../../../src/compat/is-subschema.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../../src/source/json.ts';
import { type Expected, PLAIN_ROWS, type Row, readRuleTable, type SenderView } from '../../support/rule-table.ts';

const VIEWS: readonly SenderView[] = ['literal', 'declared'];
const DIRECTIONS = ['backward', 'forward'] as const;

/** Whether a validator of the schema's own draft accepts a message; `undefined` where it cannot be compiled. */
function accepts(schema: JsonValue, message: JsonValue): boolean | undefined {
  const draft = String(ownProperty(schema, '$schema') ?? '2020-12');
  const options = { strict: false, logger: false, validateSchema: false, ownProperties: true } as const;
  const ajv = draft.includes('draft-0') ? new Ajv(options) : draft.includes('2019-09') ? new Ajv2019(options) : new Ajv2020(options);
  formats.default(ajv, { mode: 'full' });
  const { $schema: _draft, ...plain } = typeof schema === 'object' ? (schema as JsonObject) : { allOf: [schema] };
  try {
    return ajv.validate(draft.includes('draft-0') ? withoutSiblings(plain) : plain, message) === true;
  } catch {
    return undefined;
  }
}

/** The properties' references alone: what stood beside one was ignored once, and ajv looks at it all the same. */
function withoutSiblings({ properties, ...rest }: JsonObject): JsonObject {
  if (!isObject(properties)) return rest;
  const alone = Object.entries(properties).map(([name, inner]) => {
    const reference = ownProperty(inner, '$ref');
    return [name, reference === undefined ? inner : { $ref: reference }];
  });
  return { ...rest, properties: Object.fromEntries(alone) };
}

function questionsOf({ family, name, before, after, expected }: Row) {
  return DIRECTIONS.flatMap((direction) =>
    VIEWS.map((view) => ({
      title: `${family}: ${name}, ${direction}, ${view}`,
      sender: direction === 'backward' ? before : after,
      receiver: direction === 'backward' ? after : before,
      view,
      wanted: expected[direction][view],
    })),
  );
}

function answerOf(expected: Expected): string {
  return typeof expected === 'object' ? 'not-included' : expected;
}

const OWN = readRuleTable(PLAIN_ROWS);
const QUESTIONS = [...readRuleTable(), ...OWN].flatMap(questionsOf);

describe('isSubschema', () => {
  it.each(QUESTIONS.map((one) => [one.title, one] as const))('answers a row of the rule table: %s', (_, question) => {
    const { sender, receiver, view, wanted } = question;
    const found = isSubschema(sender, receiver, { view });
    expect(found.answer).toBe(answerOf(wanted));
    if (found.answer !== 'not-included') return;
    expect({ message: found.witness, sent: accepts(sender, found.witness), accepted: accepts(receiver, found.witness) }).toMatchObject({
      sent: true,
      accepted: false,
    });
  });

  it.each(OWN.flatMap(questionsOf).map((one) => [one.title, one] as const))('is right about the message of the row: %s', (_, question) => {
    const { sender, receiver, wanted } = question;
    if (typeof wanted !== 'object') return;
    expect([accepts(sender, wanted.rejected), accepts(receiver, wanted.rejected)]).toEqual([true, false]);
  });
});
