import { tagSchemas } from './outline.ts';
import { type Assertion, inPlace, type Schema } from './schema.ts';
import { addSchema, type World } from './world.ts';

/** Marks what has no meaning, or not the same one everywhere, as unknown. */
export function settleSchemas(world: World): void {
  for (const schema of endlessSchemas(world)) schema.assertions = [{ kind: 'unknown', reason: 'a reference leads back to itself' }];
  for (const schema of [...world.schemas]) {
    if (!schema.assertions.some(({ kind }) => kind === 'unevaluated')) continue;
    const here = assertionsInPlace(schema);
    // What is not known may evaluate anything.
    const hidden = here.filter((assertion) => assertion.kind === 'unknown');
    const secret = hidden.find(({ of }) => !of) ?? hidden[0];
    const looks = here.some(({ kind }) => kind === 'contains');
    schema.assertions = schema.assertions.map((assertion) => {
      if (assertion.kind !== 'unevaluated') return assertion;
      if (secret) return secret.of ? { ...secret, of: addSchema(world, [assertion]) } : secret;
      return looks && assertion.of === 'items' ? { kind: 'unknown', reason: AMBIGUOUS, of: addSchema(world, [assertion]) } : assertion;
    });
  }
}

// Few are as quickly tried as looked up.
const FEWEST_TAGGED = 5;

/** Notes where a property tells many alternatives apart. To be done when schemas are unified. */
export function noteTags(world: World): void {
  for (const schema of [...world.schemas]) {
    if (!schema.assertions.some(isLong)) continue;
    schema.assertions = schema.assertions.map((assertion) => {
      const tagged = isLong(assertion) ? tagSchemas(world, assertion.schemas) : undefined;
      return tagged && isLong(assertion) ? { ...assertion, tagged } : assertion;
    });
  }
}

function isLong(assertion: Assertion): assertion is Extract<Assertion, { kind: 'any' | 'one' }> {
  return (assertion.kind === 'any' || assertion.kind === 'one') && assertion.schemas.length >= FEWEST_TAGGED;
}

// JSON Schema says that what "contains" has found is evaluated, ajv 8.20 that all items are.
const AMBIGUOUS = 'validators disagree about "contains" beside "unevaluatedItems"';

/** The schemas that come back to themselves without going into a part of the value: no validator gets to an end with them. */
function endlessSchemas({ schemas }: World): readonly Schema[] {
  const holders = new Map<number, Schema[]>();
  const waiting = new Map<number, number>();
  for (const schema of schemas) {
    const inside = new Set(schema.assertions.flatMap(inPlace));
    waiting.set(schema.id, inside.size);
    for (const inner of inside) holders.set(inner.id, [...(holders.get(inner.id) ?? []), schema]);
  }
  const ended = schemas.filter(({ id }) => waiting.get(id) === 0);
  for (let next = ended.pop(); next; next = ended.pop()) {
    for (const holder of holders.get(next.id) ?? []) {
      const left = (waiting.get(holder.id) ?? 0) - 1;
      waiting.set(holder.id, left);
      if (left === 0) ended.push(holder);
    }
  }
  return schemas.filter(({ id }) => (waiting.get(id) ?? 0) > 0);
}

/** What is asserted of a value by a schema and by those that hold in its place. */
function assertionsInPlace(schema: Schema): readonly Assertion[] {
  const found: Assertion[] = [];
  const seen = new Set<number>();
  const pending = [schema];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    found.push(...next.assertions);
    pending.push(...next.assertions.flatMap(inPlace));
  }
  return found;
}
