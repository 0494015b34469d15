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

/** Of what cannot be looked at to its end. */
const TOO_DEEP: ValidationError = {
  path: '',
  keyword: 'depth',
  expected: 'something that can be looked at to its end',
  got: 'something nested too deeply',
  message: 'the value is nested too deeply to be looked at',
};

/** Makes a validator of its code. Whatever the value is, it does not throw. */
export function validator<T>(check: Check): Validator<T> {
  const validate = (value: unknown): value is T => {
    try {
      if (check(value)) {
        if (validate.errors !== null) validate.errors = null;
        return true;
      }
      validate.errors = [explainFailure(check.errors ?? [], value)];
    } catch {
      // A value goes deeper than the stack does, where a schema refers to itself: whoever made it wants to see what breaks.
      validate.errors = [TOO_DEEP];
    }
    return false;
  };
  validate.errors = null as readonly ValidationError[] | null;
  return validate;
}

/** Whether two JSON values are the same. */
export const equal: (a: unknown, b: unknown) => boolean = equalValues;

/** The formats by name, checked in full: `2026-02-30` is no date. */
export const formats: typeof fullFormats = fullFormats;
