import { equalJson } from '../../payload/equal-json.ts';
import type { JsonValue } from '../../source/json.ts';
import type { Form, PartsForm } from './form.ts';

/**
 * What is clear of two schemas without parts by looking at one keyword after the other: that all the receiver says follows from the same keyword of
 * the sender, or which keyword is the only one that may not. `undefined` where that is not enough.
 */
export function compareScalars(sender: Form, receiver: Form): 'included' | { readonly keyword: string } | undefined {
  if (!isScalar(sender) || !isScalar(receiver)) return undefined;
  const open = Object.keys(receiver.shell).filter(
    (keyword) => !isSilent(keyword, sender.shell.type) && !FOLLOWS.get(keyword)?.(sender.shell[keyword], receiver.shell[keyword]),
  );
  const [only, ...others] = open;
  if (only === undefined) return 'included';
  return others.length === 0 && only !== 'enum' && only !== 'const' ? { keyword: only } : undefined;
}

function isScalar(form: Form): form is PartsForm {
  return form.kind === 'parts' && !form.properties && !form.items && Object.keys(form.shell).every((keyword) => FOLLOWS.has(keyword));
}

type Value = JsonValue | undefined;
/** Whether what a keyword says follows from the same keyword with another value. */
type Follows = (sent: Value, accepted: Value) => boolean;

const isAtLeast: Follows = (sent, accepted) => typeof sent === 'number' && typeof accepted === 'number' && sent >= accepted;
const isAtMost: Follows = (sent, accepted) => typeof sent === 'number' && typeof accepted === 'number' && sent <= accepted;
const isSame: Follows = (sent, accepted) => sent !== undefined && equalJson(sent, accepted);

const FOLLOWS: ReadonlyMap<string, Follows> = new Map([
  ['type', areTypesOf],
  ['enum', (sent, accepted) => Array.isArray(sent) && sent.every((value) => listOf(accepted).some((other) => equalJson(value, other)))],
  ['const', isSame],
  ['multipleOf', isSame],
  ['minimum', isAtLeast],
  ['exclusiveMinimum', isAtLeast],
  ['maximum', isAtMost],
  ['exclusiveMaximum', isAtMost],
  ['minLength', isAtLeast],
  ['maxLength', isAtMost],
  ['pattern', isSame],
  ['format', isSame],
]);

const OF_NUMBERS: readonly JsonValue[] = ['number', 'integer'];
const OF_TEXTS: readonly JsonValue[] = ['string'];

/** Keywords that speak of values of some types, and say nothing of others. */
const SPEAKS_OF: ReadonlyMap<string, readonly JsonValue[]> = new Map([
  ...['multipleOf', 'minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'].map((keyword) => [keyword, OF_NUMBERS] as const),
  ...['minLength', 'maxLength', 'pattern'].map((keyword) => [keyword, OF_TEXTS] as const),
]);

/** Whether a keyword says nothing of any value that is sent. */
function isSilent(keyword: string, sent: Value): boolean {
  const types = SPEAKS_OF.get(keyword);
  return types !== undefined && sent !== undefined && !listOf(sent).some((type) => types.includes(type));
}

function areTypesOf(sent: Value, accepted: Value): boolean {
  const types = listOf(accepted);
  return sent !== undefined && listOf(sent).every((type) => types.includes(type) || (type === 'integer' && types.includes('number')));
}

function listOf(value: Value): readonly JsonValue[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
