import type { System } from '../../contract/system.ts';
import { type Documents, formatLocation, resolve, type SchemaLocation, schemaAt } from '../../payload/documents.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { appendPointer } from '../../source/pointer.ts';
import type { PrintableValue } from '../code.ts';
import { pascalCase } from '../identifiers.ts';
import type { ParticipatingPayload, Participation } from '../participation.ts';
import type { PlannedType, TypePlan } from '../type-plan.ts';

/** How the payloads of an interaction are written: JSON, or Protobuf with the field numbers of every message that they reach. */
export function describeCodec(system: System, plan: TypePlan, { interaction, payloads }: Participation): PrintableValue {
  if (interaction.encoding === 'json') return { format: 'json' };
  const walk: Walk = { system, plan, fields: new Map() };
  const written = payloads.filter(({ role }) => role !== 'headers');
  const messages = Object.fromEntries(written.map((payload) => messageEntry(walk, payload)));
  return { format: 'protobuf', messages, fields: Object.fromEntries(walk.fields) };
}

type Walk = { readonly system: System; readonly plan: TypePlan; readonly fields: Map<string, Readonly<Record<string, number>>> };

function messageEntry(walk: Walk, payload: ParticipatingPayload): readonly [string, string] {
  const slot = payload.name === undefined ? payload.role : `${payload.role}:${payload.name}`;
  return [slot, addMessage(walk, payload.type.schema, payload.type)];
}

/** Adds the message at a location with all that it reaches, and gives its name: `payments.Settled`. */
function addMessage(walk: Walk, location: SchemaLocation, type?: PlannedType): string {
  const { place, schema } = follow(walk.system.documents, location);
  const name = messageName(walk.plan.at(place) ?? type, place);
  if (walk.fields.has(name)) return name;
  const properties = ownProperty(schema, 'properties');
  if (!isObject(properties)) return name;
  const numbered = Object.entries(properties).flatMap(([property, schema]) => {
    const number = ownProperty(schema, 'x-field');
    return typeof number === 'number' ? [[property, number] as const] : [];
  });
  walk.fields.set(name, Object.fromEntries(numbered));
  for (const property of Object.keys(properties)) {
    addNested(walk, { file: place.file, pointer: appendPointer(place.pointer, 'properties', property) });
  }
  return name;
}

/** Messages below a property: itself, or the items of a list. */
function addNested(walk: Walk, location: SchemaLocation): void {
  const { place, schema } = follow(walk.system.documents, location);
  if (!isObject(schema)) return;
  if (isMessage(schema)) addMessage(walk, place);
  if (Object.hasOwn(schema, 'items')) addNested(walk, { file: place.file, pointer: appendPointer(place.pointer, 'items') });
}

/** Where a chain of references ends, whatever stands beside them: a field's number, say. */
function follow(
  documents: Documents,
  location: SchemaLocation,
): { readonly place: SchemaLocation; readonly schema: JsonValue | undefined } {
  const schema = schemaAt(documents, location);
  const reference = ownProperty(schema, '$ref');
  const target = typeof reference === 'string' ? resolve(documents, location, reference) : undefined;
  return target?.ok ? follow(documents, target.location) : { place: location, schema };
}

function isMessage(schema: JsonObject): boolean {
  return isObject(ownProperty(schema, 'properties'));
}

/** The service or file that declares the type gives the package; a place without a name is named by its pointer. */
function messageName(type: PlannedType | undefined, place: SchemaLocation): string {
  if (!type)
    return formatLocation(place)
      .split(/[/#]+/)
      .filter((word) => word !== '')
      .map(pascalCase)
      .join('.');
  const stem =
    type.path
      .split('/')
      .at(-1)
      ?.replace(/(\.types)?\.ts$/, '') ?? '';
  return `${stem.replace(/[^A-Za-z0-9]+/g, '_')}.${type.name}`;
}
