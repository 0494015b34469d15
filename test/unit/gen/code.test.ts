import { describe, expect, test } from 'vitest';
import { createModule, printValue, raw, relativeSpecifier } from '../../../src/gen/code.ts';

describe('createModule', () => {
  test('imports what its lines use, once, and renames what it declares itself', () => {
    const module = createModule('a/b.ts', ['Money']);
    const local = module.useType('../types/common.js', 'Money');
    module.print(`export type Money = ${local};`, `export const f = ${module.use('msgctl/runtime', 'f')};`);
    module.useType('../types/common.js', 'Money');
    module.useType('msgctl/runtime', 'A');
    expect(module.render(['// header'])).toBe(
      [
        '// header',
        '',
        "import type { A } from 'msgctl/runtime';",
        "import { f } from 'msgctl/runtime';",
        "import type { Money as Money2 } from '../types/common.js';",
        '',
        'export type Money = Money2;',
        'export const f = f;',
        '',
      ].join('\n'),
    );
  });

  test('puts many imports one a line', () => {
    const module = createModule('a.ts', []);
    const names = Array.from({ length: 12 }, (_, index) => `NameOfSomething${String.fromCharCode(65 + index)}`);
    for (const name of [...names].reverse()) module.useType('./b.js', name);
    const expected = ['import type {', ...names.map((name) => `  ${name},`), "} from './b.js';"].join('\n');
    expect(module.render([])).toContain(expected);
  });
});

describe('relativeSpecifier', () => {
  test.each([
    ['payments.ts', 'types/payments.ts', './types/payments.js'],
    ['types/payments.ts', 'types/common.types.ts', './common.types.js'],
    ['types/a/b.ts', 'types/c.ts', '../c.js'],
    ['types/a/b.ts', 'types/a/c/d.ts', './c/d.js'],
    ['payments.ts', 'payments.validators.js', './payments.validators.js'],
  ])('from %s to %s: %s', (from, to, specifier) => {
    expect(relativeSpecifier(from, to)).toBe(specifier);
  });
});

describe('printValue', () => {
  test('prints data, and code where it is marked as such', () => {
    const value = { a: [1, 'x', null], 'b-c': raw('validate'), gone: undefined, ['__proto__']: {} };
    expect(printValue(value)).toBe("{ a: [1, 'x', null], 'b-c': validate, ['__proto__']: {} }");
  });

  test('breaks what does not fit', () => {
    const long = 'x'.repeat(60);
    expect(printValue({ a: [long, long], b: 1 })).toBe(`{\n  a: [\n    '${long}',\n    '${long}',\n  ],\n  b: 1,\n}`);
  });
});
