import type { JsonObject } from '../../source/json.ts';
import { hardenCode } from '../text.ts';

/** The code of a module of validators, and the helpers that it uses of `msgctl/runtime/validation`. */
export type CompiledValidators = { readonly lines: readonly string[]; readonly helpers: readonly string[] };

/** Functions that ajv's code would `require`, with the names under which the runtime has them. */
const HELPERS = ['equal', 'ucs2length'] as const;

/** Schemas up to this many keywords are copied to where they are referred to; larger ones become functions, each once. */
const INLINE_KEYWORDS = 3;

/** Names that every object has, so that only a closer look tells whether a message has such a property itself. */
const INHERITED = /"(?:constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf|__\w+__)"/;

/**
 * Compiles validators ahead of time with ajv (JSON Schema 2020-12, formats asserted in full). `exports` maps the name of each exported
 * validator to the `$id` of its schema. A validator stops at the first error: what an attacker can make it do stays bounded.
 */
export async function compileValidators(schemas: readonly JsonObject[], exports: ReadonlyMap<string, string>): Promise<CompiledValidators> {
  const [{ Ajv2020 }, { default: standalone }, { default: addFormats }, { _ }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv/dist/standalone/index.js'),
    import('ajv-formats'),
    import('ajv'),
  ]);
  const text = JSON.stringify(schemas);
  const ajv = new Ajv2020({
    schemas: schemas.map((schema) => ({ ...schema })),
    code: { source: true, esm: true, lines: true, formats: _`formats` },
    inlineRefs: INLINE_KEYWORDS,
    logger: false,
    ownProperties: INHERITED.test(text),
    strict: false,
    validateSchema: false,
  });
  // Bookkeeping for keywords that are not there doubles the code: the language has no dynamic references, and most schemas no `unevaluated…`.
  ajv.opts.dynamicRef = false;
  ajv.opts.unevaluated = text.includes('"unevaluated');
  addFormats.default(ajv, { mode: 'full', keywords: false });
  return fromStandalone(standalone.default(ajv, Object.fromEntries(exports)));
}

/** Puts imports of the runtime in the place of `require`, which stands alone on its line; a string of a contract never does. */
function fromStandalone(code: string): CompiledValidators {
  const helpers = new Set<string>();
  const lines = hardenCode(code)
    .split('\n')
    .filter((line) => line !== '' && line !== '"use strict";' && !line.startsWith('/*# sourceURL='))
    .map((line) => {
      const [, variable, helper] = /^const (\w+) = require\("ajv\/dist\/runtime\/(\w+)"\)\.default;$/.exec(line) ?? [];
      if (helper === undefined) return line;
      helpers.add(helper);
      return `const ${variable} = ${helper};`;
    });
  if (lines.some((line) => /^const \w+ = formats[.[]/.test(line))) helpers.add('formats');
  const unknown = [...helpers].find((helper) => helper !== 'formats' && !HELPERS.some((known) => known === helper));
  if (unknown !== undefined) throw new Error(`Generated validators would need ${unknown}, which the runtime does not have.`);
  return { lines, helpers: [...helpers].sort() };
}
