/**
 * What generated validators need at run time, and nothing else: they are compiled beforehand, so neither a schema compiler nor
 * `new Function` is loaded. Published as `msgctl/runtime/validation`.
 */
import ucs2lengthModule from 'ajv/dist/runtime/ucs2length.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { equalValues } from './equal-values.ts';

/** Why a value is not what it should be. */
export type ValidationError = {
  /** Where in the value, as a JSON pointer. */
  readonly instancePath: string;
  /** Which part of the schema it breaks. */
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** In words: `must have required property 'amount'`. */
  readonly message?: string;
};

/** Tells whether a value is a `T`. When it is not, `errors` says why, until the next call. */
export interface Validator<T> {
  (value: unknown): value is T;
  readonly errors?: readonly ValidationError[] | null;
}

/** Whether two JSON values are the same. */
export const equal: (a: unknown, b: unknown) => boolean = equalValues;

/** How many characters (code points) a text has. */
export const ucs2length: (text: string) => number = unwrap(ucs2lengthModule);

/** The formats by name, checked in full: `2026-02-30` is no date. */
export const formats: typeof fullFormats = fullFormats;

/** The default export of a CommonJS module, which Node hands out with its module around it and bundlers do without. */
function unwrap<F>(found: unknown): F {
  return (typeof found === 'function' ? found : (found as { readonly default: unknown }).default) as F;
}
