/**
 * Compiles the published schemas into plain modules, so that `msgctl validate` starts without a schema compiler and `msgctl fmt` without
 * the schemas: validators, and the order of keys:
 *
 *   node scripts/compile-shapes.mjs [--out FOLDER]...
 *
 * writes shapes.js, transport-kinds.js and key-order.js, with their types, into each FOLDER (src/contract/generated when none is given).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { _, stringify } from 'ajv/dist/compile/codegen/index.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import additionalProperties from 'ajv/dist/vocabularies/applicator/additionalProperties.js';
import { keyOrders } from './key-order.mjs';
import { readKinds } from './kinds-of-transports.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The validators that the loader calls, by the place of their schema. */
const VALIDATORS = { contract: 'contract.json#/$defs/contract', types: 'contract.json#/$defs/types-file', project: 'project.json#' };

const schemas = Object.fromEntries(
  ['contract.json', 'project.json'].map((name) => [name, JSON.parse(readFileSync(join(root, 'schema', name), 'utf8'))]),
);

/** What the schemas say for people and editors and no validator needs; a title names what was checked. */
const FOR_READERS = ['description', 'default', 'examples', 'enumDescriptions', 'defaultSnippets', 'doNotSuggest', 'patternErrorMessage'];

/** The keywords below which schemas stand by names of their own. */
const BY_NAME = ['properties', 'patternProperties', '$defs'];

/** A schema without what is only read. */
function checkedPart(schema) {
  if (Array.isArray(schema)) return schema.map(checkedPart);
  if (schema === null || typeof schema !== 'object') return schema;
  const kept = Object.entries(schema).filter(([keyword]) => !FOR_READERS.includes(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]) => [keyword, BY_NAME.includes(keyword) ? checkedParts(value) : checkedPart(value)]),
  );
}

function checkedParts(byName) {
  return Object.fromEntries(Object.entries(byName).map(([name, schema]) => [name, checkedPart(schema)]));
}

/** The keys worth suggesting: reserved ones are known, but refused. */
function suggestedKeys(properties) {
  return Object.keys(properties).filter((key) => properties[key].$ref !== '#/$defs/reserved');
}

/**
 * The options of transports that a kind lacks, by their path: `key-not-of-transport` is told by contract/checks/transports.ts, which also
 * knows the kind of a transport that an environment only changes.
 */
function optionsOfKinds({ $defs }) {
  const kinds = $defs['transport-kind'].enum;
  const options = new Map();
  const visit = (kind, properties, path) => {
    for (const [key, schema] of Object.entries(properties ?? {})) {
      const here = [...path, key];
      const name = here.join('/');
      const option = options.get(name) ?? { path: here, kinds: [], lackedBy: [] };
      options.set(name, option);
      (schema === false ? option.lackedBy : option.kinds).push(kind);
      visit(kind, schema.properties, here);
    }
  };
  for (const kind of kinds) visit(kind, $defs[`${kind}-transport`].properties, []);
  return { kinds, options: [...options.values()].filter(({ lackedBy }) => lackedBy.length > 0) };
}

/**
 * The shape of a transport whatever its kind: an option of another kind is known, and told as such with more knowledge than a schema has.
 * What the kinds demand of one option does not differ (scripts/compose-schemas.mjs sees to that), so nothing else is lost.
 */
function ofAnyKind(project) {
  return { ...project, $defs: { ...project.$defs, transport: { $ref: '#/$defs/any-transport', type: 'object' } } };
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
  ajv.addSchema(checkedPart(schemas['contract.json']), 'contract.json');
  ajv.addSchema(checkedPart(ofAnyKind(schemas['project.json'])), 'project.json');
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

/** Which kinds of transports have a form of address, on one side. */
function addressesOfKinds(described, side) {
  const forms = new Map();
  for (const { kind, [side]: own = {} } of described) {
    for (const key of Object.keys(own)) forms.set(key, [...(forms.get(key) ?? []), kind]);
  }
  return Object.fromEntries(forms);
}

const { kinds, options } = optionsOfKinds(schemas['project.json']);
const described = readKinds(join(root, 'src'), kinds);
const addresses = {
  provider: addressesOfKinds(described, 'provider-address'),
  receiver: addressesOfKinds(described, 'receiver-address'),
};
const kindsScript = `${banner}${Object.entries({ kinds, options, addresses })
  .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
  .join('')}`;
const kindsTypes = `${banner}type Kind = ${kinds.map((kind) => `'${kind}'`).join(' | ')};
/** Every kind of transport. */
export declare const kinds: readonly Kind[];
/** The options that not every kind has: their path in a transport, the kinds that have them and those that do not. */
export declare const options: readonly {
  readonly path: readonly string[];
  readonly kinds: readonly Kind[];
  readonly lackedBy: readonly Kind[];
}[];
/** The keys of \`address:\` on both sides, with the kinds that have them. */
export declare const addresses: Readonly<Record<'provider' | 'receiver', Readonly<Record<string, readonly Kind[]>>>>;
`;

const orders = keyOrders({ ...schemas, 'project.json': ofAnyKind(schemas['project.json']) }, VALIDATORS);
const orderScript = `${banner}export const TABLES = ${JSON.stringify(orders.tables, null, 1)};\nexport const STARTS = ${JSON.stringify(orders.starts)};\n`;
const orderTypes = `${banner}/** What the language names at one place: its keys in their order, and by number what stands behind keys, in other names and in lists. */
export type KeyTable = {
  readonly keys: readonly string[];
  readonly inside: Readonly<Record<string, number>>;
  readonly each?: number;
  readonly items?: number;
};
export declare const TABLES: readonly KeyTable[];
/** The number of the table that each kind of file begins with. */
export declare const STARTS: Readonly<Record<'contract' | 'types' | 'project', number>>;
`;

const folders = process.argv.flatMap((argument, index) => (argument === '--out' ? [process.argv[index + 1]] : []));
for (const folder of folders.length > 0 ? folders : [join(root, 'src/contract/generated')]) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'shapes.js'), script);
  writeFileSync(join(folder, 'shapes.d.ts'), types);
  writeFileSync(join(folder, 'transport-kinds.js'), kindsScript);
  writeFileSync(join(folder, 'transport-kinds.d.ts'), kindsTypes);
  writeFileSync(join(folder, 'key-order.js'), orderScript);
  writeFileSync(join(folder, 'key-order.d.ts'), orderTypes);
}
