import type { ErrorObject, ValidateFunction } from 'ajv';
import type { JsonObject, JsonValue } from '../source/json.ts';
import { quoteText } from '../source/quote.ts';
import { useExactMultiples } from './multiples.ts';
import { patternEngine } from './pattern-test.ts';
import { useSafeEquality } from './safe-equality.ts';

/** Checks a message; after `false`, `errors` says why. */
interface SchemaCheck {
  (message: JsonValue): boolean;
  errors?: readonly ErrorObject[] | null;
}

/** Compiles bundled schemas ({@link bundleSchema}) into functions that check a message. */
export type SchemaCompiler = (schema: JsonObject) => SchemaCheck;

/**
 * Loads ajv, for JSON Schema 2020-12 with formats asserted in full mode; msgctl's own keywords are left alone, as are unknown ones, which the
 * shape check refuses. Errors hold the schema they come from. It is loaded on demand, since most commands check nothing with it.
 */
export async function loadSchemaCompiler(): Promise<SchemaCompiler> {
  const [{ Ajv2020 }, { default: formats }] = await Promise.all([import('ajv/dist/2020.js'), import('ajv-formats')]);
  // Each check runs on a few messages only, so that tidying its code takes longer than it ever saves.
  const code = { optimize: false, regExp: patternEngine() } as const;
  const options = { strict: false, verbose: true, ownProperties: true, logger: false as const, code };
  const [thorough, quick] = [new Ajv2020({ ...options, allErrors: true }), new Ajv2020(options)];
  for (const ajv of [thorough, quick]) {
    formats.default(ajv, { mode: 'full' });
    await useExactMultiples(ajv);
    await useSafeEquality(ajv);
  }
  return (schema) => withFallback(thorough.compile(schema), () => quick.compile(schema));
}

/** ajv 8.20 collects all errors of some schemas with `unevaluatedProperties` by throwing; of those the first error has to do. */
function withFallback(thorough: ValidateFunction, fallback: () => ValidateFunction): SchemaCheck {
  const check: SchemaCheck = (message) => {
    let used = thorough;
    try {
      used(message);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      used = fallback();
      used(message);
    }
    check.errors = used.errors ?? null;
    return check.errors === null;
  };
  return check;
}

/** What is wrong with a message, in one line for people: the place in the message and what is expected there. */
export function describeSchemaError({ instancePath, message, params, keyword }: ErrorObject): string {
  const place = instancePath === '' ? '' : `${instancePath} `;
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    const property = params.additionalProperty ?? params.unevaluatedProperty;
    return `${place}must not have the property ${quoteText(String(property))}`;
  }
  if (keyword === 'enum')
    return `${place}must be one of ${(params.allowedValues as readonly unknown[]).map((value) => JSON.stringify(value)).join(', ')}`;
  if (keyword === 'const') return `${place}must be ${JSON.stringify(params.allowedValue)}`;
  return `${place}${(message ?? 'is not valid').replaceAll("'", '"')}`;
}
