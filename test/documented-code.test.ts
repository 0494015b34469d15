/**
 * The code that the documentation shows compiles in a strict project, and its YAML is valid: each block stands in the world that its page speaks of. A
 * block that is not named here fails, so that nothing is shown that nobody has tried.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadProject } from '../src/contract/load.ts';
import { generateCode } from '../src/gen/generate.ts';
import { isObject, type JsonValue } from '../src/source/json.ts';
import { loadSystem, readProjectFiles } from './support/load-system.ts';
import { memoryProject } from './support/memory-project.ts';

const root = join(import.meta.dirname, '..');
/** Milliseconds; the compiler is started once, and the machine may be busy. */
const PATIENCE = 120_000;
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The blocks of a page in one language, in their order. */
function blocksOf(page: string, language: 'ts' | 'yaml'): readonly string[] {
  return [...read(page).matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);
}

/** The service that docs/generated-code.md speaks of, and one that calls it. */
const PAYMENTS = `msgctl: 1
service: payments
version: 1.0.0
provides:
  charge:
    pattern: async-request-response
    via: rabbit
    request: { type: object, required: [orderId], properties: { orderId: { type: string } } }
    response: { type: object, properties: { receiptId: { type: string } } }
    errors: { card-declined: { $ref: '#/types/Declined' } }
    timeout: 5s
  payment-settled:
    pattern: publish-subscribe
    via: rabbit
    encoding: protobuf
    message: { type: object, required: [orderId], properties: { orderId: { type: string, x-field: 1 } } }
types:
  Declined: { type: object, required: [reason], properties: { reason: { enum: [expired, blocked], x-open: true } } }
`;
const TILL = 'msgctl: 1\nservice: till\nversion: 1.0.0\nuses: { payments.charge: }\n';

/** The services that docs/runtime.md speaks of. */
const SHOP = `msgctl: 1
service: shop
version: 1.0.0
provides:
  stock:
    pattern: async-request-response
    via: rabbit
    request: { $ref: '#/types/Asked' }
    response: { type: integer }
    errors: { unknown-article: { $ref: '#/types/Asked' } }
    timeout: 5s
uses: { desk.quote: , desk.note: }
types:
  Asked: { type: object, required: [article], properties: { article: { type: string } } }
`;
const DESK = `msgctl: 1
service: desk
version: 1.0.0
provides:
  quote:
    pattern: async-request-response
    via: rabbit
    request: { $ref: './shop.yaml#/types/Asked' }
    response: { type: object, required: [price], properties: { price: { type: integer } } }
    errors: { out-of-stock: { type: object, required: [left], properties: { left: { type: integer } } } }
    timeout: 5s
  note:
    pattern: notification
    via: rabbit
    message: { type: object, required: [text], properties: { text: { type: string } } }
`;
const PROJECT = 'msgctl: 1\nproject: shown\ngenerate: { out: generated }\ntransports: { rabbit: { kind: rabbitmq } }\n';

const WORLDS = {
  payments: { 'msgctl.yaml': PROJECT, 'contracts/payments.yaml': PAYMENTS, 'contracts/till.yaml': TILL },
  shop: { 'msgctl.yaml': PROJECT, 'contracts/shop.yaml': SHOP, 'contracts/desk.yaml': DESK },
} as const;

/** How a block becomes a module, or several. */
type Shown = { readonly world: 'school' | keyof typeof WORLDS; readonly modules: (code: string) => readonly string[] };

const CALLED = `import type { Client } from 'msgctl/runtime';
import type { till } from './generated/till.js';
declare const client: Client<typeof till>;
declare const request: Parameters<typeof client.payments.charge.safe>[0];`;
const REST = `case 'timeout': case 'disconnected': case 'aborted': case 'unroutable': case 'no-responder': case 'overloaded': case 'invalid':
case 'conflict': case 'invalid-reply': case 'remote':`;

/** What each block of TypeScript stands in, by page, in their order. */
const CODE: Readonly<Record<string, readonly Shown[]>> = {
  'README.md': [
    // A part of a generated file; that it is one is another test.
    { world: 'school', modules: () => [] },
    { world: 'school', modules: (code) => [code] },
    {
      world: 'school',
      modules: (code) => [`declare const filesBefore: Record<string, string>, filesAfter: Record<string, string>;\n${code}`],
    },
    {
      world: 'school',
      modules: (code) => [
        `import type { ChargeV2Request } from './generated/payments.js';
declare const order: ChargeV2Request;
declare function askAgain(expected: { readonly amount: number }): void;
${code}`,
      ],
    },
  ],
  'docs/generated-code.md': [
    {
      world: 'payments',
      modules: (code) => [
        `import type { Declined } from './generated/payments.js';\nexport function tell(declined: Declined): string {\n${code}\n}`,
      ],
    },
    {
      world: 'payments',
      modules: (code) => [
        `import type { ChargeRequest } from './generated/payments.js';
declare const body: unknown;
declare function charge(request: ChargeRequest): void;
declare function report(errors: unknown): void;
${code}`,
      ],
    },
    {
      world: 'payments',
      modules: (code) => [`import type { ValidationError } from 'msgctl/runtime';\nexport const error: ValidationError = ${code}`],
    },
    { world: 'payments', modules: (code) => [code] },
    {
      world: 'payments',
      modules: (code) => {
        const [thrown = '', called = ''] = code.split(/\n\n(?=import)/);
        return [thrown, `${CALLED}\ndeclare function retryWith(reason: string): void;\n${called}`];
      },
    },
    {
      world: 'payments',
      modules: (code) => [
        `${CALLED}
export async function tell(): Promise<string> {
const result = await client.payments.charge.safe(request);
if (result.ok) return 'Yes.';
${code.replace(/case 'timeout'.*/, REST)}
}`,
      ],
    },
    {
      world: 'payments',
      modules: (code) => [
        `import type { PaymentSettledMessage } from './generated/payments.js';\ndeclare const settled: PaymentSettledMessage;\n${code}`,
      ],
    },
  ],
  'docs/runtime.md': [
    {
      world: 'shop',
      modules: (code) => [
        `declare function known(article: string): boolean;
declare function busy(): boolean;
declare function count(article: string, options: { readonly signal: AbortSignal }): Promise<number>;
${code}`,
      ],
    },
    {
      world: 'shop',
      modules: (code) => [
        `import type { Client } from 'msgctl/runtime';
import { expect } from 'vitest';
import { shop } from './generated/shop.js';
declare function codeUnderTest(client: Client<typeof shop>): Promise<void>;
${code}`,
      ],
    },
  ],
};

const pages = [
  'README.md',
  ...['architecture', 'editors', 'faults', 'generated-code', 'import', 'language', 'reports', 'runtime', 'topology', 'wire'].map(
    (name) => `docs/${name}.md`,
  ),
];

describe('the TypeScript of the documentation', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'msgctl-documented-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(pages)('each block of %s is compiled', (page) => {
    expect(blocksOf(page, 'ts').length).toBe(CODE[page]?.length ?? 0);
  });

  test('compiles in a strict project', { timeout: PATIENCE }, async () => {
    for (const [world, files] of Object.entries(WORLDS))
      for (const { path, text } of await generateCode(await loadSystem(files))) write(`${world}/${path}`, text);
    cpSync(join(root, 'examples/school/generated'), join(folder, 'school/generated'), { recursive: true });
    for (const [page, shown] of Object.entries(CODE)) {
      const blocks = blocksOf(page, 'ts');
      for (const [index, { world, modules }] of shown.entries())
        for (const [part, text] of modules(blocks[index] ?? '').entries())
          write(`${world}/${page.replace(/\W+/g, '-')}-${index + 1}-${part + 1}.ts`, `${text}\nexport {};\n`);
    }
    write('package.json', '{ "type": "module" }');
    write('tsconfig.json', JSON.stringify({ compilerOptions: compilerOptions(), include: ['*/*.ts'] }));
    expect(compile()).toBe('');
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function compile(): string {
    try {
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/lib/tsc.js'), '-p', folder], { stdio: 'pipe' });
      return '';
    } catch (error) {
      return String((error as { stdout?: unknown }).stdout);
    }
  }

  test('the part of a generated file that README.md shows stands there', () => {
    const [shown = ''] = blocksOf('README.md', 'ts');
    const [name = '', ...declarations] = shown.trimEnd().split(/\n\n|(?<=part\))\n/);
    const file = read(/^\/\/ (\S+) \(a part\)$/.exec(name)?.[1] ?? '');
    expect(declarations.length).toBeGreaterThan(2);
    for (const declaration of declarations) expect(file).toContain(declaration);
  });
});

function compilerOptions(): object {
  const published = (file: string) => [join(root, 'dist', file)];
  return {
    target: 'es2023',
    lib: ['es2023'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    module: 'nodenext',
    rootDir: '/',
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitReturns: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    paths: {
      'msgctl/runtime': published('runtime/index.d.ts'),
      'msgctl/runtime/*': published('runtime/*.d.ts'),
      'msgctl/compat': published('types/library/compat.d.ts'),
      vitest: [join(root, 'node_modules/vitest/dist/index.d.ts')],
    },
  };
}

/** Contracts that a block of YAML makes, beside those of the school. */
type Contracts = Readonly<Record<string, string>>;
const HEAD = (service: string) => `msgctl: 1\nservice: ${service}\nversion: 1.0.0\n`;
/** A message of any kind, for what a page leaves out. */
const ANY = '{ type: object, required: [orderId], properties: { orderId: { type: string } } }';

/** What becomes of each block of YAML: contracts of the school, the project file of the school with the block in it, or something that is told elsewhere. */
const YAML: Readonly<Record<string, readonly ((text: string) => Contracts | 'elsewhere')[]>> = {
  'README.md': [
    () => 'elsewhere', // a part of contracts/payments.yaml: below
    () => 'elsewhere', // whole files: test/docs.test.ts
    () => 'elsewhere',
    () => 'elsewhere', // pipelines
    () => 'elsewhere',
    (text) => ({ 'msgctl.yaml': `${read('msgctl.yaml')}\n${text}` }),
  ],
  'docs/editors.md': [(text) => ({ 'contracts/till.yaml': text.replace('service: payments', 'service: till\nversion: 1.0.0') })],
  'docs/generated-code.md': [() => 'elsewhere'], // the file of another tool
  'docs/language.md': [
    () => 'elsewhere',
    (text) => ({ 'contracts/till.yaml': HEAD('till') + text.replaceAll('…', ANY) }),
    (text) => ({ 'contracts/till.yaml': HEAD('till') + text }),
    (text) => ({
      'contracts/till.yaml': `${HEAD('till')}provides:
  settled: { pattern: publish-subscribe, via: log, encoding: protobuf, message: { $ref: '#/types/Settled' } }
types:\n${text.replace(/^/gm, '  ')}`,
    }),
    (text) => {
      const [provides = '', uses = ''] = text.split(/^(?=uses:)/m);
      return { 'contracts/shop.yaml': HEAD('shop') + provides.replace('…', `message: ${ANY}`), 'contracts/till.yaml': HEAD('till') + uses };
    },
    () => 'elsewhere',
  ],
};

describe('the YAML of the documentation', () => {
  test.each(pages)('each block of %s is read', (page) => {
    expect(blocksOf(page, 'yaml').length).toBe(YAML[page]?.length ?? 0);
  });

  test.each(Object.keys(YAML))('%s is valid', async (page) => {
    for (const [index, text] of blocksOf(page, 'yaml').entries()) {
      const made = YAML[page]?.[index]?.(text) ?? 'elsewhere';
      if (made === 'elsewhere') continue;
      const files = { ...readProjectFiles(root), ...made };
      const { diagnostics } = await loadProject(memoryProject(files), { projectFile: 'msgctl.yaml' });
      const told = diagnostics.filter(({ severity }) => severity !== 'info');
      expect(
        told.map(({ at, id, message }) => `${at.file}:${at.start.line} ${id}: ${message}`),
        text,
      ).toEqual([]);
    }
  });

  test('the part of a contract that README.md shows stands there', () => {
    const [shown = ''] = blocksOf('README.md', 'yaml');
    const [, file = ''] = /^# (\S+) \(shortened\)/.exec(shown) ?? [];
    expect(surplus(parse(shown), parse(read(file)))).toEqual([]);
  });
});

/** What a value says that another, which should say all of it, does not: the places, as JSON pointers. */
function surplus(shown: JsonValue, whole: JsonValue, at = ''): readonly string[] {
  if (!isObject(shown) || !isObject(whole)) return JSON.stringify(shown) === JSON.stringify(whole) ? [] : [at];
  return Object.entries(shown).flatMap(([key, value]) => surplus(value, whole[key] ?? null, `${at}/${key}`));
}
