import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, type Pointer } from '../source/pointer.ts';
import { keyRange, valueRange } from '../source/yaml-tree.ts';
import { type Documents, formatLocation, referenceTarget, type SchemaLocation, schemaAt } from './documents.ts';
import { findEndlessReferences } from './endless-references.ts';
import { isSchemaPlace } from './schema-places.ts';
import { subschemasOf } from './subschemas.ts';

/**
 * Checks every reference and regular expression in the schemas at `roots` and in all that they lead to: each leads to a schema of the
 * project, and none leads back to itself without one. Files whose text could not be understood give no further findings here.
 */
export function checkReferences(documents: Documents, roots: readonly SchemaLocation[]): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  const targets = new Map(roots.map((root) => [formatLocation(root), root]));
  // The map grows while it is walked: every target is visited once.
  for (const location of targets.values()) {
    visitSchemas(schemaAt(documents, location), location, (schema, place) => {
      findings.push(...checkPatterns(documents, place, schema));
      const ref = ownProperty(schema, '$ref');
      if (typeof ref !== 'string') return;
      const checked = checkReference(documents, place, ref);
      if ('id' in checked) findings.push(checked);
      else if (!targets.has(formatLocation(checked))) targets.set(formatLocation(checked), checked);
    });
  }
  return [...findings, ...findEndlessReferences(documents, [...targets.values()])];
}

type Visit = (schema: JsonValue, place: SchemaLocation) => void;

function visitSchemas(schema: JsonValue | undefined, place: SchemaLocation, visit: Visit): void {
  if (!isObject(schema)) return;
  visit(schema, place);
  for (const { pointer, schema: inner } of subschemasOf(schema)) visitSchemas(inner, { ...place, pointer: place.pointer + pointer }, visit);
}

/** The finding about a reference, or the place of the schema that it leads to. */
function checkReference(documents: Documents, { file, pointer }: SchemaLocation, ref: string): Diagnostic | SchemaLocation {
  const tree = documents.get(file);
  const at = tree ? valueRange(tree, appendPointer(pointer, '$ref')) : undefined;
  const target = referenceTarget(file, ref);
  if (!at) return { file, pointer };
  if (!target.ok) return diagnose(UNREACHABLE[target.problem], at, { ref });
  const { location } = target;
  const found = documents.get(location.file);
  if (!found)
    return diagnose('unknown-file', at, { ref, file: location.file, path: ref.split('#')[0] ?? '', known: relativePaths(documents, file) });
  if (found.value === undefined) return location;
  if (schemaAt(documents, location) === undefined) {
    const known = Object.keys(typesOf(documents, location.file)).map((name) => `#${appendPointer('/types', name)}`);
    return diagnose('unknown-type', at, { ref, file: location.file, missing: `#${location.pointer}`, known });
  }
  return isSchemaPlace(location.pointer) ? location : diagnose('not-a-schema', at, { ref, pointer: formatLocation(location) });
}

const UNREACHABLE = {
  malformed: 'malformed-reference',
  remote: 'remote-reference',
  'outside-project': 'reference-outside-project',
} as const;

function typesOf(documents: Documents, file: string): Readonly<Record<string, JsonValue>> {
  const types = schemaAt(documents, { file, pointer: '/types' });
  return isObject(types) ? types : {};
}

/** The paths of all files as they would be written in `file`. */
function relativePaths(documents: Documents, file: string): readonly string[] {
  const from = file.split('/').slice(0, -1);
  return [...documents.keys()].map((path) => {
    const to = path.split('/');
    let shared = 0;
    while (shared < from.length && from[shared] === to[shared]) shared += 1;
    const up = from.length - shared;
    return [...(up === 0 ? ['.'] : Array<string>(up).fill('..')), ...to.slice(shared)].join('/');
  });
}

function checkPatterns(documents: Documents, { file, pointer }: SchemaLocation, schema: JsonValue): readonly Diagnostic[] {
  const tree = documents.get(file);
  if (!tree) return [];
  const pattern = ownProperty(schema, 'pattern');
  const written = typeof pattern === 'string' ? [{ pattern, at: valueRange(tree, appendPointer(pointer, 'pattern')) }] : [];
  const named = ownProperty(schema, 'patternProperties');
  const place = (name: string): Pointer => appendPointer(pointer, 'patternProperties', name);
  const keys = isObject(named) ? Object.keys(named).map((name) => ({ pattern: name, at: keyRange(tree, place(name)) })) : [];
  return [...written, ...keys].flatMap(({ pattern: text, at }) => {
    const problem = regexProblem(text);
    return problem === undefined ? [] : [diagnose('malformed-regex', at, { written: text, problem })];
  });
}

/** What is wrong with an expression, in the words of the engine after the expression itself. */
function regexProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text
      .slice(text.lastIndexOf(':') + 1)
      .trim()
      .toLowerCase();
  }
}
