import type { ErrorObject } from 'ajv';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, valueAtPointer } from '../source/pointer.ts';
import type { SchemaCompiler } from './ajv.ts';
import { discriminatorOf } from './open-lists.ts';

/** A bundled schema with what compiles it. */
type Bundled = { readonly compile: SchemaCompiler; readonly schema: JsonObject };

/**
 * Why a message does not match a bundled schema, without noise: of a `oneOf` or `anyOf` whose branches are told apart by a constant only the
 * branch that the message names is spoken of, of any other only that none fits. Empty when the message matches.
 */
export function explainErrors({ compile, schema }: Bundled, message: JsonValue): readonly ErrorObject[] {
  const validate = compile(schema);
  if (validate(message)) return [];
  return withoutBranches(
    { compile, schema },
    message,
    (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if'),
  );
}

function withoutBranches(bundled: Bundled, message: JsonValue, errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const union = outermostUnion(errors);
  if (!union) return errors;
  const end = errors.indexOf(union);
  const others = errors.filter((error, index) => error !== union && !(index < end && isOfBranch(error, union)));
  return [...explainUnion(bundled, message, union), ...withoutBranches(bundled, message, others)];
}

/** The union nearest to the message's root. Its branches' errors stand before it. */
function outermostUnion(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const unions = errors.filter(({ keyword, params }) => keyword === 'anyOf' || (keyword === 'oneOf' && !params.passingSchemas));
  return unions.reduce<ErrorObject | undefined>(
    (outer, union) => (outer && outer.instancePath.length < union.instancePath.length ? outer : union),
    undefined,
  );
}

/** Whether an error comes from a branch of a union: it is about the same value or a part of it, and not from a keyword beside the union. */
function isOfBranch(error: ErrorObject, union: ErrorObject): boolean {
  const inside = error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`);
  return inside && error.parentSchema !== union.parentSchema;
}

/** The errors of the branch that the value names; where it names none, which it could name, or the union's own. */
function explainUnion({ compile, schema }: Bundled, message: JsonValue, union: ErrorObject): readonly ErrorObject[] {
  const value = valueAtPointer(message, union.instancePath) ?? null;
  const choice = chooseBranch(schema, union.schema as readonly JsonValue[], value);
  if (!choice) return [union];
  if ('allowedValues' in choice) {
    const { property, allowedValues } = choice;
    return [{ ...union, keyword: 'enum', instancePath: appendPointer(union.instancePath, property), params: { allowedValues } }];
  }
  const branch: JsonObject = { ...choice.branch, $defs: ownProperty(schema, '$defs') ?? {} };
  const inner = explainErrors({ compile, schema: branch }, value);
  return inner.length === 0 ? [union] : inner.map((error) => ({ ...error, instancePath: union.instancePath + error.instancePath }));
}

type Choice = { readonly branch: JsonObject } | { readonly property: string; readonly allowedValues: readonly JsonValue[] };

/** The branch whose constant the value has, or the constants there are; null stands for itself. */
function chooseBranch(schema: JsonObject, branches: readonly JsonValue[], value: JsonValue): Choice | undefined {
  const definitions = ownProperty(schema, '$defs');
  const candidates = branches
    .filter(isObject)
    .map((branch) => ({ branch, body: definitionOf(definitions, branch) }))
    .filter(({ body }) => ownProperty(body, 'type') !== 'null');
  if (value === null) return undefined;
  const [only] = candidates;
  if (only && candidates.length === 1) return { branch: only.branch };
  const told = discriminatorOf(
    new Map(),
    '',
    candidates.map(({ body }) => body),
  );
  const constant = told && ownProperty(value, told.property);
  if (!told || constant === undefined) return undefined;
  const chosen = candidates[told.values.indexOf(constant)];
  return chosen ? { branch: chosen.branch } : { property: told.property, allowedValues: told.values };
}

function definitionOf(definitions: JsonValue | undefined, branch: JsonValue): JsonValue {
  const ref = ownProperty(branch, '$ref');
  if (typeof ref !== 'string') return branch;
  return ownProperty(definitions, ref.slice('#/$defs/'.length)) ?? branch;
}
