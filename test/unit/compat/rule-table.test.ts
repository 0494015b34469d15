/** The rule table of compatibility, row by row: both directions in both views, each break with a message that ajv has tried. */
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { decidePayload } from '../../../src/compat/decide.ts';
import type { Decision } from '../../../src/compat/decision.ts';
import { createReplay, type Replay } from '../../../src/compat/replay.ts';
import { type SchemaNode, schemaNode } from '../../../src/compat/schema-node.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { documentsOf } from '../../support/documents.ts';
import { type Expected, type Row, RULE_TABLE, readRuleTable, type SenderView } from '../../support/rule-table.ts';
import { PATIENCE } from '../../support/size.ts';

const ROWS = readRuleTable();
const VIEWS: readonly SenderView[] = ['literal', 'declared'];
const DIRECTIONS = ['backward', 'forward'] as const;

type Question = {
  readonly title: string;
  readonly sender: JsonValue;
  readonly receiver: JsonValue;
  readonly view: SenderView;
  readonly wanted: Expected;
};

const QUESTIONS = ROWS.flatMap(questionsOf);
const BREAKS = QUESTIONS.flatMap((question) =>
  typeof question.wanted === 'object' ? [{ ...question, rejected: question.wanted.rejected }] : [],
);

function questionsOf({ family, name, before, after, expected }: Row): readonly Question[] {
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

const ajv = new Ajv2020({ strict: false, logger: false, ownProperties: true });
formats.default(ajv, { mode: 'full' });

const replays = new Map<SenderView, Replay>();
beforeAll(async () => {
  for (const view of VIEWS) replays.set(view, await createReplay({ strict: view === 'literal' }));
});

/** A schema as a document of its own, so that its references lead where they say. */
function nodeOf(schema: JsonValue): SchemaNode {
  const documents = documentsOf({ 'schema.json': JSON.stringify(schema) });
  const node = schemaNode(documents, { file: 'schema.json', pointer: '' });
  if (!node) throw new Error('the schema is not there');
  return node;
}

function replayOf(view: SenderView): Replay {
  const replay = replays.get(view);
  if (!replay) throw new Error('the replay is not there');
  return replay;
}

function decide(sender: JsonValue, receiver: JsonValue, view: SenderView): Decision {
  const question = { sender: nodeOf(sender), receiver: nodeOf(receiver), examples: [], strict: view === 'literal' };
  return decidePayload(question, replayOf(view));
}

/** Whether ajv by itself, and nothing of the engine, has the sender's schema accept a message and the receiver's reject it. */
function isProof(sender: JsonValue, receiver: JsonValue, message: JsonValue): boolean {
  return ajv.validate(sender as JsonObject, message) === true && ajv.validate(receiver as JsonObject, message) === false;
}

function answerOf(expected: Expected): Decision['answer'] {
  return typeof expected === 'object' ? 'not-included' : expected;
}

describe('the rule table', () => {
  it.each(BREAKS.map((one) => [one.title, one] as const))('shows a message that breaks: %s', (_, { sender, receiver, view, rejected }) => {
    expect(isProof(sender, receiver, rejected)).toBe(true);
    expect(replayOf(view).emits(nodeOf(sender), rejected)).toBe(true);
  });

  it(
    'is decided, but for what open.txt lists',
    async () => {
      const open: string[] = [];
      for (const { title, sender, receiver, view, wanted } of QUESTIONS) {
        const decision = decide(sender, receiver, view);
        if (decision.answer === 'undecided' && wanted !== 'undecided') {
          open.push(`${title}: ${decision.reason}\n`);
          continue;
        }
        expect({ title, answer: decision.answer }).toEqual({ title, answer: answerOf(wanted) });
        if (decision.answer !== 'not-included') continue;
        for (const { message } of decision.witnesses)
          expect({ title, message, is: isProof(sender, receiver, message) }).toMatchObject({ is: true });
      }
      await expect(open.join('')).toMatchFileSnapshot(join(RULE_TABLE, 'open.txt'));
    },
    PATIENCE,
  );

  it.each(ROWS.map((row) => [`${row.family}: ${row.name}`, row] as const))('has nothing to say of what stays: %s', (_, row) => {
    for (const schema of [row.before, row.after]) {
      for (const view of VIEWS) expect(decide(schema, schema, view)).toEqual({ answer: 'included' });
    }
  });
});
