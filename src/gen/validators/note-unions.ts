import type { KeywordErrorDefinition } from 'ajv';

/** What of ajv it takes to change what a keyword notes when it fails. */
type Keywords = { getKeyword(name: string): object | boolean };

/** Has validators note of unions what the runtime tells people: how many alternatives there are, and which constants tell them apart. */
export async function noteUnions(ajv: Keywords): Promise<void> {
  const { _, stringify } = await import('ajv/dist/compile/codegen/index.js');
  const notes: Readonly<Record<string, KeywordErrorDefinition['params']>> = {
    anyOf: ({ schema }) => _`{branches: ${schema.length}}`,
    oneOf: ({ schema, params }) => _`{branches: ${schema.length}, passingSchemas: ${params.passing}}`,
    discriminator: ({ schema }) => _`{tag: ${schema.propertyName}, values: ${stringify(schema.values)}}`,
  };
  for (const [keyword, params] of Object.entries(notes)) Object.assign(ajv.getKeyword(keyword), { error: { message: '', params } });
}
