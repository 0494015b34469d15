import { useExactMultiples } from '../../payload/multiples.ts';
import type { JsonObject } from '../../source/json.ts';
import { hardenCode } from '../text.ts';
import { noteUnions } from './note-unions.ts';
import { trimCode } from './trim-code.ts';

/** The code of a module of validators, and the helpers that it uses of `msgctl/runtime/validation`. */
export type CompiledValidators = { readonly lines: readonly string[]; readonly helpers: readonly string[] };

/** What `msgctl/runtime/validation` has for ajv's code. */
const HELPERS: readonly string[] = ['equal', 'formats', 'ucs2length', 'validator'];

/** Schemas up to this many keywords are copied to where they are referred to; larger ones become functions, each once. */
const INLINE_KEYWORDS = 3;

/** What ajv makes a function of for itself: it is never called, as only its text is asked for. */
const NOTHING = 'return () => true';

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
    code: { source: true, esm: true, lines: true, optimize: false, formats: _`formats`, process: () => NOTHING },
    discriminator: true,
    inlineRefs: INLINE_KEYWORDS,
    logger: false,
    messages: false,
    meta: false,
    ownProperties: INHERITED.test(text),
    strict: false,
    validateSchema: false,
  });
  // Bookkeeping for keywords that are not there doubles the code: the language has no dynamic references, and most schemas no `unevaluated…`.
  ajv.opts.dynamicRef = false;
  ajv.opts.unevaluated = text.includes('"unevaluated');
  addFormats.default(ajv, { mode: 'full', keywords: false });
  await Promise.all([useExactMultiples(ajv), noteUnions(ajv)]);
  // Each schema once: ajv would print the function of one that is exported under two names twice.
  const ids = Object.fromEntries([...exports.values()].map((id) => [id, id]));
  return fromStandalone(standalone.default(ajv, ids), exports);
}

/** A line of ajv's code that exports the function of a schema, and one that asks for a helper. A string of a contract never makes one up. */
const EXPORT_LINE = /^export const (\w+) = (\w+);$/;
const HELPER_LINE = /^const (\w+) = require\("ajv\/dist\/runtime\/(\w+)"\)\.default;$/;

/** Puts our names in the place of `$id`s, and imports of the runtime in the place of `require`. */
function fromStandalone(code: string, exports: ReadonlyMap<string, string>): CompiledValidators {
  const functions = new Map<string, string>();
  const helpers = new Set(['validator']);
  const lines: string[] = [];
  for (const line of keepPrototypes(hardenCode(trimCode(code))).split('\n')) {
    const [, id, compiled] = EXPORT_LINE.exec(line) ?? [];
    const [, variable, helper] = HELPER_LINE.exec(line) ?? [];
    if (id !== undefined && compiled !== undefined) functions.set(id, compiled);
    else if (helper !== undefined) lines.push(`const ${variable} = ${helper};`);
    else if (!isIdle(line)) lines.push(line);
    if (helper !== undefined) helpers.add(helper);
    if (/^const \w+ = formats[.[]/.test(line)) helpers.add('formats');
  }
  const unknown = [...helpers].find((helper) => !HELPERS.includes(helper));
  if (unknown !== undefined) throw new Error(`Generated validators would need ${unknown}, which the runtime does not have.`);
  const exported = [...exports].map(([name, id]) => `export const ${name} = validator(${functions.get(id)});`);
  return { lines: [...lines, '', ...exported], helpers: [...helpers].sort() };
}

/**
 * ajv writes constants as JSON, where a key `__proto__` is one like any other; as code it would set the prototype, but for one that is computed.
 * In a string the quotes would be escaped.
 */
function keepPrototypes(code: string): string {
  return code.replaceAll(/(?<!\\)"__proto__":/g, '["__proto__"]:');
}

/** Whether a line does nothing: a module is strict anyway, and names of sources are those of our `$id`s. */
function isIdle(line: string): boolean {
  return line === '' || line === '"use strict";' || line.startsWith('/*# sourceURL=');
}
