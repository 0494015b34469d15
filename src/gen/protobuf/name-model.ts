import { formatLocation, type SchemaLocation } from '../../payload/documents.ts';
import { fieldName } from '../../payload/protobuf/counterparts.ts';
import type { ProtobufModel } from '../../payload/protobuf/model.ts';
import { parentPointer, pointerSegments } from '../../source/pointer.ts';
import { pascalCase } from '../identifiers.ts';
import type { TypePlan } from '../type-plan.ts';
import type { FileGroup } from './group-files.ts';
import type { ProtoPlace } from './proto-names.ts';

/** A message or an enum with its names. */
export type Named = {
  readonly key: string;
  readonly kind: 'message' | 'enum';
  /** The package, the messages around it, and its own name: `school.payments.v1.Settled.Means`. */
  readonly fullName: string;
  readonly name: string;
  readonly place: ProtoPlace;
  /** The message in which it stands. */
  readonly parent: Named | undefined;
  /** What stands in it, by name. */
  readonly nested: readonly Named[];
};

type Naming = {
  readonly model: ProtobufModel;
  readonly types: TypePlan;
  readonly group: FileGroup;
  readonly place: ProtoPlace;
  /** Names of the package that are taken. */
  readonly taken: Set<string>;
};

/** A type that has a name keeps it; what has none stands in the message around it, called after its property. */
export function nameModel(naming: Naming): readonly Named[] {
  const { model, group, place } = naming;
  const named = new Map<string, Mutable>();
  const messages = new Map<string, Mutable>();
  const scopes = new Map<Mutable | undefined, Set<string>>([[undefined, naming.taken]]);
  // Shorter pointers first, so that a message is there before what stands in it.
  const keys = [...group.keys].sort((a, b) => depthOf(model, a) - depthOf(model, b) || (a < b ? -1 : 1));
  const ownNames = new Map(keys.map((key) => [key, ownName(naming, key)]));
  const isNamed = (key: string): boolean => ownNames.get(key) !== undefined;
  for (const key of [...keys.filter(isNamed), ...keys.filter((other) => !isNamed(other))]) {
    const parent = isNamed(key) ? undefined : parentOf(model, key, messages);
    const scope = scopes.get(parent) ?? mapEntries(model, parent);
    scopes.set(parent, scope);
    const name = allocate(scope, ownNames.get(key) ?? nestedName(model, key, parent));
    const fullName = `${parent ? parent.fullName : place.package}.${name}`;
    const each: Mutable = { key, kind: model.messages.has(key) ? 'message' : 'enum', fullName, name, place, parent, nested: [] };
    parent?.nested.push(each);
    named.set(key, each);
    const at = formatLocation(locationOf(model, key));
    if (each.kind === 'message' && !messages.has(at)) messages.set(at, each);
  }
  for (const { nested } of named.values()) nested.sort((a, b) => (a.name < b.name ? -1 : 1));
  return [...named.values()];
}

type Mutable = Named & { readonly nested: Named[] };

function depthOf(model: ProtobufModel, key: string): number {
  return locationOf(model, key).pointer.length;
}

function locationOf(model: ProtobufModel, key: string): SchemaLocation {
  const found = model.messages.get(key) ?? model.enums.get(key);
  if (!found) throw new Error(`${key} is no message and no enum.`);
  return found.at;
}

function ownName({ model, types }: Naming, key: string): string | undefined {
  return types.at(locationOf(model, key))?.name;
}

/** The innermost message in whose schema this one is written. */
function parentOf(model: ProtobufModel, key: string, messages: ReadonlyMap<string, Mutable>): Mutable | undefined {
  const { file, pointer } = locationOf(model, key);
  for (let above = parentPointer(pointer); above !== ''; above = parentPointer(above)) {
    const parent = messages.get(formatLocation({ file, pointer: above }));
    if (parent) return parent;
  }
  return undefined;
}

/** Protobuf makes a message of its own for the entries of each map, whose name is taken. */
function mapEntries(model: ProtobufModel, parent: Named | undefined): Set<string> {
  const message = parent && model.messages.get(parent.key);
  const maps = message?.kind === 'fields' ? message.fields.filter(({ label }) => label === 'map') : [];
  return new Set(maps.map(({ property }) => `${pascalCase(fieldName(property))}Entry`));
}

function nestedName(model: ProtobufModel, key: string, parent: Named | undefined): string {
  const message = parent && model.messages.get(parent.key);
  const alternative = message?.kind === 'choice' ? message.alternatives.find((each) => each.key === key) : undefined;
  if (alternative) return pascalCase(alternative.value);
  const above = parent ? locationOf(model, parent.key).pointer : '';
  const words: string[] = [];
  let names = false;
  for (const segment of pointerSegments(locationOf(model, key).pointer.slice(above.length))) {
    if (names) words.push(pascalCase(segment));
    else if (segment === 'items') words.push('Item');
    else if (segment === 'additionalProperties') words.push('Value');
    names = !names && (segment === 'properties' || segment === '$defs' || segment === 'types');
  }
  return words.join('') || 'Part';
}

function allocate(scope: Set<string>, wanted: string): string {
  let name = wanted;
  for (let count = 2; scope.has(name); count++) name = `${wanted}${count}`;
  scope.add(name);
  return name;
}
