import type { ErrorObject, ValidateFunction } from 'ajv';
import { LONGEST_LOOKED_AROUND } from '../inclusion/primitives.ts';
import { createTextsMemo, type TextsMemo } from '../inclusion/texts/memo.ts';
import { bundleSchema } from '../payload/bundle.ts';
import type { Documents } from '../payload/documents.ts';
import { useExactMultiples } from '../payload/multiples.ts';
import { patternEngine } from '../payload/pattern-test.ts';
import { useSafeEquality } from '../payload/safe-equality.ts';
import type { JsonObject, JsonValue } from '../source/json.ts';
import { appendPointer, valueAtPointer } from '../source/pointer.ts';
import { closeSender } from './close-sender.ts';
import { nodeKey, type SchemaNode } from './schema-node.ts';

/** Why a receiver's validator rejects a message: where, by which keyword, and in its own words. */
export type Rejection = {
  readonly path: string;
  readonly keyword: string;
  readonly name?: string;
  readonly text: string;
  /** Where it goes wrong before any validator looks: the bytes, and what the receiver makes of them. */
  readonly bytes?: { readonly hex: string } & ({ readonly reads: JsonValue } | { readonly error: string });
};

/** Tries messages on real validators: what one version sends, what another accepts. */
export type Replay = {
  /** What is known of the texts of patterns and formats, which schemas of one comparison share. */
  readonly texts: TextsMemo;
  /** Whether a value is valid for a schema, as its senders or its receivers read it; `undefined` where no validator can be made of it. */
  readonly evaluate: (node: SchemaNode, side: 'sender' | 'receiver', value: JsonValue) => boolean | undefined;
  /** Whether the sender may emit a message: valid, and made of declared properties only (unless `strict`). */
  readonly emits: (sender: SchemaNode, message: JsonValue) => boolean;
  /** Every objection of the receiver; empty when it accepts the message. */
  readonly rejections: (receiver: SchemaNode, message: JsonValue) => readonly Rejection[];
};

type View = 'sender' | 'declared' | 'receiver';

/** Loads ajv (2020-12, formats asserted in full) and makes a replay that compiles each schema once. */
export async function createReplay(options: { readonly strict: boolean }): Promise<Replay> {
  const [{ Ajv2020 }, formats] = await Promise.all([import('ajv/dist/2020.js'), import('ajv-formats')]);
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    validateFormats: true,
    validateSchema: false,
    addUsedSchema: false,
    allErrors: true,
    // A message has no property only because every object inherits one of that name.
    ownProperties: true,
    code: { optimize: false, regExp: patternEngine(LONGEST_LOOKED_AROUND) },
  });
  formats.default.default(ajv, { mode: 'full' });
  await useExactMultiples(ajv);
  await useSafeEquality(ajv);
  const compiled = new Map<Documents, Map<string, ValidateFunction | undefined>>();

  const validator = (node: SchemaNode, view: View): ValidateFunction | undefined => {
    const known = compiled.get(node.documents) ?? new Map<string, ValidateFunction | undefined>();
    compiled.set(node.documents, known);
    const key = `${view} ${nodeKey(node)}`;
    if (!known.has(key)) known.set(key, compile(ajv, schemaFor(node, view)));
    return known.get(key);
  };
  const evaluate: Replay['evaluate'] = (node, side, value) => {
    if (typeof node.schema === 'boolean') return node.schema;
    return node.documents.has(node.location.file) ? run(validator(node, side), value) : undefined;
  };
  return {
    texts: createTextsMemo(),
    evaluate,
    emits: (sender, message) =>
      evaluate(sender, 'sender', message) === true && (options.strict || run(validator(sender, 'declared'), message) === true),
    rejections: (receiver, message) => {
      const validate = validator(receiver, 'receiver');
      return run(validate, message) === false ? describe(validate?.errors ?? [], message) : [];
    },
  };
}

function schemaFor(node: SchemaNode, view: View): JsonObject {
  const schema = bundleSchema(node.documents, node.location, view === 'receiver' ? 'receiver' : 'sender');
  return view === 'declared' ? closeSender(schema) : schema;
}

function compile(ajv: { compile(schema: JsonObject): ValidateFunction }, schema: JsonObject): ValidateFunction | undefined {
  try {
    return ajv.compile(schema);
  } catch {
    return undefined;
  }
}

/** A recursion without end and a hostile pattern end in an exception; nothing is known then. */
function run(validate: ValidateFunction | undefined, value: JsonValue): boolean | undefined {
  try {
    return validate ? validate(value) === true : undefined;
  } catch {
    return undefined;
  }
}

/** ajv's errors, without those of single alternatives where the error of the whole, which comes later, says it. */
function describe(errors: readonly ErrorObject[], message: JsonValue): readonly Rejection[] {
  const told = new Set<string>();
  const plain: ErrorObject[] = [];
  for (const error of errors.toReversed()) {
    if (!isToldAbove(told, error.instancePath)) plain.push(error);
    if (COMBINING.has(error.keyword)) told.add(error.instancePath);
  }
  const shown = plain.length > 0 ? plain.reverse() : errors;
  return shown.map((error) => toRejection(error, message));
}

function isToldAbove(told: ReadonlySet<string>, path: string): boolean {
  if (told.size === 0) return false;
  const segments = path.split('/');
  return segments.some((_, index) => told.has(segments.slice(0, index + 1).join('/')));
}

const COMBINING: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'not', 'if', 'contains', 'propertyNames']);

function toRejection(error: ErrorObject, message: JsonValue): Rejection {
  const { instancePath, keyword } = error;
  const params = error.params as {
    readonly missingProperty?: string;
    readonly additionalProperty?: string;
    readonly unevaluatedProperty?: string;
  };
  const property = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  const where = instancePath === '' ? '' : `${instancePath} `;
  if (keyword === 'required' && property !== undefined) {
    return {
      path: appendPointer(instancePath, property),
      keyword,
      name: property,
      text: `${where}must have property ${JSON.stringify(property)}`,
    };
  }
  if (property !== undefined) {
    return {
      path: appendPointer(instancePath, property),
      keyword,
      name: property,
      text: `${where}must not have property ${JSON.stringify(property)}`,
    };
  }
  const text = `${where}${error.message ?? 'is invalid'}${allowedValues(error.params)}`;
  if (keyword === 'enum' || keyword === 'const')
    return { path: instancePath, keyword, name: JSON.stringify(valueAtPointer(message, instancePath) ?? null), text };
  return { path: instancePath, keyword, text };
}

function allowedValues(params: Record<string, unknown>): string {
  const allowed = Array.isArray(params.allowedValues)
    ? params.allowedValues
    : Object.hasOwn(params, 'allowedValue')
      ? [params.allowedValue]
      : [];
  return allowed.length === 0 ? '' : `: ${allowed.map((value) => JSON.stringify(value)).join(', ')}`;
}
