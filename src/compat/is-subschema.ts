import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { findValue, openInquiry } from '../inclusion/open-inquiry.ts';
import { type Draft, draftOf, isEarly } from '../inclusion/plain/draft.ts';
import { NOWHERE, toModernSchema } from '../inclusion/plain/modern-schema.ts';
import { readJson } from '../inclusion/plain/read-json.ts';
import { LONGEST_LOOKED_AROUND } from '../inclusion/primitives.ts';
import { canonicalText } from '../inclusion/schema.ts';
import { patternEngine } from '../payload/pattern-test.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { closeSender } from './close-sender.ts';
import { minimise } from './minimise.ts';

/** How to decide whether one schema accepts no more than another. */
export type SubschemaOptions = {
  /**
   * `declared`: a sender sends the properties that its schema declares, others only where it says so (`additionalProperties`, patterns).
   * `literal`: it may send whatever its schema accepts. Absent: `declared`.
   */
  readonly view?: 'declared' | 'literal';
  /** How many steps to go before the answer is `undecided`. Absent: three million, which takes some seconds. */
  readonly budget?: number;
};

// So many characters of messages are tried for a smaller one: a large message is tried less often.
const MOST_READ = 200_000;

/** Whether whatever is sent by one schema is accepted by another. */
export type SubschemaAnswer =
  | { readonly answer: 'included' }
  /** A message that is sent and not accepted; validators say so too. */
  | { readonly answer: 'not-included'; readonly witness: JsonValue }
  | { readonly answer: 'undecided'; readonly reason: string };

/**
 * Decides whether every message that a sender's schema lets it send is accepted by a receiver's schema. Schemas are those of the drafts 04 to
 * 2020-12, told by `$schema`; one that does not say is read as 2020-12, and what only earlier drafts know as they do. References must lead
 * into the schema itself. Formats are asserted where validators know them. It never throws: what is malformed or too much is `undecided`.
 */
export function isSubschema(sender: JsonValue, receiver: JsonValue, options: SubschemaOptions = {}): SubschemaAnswer {
  try {
    const [sent, accepted] = [readJson(sender), readJson(receiver)];
    if (!sent.ok) return undecided(sent.reason);
    if (!accepted.ok) return undecided(accepted.reason);
    return decide(sent.value, accepted.value, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undecided('the schemas are nested too deeply');
  }
}

function undecided(reason: string): SubschemaAnswer {
  return { answer: 'undecided', reason };
}

function decide(sender: JsonValue, receiver: JsonValue, { view = 'declared', budget }: SubschemaOptions): SubschemaAnswer {
  const [from, to] = [draftOf(sender), draftOf(receiver)];
  if (!from || !to) return undecided('a schema is of a draft that is not understood');
  const [sent, accepted] = [toModernSchema(sender, from), toModernSchema(receiver, to)];
  // Whatever a validator makes of a schema, it makes twice; only what lies elsewhere may have changed.
  if (canonicalText(sender) === canonicalText(receiver) && !canonicalText(sent).includes(NOWHERE)) return { answer: 'included' };
  const views = view === 'literal' ? [] : [closeSender(sent, 'open'), closeSender(sent, 'closed')];
  const inquiry = openInquiry([accepted, sent, ...views], { budget: Number.isNaN(budget) ? undefined : budget });
  const [refusing, sending, open, closed] = inquiry.schemas;
  if (!refusing || !sending) return undecided('a schema is malformed');
  const ask = (narrowed: typeof open) =>
    findValue(inquiry, [
      { schema: refusing, holds: false },
      ...[sending, narrowed].filter((schema) => schema !== undefined).map((schema) => ({ schema, holds: true })),
    ]);
  const widest = ask(open);
  if (widest.answer === 'unsat') return { answer: 'included' };
  const found = closed === open ? widest : ask(closed);
  if (found.answer === 'unknown') return undecided(found.reason);
  if (found.answer === 'unsat') return undecided('an object declares no properties, and it is not known which are sent');
  const proves = refuter([sender, from, sent], [receiver, to, accepted], views[1]);
  if (!proves(found.value)) return undecided('validators do not agree with the message that was found');
  return { answer: 'not-included', witness: minimise(found.value, proves, { left: MOST_READ / JSON.stringify(found.value).length }) };
}

type Written = readonly [schema: JsonValue, draft: Draft, modern: JsonObject];
type Validate = (message: JsonValue) => boolean | undefined;

/** Says whether a message is sent and refused, by real validators. */
function refuter(sender: Written, receiver: Written, closed: JsonObject | undefined): (message: JsonValue) => boolean {
  const [sends, accepts] = [compileAsWritten(...sender), compileAsWritten(...receiver)];
  const declares = closed === undefined ? () => true : compile(closed, '2020-12');
  return (message) => sends(message) === true && declares(message) === true && accepts(message) === false;
}

/** A validator of a schema as it is written; what ajv cannot read so (draft 04, a list without values) it reads as it was understood. */
function compileAsWritten(schema: JsonValue, draft: Draft, modern: JsonObject): Validate {
  const asWritten = draft === '04' ? () => undefined : compile(schema, draft);
  let asUnderstood: Validate | undefined;
  return (message) => {
    const answer = asWritten(message);
    if (answer !== undefined) return answer;
    asUnderstood ??= compile(modern, '2020-12');
    return asUnderstood(message);
  };
}

function compile(schema: JsonValue, draft: Draft): Validate {
  const options = {
    ...({ strict: false, logger: false, validateSchema: false, ownProperties: true } as const),
    code: { optimize: false, regExp: patternEngine(LONGEST_LOOKED_AROUND) },
  };
  const ajv = isEarly(draft) ? new Ajv(options) : draft === '2019-09' ? new Ajv2019(options) : new Ajv2020(options);
  formats.default(ajv, { mode: 'full' });
  const attempt = <Result>(run: () => Result): Result | undefined => {
    try {
      return run();
    } catch {
      return undefined;
    }
  };
  // The draft is known; ajv looks for a schema of it otherwise.
  const plain =
    typeof schema === 'object' && schema !== null
      ? Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$schema'))
      : schema;
  const read = isEarly(draft) ? withoutSiblings(plain) : plain;
  const validate = attempt(() => ajv.compile(read as boolean | Record<string, unknown>));
  return (message) => (validate ? attempt(() => validate(message) === true) : undefined);
}

/** Keywords of early drafts that hold data, and those below which names stand that are nobody's keywords. */
const DATA: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);
const NAMED: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'definitions', '$defs', 'dependencies']);

/** A schema of an early draft without what stands beside references: it was ignored, which ajv no longer does. */
function withoutSiblings(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(withoutSiblings);
  if (!isObject(schema)) return schema;
  const isReference = typeof ownProperty(schema, '$ref') === 'string';
  const kept = Object.entries(schema).filter(([keyword]) => !isReference || keyword === '$ref' || keyword === 'definitions');
  return Object.fromEntries(
    kept.map(([keyword, value]) => {
      if (DATA.has(keyword)) return [keyword, value];
      if (!NAMED.has(keyword) || !isObject(value)) return [keyword, withoutSiblings(value)];
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutSiblings(inner)]))];
    }),
  );
}
