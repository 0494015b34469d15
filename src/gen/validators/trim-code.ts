import type { JsonValue } from '../../source/json.ts';
import { type Block, readCode, type Statement, writeCode } from './code-tree.ts';
import { dropUnused } from './drop-unused.ts';
import { foldCode } from './fold-code.ts';

/**
 * Takes out of ajv's code what our validators never use, so that it is smaller and faster:
 *
 * - the place of an error in the schema, as the runtime tells the keyword and what it expects;
 * - the object that ajv makes for each call of a validator, of which only the place in the value is used;
 * - schemas of which only what one error tells is used, or nothing;
 * - questions whose answers are known, and variables that are left unused then. ajv could do a part of that itself, in more time.
 *
 * String literals are set aside meanwhile, so that no text of a contract is ever taken for code. ajv writes them in double quotes only. So
 * are the patterns of formats, which may hold quotes.
 */
export function trimCode(code: string): string {
  const literals: string[] = [];
  const bare = code.replace(LITERAL, (literal) => `"${literals.push(literal) - 1}"`);
  const restore = (text: string): string => text.replace(/"(\d+)"/g, (_, index: string) => literals[Number(index)] ?? '');
  const called = bare
    .replace(/\n +/g, ' ')
    .replace(/,schemaPath:"\d+"(?=,)/g, '')
    .replace(/\{instancePath="(\d+)", parentData, parentDataProperty, rootData=data\}=\{\}/g, 'instancePath="$1"')
    .replace(/\{instancePath:([^{}]+?),parentData:[^{}]+?,parentDataProperty:[^{}]+?,rootData\}/g, '$1')
    .replace(/\{instancePath,parentData,parentDataProperty,rootData\}/g, 'instancePath');
  if (/(?<![.\w])(?:parentData|rootData)\b/.test(called)) throw new Error('The code of validators is not what it used to be.');
  const schemas = schemasIn(called, restore);
  const told = called.replace(REFERENCE, (written, note: string, name: string, path: string) => {
    const value = valueAt(schemas.get(name), path, restore);
    return value === undefined ? written : `params:{${note}: "${literals.push(JSON.stringify(value)) - 1}"}`;
  });
  const statements = readCode(told).map((statement) => (typeof statement === 'string' ? statement : trimFunction(statement)));
  return restore(withoutUnused(writeCode(statements).join('\n'), [...schemas.keys()]));
}

function trimFunction({ head, body }: Block): Statement {
  return { head, body: dropUnused(foldCode(body)) };
}

const LITERAL = /(?<=^const formats\d+ = )\/.*\/[a-z]*(?=;$)|"(?:[^"\\]|\\.)*"/gm;

/** What an error tells of a schema, where ajv refers to it. */
const REFERENCE = /params:\{(type|allowedValues|allowedValue): (schema\d+)((?:\.\w+|\["?\d+"?\])+)\}/g;

const SCHEMA_LINE = /^const (schema\d+) = (.*);$/gm;

function schemasIn(code: string, restore: (text: string) => string): ReadonlyMap<string, JsonValue> {
  return new Map([...code.matchAll(SCHEMA_LINE)].map(([, name = '', text = '']): [string, JsonValue] => [name, JSON.parse(restore(text))]));
}

function valueAt(schema: JsonValue | undefined, path: string, restore: (text: string) => string): JsonValue | undefined {
  let value = schema;
  for (const [, name, literal] of path.matchAll(/\.(\w+)|\[("\d+"|\d+)\]/g)) {
    const key = name ?? JSON.parse(restore(literal ?? ''));
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, JsonValue>>)[key];
  }
  return value;
}

function withoutUnused(code: string, names: readonly string[]): string {
  const used = new Set(code.replace(SCHEMA_LINE, '').match(/(?<![.\w])schema\d+\b/g));
  const unused = names.filter((name) => !used.has(name));
  return unused.length === 0 ? code : code.replace(SCHEMA_LINE, (line, name: string) => (used.has(name) ? line : ''));
}
