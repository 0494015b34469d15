/** Asks the compiler which messages fit which types, and ajv which should. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { GeneratedFile } from '../../src/gen/emitter.ts';
import { isObject, type JsonObject, type JsonValue } from '../../src/source/json.ts';
import { pointerSegments } from '../../src/source/pointer.ts';
import { compileStrictly } from './generated.ts';

/** A message and the type that it is assigned to, as an object literal. */
export type Assignment = { readonly module: string; readonly type: string; readonly message: JsonValue };

/** What the compiler says of each assignment, and what it says of anything else. */
export type Answers = { readonly admitted: readonly boolean[]; readonly otherwise: string };

/** Compiles modules of types together with assignments to them, once, each on a line of its own. */
export function askCompiler(files: readonly GeneratedFile[], assignments: readonly Assignment[]): Answers {
  const modules = [...new Set(assignments.map(({ module }) => module))];
  const imports = modules.map((module, index) => `import type * as M${index} from './${module}';`);
  const lines = assignments.map(
    ({ module, type, message }, index) => `export const x${index}: M${modules.indexOf(module)}.${type} = ${printLiteral(message)};`,
  );
  const output = compileStrictly([...files, { path: 'assignments.ts', text: [...imports, ...lines].join('\n') }]);
  const refused = new Set<number>();
  const otherwise: string[] = [];
  for (const line of output.split('\n')) {
    const [, number] = /^[^( ]*assignments\.ts\((\d+),\d+\): error/.exec(line) ?? [];
    if (number !== undefined) refused.add(Number(number) - 1 - imports.length);
    else if (/^\S/.test(line)) otherwise.push(line);
  }
  return { admitted: assignments.map((_, index) => !refused.has(index)), otherwise: otherwise.join('\n') };
}

/** A value as an expression; `__proto__` is computed, since plain it would set the prototype. */
function printLiteral(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(printLiteral).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${key === '__proto__' ? '["__proto__"]' : JSON.stringify(key)}: ${printLiteral(item)}`,
  );
  return `{ ${entries.join(', ')} }`;
}

/** An ajv that checks as the generated validators should. */
export function createAjv(options: { readonly allErrors?: boolean } = {}): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    ownProperties: true,
    validateSchema: false,
    logger: false,
    code: { optimize: false },
    ...options,
  });
  addFormats.default(ajv, { mode: 'full' });
  return ajv;
}

/**
 * A message without the properties that its type leaves out: those that no schema declares. `check` is of the part that a type can say, read as
 * `least`. Undefined where what is left does not fit either.
 */
export function stripUndeclared(check: ValidateFunction, message: JsonValue, patience = 8): JsonValue | undefined {
  if (check(message)) return message;
  if (patience === 0) return undefined;
  const surplus = (check.errors ?? []).flatMap(surplusOf);
  for (const path of surplus) {
    const stripped = stripUndeclared(check, without(message, path), patience - 1);
    if (stripped !== undefined) return stripped;
  }
  return undefined;
}

function surplusOf({ instancePath, params, keyword }: ErrorObject): readonly (readonly string[])[] {
  return keyword === 'unevaluatedProperties' ? [[...pointerSegments(instancePath), String(params.unevaluatedProperty)]] : [];
}

function without(value: JsonValue, [first = '', ...rest]: readonly string[]): JsonValue {
  if (Array.isArray(value)) return value.with(Number(first), without(value[Number(first)] ?? null, rest));
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const kept =
    rest.length === 0
      ? entries.filter(([key]) => key !== first)
      : entries.map(([key, item]) => [key, key === first ? without(item, rest) : item]);
  return Object.fromEntries(kept) as JsonObject;
}
