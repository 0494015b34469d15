import type { ErrorObject } from 'ajv';
import { isObject, type JsonValue } from '../../source/json.ts';

/** A compiled schema. After `false`, `errors` says why. */
export type Validate = {
  (value: JsonValue): unknown;
  errors?: readonly ErrorObject[] | null;
};

/** Makes a validator that collects all errors; `undefined` where none can be made. */
export type Compile = (schema: JsonValue) => Validate | undefined;

/** Keywords of a number that bounds something; the others hold what `$data` cannot stand for, or compare it in a way of our own. */
const LIMITS: ReadonlySet<string> = new Set(['maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum', 'maxLength', 'minLength']);

/**
 * Makes validators of schemas that are one limit (`{ maxLength: 40 }`) from one for each keyword, which takes the limit from beside the value; for
 * other schemas `undefined`. Hardly two messages have the same limits, and a schema takes a third of a millisecond to compile. `compile` is of an
 * ajv that knows `$data`, and says of a value what any other says.
 */
export function createLimitValidators(compile: Compile): Compile {
  const shared = new Map<string, Validate | undefined>();
  return (schema) => {
    const [entry, ...others] = isObject(schema) ? Object.entries(schema) : [];
    if (!entry || others.length > 0) return undefined;
    const [keyword, limit] = entry;
    if (!LIMITS.has(keyword) || typeof limit !== 'number' || !Number.isFinite(limit)) return undefined;
    if (!shared.has(keyword)) shared.set(keyword, compile({ properties: { value: { [keyword]: { $data: '1/limit' } } } }));
    const both = shared.get(keyword);
    return both && withLimit(both, limit);
  };
}

function withLimit(both: Validate, limit: number): Validate {
  const validate: Validate = (value) => {
    const holds = both({ value, limit });
    validate.errors = both.errors?.map((error) => ({ ...error, instancePath: '' })) ?? null;
    return holds;
  };
  return validate;
}
