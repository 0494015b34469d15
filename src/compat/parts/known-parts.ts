import type { TextsMemo } from '../../inclusion/texts/memo.ts';
import type { JsonValue } from '../../source/json.ts';
import { candidateMessages } from '../candidates.ts';
import { textList } from '../conjunction.ts';
import type { Decision } from '../decision.ts';
import { minimise } from '../minimise.ts';
import { findSent } from '../prove.ts';
import type { SchemaNode } from '../schema-node.ts';
import type { Form, Forms, PartsForm } from './form.ts';
import { plainTextOf } from './plain-texts.ts';

/** What was found out of the parts of schemas, for all messages that have them. */
export type KnownParts = {
  readonly forms: Forms;
  /** What is decided of two forms, by their numbers. */
  readonly decisions: Map<string, Decision>;
  /** The smallest message that is sent by a form; `undefined` where none was found. */
  readonly messageOf: (form: Form) => JsonValue | undefined;
  /** Some messages that are sent by a form and worth trying on another, the simplest first. */
  readonly samplesOf: (pair: { readonly sender: Form; readonly receiver: Form }, most: number) => readonly JsonValue[];
};

/** Tries messages on the same forms. */
type Trial = { readonly texts: TextsMemo; readonly emits: (sender: SchemaNode, message: JsonValue) => boolean };

/** Nothing found out yet. */
export function createKnownParts(forms: Forms, trial: Trial, strict: boolean): KnownParts {
  const messages = new Map<Form, JsonValue | undefined>();
  const samples = new Map<string, readonly JsonValue[]>();
  const emits = (form: Form, message: JsonValue): boolean => {
    const place = forms.placeOf(form, 'sender');
    return place !== undefined && trial.emits(place, message);
  };
  const search = (form: Form): JsonValue | undefined => {
    const place = forms.placeOf(form, 'sender');
    const plain = plainTextOf(form);
    if (plain !== undefined && emits(form, plain)) return plain;
    const found = place && findSent(place, strict, trial.texts);
    return found === undefined || !emits(form, found) ? undefined : minimise(found, (message) => emits(form, message));
  };
  const messageOf = (form: Form): JsonValue | undefined => {
    if (!messages.has(form)) messages.set(form, isPlain(form) ? putTogether(form, messageOf) : search(form));
    return messages.get(form);
  };
  const makeSamples = (sender: Form, receiver: Form, most: number): readonly JsonValue[] => {
    const [from, to] = [forms.placeOf(sender, 'sender'), forms.placeOf(receiver, 'receiver')];
    const made: JsonValue[] = [];
    for (const message of from && to ? candidateMessages(from, to, strict) : []) {
      if (made.length < most && emits(sender, message)) made.push(message);
    }
    return made;
  };
  return {
    forms,
    decisions: new Map(),
    messageOf,
    samplesOf: ({ sender, receiver }, most) => {
      const key = `${sender.id} ${receiver.id}`;
      const known = samples.get(key) ?? makeSamples(sender, receiver, most);
      samples.set(key, known);
      return known;
    },
  };
}

const OF_OBJECTS: ReadonlySet<string> = new Set(['type', 'required', 'additionalProperties']);

/** Whether a form lets through any object that has what it requires. */
function isPlain(form: Form): form is PartsForm {
  if (form.kind !== 'parts' || form.shell.type !== 'object') return false;
  const { shell, properties } = form;
  return Object.keys(shell).every((keyword) => OF_OBJECTS.has(keyword)) && textList(shell.required).every((name) => properties?.has(name));
}

function putTogether({ shell, properties }: PartsForm, messageOf: KnownParts['messageOf']): JsonValue | undefined {
  const parts = textList(shell.required).map((name) => {
    const form = properties?.get(name);
    return [name, form && messageOf(form)] as const;
  });
  const made = parts.flatMap(([name, part]) => (part === undefined ? [] : [[name, part] as const]));
  return made.length < parts.length ? undefined : Object.fromEntries(made);
}
