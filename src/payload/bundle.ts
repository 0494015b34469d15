import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { pointerSegments } from '../source/pointer.ts';
import { type Documents, formatLocation, resolve, type SchemaLocation, schemaAt } from './documents.ts';
import { openLists } from './open-lists.ts';
import { settleLists } from './settle-lists.ts';
import { mapSubschemas } from './subschemas.ts';

/** Whose view of a schema is wanted: a sender emits listed values only, a receiver also accepts others where a list is open (`x-open`). */
export type Side = 'sender' | 'receiver';

type Bundle = {
  readonly documents: Documents;
  readonly home: string;
  readonly side: Side;
  /** Name of each location that a reference leads to. */
  readonly names: Map<string, string>;
  readonly taken: Set<string>;
  readonly waiting: SchemaLocation[];
};

/**
 * The schema at a location as one self-contained JSON Schema 2020-12: every type it reaches stands under `$defs`, each once, and
 * references point there, so that recursion stays. Names are those of the types (`Charge`), of other files with the file's name before
 * them (`common.Money`). What stands beside a `$ref` is kept, and `contains` stands where ajv does not overlook it. The same input gives the same text.
 */
export function bundleSchema(documents: Documents, location: SchemaLocation, side: Side = 'sender'): JsonObject {
  const bundle: Bundle = { documents, home: location.file, side, names: new Map(), taken: new Set(), waiting: [] };
  const root = rewriteAt(bundle, location);
  const definitions = new Map<string, JsonValue>();
  for (let next = bundle.waiting.shift(); next; next = bundle.waiting.shift()) {
    definitions.set(bundle.names.get(formatLocation(next)) ?? '', rewriteAt(bundle, next));
  }
  const body: JsonObject = isObject(root) ? root : root === false ? { not: {} } : {};
  return definitions.size > 0 ? { ...body, $defs: Object.fromEntries(definitions) } : body;
}

function rewriteAt(bundle: Bundle, location: SchemaLocation): JsonValue {
  return rewrite(bundle, location.file, schemaAt(bundle.documents, location) ?? true);
}

function rewrite(bundle: Bundle, file: string, schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  // Definitions inside a schema are reached by pointer only, and what is reached is moved up.
  const { $defs, ...rest } = bundle.side === 'receiver' ? openLists(bundle.documents, file, schema) : schema;
  const rewritten = mapSubschemas(settleLists(rest), (subschema) => rewrite(bundle, file, subschema));
  const ref = ownProperty(schema, '$ref');
  return typeof ref === 'string' ? { ...rewritten, $ref: rewriteReference(bundle, file, ref) } : rewritten;
}

function rewriteReference(bundle: Bundle, file: string, ref: string): string {
  const target = resolve(bundle.documents, { file }, ref);
  if (!target.ok) return ref;
  const key = formatLocation(target.location);
  let name = bundle.names.get(key);
  if (name === undefined) {
    name = freeName(bundle, target.location);
    bundle.names.set(key, name);
    bundle.taken.add(name);
    bundle.waiting.push(target.location);
  }
  return `#/$defs/${name}`;
}

/** A name in characters that need no escaping in a reference, with a number where two would be the same. */
function freeName(bundle: Bundle, { file, pointer }: SchemaLocation): string {
  const steps = pointerSegments(pointer).filter((step) => step !== 'types' && step !== 'properties' && step !== '$defs');
  const stem = (file.split('/').at(-1) ?? '').replace(/(\.types)?\.(ya?ml|json)$/, '');
  const wanted = [...(file === bundle.home ? [] : [stem]), ...steps].join('.').replace(/[^A-Za-z0-9_.-]/g, '_') || 'root';
  let name = wanted;
  for (let number = 2; bundle.taken.has(name); number += 1) name = `${wanted}-${number}`;
  return name;
}
