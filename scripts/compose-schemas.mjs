/**
 * Composes the published schemas of contracts and projects:
 *
 *   node scripts/compose-schemas.mjs [--check] [--out FOLDER] [--sources FOLDER]
 *
 * What the language has whatever carries the messages is in src/contract/language/*.json. What one kind of transport adds to it is in one
 * file next to that kind, src/brokers/<kind>/options.json, and for kinds without a topology src/contract/language/transports/<kind>.json:
 * a new file is a new kind. With --check nothing is written, and the exit code is 1 when the published schemas are not what is composed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { readKinds } from './kinds-of-transports.mjs';

const root = join(import.meta.dirname, '..');
const { values: flags } = parseArgs({
  options: { check: { type: 'boolean' }, out: { type: 'string' }, sources: { type: 'string', default: join(root, 'src') } },
});

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Closed, and open for keys of one's own, as every mapping of the language is. */
const closed = { patternProperties: { '^x-': true }, additionalProperties: false };

const ownKeys = {
  kind: { $ref: '#/$defs/transport-kind' },
  description: { description: 'What it is, for people.', type: 'string' },
};

/** Keys that every transport may have one day. */
const reservedKeys = { envelope: { $ref: '#/$defs/reserved' } };

const annotations = ['title', 'description', 'examples', 'default', 'enumDescriptions', 'defaultSnippets'];

/** What a schema demands of a value itself. */
function demandsOf(schema) {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !annotations.includes(keyword) && keyword !== 'properties'));
}

/** What stands under one key in several kinds, with what each of them calls it. It may mean, but not demand, something else in each. */
function mergeOptions(key, written) {
  const [{ schema: first }] = written;
  if (written.some(({ schema }) => !isDeepStrictEqual(demandsOf(schema), demandsOf(first))))
    throw new Error(`Two kinds of transports demand different things of ${key}.`);
  const labels = groupByDescription(written);
  const told = [...labels].map(([description, those]) => `${those.map(({ label }) => label).join(' and ')}: ${description}`);
  const lists = ['examples', 'defaultSnippets'].map((keyword) => [
    keyword,
    distinct(written.flatMap(({ schema }) => schema[keyword] ?? [])),
  ]);
  const properties = written.flatMap(({ label, schema }) => (schema.properties ? [{ label, options: schema.properties }] : []));
  return {
    ...first,
    ...(labels.size > 1 && { description: told.join(' ') }),
    ...Object.fromEntries(lists.filter(([, values]) => values.length > 0)),
    ...(properties.length > 0 && { properties: unionOf(properties) }),
  };
}

function distinct(values) {
  return values.filter((value, index) => values.findIndex((other) => isDeepStrictEqual(other, value)) === index);
}

/** Map.groupBy came with Node 21. */
function groupByDescription(written) {
  const groups = new Map();
  for (const option of written) groups.set(option.schema.description, [...(groups.get(option.schema.description) ?? []), option]);
  return groups;
}

/** Every option that some of these kinds have. */
function unionOf(kinds) {
  return Object.fromEntries(
    orderOf(kinds).map((key) => {
      const written = kinds.filter(({ options }) => Object.hasOwn(options, key));
      return [
        key,
        mergeOptions(
          key,
          written.map(({ label, options }) => ({ label, schema: options[key] })),
        ),
      ];
    }),
  );
}

/** The keys of all kinds, in an order that is that of each: what only a later kind has stands before what it shares with the earlier ones. */
function orderOf(kinds) {
  const order = [];
  for (const { options } of kinds) {
    let place = order.length;
    for (const key of Object.keys(options).toReversed()) {
      if (order.includes(key)) place = order.indexOf(key);
      else order.splice(place, 0, key);
    }
  }
  return order;
}

/** The options of one kind, with those of the others forbidden by name: an editor then says so, and tells a misspelt key from a misplaced one. */
function onlyOf(own, all) {
  const known = Object.entries(own).map(([key, schema]) => {
    const inner = all[key]?.properties;
    return [key, schema.properties && inner ? { ...schema, properties: onlyOf(schema.properties, inner) } : schema];
  });
  const foreign = Object.keys(all).filter((key) => !Object.hasOwn(own, key));
  return { ...Object.fromEntries(known), ...Object.fromEntries(foreign.map((key) => [key, false])) };
}

/** A project's transports: the kind decides which keys there are; what has no kind yet, or an unknown one, may have all of them. */
function composeProject(base, kinds) {
  const all = unionOf(kinds);
  const definitions = kinds.map(({ kind, description, options }) => [
    `${kind}-transport`,
    { title: `transport of kind ${kind}`, description, properties: { ...ownKeys, ...onlyOf(options, all), ...reservedKeys }, ...closed },
  ]);
  const any = { title: 'transport', properties: { ...ownKeys, ...all, ...reservedKeys }, ...closed };
  const byKind = kinds.toReversed().reduce(
    (otherwise, { kind }) => ({
      if: { required: ['kind'], properties: { kind: { const: kind, doNotSuggest: true } } },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
      then: { $ref: `#/$defs/${kind}-transport` },
      else: otherwise,
    }),
    { $ref: '#/$defs/any-transport' },
  );
  const { transport, 'transport-kind': kindOf, ...others } = base.$defs;
  const composed = {
    ...kindOf,
    type: 'string',
    enum: kinds.map(({ kind }) => kind),
    enumDescriptions: kinds.map(({ description }) => description),
  };
  const transports = { ...base.properties.transports, defaultSnippets: kinds.flatMap(({ snippets }) => snippets) };
  return {
    ...base,
    properties: { ...base.properties, transports },
    $defs: {
      transport: { ...transport, ...byKind },
      ...Object.fromEntries(definitions),
      'any-transport': any,
      'transport-kind': composed,
      ...others,
    },
  };
}

/** A contract's addresses: a contract does not say the kind of its transport, so they know the forms of all kinds. */
function composeContract(base, kinds) {
  const addresses = ['provider-address', 'receiver-address'].map((side) => {
    const forms = kinds.flatMap((kind) => Object.entries(kind[side] ?? {}));
    for (const [key, form] of forms) {
      const other = forms.find(([name, schema]) => name === key && !isDeepStrictEqual(schema, form));
      if (other) throw new Error(`Two kinds of transports mean different things by ${side}.${key}.`);
    }
    return [side, { ...base.$defs[side], properties: Object.fromEntries(forms) }];
  });
  return { ...base, $defs: { ...base.$defs, ...Object.fromEntries(addresses) } };
}

const width = 140;

/** JSON as the formatter of this repository writes it: on one line what fits there. */
function print(value, indent = '', room = width) {
  if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }'];
  const entries = Object.entries(value).map(([key, inner]) => [Array.isArray(value) ? '' : `${JSON.stringify(key)}: `, inner]);
  const line = `${open}${entries.map(([key, inner]) => key + print(inner, '', Number.POSITIVE_INFINITY)).join(', ')}${close}`;
  if (line.length <= room) return line;
  const deeper = `${indent}  `;
  const lines = entries.map(([key, inner]) => `${deeper}${key}${print(inner, deeper, width - deeper.length - key.length - 1)}`);
  return `${open.trim()}\n${lines.join(',\n')}\n${indent}${close.trim()}`;
}

const language = (name) => readJson(join(flags.sources, 'contract/language', name));
const [contract, project] = [language('contract.json'), language('project.json')];
const kinds = readKinds(flags.sources, project.$defs['transport-kind'].enum);
const composed = { 'contract.json': composeContract(contract, kinds), 'project.json': composeProject(project, kinds) };

const out = flags.out ?? join(root, 'schema');
if (!flags.check) mkdirSync(out, { recursive: true });
for (const [name, schema] of Object.entries(composed)) {
  const path = join(out, name);
  const text = `${print(schema)}\n`;
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (!flags.check) writeFileSync(path, text);
  else {
    process.stderr.write(`schema/${name} is not what the sources say: run npm run build.\n`);
    process.exitCode = 1;
  }
}
