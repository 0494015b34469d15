import { fullFormats } from 'ajv-formats/dist/formats.js';
import { createPatternTest, type PatternTest } from '../payload/pattern-test.ts';
import type { Primitives } from './evaluate.ts';

/** How long a text may be for a pattern that only backtracking can try; what such a pattern says of longer ones is not known. */
export const LONGEST_LOOKED_AROUND = 16;

/** Tries patterns and formats as validators do. Each pattern is read once. */
export function createPrimitives(): Primitives {
  const tests = new Map<string, PatternTest | undefined>();
  return {
    matches: (pattern, text) => {
      if (!tests.has(pattern)) tests.set(pattern, patternTest(pattern));
      try {
        return tests.get(pattern)?.test(text);
      } catch {
        return undefined;
      }
    },
    hasFormat,
    outcomes: new WeakMap(),
    effort: { tried: 0 },
  };
}

function patternTest(pattern: string): PatternTest | undefined {
  try {
    return createPatternTest(pattern, LONGEST_LOOKED_AROUND);
  } catch {
    return undefined;
  }
}

/** Whether a value has a format. A format that is not known asserts nothing, nor does one of another type. */
function hasFormat(name: string, value: string | number): boolean {
  const format: unknown = Object.hasOwn(fullFormats, name) ? fullFormats[name as keyof typeof fullFormats] : true;
  const { type = 'string', validate } = isDefinition(format) ? format : { validate: format };
  if (typeof value !== type || validate === true) return true;
  if (validate instanceof RegExp) return validate.test(String(value));
  return typeof validate !== 'function' || validate(value) === true;
}

function isDefinition(format: unknown): format is { readonly type?: string; readonly validate: unknown } {
  return typeof format === 'object' && format !== null && 'validate' in format;
}
