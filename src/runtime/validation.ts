/**
 * What generated validators need at run time, and nothing else: they are compiled beforehand, so neither a schema compiler nor
 * `new Function` is loaded. Published as `msgctl/runtime/validation`.
 */
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { equalValues } from './equal-values.ts';
import { explainFailure, type ValidationError } from './explain-error.ts';
import type { FailedKeyword } from './failed-keywords.ts';

export type { ValidationError } from './explain-error.ts';
export { ucs2length } from './text-length.ts';

/** Tells whether a value is a `T`. When it is not, `errors` says why, until the next call. */
export interface Validator<T> {
  (value: unknown): value is T;
  /** One error, as a validator stops at the first; `null` after a value that is a `T`. */
  readonly errors: readonly ValidationError[] | null;
}

/** The code of a validator, which notes what fails. */
type Check = { (value: unknown): boolean; errors?: readonly FailedKeyword[] | null };

/** Makes a validator of its code. */
export function validator<T>(check: Check): Validator<T> {
  const validate = (value: unknown): value is T => {
    if (check(value)) {
      if (validate.errors !== null) validate.errors = null;
      return true;
    }
    validate.errors = [explainFailure(check.errors ?? [], value)];
    return false;
  };
  validate.errors = null as readonly ValidationError[] | null;
  return validate;
}

/** Whether two JSON values are the same. */
export const equal: (a: unknown, b: unknown) => boolean = equalValues;

/** The formats by name, checked in full: `2026-02-30` is no date. */
export const formats: typeof fullFormats = fullFormats;
