import type { ErrorObject } from 'ajv';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import { closeSender } from '../close-sender.ts';
import { type Form, type PartsForm, schemaText } from './form.ts';
import { type Compile, createLimitValidators, type Validate } from './limit-validators.ts';

/** Who looks at a message: whoever it has to be valid for, or whoever sends it and so adds nothing that its schema does not declare. */
type Look = 'valid' | 'declared';

/** Tries values on forms. A form is tried by its parts, each of them through ajv and compiled once for all schemas that have it. */
export type FormValidators = {
  /** Whether a value is valid for a form; `undefined` where no validator can be made of a part that is needed to tell. */
  readonly holds: (form: Form, value: JsonValue, look: Look) => boolean | undefined;
  /** What ajv says against a value, in its order; none as well where no validator can be made. */
  readonly errors: (form: Form, value: JsonValue) => readonly ErrorObject[];
};

type Run = {
  readonly compile: Compile;
  /** Of schemas that are one limit. */
  readonly ofLimit: Compile;
  /** By the texts of schemas. */
  readonly compiled: Map<string, Validate | undefined>;
  /** The validators of forms themselves, without their parts, by their numbers. */
  readonly own: Readonly<Record<Look, Map<number, readonly Validate[]>>>;
};

/** `compile` makes the validators; `compileWithData` does by an ajv that knows `$data`, see `limit-validators.ts`. */
export function createFormValidators(compile: Compile, compileWithData: Compile): FormValidators {
  const run: Run = {
    compile,
    ofLimit: createLimitValidators(compileWithData),
    compiled: new Map(),
    own: { valid: new Map(), declared: new Map() },
  };
  const attempt = (form: Form, value: JsonValue, trial: Trial): boolean | undefined => {
    try {
      return check(run, form, value, trial);
    } catch {
      // A recursion without end and a hostile pattern end in an exception, too; nothing is known then.
      return undefined;
    }
  };
  return {
    holds: (form, value, look) => attempt(form, value, { look, path: '' }),
    errors: (form, value) => {
      // Most messages are accepted, and finding that out takes neither paths nor lists.
      if (attempt(form, value, { look: 'valid', path: '' })) return [];
      const found: ErrorObject[] = [];
      return attempt(form, value, { look: 'valid', path: '', found }) === undefined ? [] : found;
    },
  };
}

/** A value being tried. Without a list for what is found, the first error is enough. */
type Trial = { readonly look: Look; readonly path: Pointer; readonly found?: ErrorObject[] };

function check(run: Run, form: Form, value: JsonValue, trial: Trial): boolean {
  let holds = true;
  for (const validate of ownValidators(run, form, trial.look)) {
    if (validate(value) === true) continue;
    holds = false;
    if (!trial.found) return false;
    for (const error of validate.errors ?? []) trial.found.push({ ...error, instancePath: trial.path + error.instancePath });
  }
  return form.kind === 'parts' ? checkParts(run, form, value, { trial, holds }) : holds;
}

type SoFar = { readonly trial: Trial; readonly holds: boolean };

function checkParts(run: Run, { properties, items }: PartsForm, value: JsonValue, { trial, holds: before }: SoFar): boolean {
  let holds = before;
  const isLost = (form: Form, part: JsonValue, step: string | number): boolean => {
    holds = check(run, form, part, trial.found ? { ...trial, path: appendPointer(trial.path, step) } : trial) && holds;
    return !(holds || trial.found);
  };
  if (Array.isArray(value)) return !(items && value.some((item, index) => isLost(items, item, index))) && holds;
  if (!properties || !isObject(value)) return holds;
  for (const [name, form] of properties) {
    const part = ownProperty(value, name);
    // ajv looks at no property of that name.
    if (part !== undefined && name !== '__proto__' && isLost(form, part, name)) return false;
  }
  return holds;
}

/** What a form asserts of a value by itself. Several validators have to hold together. */
function ownValidators(run: Run, form: Form, look: Look): readonly Validate[] {
  const known = run.own[look].get(form.id);
  if (known) return known;
  const made = schemasOf(form, look).map((schema) => validatorOf(run, schema));
  run.own[look].set(form.id, made);
  return made;
}

/** The schemas that ajv tries a form by. A sender's form that is not taken apart has to hold as it is written, too. */
function schemasOf(form: Form, look: Look): readonly JsonValue[] {
  if (form.kind === 'whole') {
    const { schema } = form;
    if (schema === true) return [];
    return look === 'declared' && isObject(schema) ? [schema, closeSender(schema)] : [schema];
  }
  const shell = look === 'declared' ? closedShell(form) : openShell(form);
  const { type, ...others } = shell;
  const rest = Object.fromEntries(Object.entries(others).filter(([keyword]) => !BY_THEMSELVES.includes(keyword)));
  const single = BY_THEMSELVES.filter((keyword) => Object.hasOwn(others, keyword)).map((keyword) => ({
    [keyword]: others[keyword] ?? null,
  }));
  return [...(type === undefined ? [] : [{ type }]), ...single, ...(Object.keys(rest).length > 0 ? [rest] : [])];
}

/** Keywords that hardly two schemas have with the same neighbours, in the order in which ajv tries them. */
const BY_THEMSELVES: readonly string[] = [
  'maximum',
  'minimum',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'format',
  'multipleOf',
];

/** Which properties are named counts where no others may be there; what they are is tried apart. */
function openShell({ shell, properties }: PartsForm): JsonObject {
  const { additionalProperties, ...others } = shell;
  if (additionalProperties !== false) return others;
  return { ...others, properties: namesOf(properties?.keys() ?? []), additionalProperties: false };
}

/** The same as its sender means it. What is not evaluated is what is not named here, which ajv tells faster. */
function closedShell(form: PartsForm): JsonObject {
  const { shell, properties } = form;
  if (Object.hasOwn(shell, 'additionalProperties')) return openShell(form);
  const named = properties ? { ...shell, properties: namesOf(properties.keys()) } : shell;
  const { unevaluatedProperties, ...closed } = closeSender(named);
  return unevaluatedProperties === undefined ? openShell(form) : { ...closed, additionalProperties: false };
}

function namesOf(names: Iterable<string>): JsonObject {
  return Object.fromEntries([...names].map((name) => [name, true]));
}

function validatorOf({ compile, ofLimit, compiled }: Run, schema: JsonValue): Validate {
  const text = schemaText(schema);
  if (!compiled.has(text)) compiled.set(text, ofLimit(schema) ?? compile(schema));
  const validate = compiled.get(text);
  // What is not known of a part is not known of the whole.
  if (!validate) throw new Error('No validator can be made of a part.');
  return validate;
}
