/** Facts about what travels as Protobuf: numbers and types of fields, numbers of listed texts, numbers out of use. */
import type { SchemaLocation } from '../../payload/documents.ts';
import { formatLocation } from '../../payload/documents.ts';
import { buildProtobufModel } from '../../payload/protobuf/build-model.ts';
import type { ProtobufEnum, ProtobufField, ProtobufMessage, ProtobufModel, ProtobufValue } from '../../payload/protobuf/model.ts';
import { keyPlaceOf, pointerOf, valuePlaceOf } from '../../payload/schema-part.ts';
import type { JsonValue } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import type { Range } from '../../source/source-file.ts';
import { keyRange, valueRange } from '../../source/yaml-tree.ts';
import type { ChangeKind, Side } from '../change.ts';
import type { PayloadFact } from '../payload-fact.ts';
import type { SchemaNode } from '../schema-node.ts';
import { type Choice, type Fields, travellingFields, wireTypeOf } from './pair-messages.ts';

/** What differs on the wire, and which properties are the same under another name: the places of the old schemas with those of the new ones. */
export type WireDifference = { readonly facts: readonly PayloadFact[]; readonly renamed: ReadonlyMap<string, string> };

/** The facts about two versions of a payload that travels as Protobuf in both. */
export function diffWire(before: SchemaNode, after: SchemaNode): WireDifference {
  const [old, now] = [versionOf(before), versionOf(after)];
  const walk: Walk = { old, now, facts: [], renamed: new Map(), seen: new Set() };
  const pending: Stop[] = [{ old: old.root, now: now.root, path: '' }];
  // The list grows while it is walked: facts about a type stand where it is met first.
  for (const stop of pending) {
    const key = [stop.old, stop.now, stop.tags].join('\n');
    if (walk.seen.has(key)) continue;
    walk.seen.add(key);
    pending.push(...diffMessages(walk, stop));
  }
  return { facts: walk.facts, renamed: walk.renamed };
}

type Version = { readonly node: SchemaNode; readonly model: ProtobufModel; readonly root: string };

function versionOf(node: SchemaNode): Version {
  const model = buildProtobufModel(node.documents, [node.location]);
  return { node, model, root: model.payloads.get(formatLocation(node.location)) ?? '' };
}

type Walk = {
  readonly old: Version;
  readonly now: Version;
  readonly facts: PayloadFact[];
  readonly renamed: Map<string, string>;
  readonly seen: Set<string>;
};

/** Two messages at one place; the properties that tell which alternative they are, which do not travel. */
type Stop = { readonly old: string; readonly now: string; readonly path: Pointer; readonly tags?: readonly [string, string] };

function diffMessages(walk: Walk, stop: Stop): readonly Stop[] {
  const [old, now] = [walk.old.model.messages.get(stop.old), walk.now.model.messages.get(stop.now)];
  if (!old || !now) return [];
  diffReserved(walk, stop.path, old, now);
  if (old.kind === 'choice' && now.kind === 'choice') return diffChoices(walk, stop.path, old, now);
  if (old.kind === 'fields' && now.kind === 'fields') return diffFields(walk, stop, old, now);
  const sides = [old, now].map(({ kind }) => (kind === 'fields' ? 'one message' : 'one of several messages'));
  add(walk, 'oneof-changed', {
    path: stop.path,
    name: 'oneof',
    before: { value: sides[0] ?? '', at: placeOf(walk.old, old.at) },
    after: { value: sides[1] ?? '', at: placeOf(walk.now, now.at) },
  });
  return [];
}

function add(walk: Walk, kind: ChangeKind, fact: Omit<PayloadFact, 'kind'>): void {
  walk.facts.push({ kind, ...fact });
}

function diffReserved(walk: Walk, path: Pointer, old: ProtobufMessage | ProtobufEnum, now: ProtobufMessage | ProtobufEnum): void {
  for (const number of old.reserved.filter((each) => !now.reserved.includes(each))) {
    const before = { value: number, at: placeOf(walk.old, old.at, 'x-reserved') };
    add(walk, 'reservation-dropped', { path, name: String(number), before, after: { at: placeOf(walk.now, now.at) } });
  }
}

function diffFields(walk: Walk, { path, tags }: Stop, old: Fields, now: Fields): readonly Stop[] {
  const [olds, nows] = [travelling(old, tags?.[0]), travelling(now, tags?.[1])];
  const inner: Stop[] = [];
  for (const field of olds) {
    const named = nows.find(({ property }) => property === field.property);
    const numbered = nows.find(({ number }) => number === field.number);
    if (named) inner.push(...diffSameName(walk, path, field, named));
    else if (numbered) inner.push(...diffSameNumber(walk, { path, olds }, field, numbered));
    else if (!now.reserved.includes(field.number)) {
      const after = { at: placeOf(walk.now, now.at) };
      add(walk, 'number-not-reserved', {
        path: appendPointer(path, field.property),
        name: field.property,
        before: numberSide(walk.old, field),
        after,
      });
    }
  }
  for (const field of nows.filter(({ property }) => !olds.some((each) => each.property === property))) {
    const moved = olds.find(({ number, property }) => number === field.number && nows.some((each) => each.property === property));
    if (moved) addReused(walk, path, moved, field);
  }
  return inner;
}

function addReused(walk: Walk, above: Pointer, old: ProtobufField, now: ProtobufField): void {
  add(walk, 'field-number-reused', { path: appendPointer(above, now.property), name: String(now.number), ...nameSides(walk, old, now) });
}

function nameSides(walk: Walk, old: ProtobufField, now: ProtobufField): Pick<PayloadFact, 'before' | 'after'> {
  return {
    before: { value: old.property, at: keyPlaceOf(walk.old.node.documents, old.parts[0]) },
    after: { value: now.property, at: keyPlaceOf(walk.now.node.documents, now.parts[0]) },
  };
}

function travelling(message: Fields, tag: string | undefined): readonly ProtobufField[] {
  return travellingFields(message, tag === undefined ? undefined : { property: tag, text: '' });
}

function diffSameName(walk: Walk, above: Pointer, old: ProtobufField, now: ProtobufField): readonly Stop[] {
  const path = appendPointer(above, now.property);
  if (old.number === now.number) return diffValues(walk, path, old, now);
  const sides = { before: numberSide(walk.old, old), after: numberSide(walk.now, now) };
  add(walk, 'field-number-changed', { path, name: now.property, ...sides });
  return [];
}

type Siblings = { readonly path: Pointer; readonly olds: readonly ProtobufField[] };

/** One number, two names: a new name, or something else under an old number. Nobody can tell the one from the other where the types are the same. */
function diffSameNumber(walk: Walk, { path: above, olds }: Siblings, old: ProtobufField, now: ProtobufField): readonly Stop[] {
  const path = appendPointer(above, now.property);
  const isSame = wireTypeOf(old) === wireTypeOf(now) && !olds.some(({ property }) => property === now.property);
  if (!isSame) {
    addReused(walk, above, old, now);
    return [];
  }
  add(walk, 'field-renamed', { path, name: now.property, ...nameSides(walk, old, now) });
  for (const [index, part] of old.parts.entries()) {
    const other = now.parts[index];
    if (other) walk.renamed.set(locationOf(part), locationOf(other));
  }
  return diffValues(walk, path, old, now);
}

function locationOf(part: ProtobufField['parts'][number]): string {
  return formatLocation({ file: part.file, pointer: pointerOf(part) });
}

function diffValues(walk: Walk, path: Pointer, old: ProtobufField, now: ProtobufField): readonly Stop[] {
  const [was, is] = [wireTypeOf(old), wireTypeOf(now)];
  if (was !== is) {
    const before = { value: was, at: keyPlaceOf(walk.old.node.documents, old.parts[0]) };
    add(walk, 'wire-type-changed', {
      path,
      name: now.property,
      before,
      after: { value: is, at: keyPlaceOf(walk.now.node.documents, now.parts[0]) },
    });
    return [];
  }
  return diffInner(walk, now.label === 'single' ? path : appendPointer(path, '*'), old.value, now.value);
}

function diffInner(walk: Walk, path: Pointer, old: ProtobufValue, now: ProtobufValue): readonly Stop[] {
  if (old.kind === 'message' && now.kind === 'message') return [{ old: old.key, now: now.key, path }];
  if (old.kind !== 'enum' || now.kind !== 'enum') return [];
  const [was, is] = [walk.old.model.enums.get(old.key), walk.now.model.enums.get(now.key)];
  if (was && is) diffTexts(walk, path, was, is);
  return [];
}

function diffTexts(walk: Walk, path: Pointer, old: ProtobufEnum, now: ProtobufEnum): void {
  diffReserved(walk, path, old, now);
  const numbered = (listing: ProtobufEnum) => listing.values.map(([text, number]) => ({ text, number }));
  diffNumbered(walk, { path, old: old.at, now: now.at, reserved: now.reserved, kinds: TEXTS }, numbered(old), numbered(now));
}

function diffChoices(walk: Walk, path: Pointer, old: Choice, now: Choice): readonly Stop[] {
  const numbered = (choice: Choice) => choice.alternatives.map(({ value, number, key }) => ({ text: value, number, key }));
  const [olds, nows] = [numbered(old), numbered(now)];
  diffNumbered(walk, { path, old: old.at, now: now.at, reserved: now.reserved, kinds: ALTERNATIVES }, olds, nows);
  const tags = [old.tag, now.tag] as const;
  const isSame = (one: Numbered, other: Numbered) =>
    one.text === other.text || !(olds.some(({ text }) => text === other.text) || nows.some(({ text }) => text === one.text));
  return olds.flatMap((one) =>
    nows
      .filter((other) => other.number === one.number && isSame(one, other))
      .map((other): Stop => ({ old: one.key, now: other.key, path, tags })),
  );
}

const TEXTS = { changed: 'enum-number-changed', renamed: 'enum-value-renamed' } as const;
const ALTERNATIVES = { changed: 'field-number-changed', renamed: 'field-renamed' } as const;

type Numbering = {
  readonly path: Pointer;
  readonly old: SchemaLocation;
  readonly now: SchemaLocation;
  readonly reserved: readonly number[];
  readonly kinds: typeof TEXTS | typeof ALTERNATIVES;
};

type Numbered = { readonly text: string; readonly number: number };

/** Listed texts, or the values that tell alternatives apart. */
function diffNumbered(
  walk: Walk,
  { path, old, now, reserved, kinds }: Numbering,
  olds: readonly Numbered[],
  nows: readonly Numbered[],
): void {
  const sideOf = (version: Version, at: SchemaLocation, text: string, value: JsonValue): Side => ({
    value,
    at: placeOf(version, at, 'x-enum-numbers', text),
  });
  for (const { text, number } of olds) {
    const named = nows.find((each) => each.text === text);
    const numbered = nows.find((each) => each.number === number);
    if (named && named.number === number) continue;
    const name = JSON.stringify(named ? text : (numbered?.text ?? text));
    if (named) {
      const before = sideOf(walk.old, old, text, number);
      add(walk, kinds.changed, { path, name, before, after: sideOf(walk.now, now, text, named.number) });
    } else if (numbered && !olds.some((each) => each.text === numbered.text)) {
      const before = sideOf(walk.old, old, text, text);
      add(walk, kinds.renamed, { path, name, before, after: sideOf(walk.now, now, numbered.text, numbered.text) });
    } else if (!numbered && !reserved.includes(number)) {
      add(walk, 'number-not-reserved', { path, name, before: sideOf(walk.old, old, text, number), after: { at: placeOf(walk.now, now) } });
    }
  }
}

function numberSide({ node }: Version, { number, parts: [part] }: ProtobufField): Side {
  return { value: number, at: valuePlaceOf(node.documents, part, 'x-field') };
}

/** The place of something written, or of what is said below it. */
function placeOf({ node }: Version, { file, pointer }: SchemaLocation, ...steps: readonly string[]): Range {
  const tree = node.documents.get(file);
  if (!tree) throw new Error(`The file ${file} of a schema is not among the documents.`);
  return steps.length === 0 ? keyRange(tree, pointer) : valueRange(tree, appendPointer(pointer, ...steps));
}
