import { isObject, type JsonValue } from '../source/json.ts';

// A message has rarely more parts than this; what is left then is still a proof, only not the smallest.
const MOST_TRIES = 600;

/** How many variants may still be tried, for several messages together. */
export type Tries = { left: number };

/** As many as one decision has. */
export function createTries(): Tries {
  return { left: 5 * MOST_TRIES };
}

/** The smallest variant of a message that still proves the same: properties and items dropped, scalars made shorter. */
export function minimise(message: JsonValue, stillProves: (candidate: JsonValue) => boolean, shared: Tries = createTries()): JsonValue {
  let best = message;
  let tries = 0;
  for (let improved = true; improved; ) {
    improved = false;
    for (const candidate of smaller(best)) {
      tries += 1;
      shared.left -= 1;
      if (tries > MOST_TRIES || shared.left < 0) return best;
      if (!stillProves(candidate)) continue;
      best = candidate;
      improved = true;
      break;
    }
  }
  return best;
}

/** Variants that are simpler by one step, the boldest first. Each is strictly simpler, so that the search ends. */
function* smaller(value: JsonValue): Generator<JsonValue> {
  if (Array.isArray(value)) yield* smallerParts([...value.entries()], (items) => items.map(([, item]) => item));
  else if (isObject(value)) yield* smallerParts(Object.entries(value), (entries) => Object.fromEntries(entries));
  else yield* smallerScalar(value);
}

function* smallerParts<Key>(
  parts: readonly (readonly [Key, JsonValue])[],
  build: (parts: readonly (readonly [Key, JsonValue])[]) => JsonValue,
): Generator<JsonValue> {
  for (const part of parts) yield build(parts.filter((other) => other !== part));
  for (const part of parts) {
    for (const simpler of smaller(part[1])) yield build(parts.map((other) => (other === part ? [other[0], simpler] : other)));
  }
}

function* smallerScalar(value: JsonValue): Generator<JsonValue> {
  if (typeof value === 'string' && value !== '') {
    yield '';
    if (value.length > 2) yield value.slice(0, Math.floor(value.length / 2));
    if (value.length > 1) yield value.slice(0, -1);
  }
  if (typeof value === 'number' && value !== 0) {
    yield 0;
    if (Math.abs(value) > 1) yield Math.sign(value);
  }
}
