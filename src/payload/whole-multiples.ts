import type { CodeKeywordDefinition, KeywordCxt } from 'ajv';

/** What of ajv it takes to replace a keyword. */
type Keywords = { removeKeyword(name: string): unknown; addKeyword(definition: CodeKeywordDefinition): unknown };

/**
 * Replaces ajv's `multipleOf`: ajv 8.20 says of 3e21 that it is no multiple of 3, as it reads quotients from 1e21 on as text. A whole step
 * is tried by the remainder, which is exact, so that multiples of 6 are multiples of 3 however large; other steps as ajv does.
 */
export async function useWholeMultiples(ajv: Keywords): Promise<void> {
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
      const { data, gen, schema } = cxt;
      if (Number.isInteger(schema)) return cxt.fail(_`${data} % ${schema} !== 0`);
      const quotient = gen.let('res');
      cxt.fail(_`(${quotient} = ${data}/${schema}, ${quotient} !== parseInt(${quotient}))`);
    },
  });
}
