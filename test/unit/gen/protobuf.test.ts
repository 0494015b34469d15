import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GeneratedFile } from '../../../src/gen/emitter.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { runBuf, writeBufModule } from '../../support/buf.ts';
import { compileStrictly } from '../../support/generated.ts';
import { hostile, writeHostile } from '../../support/hostile-texts.ts';
import { loadSystem, readProjectFiles } from '../../support/load-system.ts';

const root = join(import.meta.dirname, '../../..');
const everyKind = join(root, 'test/cases/protobuf');

describe.each([
  ['every kind of value', everyKind],
  ['the bookshop', join(root, 'test/cases/gen/bookshop')],
  ['the example of this repository', root],
])('%s', (_, project) => {
  let files: readonly GeneratedFile[] = [];
  let folder = '';
  beforeAll(async () => {
    files = await generateCode(await loadSystem(readProjectFiles(project)));
    folder = writeBufModule(files);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is built by buf', () => {
    expect(readdirSync(folder).length).toBeGreaterThan(1);
    expect(runBuf(folder, 'build')).toBe('');
  });

  test('is what buf wants of style', () => {
    expect(runBuf(folder, 'lint')).toBe('');
  });

  test('compiles', () => {
    expect(compileStrictly(files)).toBe('');
  });
});

test('every kind of value becomes these .proto files and tables', async () => {
  const files = await generateCode(await loadSystem(readProjectFiles(everyKind)));
  for (const { path, text } of files.filter((file) => file.path.endsWith('.proto') || file.path === 'generated/every.ts')) {
    await expect(text).toMatchFileSnapshot(join(everyKind, 'expected', path));
  }
});

test('types and validators are the same as with JSON', async () => {
  const read = readProjectFiles(everyKind);
  const json = Object.entries(read).map(([path, text]) => [path, text.replaceAll('encoding: protobuf', 'encoding: json')]);
  const [protobuf, plain] = await Promise.all([read, Object.fromEntries(json)].map(async (files) => generateCode(await loadSystem(files))));
  const isTyped = ({ path }: GeneratedFile): boolean => /types\/|validators|schemas\//.test(path);
  expect(protobuf?.filter(isTyped).length).toBeGreaterThan(4);
  expect(protobuf?.filter(isTyped)).toEqual(plain?.filter(isTyped));
  // What a descriptor's type says of payloads: everything but its value.
  const typeOf = (files: readonly GeneratedFile[] | undefined): string =>
    files?.find(({ path }) => path === 'generated/every.ts')?.text.match(/export type EveryProvides = \{.*?\n\};/s)?.[0] ?? '';
  expect(typeOf(protobuf)).toContain('happened: PublishSubscribe');
  expect(typeOf(protobuf)).toBe(typeOf(plain));
});

test('hostile text stays in comments and never becomes a name', async () => {
  const texts = [...hostile, '// c', 'option d = 1;'];
  const numbers = Object.fromEntries(texts.map((text, index) => [text, index + 1]));
  const branches = texts.map((text, index) => ({
    type: 'object',
    description: text,
    required: ['kind'],
    properties: { kind: { const: text, description: text, 'x-field': index + 1 } },
  }));
  const value = { enum: texts, 'x-enum-numbers': numbers, description: texts.join('\n'), 'x-field': 1 };
  const properties = { value, choice: { oneOf: branches, 'x-enum-numbers': numbers, 'x-field': 2 } };
  const contract = {
    msgctl: 1,
    service: 'hostile',
    version: '1.0.0',
    provides: {
      attack: {
        pattern: 'publish-subscribe',
        via: 'memory',
        encoding: 'protobuf',
        description: texts.join('\n'),
        message: { type: 'object', description: texts.join('\r'), properties },
      },
    },
  };
  const project = {
    msgctl: 1,
    project: 'hostile',
    contracts: 'c/*.yaml',
    generate: { out: 'out' },
    transports: { memory: { kind: 'memory' } },
  };
  const files = await generateCode(await loadSystem({ 'msgctl.yaml': JSON.stringify(project), 'c/hostile.yaml': writeHostile(contract) }));
  const folder = writeBufModule(files);
  expect(runBuf(folder, 'build')).toBe('');
  expect(runBuf(folder, 'lint')).toBe('');
  rmSync(folder, { recursive: true, force: true });
  const proto = files.find(({ path }) => path.endsWith('.proto'))?.text ?? '';
  const code = proto.split('\n').filter((line) => !line.trimStart().startsWith('//'));
  const known =
    /^\s*(syntax = "proto3";|package [a-z_0-9.]+;|(message|enum|oneof) \w+ \{\}?|\}|\w+ = \d+;|(optional )?[\w.]+ \w+ = \d+( \[json_name = "\w+"\])?;)?$/;
  expect(code.filter((line) => !known.test(line))).toEqual([]);
  expect(proto).not.toMatch(/^\s*\/\/\s*buf:/m);
});
