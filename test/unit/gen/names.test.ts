import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { checkGeneratedNames } from '../../../src/gen/check-names.ts';
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

test('classes of errors are called after their codes, whoever declares them; what a type or the language has gets another name', async () => {
  const call = (errors: string) =>
    `{ pattern: request-response, via: memory, request: { type: object }, response: { type: object }, timeout: 1s, errors: ${errors} }`;
  const system = await loadSystem({
    'msgctl.yaml': project,
    'contracts/shop.yaml': `
msgctl: 1
service: shop
version: 1.0.0
provides:
  buy: ${call("{ sold-out: { $ref: '#/types/SoldOut' }, server-error: { type: object }, error: { type: object }, range: { type: object } }")}
  buy@2: ${call("{ sold-out: { $ref: '#/types/SoldOut' }, server-error: { type: string }, lost: { type: object }, message: { type: object } }")}
types:
  SoldOut: { type: object, properties: { until: { type: string } } }
  LostError: { type: string }
`,
    'contracts/buyer.yaml': 'msgctl: 1\nservice: buyer\nversion: 1.0.0\nuses: { shop.buy@2: {} }\n',
  });
  const generated = await generateCode(system);
  const text = (path: string): string => generated.find((file) => file.path === `out/${path}`)?.text ?? '';
  const classes = [...text('shop.errors.d.ts').matchAll(/^export declare class (.*) \{$/gm)].map(([, head]) => head);
  expect(classes).toEqual([
    "SoldOutError extends MessageError2<'sold-out', SoldOut>",
    "ServerError<Data extends BuyServerError | BuyV2ServerError = BuyServerError | BuyV2ServerError> extends MessageError2<'server-error', Data>",
    "ErrorError extends MessageError2<'error', BuyError>",
    "RangeFailure extends MessageError2<'range', BuyRange>",
    "LostFailure extends MessageError2<'lost', BuyV2Lost>",
    "MessageError extends MessageError2<'message', BuyV2MessagePayload>".replace('Payload', ''),
  ]);
  expect(text('shop.ts')).toContain("ServerError, SoldOutError } from './shop.errors.js';");
  expect(text('buyer.ts')).not.toContain('RangeFailure');
  expect(text('buyer.ts')).toContain(
    "errors: { 'sold-out': SoldOutError, 'server-error': ServerError, lost: LostFailure, message: MessageError },",
  );
  expect(checkGeneratedNames(system).map(({ message }) => message)).toEqual([
    'In generated code "LostError" would be type LostError and the class of error lost of shop.',
  ]);
  const usage = `import { buyer } from './buyer.js';
import { ServerError } from './shop.errors.js';
import type { DeclaredError } from 'msgctl/runtime';
export function read(error: DeclaredError<typeof buyer.uses.shop.buyV2>): string {
  if (error instanceof ServerError) return error.data;
  switch (error.code) {
    case 'sold-out':
      return error.data.until ?? '';
    case 'lost':
    case 'message':
      return error.name;
    default: {
      const nothing: never = error;
      return nothing;
    }
  }
}
`;
  expect(compileStrictly([...generated, { path: 'out/usage.ts', text: usage }])).toBe('');
});

test('the version in headers is that of the package', () => {
  expect(VERSION).toBe(manifest.version);
});
