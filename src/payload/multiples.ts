import type { CodeKeywordDefinition, KeywordCxt } from 'ajv';

/** What of ajv it takes to replace a keyword. */
type Keywords = { removeKeyword(name: string): unknown; addKeyword(definition: CodeKeywordDefinition): unknown };

/** A step as a fraction of whole numbers, both exact: 0.05 is 5/100. */
type Fraction = { readonly numerator: number; readonly denominator: number };

// The largest power of ten that a number holds exactly.
const MOST_DECIMALS = 22;

/** A number of this many decimal units or more has neighbours so far away that the nearest multiple of a step can no longer be told for sure. */
const COUNTED = 2 ** 51;

/**
 * Replaces ajv's `multipleOf`. ajv 8.20 says of 3e21 that it is no multiple of 3, as it reads quotients from 1e21 on as text, and of 19.99
 * that it is no multiple of 0.01, as the quotient of both is 1998.9999999999998. Here a whole step is tried by the remainder, which is exact,
 * and a decimal one by making the nearest multiple and comparing: both are the number that is nearest to what was written. Numbers too large
 * for that pass, as they do in ajv: else a whole number of 16 digits is a multiple of 0.1 or not by how its quotient is rounded.
 */
export async function useExactMultiples(ajv: Keywords): Promise<void> {
  const { _, str } = await import('ajv/dist/compile/codegen/index.js');
  ajv.removeKeyword('multipleOf');
  ajv.addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    error: {
      message: ({ schema }) => str`must be multiple of ${schema}`,
      params: ({ schema }) => _`{multipleOf: ${schema}}`,
    },
    code: (cxt: KeywordCxt) => {
      const { data, schema } = cxt;
      if (Number.isInteger(schema)) return cxt.fail(_`${data} % ${schema} !== 0`);
      const { numerator, denominator } = fractionOf(schema) ?? { numerator: schema, denominator: 1 };
      const isCounted = _`Math.abs(${data}) * ${denominator} < ${COUNTED}`;
      cxt.fail(_`${isCounted} && Math.round(${data} / ${schema}) * ${numerator} / ${denominator} !== ${data}`);
    },
  });
}

/** Whether a number is a multiple of a step, exactly as the validators say it. */
export function isMultiple(value: number, step: number): boolean {
  if (Number.isInteger(step)) return value % step === 0;
  const { numerator, denominator } = fractionOf(step) ?? { numerator: step, denominator: 1 };
  return Math.abs(value) * denominator >= COUNTED || (Math.round(value / step) * numerator) / denominator === value;
}

/** `undefined` where a part would not be exact. */
function fractionOf(step: number): Fraction | undefined {
  const [digits = '', exponent = '0'] = String(step).split('e');
  const [whole, decimals = ''] = digits.split('.');
  const places = decimals.length - Number(exponent);
  const numerator = Number(`${whole}${decimals}`);
  return places > MOST_DECIMALS || !Number.isSafeInteger(numerator) ? undefined : { numerator, denominator: 10 ** places };
}
