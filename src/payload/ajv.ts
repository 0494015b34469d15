import type { ErrorObject, ValidateFunction } from 'ajv';
import type { JsonObject } from '../source/json.ts';
import { quoteText } from '../source/quote.ts';

/** Compiles bundled schemas ({@link bundleSchema}) into functions that check a message. */
export type SchemaCompiler = (schema: JsonObject) => ValidateFunction;

/**
 * Loads ajv, for JSON Schema 2020-12 with formats asserted in full mode; msgctl's own keywords are left alone, as are unknown ones, which the
 * shape check refuses. Errors hold the schema they come from. It is loaded on demand, since most commands check nothing with it.
 */
export async function loadSchemaCompiler(): Promise<SchemaCompiler> {
  const [{ Ajv2020 }, { default: formats }] = await Promise.all([import('ajv/dist/2020.js'), import('ajv-formats')]);
  const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true, ownProperties: true, logger: false });
  formats.default(ajv, { mode: 'full' });
  return (schema) => ajv.compile(schema);
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
