import { isMultiple } from '../payload/multiples.ts';
import { isObject, type JsonObject, type JsonValue } from '../source/json.ts';
import { type Assertion, atomOf, type Claim, canonicalText, concerns, type Schema, type Side } from './schema.ts';
import { taggedAs } from './tagged.ts';

/** What is tried on texts and numbers by the very code that validators use; `undefined` where that cannot be found out. */
export type Primitives = {
  readonly matches: (pattern: string, text: string) => boolean | undefined;
  readonly hasFormat: (format: string, value: string | number) => boolean | undefined;
  /** What is known of lists and objects already: values are made of values that were tried. */
  readonly outcomes: WeakMap<object, Map<number, Outcome>>;
  /** How many schemas were tried on values so far. */
  readonly effort: { tried: number };
};

/** Whether a claim is true of a value; `undefined` where that is not known. */
export function isTrue(primitives: Primitives, claim: Claim, value: JsonValue): boolean | undefined {
  const { holds } = checkSchema({ primitives, value, depth: 0 }, claim.schema);
  return holds === undefined || claim.holds ? holds : !holds;
}

/** Whether one assertion of a schema is true of a value. */
export function isAsserted(
  primitives: Primitives,
  claim: { readonly owner: Schema; readonly assertion: Assertion },
  value: JsonValue,
): boolean | undefined {
  const subject: Subject = { primitives, value, depth: 0 };
  if (claim.assertion.kind !== 'unevaluated') return checkAssertion(subject, claim.assertion).holds;
  const covered = claim.owner.assertions
    .filter(({ kind }) => kind !== 'unevaluated')
    .map((assertion) => checkAssertion(subject, assertion));
  return checkUnevaluated(subject, claim.assertion, covered).holds;
}

type Subject = { readonly primitives: Primitives; readonly value: JsonValue; readonly depth: number };

/** What came out, and which properties and items it has evaluated. */
type Outcome = { readonly holds: boolean | undefined; readonly names?: ReadonlySet<string>; readonly items?: number };

// A schema that refers to itself in place would go on for ever.
const DEEPEST = 400;

function checkSchema(subject: Subject, schema: Schema): Outcome {
  const { value } = subject;
  if (typeof value !== 'object' || value === null) return checkAll(subject, schema);
  const known = subject.primitives.outcomes.get(value) ?? new Map<number, Outcome>();
  subject.primitives.outcomes.set(value, known);
  const outcome = known.get(schema.id) ?? checkAll(subject, schema);
  if (subject.depth < DEEPEST) known.set(schema.id, outcome);
  return outcome;
}

function checkAll(subject: Subject, schema: Schema): Outcome {
  subject.primitives.effort.tried += 1;
  if (subject.depth > DEEPEST) return { holds: undefined };
  const inner = { ...subject, depth: subject.depth + 1 };
  const outcomes: Outcome[] = [];
  for (const assertion of schema.assertions) {
    if (assertion.kind === 'unevaluated') continue;
    const outcome = checkAssertion(inner, assertion);
    if (outcome.holds === false) return outcome;
    outcomes.push(outcome);
  }
  for (const assertion of schema.assertions) {
    if (assertion.kind === 'unevaluated') outcomes.push(checkUnevaluated(inner, assertion, outcomes));
  }
  return allOf(outcomes);
}

function allOf(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.some(({ holds }) => holds === false)) return { holds: false };
  const told = outcomes.filter(({ names, items }) => names !== undefined || items !== undefined);
  const holds = outcomes.some((outcome) => outcome.holds === undefined) ? undefined : true;
  if (told.length === 0) return { holds };
  return {
    holds,
    names: new Set(told.flatMap(({ names }) => [...(names ?? [])])),
    items: Math.max(0, ...told.map(({ items }) => items ?? 0)),
  };
}

function checkAssertion(subject: Subject, assertion: Assertion): Outcome {
  const { value } = subject;
  switch (assertion.kind) {
    case 'types':
      return { holds: assertion.atoms.has(atomOf(value)) };
    case 'values':
      return { holds: assertion.values.has(canonicalText(value)) };
    case 'unknown':
      return { holds: undefined };
    case 'all':
      return allOf(assertion.schemas.map((schema) => checkSchema(subject, schema)));
    case 'any':
    case 'one':
      return checkAlternatives(subject, assertion);
    case 'not': {
      const { holds } = checkSchema(subject, assertion.schema);
      return { holds: holds === undefined ? undefined : !holds };
    }
    case 'if': {
      const condition = checkSchema(subject, assertion.condition);
      if (condition.holds === undefined) return condition;
      const chosen = checkSchema(subject, condition.holds ? assertion.then : assertion.otherwise);
      return condition.holds ? allOf([condition, chosen]) : chosen;
    }
    default:
      return concerns(assertion, atomOf(value)) ? checkPart(subject, assertion) : { holds: true };
  }
}

function checkAlternatives(subject: Subject, { kind, schemas, tagged }: Extract<Assertion, { kind: 'any' | 'one' }>): Outcome {
  const outcomes = (tagged ? taggedAs(tagged, subject.value) : schemas).map((schema) => checkSchema(subject, schema));
  const fitting = outcomes.filter(({ holds }) => holds === true);
  const open = outcomes.some(({ holds }) => holds === undefined);
  if (kind === 'one' && fitting.length > 1) return { holds: false };
  if (fitting.length === 0) return { holds: open ? undefined : false };
  // What may fit besides may also evaluate more.
  return { ...allOf(fitting), ...(open && (kind === 'one' || isComposite(subject.value)) && { holds: undefined }) };
}

function isComposite(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null;
}

/** Assertions about one type, of a value that has it. */
function checkPart(subject: Subject, assertion: Assertion): Outcome {
  const { value } = subject;
  if (typeof value === 'string') return { holds: checkText(subject.primitives, assertion, value) };
  if (typeof value === 'number') return { holds: checkNumber(subject.primitives, assertion, value) };
  if (Array.isArray(value)) return checkItems(subject, assertion, value);
  return isObject(value) ? checkProperties(subject, assertion, value) : { holds: true };
}

function checkText(primitives: Primitives, assertion: Assertion, value: string): boolean | undefined {
  switch (assertion.kind) {
    case 'length':
      return isWithin([...value].length, assertion);
    case 'pattern':
      return primitives.matches(assertion.source, value);
    case 'format':
      return primitives.hasFormat(assertion.name, value);
    default:
      return undefined;
  }
}

function checkNumber(primitives: Primitives, assertion: Assertion, value: number): boolean | undefined {
  switch (assertion.kind) {
    case 'bound':
      if (assertion.exclusive) return assertion.side === 'low' ? value > assertion.limit : value < assertion.limit;
      return isWithin(value, assertion);
    case 'multiple':
      return isMultiple(value, assertion.step);
    case 'format':
      return primitives.hasFormat(assertion.name, value);
    default:
      return undefined;
  }
}

function isWithin(value: number, { side, limit }: { readonly side: Side; readonly limit: number }): boolean {
  return side === 'low' ? value >= limit : value <= limit;
}

function checkItems(subject: Subject, assertion: Assertion, value: readonly JsonValue[]): Outcome {
  const at = (index: number): Subject => ({ ...subject, value: value[index] ?? null });
  switch (assertion.kind) {
    case 'item-count':
      return { holds: isWithin(value.length, assertion) };
    case 'unique':
      return { holds: new Set(value.map(canonicalText)).size === value.length };
    case 'contains': {
      const results = value.map((_, index) => checkSchema(at(index), assertion.schema).holds);
      const [sure, open] = [true, undefined].map((wanted) => results.filter((result) => result === wanted).length);
      return { holds: isCounted(sure ?? 0, open ?? 0, assertion) };
    }
    case 'items': {
      const { prefix, rest } = assertion;
      const outcomes = value.map((_, index) => {
        const schema = prefix[index] ?? rest;
        return schema ? checkSchema(at(index), schema).holds : true;
      });
      return { holds: allHold(outcomes), items: rest ? Number.POSITIVE_INFINITY : prefix.length };
    }
    default:
      return { holds: undefined };
  }
}

function isCounted(sure: number, open: number, { least, most }: { readonly least: number; readonly most: number }): boolean | undefined {
  if (sure > most || sure + open < least) return false;
  return sure >= least && sure + open <= most ? true : undefined;
}

function allHold(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

function checkProperties(subject: Subject, assertion: Assertion, value: JsonObject): Outcome {
  const names = Object.keys(value);
  switch (assertion.kind) {
    case 'property-count':
      return { holds: isWithin(names.length, assertion) };
    case 'required':
      return { holds: assertion.names.every((name) => Object.hasOwn(value, name)) };
    case 'names':
      return { holds: allHold(names.map((name) => checkSchema({ ...subject, value: name }, assertion.schema).holds)) };
    case 'dependent':
      return Object.hasOwn(value, assertion.trigger) ? checkSchema(subject, assertion.schema) : { holds: true };
    case 'properties':
      return checkNamed(subject, assertion, value);
    default:
      return { holds: undefined };
  }
}

function checkNamed(subject: Subject, assertion: Extract<Assertion, { kind: 'properties' }>, value: JsonObject): Outcome {
  const results: (boolean | undefined)[] = [];
  const evaluated = new Set<string>();
  for (const name of Object.keys(value)) {
    const applied = schemasFor(subject.primitives, assertion, name);
    if (!applied) return { holds: undefined };
    if (applied.length > 0) evaluated.add(name);
    for (const schema of applied) results.push(checkSchema({ ...subject, value: value[name] ?? null }, schema).holds);
    if (results.includes(false)) return { holds: false };
  }
  return { holds: allHold(results), names: evaluated };
}

/** The schemas that apply to a property; `undefined` where a pattern could not be tried. */
function schemasFor(
  { matches }: Primitives,
  { named, patterns, rest }: Extract<Assertion, { kind: 'properties' }>,
  name: string,
): readonly Schema[] | undefined {
  const matched = patterns.map(({ source, schema }) => ({ schema, matches: matches(source, name) }));
  if (matched.some((pattern) => pattern.matches === undefined)) return undefined;
  const declared = named.get(name);
  const applied = [...(declared ? [declared] : []), ...matched.filter((pattern) => pattern.matches).map(({ schema }) => schema)];
  return applied.length === 0 && rest ? [rest] : applied;
}

function checkUnevaluated(subject: Subject, assertion: Extract<Assertion, { kind: 'unevaluated' }>, before: readonly Outcome[]): Outcome {
  const { value } = subject;
  const covered = allOf(before);
  if (assertion.of === 'items') {
    if (!Array.isArray(value)) return { holds: true };
    const left = value.slice(covered.items ?? 0).map((item: JsonValue) => checkSchema({ ...subject, value: item }, assertion.schema).holds);
    return { holds: doubt(allHold(left), left.length, covered), items: Number.POSITIVE_INFINITY };
  }
  if (!isObject(value)) return { holds: true };
  const left = Object.keys(value).filter((name) => !covered.names?.has(name));
  const results = left.map((name) => checkSchema({ ...subject, value: value[name] ?? null }, assertion.schema).holds);
  return { holds: doubt(allHold(results), left.length, covered), names: new Set(Object.keys(value)) };
}

/** Where it is not known what was evaluated, only that nothing is left is sure. */
function doubt(result: boolean | undefined, left: number, covered: Outcome): boolean | undefined {
  return left > 0 && covered.holds === undefined && result === false ? undefined : result;
}
