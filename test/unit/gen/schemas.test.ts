import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { generateCode } from '../../../src/gen/generate.ts';
import { loadSystem, readProjectFiles } from '../../support/load-system.ts';

const root = join(import.meta.dirname, '..', '..', '..');

type Bundle = {
  readonly $defs: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, { readonly $ref: string }>>;
};

/** The bundles of a project, by service. */
async function bundlesOf(files: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Bundle>> {
  const generated = await generateCode(await loadSystem(files));
  const bundles = generated.flatMap(({ path, text }): [string, Bundle][] => {
    const service = /\/schemas\/(.*)\.schema\.json$/.exec(path)?.[1];
    return service === undefined ? [] : [[service, JSON.parse(text)]];
  });
  return new Map(bundles);
}

function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === '$ref' && typeof item === 'string' ? [item] : referencesIn(item)));
}

function project(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const head = 'msgctl: 1\nproject: p\ngenerate: { out: out }\ntransports: { memory: { kind: memory } }\n';
  return { 'msgctl.yaml': head, ...files };
}

function contract(service: string, rest: string): string {
  return `msgctl: 1\nservice: ${service}\nversion: 1.0.0\n${rest}`;
}

describe.each([
  ['the bookshop', join(root, 'test/cases/gen/bookshop')],
  ['the school', root],
])('schemas of %s', (_, folder) => {
  test('are valid, whole in themselves, and hold nothing that no payload reaches', async () => {
    const bundles = await bundlesOf(readProjectFiles(folder));
    expect(bundles.size).toBeGreaterThan(2);
    for (const bundle of bundles.values()) {
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      expect(ajv.validateSchema({ ...bundle }), JSON.stringify(ajv.errors)).toBe(true);
      const names = new Set(referencesIn(bundle).map((reference) => reference.replace(/^#\/\$defs\//, '')));
      expect([...names].sort()).toEqual(Object.keys(bundle.$defs).sort());
      expect(JSON.stringify(bundle)).not.toMatch(/"x-/);
    }
  });
});

describe('schemas for other languages', () => {
  const charge = 'pattern: notification, via: memory';

  test('tell types of one name from two files apart, whichever is reached first', async () => {
    const types = (file: string) => `types:\n  Money: { type: object, properties: { ${file}: { type: string } } }\n`;
    const bundles = await bundlesOf(
      project({
        'contracts/a.types.yaml': types('a'),
        'contracts/b.types.yaml': types('b'),
        'contracts/shop.yaml': contract(
          'shop',
          `provides:\n  pay: { ${charge}, message: { $ref: './b.types.yaml#/types/Money' } }\n  buy: { ${charge}, message: { $ref: './a.types.yaml#/types/Money' } }\n`,
        ),
      }),
    );
    expect(bundles.get('shop')).toMatchObject({
      properties: { payMessage: { $ref: '#/$defs/Money' }, buyMessage: { $ref: '#/$defs/MoneyType' } },
      $defs: { Money: { title: 'Money', properties: { b: {} } }, MoneyType: { title: 'MoneyType', properties: { a: {} } } },
    });
  });

  test('leave open lists open for who receives them, with what is listed as examples, and closed for who sends them', async () => {
    const bundles = await bundlesOf(
      project({
        'contracts/shop.yaml': contract(
          'shop',
          `provides:\n  order:\n    pattern: request-response\n    via: memory\n    timeout: 5s\n    request: { $ref: '#/types/State' }\n    response: { $ref: '#/types/State' }\ntypes:\n  State: { type: object, properties: { state: { x-open: true, enum: [open, shut] } } }\n`,
        ),
      }),
    );
    expect(bundles.get('shop')).toMatchObject({
      properties: { orderRequest: { $ref: '#/$defs/State' }, orderResponse: { $ref: '#/$defs/StateSent' } },
      $defs: {
        State: { properties: { state: { type: 'string', examples: ['open', 'shut'] } } },
        StateSent: { properties: { state: { enum: ['open', 'shut'] } } },
      },
    });
  });

  test('keep recursion', async () => {
    const bundles = await bundlesOf(
      project({
        'contracts/shop.yaml': contract(
          'shop',
          `provides:\n  grow: { ${charge}, message: { $ref: '#/types/Tree' } }\ntypes:\n  Tree: { type: object, properties: { children: { type: array, items: { $ref: '#/types/Tree' } } } }\n`,
        ),
      }),
    );
    expect(bundles.get('shop')?.$defs.Tree).toMatchObject({ properties: { children: { items: { $ref: '#/$defs/Tree' } } } });
  });
});
