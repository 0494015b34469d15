import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Memory } from '../../../src/cli/memory.ts';
import { checkOrRecall, type Question } from '../../../src/cli/remembered-verdict.ts';
import { openSession } from '../../../src/cli/session.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import { openCacheFolder } from '../../../src/io/cache-folder.ts';
import { createFolderReader } from '../../../src/io/project-folder.ts';
import { FORMATS } from '../../../src/report/reporters.ts';
import { PATIENCE, runs } from '../../support/size.ts';
import { NO_FLAGS, testHost } from './fixtures.ts';

const PROJECT = `msgctl: 1
project: school
transports:
  rabbit: { kind: rabbitmq, url: '\${RABBIT_URL:-amqp://localhost}', prefix: '\${PREFIX:-}' }
  log: { kind: kafka, brokers: localhost:9092, sasl: { mechanism: plain, username: a, password: '\${file:secrets/password}' } }
environments:
  offline: { transports: { '*': { target: 'file:topology' } } }
`;

const PAYMENTS = `msgctl: 1
service: payments
version: 1.4.0
provides:
  charge:
    pattern: async-request-response
    via: rabbit
    deprecated: { since: 1.0.0, remove: 2027-01-01, instead: payments.charge@2 }
    request: { $ref: '#/types/Charge' }
    response: { $ref: '../shared/money.types.yaml#/types/Money' }
    timeout: 5s
types:
  Charge: { type: object, properties: { orderId: { type: string } } }
`;

const CATALOG = `msgctl: 1
service: catalog
version: 1.0.0
provides: {}
uses:
  payments.charge: { timeout: 2s }
`;

const MONEY = 'types:\n  Money: { type: object, properties: { amount: { type: integer } } }\n';

const START: Readonly<Record<string, string>> = {
  'msgctl.yaml': PROJECT,
  'contracts/payments.yaml': PAYMENTS,
  'contracts/catalog.yaml': CATALOG,
  'shared/money.types.yaml': MONEY,
  'secrets/password': 'hunter2\n',
};

type World = { variables: Record<string, string>; environment: string | undefined; today: string; tool: string };

let folder = '';
let root = '';
let world: World = { variables: {}, environment: undefined, today: '2026-11-25', tool: 'one' };

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'msgctl-verdict-')));
  root = join(folder, 'project');
  startAnew();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function startAnew(): void {
  rmSync(root, { recursive: true, force: true });
  world = { variables: {}, environment: undefined, today: '2026-11-25', tool: 'one' };
  for (const [path, text] of Object.entries(START)) put(path, text);
}

/** A change of what stands outside the folder. */
function set(parts: Partial<World>): () => void {
  return () => {
    world = { ...world, ...parts };
  };
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function question(): Question {
  const reader = createFolderReader({ root, label: 'here', environment: world.variables });
  return { place: { root, file: 'msgctl.yaml' }, reader, environment: world.environment, today: world.today, from: '' };
}

function memory(): Memory {
  const opened = openCacheFolder(join(folder, 'cache'));
  if (!opened) throw new Error('the cache cannot be opened');
  return { folder: opened, tool: world.tool };
}

/** Everything that somebody sees of a verdict, in every format. */
async function seen(remembering: Memory | undefined): Promise<{ readonly text: string; readonly recalled: boolean }> {
  try {
    const { view, documents, recalled } = await checkOrRecall(question(), remembering);
    const texts = await Promise.all(
      FORMATS.map(async (format) => {
        const host = testHost(root);
        await openSession(host, { ...NO_FLAGS, format }, '0').show({ view, root, documents });
        return host.stdout();
      }),
    );
    return { text: texts.join('\n'), recalled };
  } catch (error) {
    if (error instanceof Failure) return { text: `${error.id} ${error.message}`, recalled: false };
    throw error;
  }
}

/** The verdict with a memory, which must be the one without. */
async function verdict(): Promise<boolean> {
  const fresh = await seen(undefined);
  const remembered = await seen(memory());
  expect(remembered.text).toBe(fresh.text);
  return remembered.recalled;
}

describe('a verdict', () => {
  test('is recalled when nothing changed, whatever it is', async () => {
    expect([await verdict(), await verdict()]).toEqual([false, true]);
    put('contracts/catalog.yaml', CATALOG.replace('payments.charge', 'payments.chrage'));
    expect([await verdict(), await verdict(), await verdict()]).toEqual([false, true, true]);
    put('msgctl.yaml', PROJECT.replace('kafka', 'kafak'));
    expect([await verdict(), await verdict()]).toEqual([false, true]);
  });

  test('needs nothing but what was read: other files and variables may change', async () => {
    await verdict();
    put('README.md', 'new');
    put('shared/other.types.yaml', 'types: {}');
    world.variables = { UNRELATED: 'x' };
    expect(await verdict()).toBe(true);
  });

  const changes: readonly (readonly [string, () => void])[] = [
    ['a contract', () => put('contracts/payments.yaml', PAYMENTS.replace('timeout: 5s', 'timeout: 1s'))],
    ['a space in a contract', () => put('contracts/payments.yaml', `${PAYMENTS} `)],
    ['a line end in a contract', () => put('contracts/payments.yaml', `${PAYMENTS}\n`)],
    ['a new contract', () => put('contracts/deep/new.yaml', 'msgctl: 1\n')],
    ['a contract less', () => rmSync(join(root, 'contracts/payments.yaml'))],
    ['the name of a contract', () => renameSync(join(root, 'contracts/payments.yaml'), join(root, 'contracts/money.yaml'))],
    ['a file that is only referred to', () => put('shared/money.types.yaml', MONEY.replace('Money', 'Cash'))],
    ['such a file less', () => rmSync(join(root, 'shared/money.types.yaml'))],
    ['the project file', () => put('msgctl.yaml', `${PROJECT}accept: []\n`)],
    ['where contracts are', () => put('msgctl.yaml', `${PROJECT}contracts: shared/*.yaml\n`)],
    ['a variable that is used', set({ variables: { PREFIX: 'amq.' } })],
    ['the text of a secret', () => put('secrets/password', 'hunter3\n')],
    ['a secret less', () => rmSync(join(root, 'secrets/password'))],
    ['the environment', set({ environment: 'offline' })],
    ['the day', set({ today: '2027-01-01' })],
    ['msgctl', set({ tool: 'two' })],
    ['a contract that is no UTF-8 any more', () => writeFileSync(join(root, 'contracts/payments.yaml'), Buffer.from([0xff, 0xfe]))],
    [
      'a contract that leads out of the project',
      () => {
        renameSync(join(root, 'contracts/payments.yaml'), join(folder, 'outside.yaml'));
        symlinkSync(join(folder, 'outside.yaml'), join(root, 'contracts/payments.yaml'));
      },
    ],
  ];
  test.each(changes)('is found anew after a change of %s', async (_, change) => {
    await verdict();
    expect(await verdict()).toBe(true);
    change();
    expect(await verdict()).toBe(false);
  });

  test('is the old one again when a change is taken back', async () => {
    await verdict();
    put('contracts/payments.yaml', `${PAYMENTS}#`);
    await verdict();
    put('contracts/payments.yaml', PAYMENTS);
    await verdict();
    expect(await verdict()).toBe(true);
  });

  test('is found anew where the memory cannot be read', async () => {
    await verdict();
    const place = join(folder, 'cache');
    for (const name of readdirSync(place)) if (name.endsWith('.entry')) writeFileSync(join(place, name), 'valid');
    expect([await verdict(), await verdict()]).toEqual([false, true]);
  });
});

test('nothing secret is kept in the clear', async () => {
  world.variables = { RABBIT_URL: 'amqp://shop:correct-horse@host', PREFIX: 'battery-staple' };
  put('contracts/catalog.yaml', 'msgctl: 1\nservice: catalog\n');
  await verdict();
  const place = join(folder, 'cache');
  const kept = readdirSync(place)
    .filter((name) => name.endsWith('.entry'))
    .map((name) => readFileSync(join(place, name), 'utf8'))
    .join('');
  expect(kept).toContain('catalog');
  for (const secret of ['hunter2', 'correct-horse', 'battery-staple']) expect(kept).not.toContain(secret);
});

const PATHS = [
  'contracts/payments.yaml',
  'contracts/catalog.yaml',
  'contracts/new.yaml',
  'shared/money.types.yaml',
  'secrets/password',
  'msgctl.yaml',
];
const TEXTS = [
  ...Object.values(START),
  PAYMENTS.replace('payments\n', 'billing\n'),
  PAYMENTS.replace('5s', '1s'),
  `${PAYMENTS}examples: []\n`,
  CATALOG.replace('2s', '9s'),
  MONEY.replace('Money', 'Cash'),
  PROJECT.replace("'file:topology'", "'file:elsewhere'"),
  PROJECT.replace('rabbit:', 'rabbits:'),
  `${PROJECT}contracts: [contracts/*.yaml, shared/**/*.yaml]\n`,
  '',
  'a: [',
  'hunter3',
];

const edit: fc.Arbitrary<() => void> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...PATHS), fc.constantFrom(...TEXTS)).map(
      ([path, text]) =>
        () =>
          put(path, text),
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(...PATHS).map((path) => () => rmSync(join(root, path), { force: true })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...Object.entries(START)).map(
      ([path, text]) =>
        () =>
          put(path, text),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('', 'amq.', 'shop-').map((value) => set({ variables: { PREFIX: value } })) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, 'offline', 'none').map((environment) => set({ environment })) },
  { weight: 1, arbitrary: fc.constantFrom('2026-11-25', '2027-01-01').map((today) => set({ today })) },
  { weight: 1, arbitrary: fc.constant(startAnew) },
  { weight: 3, arbitrary: fc.constant(() => {}) },
);

test('whatever is edited in whatever order, a remembered verdict is the one that would be found', { timeout: PATIENCE }, async () => {
  let recalled = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), async (edits) => {
      startAnew();
      for (const change of edits) {
        change();
        if (await verdict()) recalled += 1;
      }
    }),
    { seed: 14, numRuns: runs(25, 1_000) },
  );
  // A memory that never recalls anything would hold this as well.
  expect(recalled).toBeGreaterThan(20);
});
