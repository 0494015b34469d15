import type { JsonObject, JsonValue } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import { textList } from '../conjunction.ts';
import type { Form, PartsForm } from './form.ts';

/** A way into values: from an object to one of its properties, from a list to its items. */
export type Step = { readonly property: string } | 'item';

/** Two schemas that have to be decided by themselves, and where what they speak of is. */
export type Leaf = { readonly steps: readonly Step[]; readonly sender: Form; readonly receiver: Form };

/** A property that the receiver requires and the sender may leave out. */
type Missing = { readonly steps: readonly Step[]; readonly name: string };

/** What has to hold so that everything sent is accepted: all of this, and nothing else. */
export type Split = { readonly leaves: readonly Leaf[]; readonly missing: readonly Missing[] };

/**
 * Takes two schemas apart as far as they say the same around what differs. What a sender's schema lets it send is accepted by the receiver's if
 * it is so at every leaf and nothing is missing: each of these speaks of a part of the value by itself. The other way round holds wherever the
 * sender can send something whole with that part in it, which is for a replayed message to show. `strict`: senders may send what they do not declare.
 * `undefined` where there are too many places to look at.
 */
export function splitForms(sender: Form, receiver: Form, strict: boolean): Split | undefined {
  const run: Run = { strict, leaves: [], missing: [], places: 0 };
  split(run, { steps: [], sender, receiver });
  return isTooMuch(run) ? undefined : run;
}

/** Types that use each other many times over have a place for each way to them. Beyond so many, and so many that differ, the whole is decided. */
const MOST_PLACES = 2_000;
const MOST_LEAVES = 200;

type Run = { readonly strict: boolean; readonly leaves: Leaf[]; readonly missing: Missing[]; places: number };

function isTooMuch({ leaves, missing, places }: Run): boolean {
  return places > MOST_PLACES || leaves.length + missing.length > MOST_LEAVES;
}

function split(run: Run, leaf: Leaf): void {
  if (leaf.sender === leaf.receiver || isTooMuch(run)) return;
  run.places += 1;
  const parts = partsOf(leaf, run.strict);
  if (!parts) {
    run.leaves.push(leaf);
    return;
  }
  run.missing.push(...parts.missing);
  for (const part of parts.leaves) split(run, part);
}

/** What has to hold of the parts, where nothing else has to hold of the whole. */
function partsOf({ steps, sender, receiver }: Leaf, strict: boolean): Split | undefined {
  if (sender.kind !== 'parts' || receiver.kind !== 'parts' || !sayTheSame(sender, receiver)) return undefined;
  const names = sharedNames(sender, receiver, strict);
  if (!names || (receiver.items && !sender.items)) return undefined;
  const properties = names.flatMap((name) =>
    pairOf(steps, { property: name }, [sender.properties?.get(name), receiver.properties?.get(name)]),
  );
  const items = pairOf(steps, 'item', [sender.items, receiver.items]);
  const sent = new Set(textList(sender.shell.required));
  const missing = textList(receiver.shell.required).filter((name) => !sent.has(name));
  return { leaves: [...properties, ...items], missing: missing.map((name) => ({ steps, name })) };
}

function pairOf(steps: readonly Step[], step: Step, [sender, receiver]: readonly (Form | undefined)[]): readonly Leaf[] {
  return sender && receiver ? [{ steps: [...steps, step], sender, receiver }] : [];
}

/** Keywords that say nothing of what the parts of a value are, so that any part goes with them. */
const AROUND: ReadonlySet<string> = new Set(['type', 'required', 'additionalProperties']);

/** Whether two schemas say the same of a value but for what they require and what its parts are, and nothing that parts could contradict. */
function sayTheSame(a: PartsForm, b: PartsForm): boolean {
  const keywords = [...Object.keys(a.shell), ...Object.keys(b.shell)];
  return (
    keywords.every((keyword) => AROUND.has(keyword)) &&
    ['type', 'additionalProperties'].every((name) => isSame(a.shell[name], b.shell[name]))
  );
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The properties that both speak of; `undefined` where one may be there of which one side says something that the other does not know. */
function sharedNames(sender: PartsForm, receiver: PartsForm, strict: boolean): readonly string[] | undefined {
  const [own, others] = [[...(sender.properties?.keys() ?? [])], [...(receiver.properties?.keys() ?? [])]];
  if (receiver.shell.additionalProperties === false && own.some((name) => !receiver.properties?.has(name))) return undefined;
  const required = new Set(textList(sender.shell.required));
  const isOpen = sendsOthers(sender, strict);
  if (others.some((name) => !sender.properties?.has(name) && (isOpen || required.has(name)))) return undefined;
  return own.filter((name) => receiver.properties?.has(name));
}

/** Whether a sender may send properties that it does not name. What says nothing of properties may be meant to have any. */
function sendsOthers({ shell, properties }: PartsForm, strict: boolean): boolean {
  const { additionalProperties } = shell;
  if (additionalProperties !== undefined) return additionalProperties !== false;
  return strict || properties === undefined;
}

/** Where steps lead in messages, `*` for any item. */
export function pathOf(steps: readonly Step[]): Pointer {
  return appendPointer('', ...steps.map((step) => (step === 'item' ? '*' : step.property)));
}

/** The form that steps lead to inside another. */
export function formAt(form: Form, steps: readonly Step[]): Form | undefined {
  return steps.reduce<Form | undefined>((at, step) => at && innerForm(at, step), form);
}

function innerForm(form: Form, step: Step): Form | undefined {
  if (form.kind !== 'parts') return undefined;
  return step === 'item' ? form.items : form.properties?.get(step.property);
}

/** A message with a part put where steps lead; `around` gives what is sent at each place. `undefined` where it gives nothing. */
export function putInside(
  around: (form: Form) => JsonValue | undefined,
  form: Form,
  [step, ...rest]: readonly Step[],
  part: JsonValue,
): JsonValue | undefined {
  if (step === undefined) return part;
  const inner = innerForm(form, step);
  const inside = inner && putInside(around, inner, rest, part);
  if (inside === undefined) return undefined;
  if (step === 'item') return [inside];
  const whole = around(form);
  return typeof whole === 'object' && whole !== null && !Array.isArray(whole)
    ? { ...(whole as JsonObject), [step.property]: inside }
    : undefined;
}
