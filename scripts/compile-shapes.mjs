/**
 * Compiles the published schemas into plain validator modules, so that `msgctl validate` starts without a schema compiler:
 *
 *   node scripts/compile-shapes.mjs [--out FOLDER]...
 *
 * writes shapes.js and shapes.d.ts into each FOLDER (src/contract/generated when none is given). `tsc` copies no JavaScript, so the build
 * names dist/contract/generated as a second folder.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { _, stringify } from 'ajv/dist/compile/codegen/index.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import additionalProperties from 'ajv/dist/vocabularies/applicator/additionalProperties.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The validators that the loader calls, by the place of their schema. */
const VALIDATORS = { contract: 'contract.json#/$defs/contract', types: 'contract.json#/$defs/types-file', project: 'project.json#' };

const schemas = Object.fromEntries(
  ['contract.json', 'project.json'].map((name) => [name, JSON.parse(readFileSync(join(root, 'schema', name), 'utf8'))]),
);

/** The keys worth suggesting: reserved ones are known, but refused. */
function suggestedKeys(properties) {
  return Object.keys(properties).filter((key) => properties[key].$ref !== '#/$defs/reserved');
}

/** `additionalProperties` whose error also tells what was checked and which keys it knows, for "did you mean". */
const closedObject = {
  ...additionalProperties.default,
  error: {
    ...additionalProperties.default.error,
    params: ({ params, parentSchema }) =>
      _`{ additionalProperty: ${params.additionalProperty}, of: ${parentSchema.title ?? ''}, known: ${stringify(suggestedKeys(parentSchema.properties ?? {}))} }`,
  },
};

function compile() {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    allowMatchingProperties: true,
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.removeKeyword('additionalProperties');
  ajv.addKeyword(closedObject);
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, name);
  return standaloneCode.default(ajv, VALIDATORS);
}

const code = compile();
if (/\brequire\(/.test(code))
  throw new Error(`A validator needs a module of ajv; avoid the keyword: ${/require\([^)]*\)/.exec(code)?.[0]}`);

const banner = '// Made by scripts/compile-shapes.mjs from schema/*.json. Do not edit.\n';
const script = `${banner}${code}\n`;
const types = `${banner}/** An error as ajv reports it, without a text. */
export type ShapeError = {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly propertyName?: string;
};
/** Whether a value has the shape; what is wrong stands in \`errors\` until the next call. */
export type ShapeValidator = { (value: unknown): boolean; errors?: readonly ShapeError[] | null };
export declare const contract: ShapeValidator;
export declare const types: ShapeValidator;
export declare const project: ShapeValidator;
`;

const folders = process.argv.flatMap((argument, index) => (argument === '--out' ? [process.argv[index + 1]] : []));
for (const folder of folders.length > 0 ? folders : [join(root, 'src/contract/generated')]) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'shapes.js'), script);
  writeFileSync(join(folder, 'shapes.d.ts'), types);
}
