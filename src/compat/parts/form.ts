import { bundleSchema, type Side } from '../../payload/bundle.ts';
import { openLists } from '../../payload/open-lists.ts';
import { mapSubschemas, subschemasOf } from '../../payload/subschemas.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { appendPointer } from '../../source/pointer.ts';
import { isIgnoredByValidators } from '../keywords.ts';
import { childNode, followReference, type SchemaNode } from '../schema-node.ts';

/**
 * What a schema says to validators: references followed, and nothing of what they ignore. Schemas that are written alike have one form, whatever
 * version they stand in, so that forms are told apart by identity; schemas of different forms may say the same all the same.
 */
export type Form =
  /** What it asserts of a value itself, and a form for each property that it names and for all items: a conjunction of independent parts. */
  | {
      readonly kind: 'parts';
      readonly id: number;
      readonly shell: JsonObject;
      /** Absent where no property is spoken of, which is not the same as naming none. */
      readonly properties?: ReadonlyMap<string, Form>;
      readonly items?: Form;
    }
  /** `true`, `false`, and whatever has keywords that depend on each other, as a schema of its own with all that it refers to. */
  | { readonly kind: 'whole'; readonly id: number; readonly schema: JsonValue };

/** The form of parts. */
export type PartsForm = Extract<Form, { kind: 'parts' }>;

/** The forms of the schemas that are compared. */
export type Forms = {
  /** The form of the schema at a place, as its senders or its receivers read it. */
  readonly of: (node: SchemaNode, side: Side) => Form;
  /** A place where a schema stands that has this form for one side, if there is one. */
  readonly placeOf: (form: Form, side: Side) => SchemaNode | undefined;
};

/**
 * Keywords that speak of the value itself and of nothing that another keyword says, so that they can be tried apart from its parts; and with them
 * those that hold the parts.
 */
const OF_ITSELF: ReadonlySet<string> = new Set([
  'type',
  'enum',
  'const',
  'multipleOf',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
]);
const IN_PARTS: ReadonlySet<string> = new Set([...OF_ITSELF, 'additionalProperties', 'properties', 'items']);

/** What was read for one side, or for both. Kept as long as the comparison, which keeps the schemas. */
type Known = Map<JsonObject, Form>;

type Run = {
  readonly side: Side;
  readonly known: Readonly<Record<Side | 'both', Known>>;
  /** Where the first schema of each form stands, by the form's number. */
  readonly places: Readonly<Record<Side, (SchemaNode | undefined)[]>>;
  readonly byText: Map<string, Form>;
  /** Schemas that lead back to themselves. */
  readonly recursive: Set<JsonObject>;
  /** The schemas on the way to the one that is read, with how deep they are. */
  readonly open: Map<JsonObject, number>;
};

/** A form, the depth of the outermost place above that its schema leads back to, and whether the sides read it differently. */
type Read = { readonly form: Form; readonly back: number; readonly sided: boolean };

const NOWHERE = Number.POSITIVE_INFINITY;

/** Reads forms, each schema once. */
export function createForms(): Forms {
  const known = { sender: new Map(), receiver: new Map(), both: new Map() } satisfies Run['known'];
  const places: Run['places'] = { sender: [], receiver: [] };
  const shared = { known, places, byText: new Map<string, Form>(), recursive: new Set<JsonObject>() };
  return {
    of: (node, side) => {
      const found = isObject(node.schema) ? (known.both.get(node.schema) ?? known[side].get(node.schema)) : undefined;
      return found ?? read({ ...shared, side, open: new Map() }, node).form;
    },
    placeOf: ({ id }, side) => places[side][id],
  };
}

/** What is recursive is not taken apart: the ways through it have no end, and those through many such types are too many. */
function read(run: Run, node: SchemaNode): Read {
  const { schema } = node;
  if (!isObject(schema)) return remember(run, node, { form: intern(run, { kind: 'whole', schema }), back: NOWHERE, sided: false });
  const shared = run.known.both.get(schema);
  const known = shared ?? run.known[run.side].get(schema);
  if (known) return { form: known, back: NOWHERE, sided: !shared };
  const scalar = scalarKeywords(schema);
  if (scalar)
    return remember(run, node, { form: intern(run, { kind: 'parts', shell: shellOf(schema, scalar) }), back: NOWHERE, sided: false });
  if (run.recursive.has(schema)) return remember(run, node, readWhole(run, node));
  const above = run.open.get(schema);
  if (above !== undefined) return { form: intern(run, { kind: 'whole', schema: true }), back: above, sided: true };
  const depth = run.open.size;
  run.open.set(schema, depth);
  const found = readInside(run, node);
  run.open.delete(schema);
  if (found.back > depth) return remember(run, node, { ...found, back: NOWHERE });
  run.recursive.add(schema);
  // Whatever leads further up is part of what is recursive there, so that its own form is not asked for.
  return found.back < depth ? found : remember(run, node, readWhole(run, node));
}

function remember({ side, known, places }: Run, node: SchemaNode, found: Read): Read {
  const { form, sided } = found;
  if (isObject(node.schema)) known[sided ? side : 'both'].set(node.schema, form);
  if (!sided || side === 'sender') places.sender[form.id] ??= node;
  if (!sided || side === 'receiver') places.receiver[form.id] ??= node;
  return found;
}

function readInside(run: Run, node: SchemaNode): Read {
  const { documents, location, schema: written } = node;
  const sided = ownProperty(written, 'x-open') === true;
  const schema = sided && isObject(written) && run.side === 'receiver' ? openLists(documents, location.file, written) : written;
  const keywords = isObject(schema) ? Object.keys(schema).filter((keyword) => !isIgnoredByValidators(keyword)) : [];
  if (keywords.length === 1 && keywords[0] === '$ref') {
    const target = followReference(node);
    if (target) return read(run, target);
  }
  if (!keywords.every((keyword) => IN_PARTS.has(keyword)) || !isSimple(schema)) return readWhole(run, node);
  const found = readParts(run, { ...node, schema }, keywords);
  return sided ? { ...found, sided } : found;
}

/** The keywords of a schema that holds no others and refers to none, so that nothing leads back to it: most schemas are such. */
function scalarKeywords(schema: JsonObject): readonly string[] | undefined {
  const keywords: string[] = [];
  for (const keyword of Object.keys(schema)) {
    if (OF_ITSELF.has(keyword)) keywords.push(keyword);
    else if (keyword === 'x-open' || !isIgnoredByValidators(keyword)) return undefined;
  }
  return keywords;
}

/** Whether the keywords that hold schemas hold what can be taken apart. */
function isSimple(schema: JsonValue): boolean {
  const [additional, properties, items] = ['additionalProperties', 'properties', 'items'].map((keyword) => ownProperty(schema, keyword));
  if (additional !== undefined && typeof additional !== 'boolean') return false;
  return (properties === undefined || isObject(properties)) && (items === undefined || typeof items === 'boolean' || isObject(items));
}

function readParts(run: Run, node: SchemaNode, keywords: readonly string[]): Read {
  let back = NOWHERE;
  let sided = false;
  const part = (child: SchemaNode): Form => {
    const found = read(run, child);
    back = Math.min(back, found.back);
    sided ||= found.sided;
    return found.form;
  };
  const properties = keywords.includes('properties') ? readProperties(node, part) : undefined;
  const item = keywords.includes('items') ? childNode(node, 'items') : undefined;
  const items = item && part(item);
  const own = keywords.filter((keyword) => keyword !== 'properties' && keyword !== 'items');
  const form = intern(run, { kind: 'parts', shell: shellOf(node.schema, own), ...(properties && { properties }), ...(items && { items }) });
  return { form, back, sided };
}

/** What keywords assert, in an order of their own. */
function shellOf(schema: JsonValue, keywords: readonly string[]): JsonObject {
  const shell: Record<string, JsonValue> = {};
  for (const keyword of keywords.toSorted()) shell[keyword] = ownProperty(schema, keyword) ?? null;
  return shell;
}

function readProperties({ documents, location, schema }: SchemaNode, part: (child: SchemaNode) => Form): ReadonlyMap<string, Form> {
  const named = ownProperty(schema, 'properties');
  const base = appendPointer(location.pointer, 'properties');
  const forms = new Map<string, Form>();
  for (const [name, child] of isObject(named) ? Object.entries(named) : []) {
    forms.set(name, part({ documents, location: { file: location.file, pointer: appendPointer(base, name) }, schema: child }));
  }
  return forms;
}

function readWhole(run: Run, { documents, location }: SchemaNode): Read {
  const bundled = bundleSchema(documents, location, run.side);
  const schema = withoutIgnored(bundled);
  return { form: intern(run, { kind: 'whole', schema }), back: NOWHERE, sided: isOpen(bundled) };
}

/** Without what validators ignore, lest a schema with another description have another form. */
function withoutIgnored(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([keyword]) => keyword === '$defs' || !isIgnoredByValidators(keyword));
  return mapSubschemas(Object.fromEntries(kept), withoutIgnored);
}

function isOpen(schema: JsonValue): boolean {
  if (ownProperty(schema, 'x-open') === true) return true;
  return isObject(schema) && subschemasOf(schema).some((inner) => isOpen(inner.schema));
}

type Unnumbered = Omit<PartsForm, 'id'> | { readonly kind: 'whole'; readonly schema: JsonValue };

function intern({ byText }: Run, form: Unnumbered): Form {
  const text = textOf(form);
  const known = byText.get(text);
  if (known) return known;
  const made: Form = { ...form, id: byText.size };
  byText.set(text, made);
  return made;
}

/** Properties in the order of the schema, as validators tell what is wrong in that order. */
function textOf(form: Unnumbered): string {
  if (form.kind === 'whole') return `whole ${schemaText(form.schema)}`;
  let text = schemaText(form.shell);
  if (form.items) text += ` items ${form.items.id}`;
  if (!form.properties) return text;
  text += ' properties';
  for (const [name, { id }] of form.properties) text += ` ${JSON.stringify(name)} ${id}`;
  return text;
}

/** A schema as a text that no other schema has. */
export function schemaText(schema: JsonValue): string {
  const text = JSON.stringify(schema);
  // What JSON has no number for becomes null.
  return text.includes('null') && isEndless(schema) ? JSON.stringify(schema, finite) : text;
}

/** Whether a number without end may be in it, which YAML has and JSON has not. */
function isEndless(value: JsonValue): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && (Array.isArray(value) ? value : Object.values(value)).some(isEndless);
}

function finite(_: string, value: JsonValue): JsonValue {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
