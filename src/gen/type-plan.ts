import type { Contract, Interaction, PayloadRole } from '../contract/model.ts';
import { type NarrowedSystem, payloadRead } from '../contract/narrow-reads.ts';
import { findContract, findInteraction, type System } from '../contract/system.ts';
import { formatLocation, resolve, type SchemaLocation, schemaAt } from '../payload/documents.ts';
import { subschemasOf } from '../payload/subschemas.ts';
import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, pointerSegments } from '../source/pointer.ts';
import { createAllocator, createNameScope, isReserved, type NameClash, type Named, type NameScope, pascalCase } from './identifiers.ts';
import { typesPath } from './layout.ts';

/** A type of the output. It is declared in one module only, whoever uses it. */
export type PlannedType = {
  /** The module that declares it, below the output folder. */
  readonly path: string;
  readonly name: string;
  readonly schema: SchemaLocation;
  /** Of what it is the type. */
  readonly named: Named;
};

/** The types that one file of the project becomes. */
export type PlannedModule = { readonly file: string; readonly path: string; readonly types: readonly PlannedType[] };

/** What a payload is in its interaction, for its name. */
export type PayloadSlot = { readonly role: PayloadRole | 'headers'; readonly name?: string };

/** All types of the output and where they are. */
export type TypePlan = {
  /** Sorted by path; none without types. */
  readonly modules: readonly PlannedModule[];
  /** Whose type has another name than it has by itself, because of a type beside it. */
  readonly clashes: readonly NameClash[];
  /** The type that a `$ref` in `file` names. */
  referenced(file: string, reference: string): PlannedType;
  /** The type of a payload or of the headers of an interaction. */
  payload(interaction: Interaction, slot: PayloadSlot): PlannedType;
  /** The type of what a service reads of a payload that it receives: one of its own where it says what that is (`reads`). */
  read(service: string, interaction: Interaction, slot: PayloadSlot): PlannedType;
  /** The type that stands for a location, if it has a name. */
  at(location: SchemaLocation): PlannedType | undefined;
};

/**
 * Plans the types that `services` need: those of their contracts, of the contracts they use, and of every file that these reach. What a
 * service reads of what it uses is a type of its own, in its own module.
 */
export function planTypes({ system, narrowed }: NarrowedSystem, services: readonly Contract[]): TypePlan {
  const plan: Plan = {
    system,
    services,
    narrowed,
    files: new Map(),
    byLocation: new Map(),
    byPayload: new Map(),
    byReader: new Map(),
    clashes: [],
    followed: new Set(),
  };
  for (const contract of services) {
    planFile(plan, contract.file);
    for (const use of contract.uses) {
      const provider = findContract(system, findInteraction(system, use.id)?.service ?? '');
      if (provider) planFile(plan, provider.file);
    }
  }
  const modules = [...plan.files].flatMap(([file, { path, types }]) => (types.length > 0 ? [{ file, path, types }] : []));
  return {
    modules: modules.sort((a, b) => (a.path < b.path ? -1 : 1)),
    clashes: plan.clashes,
    referenced: (file, reference) => demand(plan.byLocation.get(targetKey(plan, file, reference)), `${file}: ${reference}`),
    payload: (interaction, slot) => demand(plan.byPayload.get(payloadKey(interaction, slot)), payloadKey(interaction, slot)),
    read: (service, interaction, slot) => {
      const own = isReadIn(interaction, slot) ? plan.byReader.get(readerKey(service, interaction)) : undefined;
      return own ?? demand(plan.byPayload.get(payloadKey(interaction, slot)), payloadKey(interaction, slot));
    },
    at: (location) => plan.byLocation.get(formatLocation(location)),
  };
}

/** The payloads of an interaction in the order in which they travel, its headers after what they come with. */
export function slotsOf(interaction: Interaction): readonly (PayloadSlot & { readonly schema: SchemaLocation })[] {
  const payloads = interaction.payloads.map(({ role, name, schema }) => ({ role, schema, ...(name !== undefined && { name }) }));
  const slots = interaction.headers ? [...payloads, { role: 'headers', schema: interaction.headers } as const] : payloads;
  return ROLES.flatMap((role) => slots.filter((slot) => slot.role === role));
}

const ROLES: readonly PayloadSlot['role'][] = ['request', 'message', 'headers', 'response', 'error'];

/** The words that name a payload within its interaction: `Request`, `CardDeclined`, `LearnersResponse`. */
export function slotName({ role, name }: PayloadSlot): string {
  return role === 'error' ? pascalCase(name ?? 'error') : `${name === undefined ? '' : pascalCase(name)}${pascalCase(role)}`;
}

/** A payload in words: `the request of payments.charge`. */
export function describePayload({ id }: Interaction, { role, name }: PayloadSlot): string {
  if (role === 'headers') return `the headers of ${id}`;
  if (role === 'error') return `error ${name ?? ''} of ${id}`;
  return name === undefined ? `the ${role} of ${id}` : `the ${role} of ${name} to ${id}`;
}

type PlannedFile = { readonly path: string; readonly types: PlannedType[]; readonly names: NameScope };

type Plan = {
  readonly system: System;
  readonly services: readonly Contract[];
  readonly narrowed: NarrowedSystem['narrowed'];
  readonly files: Map<string, PlannedFile>;
  readonly byLocation: Map<string, PlannedType>;
  readonly byPayload: Map<string, PlannedType>;
  /** What a service reads of an interaction, where it does not read all. */
  readonly byReader: Map<string, PlannedType>;
  readonly clashes: NameClash[];
  /** References that were followed, by the file and what stands in it. */
  readonly followed: Set<string>;
};

/**
 * Each name follows from what it names, and nothing else: so nothing that is added renames what was there. Only where two things have one name do
 * others matter: then the author's own types come first, and whoever gets another name is told of (`clashes`).
 */
function planFile(plan: Plan, file: string): void {
  if (plan.files.has(file)) return;
  const planned: PlannedFile = { path: typesPath(plan.system, file), types: [], names: createNameScope(createAllocator(), plan.clashes) };
  plan.files.set(file, planned);
  const contract = plan.system.contracts.find((candidate) => candidate.file === file);
  // A type that cannot have its own name takes none from another.
  for (const name of namedTypes(plan, file).toSorted((a, b) => Number(isReserved(a)) - Number(isReserved(b)))) {
    const schema = { file, pointer: `/types/${name}` };
    const named = { of: formatLocation(schema), what: () => `type ${name}`, at: schema };
    addType(plan, planned, { schema, named, wanted: [pascalCase(name), `${pascalCase(name)}Type`] });
  }
  for (const interaction of contract?.provides ?? []) planPayloads(plan, planned, interaction);
  if (contract && plan.services.includes(contract)) planReads(plan, planned, contract);
  for (const type of [...planned.types]) planReferences(plan, type.schema.file, schemaAt(plan.system.documents, type.schema));
}

function namedTypes(plan: Plan, file: string): readonly string[] {
  const types = ownProperty(plan.system.documents.get(file)?.value, 'types');
  return isObject(types) ? Object.keys(types) : [];
}

function planPayloads(plan: Plan, planned: PlannedFile, interaction: Interaction): void {
  for (const slot of slotsOf(interaction)) {
    const name = `${pascalCase(interaction.slug)}${slotName(slot)}`;
    const target = soleReference(plan, slot.schema);
    const same = target?.path === planned.path && target.name === name ? target : undefined;
    const named = { of: interaction.id, what: () => describePayload(interaction, slot), at: slot.schema };
    const type = same ?? addType(plan, planned, { schema: slot.schema, named, wanted: [name, `${name}Payload`] });
    plan.byPayload.set(payloadKey(interaction, slot), type);
  }
}

/** What a service reads of others is called after what it reads it of, as its validator is. */
function planReads(plan: Plan, planned: PlannedFile, { service, file, uses }: Contract): void {
  for (const use of uses) {
    const interaction = findInteraction(plan.system, use.id);
    const schema = interaction && plan.narrowed(service, interaction);
    const payload = interaction && payloadRead(interaction);
    if (!schema || !payload) continue;
    const name = `${pascalCase(interaction.service)}${pascalCase(interaction.slug)}${slotName(payload)}`;
    const at = { file, pointer: appendPointer('/uses', use.id) };
    const named = { of: interaction.id, what: () => `what ${service} reads of ${use.id}`, at };
    plan.byReader.set(readerKey(service, interaction), addType(plan, planned, { schema, named, wanted: [name, `${name}Read`] }));
  }
}

function isReadIn(interaction: Interaction, { role, name }: PayloadSlot): boolean {
  const payload = payloadRead(interaction);
  return payload?.role === role && payload.name === name;
}

/** The named type that a payload consists of, so that `ChargeRequest: { $ref: '#/types/ChargeRequest' }` is one type, not two. */
function soleReference(plan: Plan, location: SchemaLocation): PlannedType | undefined {
  const schema = schemaAt(plan.system.documents, location);
  const reference = ownProperty(schema, '$ref');
  if (typeof reference !== 'string' || Object.keys(schema ?? {}).length > 1) return plan.byLocation.get(formatLocation(location));
  return plan.byLocation.get(targetKey(plan, location.file, reference));
}

type Wanted = Pick<PlannedType, 'schema' | 'named'> & { readonly wanted: readonly [string, ...string[]] };

function addType(plan: Plan, planned: PlannedFile, { schema, named, wanted }: Wanted): PlannedType {
  const type = { path: planned.path, name: planned.names.allocate(named, ...wanted), schema, named };
  planned.types.push(type);
  const key = formatLocation(schema);
  if (!plan.byLocation.has(key)) plan.byLocation.set(key, type);
  return type;
}

/** Plans whatever the references below a schema lead to; a place that is no named type gets a name of its own. */
function planReferences(plan: Plan, file: string, schema: JsonValue | undefined): void {
  if (schema === undefined) return;
  const reference = ownProperty(schema, '$ref');
  if (typeof reference === 'string') planTarget(plan, file, reference);
  for (const subschema of subschemasOf(schema)) planReferences(plan, file, subschema.schema);
}

function planTarget(plan: Plan, file: string, reference: string): void {
  // Most references lead to what many others lead to.
  const key = JSON.stringify([file, reference]);
  if (plan.followed.has(key)) return;
  plan.followed.add(key);
  const target = resolve(plan.system.documents, { file }, reference);
  // Names are planned beside errors too; whoever asks for this one is told (`referenced`).
  if (!target.ok) return;
  planFile(plan, target.location.file);
  const planned = plan.files.get(target.location.file);
  if (!planned || plan.byLocation.has(formatLocation(target.location))) return;
  const { location: schema } = target;
  const place = formatLocation(schema);
  const named = { of: place, what: () => `the schema at ${place}`, at: schema };
  addType(plan, planned, { schema, named, wanted: [nameOfPlace(schema.pointer)] });
  planReferences(plan, target.location.file, target.schema);
}

/** `/types/Order/properties/total` becomes `OrderTotal`. */
function nameOfPlace(pointer: string): string {
  const words = pointerSegments(pointer).filter((segment) => !['types', 'provides', 'properties', '$defs'].includes(segment));
  return words.map(pascalCase).join('') || 'Root';
}

function targetKey(plan: Plan, file: string, reference: string): string {
  const target = resolve(plan.system.documents, { file }, reference);
  return target.ok ? formatLocation(target.location) : reference;
}

function readerKey(service: string, { id }: Interaction): string {
  return JSON.stringify([service, id]);
}

function payloadKey(interaction: Interaction, { role, name }: PayloadSlot): string {
  return JSON.stringify([interaction.id, role, name ?? null]);
}

function demand(type: PlannedType | undefined, what: string): PlannedType {
  if (!type) throw new Error(`No type was planned for ${what}.`);
  return type;
}
