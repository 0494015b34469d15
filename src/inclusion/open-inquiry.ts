import type { JsonValue } from '../source/json.ts';
import { createPrimitives } from './primitives.ts';
import { readSchema } from './read-schema.ts';
import type { Run } from './run.ts';
import type { Claim, Schema } from './schema.ts';
import { noteTags, settleSchemas } from './settle-schemas.ts';
import type { Solution } from './solution.ts';
import { solveDeep, solveGoal } from './solve-goal.ts';
import { createTextLister } from './solve-texts.ts';
import type { TextsMemo } from './texts/memo.ts';
import { unifySchemas } from './unify-schemas.ts';
import { createWorld } from './world.ts';

/** Schemas made ready to be asked about together. */
export type Inquiry = {
  readonly run: Run;
  /** The schemas, in the order in which they were given. */
  readonly schemas: readonly Schema[];
};

/** How many steps an inquiry has that nobody gives a budget: a few seconds of work at most. */
export const MOST_STEPS = 3_000_000;

/** How much work an inquiry may take, in steps, and what is known of texts from earlier ones. */
export type InquiryOptions = { readonly budget?: number | undefined; readonly texts?: TextsMemo };

/** Reads schemas (JSON Schema 2020-12, references within each of them) so that questions about them can be asked. */
export function openInquiry(documents: readonly JsonValue[], { budget = MOST_STEPS, texts }: InquiryOptions = {}): Inquiry {
  const world = createWorld();
  const read = documents.map((document) => readSchema(world, document));
  settleSchemas(world);
  const standIn = unifySchemas(world);
  noteTags(world);
  const primitives = createPrimitives();
  const run: Run = {
    world,
    primitives,
    listTexts: createTextLister(texts),
    budget: { steps: budget },
    known: new Map(),
    open: new Map(),
    resting: [],
    solve: (claims) => solveGoal(run, claims),
  };
  return { run, schemas: read.map(standIn) };
}

/** Looks for a value of which all claims are true, whatever their depth. */
export function findValue({ run }: Inquiry, claims: readonly Claim[]): Solution {
  return solveDeep(run, claims);
}
