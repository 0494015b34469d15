import type { Contract } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import type { Side } from '../../payload/bundle.ts';
import { type Documents, formatLocation, schemaAt } from '../../payload/documents.ts';
import { openLists } from '../../payload/open-lists.ts';
import { mapSubschemas } from '../../payload/subschemas.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import type { Emitter, GeneratedFile } from '../emitter.ts';
import { jsonMark } from '../header.ts';
import { createPropertyAllocator, type NameAllocator, pascalCase } from '../identifiers.ts';
import { schemasPath } from '../layout.ts';
import { hasOpenList } from '../open-lists.ts';
import { participationsOf } from '../participation.ts';
import { jsonText } from '../text.ts';
import type { PlannedType, TypePlan } from '../type-plan.ts';

/** One self-contained JSON Schema for each service, from which other tools make types of other languages. */
export const schemasEmitter: Emitter = {
  id: 'schemas',
  describes: 'JSON Schema of all payloads that a service sends or receives, one file for each service',
  emit: async ({ system, services, types }) => services.flatMap((contract) => emitService(system, types, contract)),
};

/** A bundle in the making. */
type Bundle = {
  readonly documents: Documents;
  readonly plan: TypePlan;
  readonly names: NameAllocator;
  /** The name of each type, by where it stands and how it is read. */
  readonly known: Map<string, string>;
  readonly waiting: { readonly type: PlannedType; readonly name: string; readonly side: Side }[];
};

/**
 * Tools start from the root, so it has one property for each payload; what these refer to stands under `$defs`, each once, by the name
 * that its type has in TypeScript.
 */
function emitService(system: System, plan: TypePlan, contract: Contract): readonly GeneratedFile[] {
  const payloads = participationsOf(system, contract, plan).flatMap((participation) => participation.payloads);
  if (payloads.length === 0) return [];
  const bundle: Bundle = { documents: system.documents, plan, names: createPropertyAllocator(), known: new Map(), waiting: [] };
  // The root takes its name among the types.
  const title = bundle.names.allocate(`${pascalCase(contract.service)}Payloads`);
  const properties = payloads.map(({ validator, type, side }) => [validator, { $ref: refer(bundle, type, side) }] as const);
  const definitions: [string, JsonValue][] = [];
  for (let next = bundle.waiting.shift(); next; next = bundle.waiting.shift()) {
    const { schema: location } = next.type;
    const schema = rewrite(bundle, { file: location.file, side: next.side }, schemaAt(bundle.documents, location) ?? true);
    // Tools call a type what its title says.
    definitions.push([next.name, isObject(schema) ? { ...schema, title: next.name } : schema]);
  }
  const root: JsonObject = {
    $comment: jsonMark(contract),
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    description: `What ${contract.service} sends and receives: one property for each payload, as no message has them.`,
    type: 'object',
    properties: Object.fromEntries(properties),
    $defs: Object.fromEntries(definitions.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  return [{ path: schemasPath(contract.service), text: jsonText(root) }];
}

/** The reference to a type as one side reads it; the type is in the bundle from then on. */
function refer(bundle: Bundle, asked: PlannedType, side: Side): string {
  const type = standsFor(bundle, asked);
  const reading = hasOpenList(bundle.documents, type.schema) ? side : 'both';
  const key = JSON.stringify([formatLocation(type.schema), reading]);
  let name = bundle.known.get(key);
  if (name === undefined) {
    // Types of two files may have one name, and a type of open lists two readings.
    const other = reading === 'receiver' ? 'Received' : reading === 'sender' ? 'Sent' : 'Type';
    name = bundle.names.allocate(type.name, `${type.name}${other}`);
    bundle.known.set(key, name);
    bundle.waiting.push({ type, name, side });
  }
  return `#/$defs/${name}`;
}

/** The type that a type which is nothing but another one stands for: two names of one thing confuse whoever has to choose one. */
function standsFor({ documents, plan }: Pick<Bundle, 'documents' | 'plan'>, type: PlannedType): PlannedType {
  const first = plan.at(type.schema) ?? type;
  const schema = schemaAt(documents, first.schema);
  const reference = ownProperty(schema, '$ref');
  if (typeof reference !== 'string' || Object.keys(schema ?? {}).length > 1) return first;
  return standsFor({ documents, plan }, plan.referenced(first.schema.file, reference));
}

/** The schema as others read it: our own keywords mean nothing to them, and definitions inside of a schema have moved up. */
function rewrite(bundle: Bundle, view: { readonly file: string; readonly side: Side }, schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const opened = view.side === 'receiver' ? showListed(openLists(bundle.documents, view.file, schema), schema) : schema;
  const common = Object.fromEntries(Object.entries(opened).filter(([keyword]) => keyword !== '$defs' && !keyword.startsWith('x-')));
  const rewritten = mapSubschemas(common, (subschema) => rewrite(bundle, view, subschema));
  const reference = ownProperty(schema, '$ref');
  if (typeof reference !== 'string') return rewritten;
  return { ...rewritten, $ref: refer(bundle, bundle.plan.referenced(view.file, reference), view.side) };
}

/** An open `enum` with its values as examples, since a receiver's schema does not list them any more. */
function showListed(opened: JsonObject, schema: JsonObject): JsonObject {
  const values = opened === schema || Object.hasOwn(schema, 'examples') ? undefined : ownProperty(schema, 'enum');
  return values === undefined ? opened : { ...opened, examples: values };
}
