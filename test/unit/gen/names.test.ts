import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { generateCode } from '../../../src/gen/generate.ts';
import { VERSION } from '../../../src/version.ts';
import { compileStrictly } from '../../support/generated.ts';
import { loadSystem } from '../../support/load-system.ts';

const project = `
msgctl: 1
project: names
contracts: 'contracts/**/*.yaml'
generate: { out: out }
transports: { memory: { kind: memory } }
`;

function notification(schema: string): string {
  return `{ pattern: notification, via: memory, message: ${schema} }`;
}

test('names that clash or mean something in TypeScript get others, the same each time', async () => {
  const files = {
    'msgctl.yaml': project,
    'contracts/import.yaml': `
msgctl: 1
service: import
version: 1.0.0
provides:
  delete: ${notification("{ $ref: '#/types/Promise' }")}
  charge: ${notification("{ $ref: './deep/shared.types.yaml#/types/Money' }")}
  charge@2: ${notification("{ $ref: '#/types/Money' }")}
  charge-v2: ${notification("{ $ref: '#/types/Money/properties/inner' }")}
types:
  Promise: { type: object, properties: { then: { $ref: './deep/shared.types.yaml#/types/ImportProvides' } } }
  ChargeMessage: { type: object, properties: { a: { type: string } } }
  Money: { type: object, properties: { inner: { type: object, properties: { again: { $ref: '#/types/Money/properties/inner' } } } } }
`,
    'contracts/deep/shared.types.yaml': `
types:
  Money: { type: object, properties: { own: { $ref: '../import.yaml#/types/Money' }, mine: { $ref: '#/types/Money' } } }
  ImportProvides: { type: string }
`,
  };
  const generated = await generateCode(await loadSystem(files));
  expect(generated.map(({ path }) => path)).toEqual([
    'out/import.ts',
    'out/import.validators.d.ts',
    'out/import.validators.js',
    'out/schemas/import.schema.json',
    'out/types/deep/shared.types.ts',
    'out/types/import.ts',
  ]);
  const text = (path: string): string => generated.find((file) => file.path === `out/${path}`)?.text ?? '';
  const declared = (path: string): readonly string[] =>
    [...text(path).matchAll(/^export (?:type|interface|const) (\w+)/gm)].map(([, name]) => name ?? '');
  expect(declared('types/import.ts')).toEqual([
    'ChargeMessage',
    'Money',
    'PromiseType',
    'DeleteMessage',
    'ChargeMessagePayload',
    'ChargeV2Message',
    'ChargeV2MessagePayload',
    'MoneyInner',
  ]);
  expect(text('types/import.ts')).toContain("import type { ImportProvides, Money as Money2 } from './deep/shared.types.js';");
  expect(text('types/deep/shared.types.ts')).toContain("import type { Money as Money2 } from '../import.js';");
  expect(declared('import.ts')).toEqual(['ImportProvides', 'ImportUses', 'importService']);
  for (const property of ['delete', 'charge', 'chargeV2', 'chargeV22']) expect(text('import.ts')).toContain(`\n    ${property}: {`);
  expect(compileStrictly(generated)).toBe('');
});

test('the version in headers is that of the package', () => {
  expect(VERSION).toBe(manifest.version);
});
