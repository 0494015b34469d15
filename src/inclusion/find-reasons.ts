import type { JsonValue } from '../source/json.ts';
import { appendPointer } from '../source/pointer.ts';
import { findValue, type Inquiry } from './open-inquiry.ts';
import { areApart } from './outline.ts';
import type { Assertion, Claim, Schema } from './schema.ts';
import { anything, madeUpSchema } from './world.ts';

/** What shows in how many ways a receiver refuses something: a value for each, and places where it is not known whether it does. */
type Reasons = { readonly values: readonly JsonValue[]; readonly doubts: readonly Doubt[] };

/** A place of the value, `*` for any item or unnamed property, and why nothing is known of it. */
type Doubt = { readonly path: string; readonly reason: string };

// More than anybody reads, and more questions than are worth their time.
const MOST_VALUES = 40;
const MOST_QUESTIONS = 600;

type Walk = {
  readonly inquiry: Inquiry;
  readonly sent: readonly Claim[];
  readonly values: JsonValue[];
  readonly doubts: Doubt[];
  questions: number;
  stopped: boolean;
};

/** A part of what the receiver asserts: everything it asserts, reduced to one schema inside it. */
type Part = {
  readonly schema: Schema;
  readonly path: string;
  /** The receiver's schema with nothing left but what is put here. */
  readonly around: (inner: Schema) => Schema;
  readonly within: readonly number[];
  /** Whether it is not taken apart any further. */
  readonly whole: boolean;
};

/**
 * Takes apart what a receiver asserts, and asks for each part by itself whether something that is sent is refused because of it. Together the
 * parts refuse whatever the whole refuses.
 */
export function findReasons(inquiry: Inquiry, sent: readonly Claim[], receiver: Schema): Reasons {
  const walk: Walk = { inquiry, sent, values: [], doubts: [], questions: 0, stopped: false };
  visit(walk, { schema: receiver, path: '', around: (inner) => inner, within: [], whole: false });
  return { values: walk.values, doubts: walk.doubts };
}

function visit(walk: Walk, part: Part): void {
  if (walk.stopped || part.within.includes(part.schema.id)) return;
  walk.questions += 1;
  if (walk.questions > MOST_QUESTIONS || walk.values.length >= MOST_VALUES) {
    walk.stopped = true;
    walk.doubts.push({ path: '', reason: 'more breaks may be there than are looked for' });
    return;
  }
  const solution = findValue(walk.inquiry, [...walk.sent, { schema: part.around(part.schema), holds: false }]);
  if (solution.answer === 'unsat') return;
  if (!part.whole) for (const inner of takeApart(walk, part)) visit(walk, inner);
  else if (solution.answer === 'sat') walk.values.push(solution.value);
  else walk.doubts.push({ path: part.path, reason: solution.reason });
}

/** The parts of a part, one for each schema inside and for each assertion that has none. */
function takeApart(walk: Walk, part: Part): readonly Part[] {
  const { schema } = part;
  const within = [...part.within, schema.id];
  // That a value is of another type altogether says the least.
  const types = schema.assertions.filter(({ kind }) => kind === 'types');
  return [...schema.assertions.filter(({ kind }) => kind !== 'types'), ...types].flatMap((assertion): readonly Part[] => {
    // What is not evaluated depends on all that stands beside it.
    if (assertion.kind === 'unevaluated') return [{ ...part, whole: true }];
    return partsOf(walk, assertion).map(({ schema: inner, step, around, whole }) => ({
      schema: inner,
      path: step === undefined ? part.path : appendPointer(part.path, step),
      around: (one) => part.around(around(one)),
      within,
      whole: whole ?? false,
    }));
  });
}

type Inner = Pick<Part, 'schema' | 'around'> & { readonly step?: string; readonly whole?: boolean };

function partsOf({ inquiry }: Walk, assertion: Assertion): readonly Inner[] {
  const { world } = inquiry.run;
  const make = (made: Assertion): Schema => madeUpSchema(world, made);
  const here = (schema: Schema): Inner => ({ schema, around: (inner) => inner });
  const whole = (): Inner => ({ ...here(make(assertion)), whole: true });
  switch (assertion.kind) {
    case 'all':
      return assertion.schemas.map(here);
    case 'required':
      return assertion.names.map((name) => ({ ...here(make({ kind: 'required', names: [name] })), whole: true }));
    case 'properties': {
      const { named, patterns, rest } = assertion;
      const free = anything(world);
      const others = {
        named: new Map([...named.keys()].map((name) => [name, free])),
        patterns: patterns.map(({ source }) => ({ source, schema: free })),
      };
      return [
        ...[...named].map(([name, schema]) => ({
          schema,
          step: name,
          around: (inner: Schema) => make({ kind: 'properties', named: new Map([[name, inner]]), patterns: [] }),
        })),
        ...patterns.map(({ source, schema }) => ({
          schema,
          step: '*',
          around: (inner: Schema) => make({ kind: 'properties', named: new Map(), patterns: [{ source, schema: inner }] }),
        })),
        ...(rest ? [{ schema: rest, step: '*', around: (inner: Schema) => make({ kind: 'properties', ...others, rest: inner }) }] : []),
      ];
    }
    case 'items': {
      const { prefix, rest } = assertion;
      const free = prefix.map(() => anything(world));
      return [
        ...prefix.map((schema, index) => ({
          schema,
          step: String(index),
          around: (inner: Schema) => make({ kind: 'items', prefix: free.with(index, inner).slice(0, index + 1) }),
        })),
        ...(rest ? [{ schema: rest, step: '*', around: (inner: Schema) => make({ kind: 'items', prefix: free, rest: inner }) }] : []),
      ];
    }
    case 'any':
    case 'one':
      if (!areApart(world, assertion.schemas)) return [whole()];
      return assertion.schemas.map((schema, index) => ({
        schema,
        around: (inner: Schema) => make({ kind: 'any', schemas: assertion.schemas.with(index, inner) }),
      }));
    default:
      return [whole()];
  }
}
