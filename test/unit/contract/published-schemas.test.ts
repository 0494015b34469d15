import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import projectSchema from '../../../schema/project.json' with { type: 'json' };
import { loadProject } from '../../../src/contract/load.ts';
import { TRANSPORT_ADDRESSES, TRANSPORT_KINDS, TRANSPORT_OPTIONS } from '../../../src/contract/transport-kinds.ts';
import { NAME_ROLES, type NameRole } from '../../../src/topology/names.ts';
import { memoryProject } from '../../support/memory-project.ts';
import { expandSnippet, type Node, PUBLISHED, schemasIn } from '../../support/published-schemas.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'msgctl-schemas-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Composes the schemas; what it says on stderr is part of the error that it throws. */
function compose(...flags: readonly string[]): string {
  return execFileSync(process.execPath, [join(root, 'scripts/compose-schemas.mjs'), ...flags], { encoding: 'utf8', stdio: 'pipe' });
}

/** Composes a copy of the sources that has one more broker. */
function composeWith(name: string, options: object): typeof projectSchema {
  const sources = join(folder, name);
  for (const part of ['brokers', 'contract/language']) cpSync(join(root, 'src', part), join(sources, part), { recursive: true });
  mkdirSync(join(sources, 'brokers', name));
  writeFileSync(
    join(sources, 'brokers', name, 'options.json'),
    JSON.stringify({ kind: name, label: name, description: 'New.', ...options }),
  );
  const out = join(folder, `${name}-out`);
  compose('--sources', sources, '--out', out);
  return JSON.parse(readFileSync(join(out, 'project.json'), 'utf8'));
}

describe('the published schemas', () => {
  test('are what is composed of the language and the kinds of transports', () => {
    expect(compose('--check')).toBe('');
  });

  test('have the options of a new broker from its folder, and forbid them to the others', () => {
    const servers = { description: 'Where it is.', type: 'string' };
    const { $defs } = composeWith('nats', { options: { servers, tls: { $ref: '#/$defs/tls' } }, snippets: [] });
    expect($defs['transport-kind'].enum).toEqual([...TRANSPORT_KINDS, 'nats']);
    const definitions: Readonly<Record<string, Node>> = $defs as never;
    expect(definitions['nats-transport']?.properties).toMatchObject({ servers, url: false });
    expect(definitions['kafka-transport']?.properties).toMatchObject({ servers: false });
  });

  test('refuse two kinds that demand different things under one key', () => {
    const url = { description: 'A number.', type: 'integer' };
    expect(() => composeWith('pulsar', { options: { url }, snippets: [] })).toThrow(
      'Two kinds of transports demand different things of url.',
    );
  });
});

describe('the options of transports', () => {
  test('are known by their kinds', () => {
    const told = TRANSPORT_OPTIONS.map(({ path, kinds }) => `${path.join('.')}: ${kinds.join(' ')}`);
    expect(told.filter((line) => !line.startsWith('names.')).sort()).toEqual([
      'brokers: kafka',
      'client-id: kafka',
      'cluster: kafka',
      'configs: kafka',
      'defaults.replication: kafka',
      'defaults: kafka redis',
      'discovery: http grpc',
      'format: rabbitmq',
      'management: rabbitmq',
      'names: rabbitmq kafka redis',
      'own-configs: kafka',
      'prefix: rabbitmq kafka redis',
      'sasl: kafka',
      'target: rabbitmq kafka redis',
      'tls: rabbitmq kafka redis http grpc',
      'url: rabbitmq redis http grpc',
      'users: rabbitmq kafka redis',
      'version: rabbitmq kafka redis',
    ]);
  });

  test('are those of the table in docs/language.md', () => {
    const words: Readonly<Record<string, readonly string[]>> = {
      all: TRANSPORT_KINDS,
      brokers: ['rabbitmq', 'kafka', 'redis'],
      'all but `memory`': TRANSPORT_KINDS.filter((kind) => kind !== 'memory'),
    };
    const table = /^A transport:\n\n(.*?)\n\n/ms.exec(readFileSync(join(root, 'docs/language.md'), 'utf8'))?.[1] ?? '';
    const told = table.split('\n').flatMap((line) => {
      const [, keys = '', kinds = ''] = line.split('|').map((cell) => cell.trim());
      const names = (text: string) => [...text.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name);
      return names(keys).map((key) => [key, words[kinds] ?? names(kinds)] as const);
    });
    const derived = TRANSPORT_OPTIONS.flatMap(({ path: [key = '', ...inner], kinds }) =>
      inner.length === 0 ? [[key, kinds] as const] : [],
    );
    expect(Object.fromEntries(told)).toEqual({ kind: TRANSPORT_KINDS, ...Object.fromEntries(derived) });
  });

  test('are addresses too, by their side', () => {
    expect(TRANSPORT_ADDRESSES).toEqual({
      provider: { exchange: ['rabbitmq'], 'routing-key': ['rabbitmq'], topic: ['kafka'], stream: ['redis'] },
      receiver: { queue: ['rabbitmq'], group: ['kafka', 'redis'] },
    });
  });

  test.each(Object.entries(NAME_ROLES))('%s has a template for each of its names, and tells the one that it replaces', (kind, roles) => {
    const definitions: Readonly<Record<string, Node>> = projectSchema.$defs as never;
    const names = definitions[`${kind}-transport`]?.properties?.names as Node;
    const own = Object.entries(names.properties ?? {}).flatMap(([name, schema]) =>
      typeof schema === 'object' ? [[name, schema] as const] : [],
    );
    expect(own.map(([name]) => name)).toEqual(Object.keys(roles));
    for (const [name, { description, defaultSnippets = [] }] of own) {
      const { template } = (roles as Readonly<Record<string, NameRole>>)[name] as NameRole;
      expect(description).toContain(`: ${template} when absent.`);
      expect(defaultSnippets.map(({ body }) => expandSnippet(body))).toEqual([template]);
    }
  });
});

describe.each(Object.keys(PUBLISHED))('%s', (file) => {
  const whole = PUBLISHED[file] as object;
  const schemas = schemasIn(whole);
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    allowMatchingProperties: true,
  });
  ajv.addVocabulary(['defaultSnippets', 'enumDescriptions', 'doNotSuggest', 'patternErrorMessage']);
  ajv.addSchema(whole, file);
  const resolve = (ref: string) => schemas.find(([pointer]) => `#${pointer}` === ref)?.[1];
  const check = (pointer: string, value: unknown) => {
    const validate = ajv.compile({ $ref: `${file}#${pointer}` });
    return validate(value) ? [] : validate.errors;
  };

  test('describes every key', () => {
    const silent = schemas.flatMap(([pointer, { properties = {} }]) =>
      Object.entries(properties).flatMap(([key, schema]) => {
        if (typeof schema === 'boolean') return schema ? [`${pointer}/${key}`] : [];
        const isCondition = pointer.endsWith('/if');
        const told = schema.description ?? (schema.$ref && resolve(schema.$ref)?.description);
        return isCondition || told ? [] : [`${pointer}/${key}`];
      }),
    );
    expect(silent).toEqual([]);
  });

  test('writes whole sentences', () => {
    const texts = schemas.flatMap(([, { description, enumDescriptions = [], patternErrorMessage, defaultSnippets = [] }]) => [
      ...[description, patternErrorMessage].filter((text) => text !== undefined),
      ...enumDescriptions,
      ...defaultSnippets.map((snippet) => snippet.description),
    ]);
    expect(texts.length).toBeGreaterThan(100);
    // Editors show texts as Markdown, in which what stands between < and > is not seen.
    expect(texts.filter((text) => !/\.$/.test(text) || text.length < 4 || /[<>]/.test(text))).toEqual([]);
  });

  test('explains every value of every enum', () => {
    const enums = schemas.flatMap(([pointer, { enum: values, enumDescriptions = [] }]) =>
      values === undefined ? [] : [[pointer, values.length, enumDescriptions.length] as const],
    );
    expect(enums.length).toBeGreaterThan(2);
    expect(enums.filter(([, values, descriptions]) => values !== descriptions)).toEqual([]);
  });

  test('gives examples and defaults that are valid where they stand', () => {
    for (const [pointer, { examples = [], default: usual }] of schemas) {
      for (const value of [...examples, ...(usual === undefined ? [] : [usual])])
        expect(check(pointer, value), `${pointer}: ${JSON.stringify(value)}`).toEqual([]);
    }
  });

  test('has snippets that become valid values', () => {
    const snippets = schemas.flatMap(([pointer, { defaultSnippets = [] }]) =>
      defaultSnippets.map((snippet) => [pointer, snippet] as const),
    );
    expect(snippets.length).toBeGreaterThan(10);
    for (const [pointer, { label, body }] of snippets) expect(check(pointer, expandSnippet(body)), `${pointer}: ${label}`).toEqual([]);
  });
});

describe('a snippet', () => {
  const TRANSPORTS = Object.assign({}, ...projectSchema.properties.transports.defaultSnippets.map(({ body }) => expandSnippet(body)));
  const snippetsAt = (pointer: string) =>
    schemasIn(PUBLISHED['contract.json']).find(([place]) => place === pointer)?.[1].defaultSnippets ?? [];
  const findings = async (contract: object) => {
    const files = {
      'msgctl.yaml': stringify({ msgctl: 1, project: 'school', transports: TRANSPORTS }),
      'contracts/shop.yaml': stringify({ msgctl: 1, service: 'shop', version: '1.0.0', ...contract }),
    };
    return (await loadProject(memoryProject(files), { projectFile: 'msgctl.yaml' })).diagnostics.map(
      ({ id, severity }) => `${severity} ${id}`,
    );
  };

  test.each(snippetsAt('/$defs/contract/properties/provides'))('$label is a whole interaction', async ({ body }) => {
    expect(await findings({ provides: expandSnippet(body) })).toEqual([]);
  });

  test.each(snippetsAt('/$defs/types'))('$label is a whole type', async ({ body }) => {
    expect(await findings({ types: expandSnippet(body) })).toEqual([]);
  });

  test.each(snippetsAt('/$defs/contract'))('$label is one', async ({ body }) => {
    expect(await findings(expandSnippet(body) as object)).toEqual([]);
  });
});
