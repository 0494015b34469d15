import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import { LONGEST_LOOKED_AROUND } from '../inclusion/primitives.ts';
import { createTextsMemo, type TextsMemo } from '../inclusion/texts/memo.ts';
import { useExactMultiples } from '../payload/multiples.ts';
import { patternEngine } from '../payload/pattern-test.ts';
import { useSafeEquality } from '../payload/safe-equality.ts';
import type { JsonObject, JsonValue } from '../source/json.ts';
import { appendPointer, valueAtPointer } from '../source/pointer.ts';
import type { Rejection } from './decision.ts';
import { createForms } from './parts/form.ts';
import { createFormValidators } from './parts/form-validators.ts';
import { createKnownParts, type KnownParts } from './parts/known-parts.ts';
import type { SchemaNode } from './schema-node.ts';

/** Tries messages on real validators: what one version sends, what another accepts. */
export type Replay = {
  /** What is known of the texts of patterns and formats, which schemas of one comparison share. */
  readonly texts: TextsMemo;
  /** What is known of the parts of schemas; absent where messages cannot be tried on parts. */
  readonly parts?: KnownParts;
  /** Whether a value is valid for a schema, as its senders or its receivers read it; `undefined` where no validator can be made of it. */
  readonly evaluate: (node: SchemaNode, side: 'sender' | 'receiver', value: JsonValue) => boolean | undefined;
  /** Whether the sender may emit a message: valid, and made of declared properties only (unless `strict`). */
  readonly emits: (sender: SchemaNode, message: JsonValue) => boolean;
  /** Every objection of the receiver; empty when it accepts the message. */
  readonly rejections: (receiver: SchemaNode, message: JsonValue) => readonly Rejection[];
};

/** Loads ajv (2020-12, formats asserted in full) and makes a replay that compiles each schema once. */
export async function createReplay(options: { readonly strict: boolean }): Promise<Replay> {
  const [{ Ajv2020 }, formats] = await Promise.all([import('ajv/dist/2020.js'), import('ajv-formats')]);
  const settings: Options = {
    strict: false,
    logger: false,
    validateFormats: true,
    validateSchema: false,
    addUsedSchema: false,
    allErrors: true,
    // A message has no property only because every object inherits one of that name.
    ownProperties: true,
    code: { optimize: false, regExp: patternEngine(LONGEST_LOOKED_AROUND) },
  };
  // In a schema of a contract `$data` is a value like any other, so that the ajv that knows it sees none of them.
  const [ajv, withData] = [new Ajv2020(settings), new Ajv2020({ ...settings, meta: false, $data: true })];
  formats.default.default(ajv, { mode: 'full' });
  await useExactMultiples(ajv);
  await useSafeEquality(ajv);
  const forms = createForms();
  const validators = createFormValidators(
    (schema) => compile(ajv, schema),
    (schema) => compile(withData, schema),
  );
  const isThere = ({ documents, location }: SchemaNode): boolean => documents.has(location.file);

  const evaluate: Replay['evaluate'] = (node, side, value) => {
    if (typeof node.schema === 'boolean') return node.schema;
    return isThere(node) ? validators.holds(forms.of(node, side), value, 'valid') : undefined;
  };
  const look = options.strict ? 'valid' : 'declared';
  const replay: Omit<Replay, 'parts'> = {
    texts: createTextsMemo(),
    evaluate,
    emits: (sender, message) => {
      if (sender.schema === false || !isThere(sender)) return false;
      const form = forms.of(sender.schema === true ? { ...sender, schema: ANYTHING } : sender, 'sender');
      return validators.holds(form, message, look) === true;
    },
    rejections: (receiver, message) => {
      const form = forms.of(receiver.schema === false ? { ...receiver, schema: NOTHING } : receiver, 'receiver');
      return describe(validators.errors(form, message), message);
    },
  };
  return { ...replay, parts: createKnownParts(forms, replay, options.strict) };
}

function compile(ajv: { compile(schema: JsonObject): ValidateFunction }, schema: JsonValue): ValidateFunction | undefined {
  try {
    return ajv.compile(schema as JsonObject);
  } catch {
    return undefined;
  }
}

/** A sender that declares nothing: no properties either, unless senders are read literally. */
const ANYTHING: JsonObject = {};

/** What is said of a whole message that is never accepted. */
const NOTHING: JsonObject = { not: {} };

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
