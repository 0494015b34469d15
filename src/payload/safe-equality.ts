import type { CodeKeywordDefinition, KeywordCxt } from 'ajv';
import type { JsonValue } from '../source/json.ts';
import { equalJson } from './equal-json.ts';

/** What of ajv it takes to replace a keyword. */
type Keywords = { removeKeyword(name: string): unknown; addKeyword(definition: CodeKeywordDefinition): unknown };

/**
 * Replaces ajv's `const`, `enum` and `uniqueItems`. ajv 8.20 compares objects by asking both for their `toString` and `valueOf`, so that a value
 * with a property of such a name makes a validator throw.
 */
export async function useSafeEquality(ajv: Keywords): Promise<void> {
  const { _, or, str } = await import('ajv/dist/compile/codegen/index.js');
  const definitions: readonly CodeKeywordDefinition[] = [
    {
      keyword: 'const',
      error: { message: 'must be equal to constant', params: ({ schemaCode }) => _`{allowedValue: ${schemaCode}}` },
      code: (cxt: KeywordCxt) => {
        const { data, schema, schemaCode } = cxt;
        cxt.fail(isContainer(schema) ? _`!${useFunction(cxt, equalJson)}(${data}, ${schemaCode})` : _`${data} !== ${schema}`);
      },
    },
    {
      keyword: 'enum',
      schemaType: 'array',
      error: { message: 'must be equal to one of the allowed values', params: ({ schemaCode }) => _`{allowedValues: ${schemaCode}}` },
      code: (cxt: KeywordCxt) => {
        const { gen, data, schemaCode } = cxt;
        const values: readonly JsonValue[] = cxt.schema;
        const plain = gen.scopeValue('obj', { ref: new Set(values.filter((value) => !isContainer(value))) });
        const containers = values.flatMap((value, index) =>
          isContainer(value) ? [_`${useFunction(cxt, equalJson)}(${data}, ${schemaCode}[${index}])`] : [],
        );
        cxt.pass(or(_`${plain}.has(${data})`, ...containers));
      },
    },
    {
      keyword: 'uniqueItems',
      type: 'array',
      schemaType: 'boolean',
      error: {
        message: ({ params: { i, j } }) => str`must NOT have duplicate items (items ## ${j} and ${i} are identical)`,
        params: ({ params: { i, j } }) => _`{i: ${i}, j: ${j}}`,
      },
      code: (cxt: KeywordCxt) => {
        if (cxt.schema !== true) return;
        const found = cxt.gen.const('repeated', _`${useFunction(cxt, findRepeated)}(${cxt.data})`);
        cxt.setParams({ i: _`${found}[1]`, j: _`${found}[0]` });
        cxt.fail(_`${found} !== undefined`);
      },
    },
  ];
  for (const definition of definitions) {
    ajv.removeKeyword(String(definition.keyword));
    ajv.addKeyword(definition);
  }
}

function useFunction({ gen }: KeywordCxt, ref: (...values: never[]) => unknown): ReturnType<KeywordCxt['gen']['scopeValue']> {
  return gen.scopeValue('func', { ref });
}

/** The places of two items that are the same. */
function findRepeated(items: readonly JsonValue[]): readonly [number, number] | undefined {
  const plain = new Map<JsonValue, number>();
  const containers: number[] = [];
  for (const [index, item] of items.entries()) {
    const first = isContainer(item) ? containers.find((other) => equalJson(items[other], item)) : plain.get(item);
    if (first !== undefined) return [first, index];
    if (isContainer(item)) containers.push(index);
    else plain.set(item, index);
  }
  return undefined;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
