import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, type Pointer } from '../source/pointer.ts';
import type { Range } from '../source/source-file.ts';
import { keyRange, mayStandIn, valueAt, valueRange, type YamlTree } from '../source/yaml-tree.ts';
import { type Documents, formatLocation, referenceTarget, type SchemaLocation, schemaAt } from './documents.ts';
import { findEndlessReferences, type Step } from './endless-references.ts';
import { IN_PLACE } from './keywords.ts';
import { findLongChains, type Link } from './long-chains.ts';
import { isSchemaPlace, type SchemaRoot } from './schema-places.ts';
import { eachSubschema } from './subschemas.ts';

/**
 * Checks every reference and regular expression in the schemas at `roots` and in all that they lead to: each leads to a schema of the
 * project, and none leads back to itself without one. Files whose text could not be understood give no further findings here.
 */
export function checkReferences(documents: Documents, roots: readonly (SchemaLocation | SchemaRoot)[]): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  const steps = new Map<string, Step[]>();
  const links = new Map<string, Link[]>();
  const targets = new Map<string, SchemaLocation | SchemaRoot>(roots.map((root) => [formatLocation(root), root]));
  const readReference = createReferenceReader(documents, targets);
  // The map grows while it is walked: every target is visited once.
  for (const [from, location] of targets) {
    const { file } = location;
    const tree = documents.get(file);
    if (!tree) continue;
    visitSchemas(
      'schema' in location ? location.schema : valueAt(tree, location.pointer),
      { pointer: () => location.pointer, inPlace: true, depth: 0 },
      (schema, { pointer: pointerHere, inPlace, depth }) => {
        for (const finding of checkPatterns(tree, pointerHere, schema)) findings.push(finding);
        const ref = ownProperty(schema, '$ref');
        if (typeof ref !== 'string') return;
        const pointer = pointerHere();
        const { to, problem } = readReference(file, ref);
        if (problem) findings.push(problem(valueRange(tree, appendPointer(pointer, '$ref'))));
        if (to === undefined) return;
        const step = { from, to, file, pointer: appendPointer(pointer, '$ref') };
        addTo(links, from, { ...step, levels: Math.max(1, depth) });
        if (inPlace) addTo(steps, from, step);
      },
    );
  }
  return [...findings, ...findEndlessReferences(documents, steps), ...findLongChains(documents, links)];
}

function addTo<Value>(lists: Map<string, Value[]>, name: string, value: Value): void {
  const known = lists.get(name);
  if (known) known.push(value);
  else lists.set(name, [value]);
}

/** Where a walk is, put together only to tell it: `inPlace` while what it visits describes the value that it began with, not a part of it; `depth` counts the schemas around. */
type Place = { readonly pointer: () => Pointer; readonly inPlace: boolean; readonly depth: number };

function visitSchemas(schema: JsonValue | undefined, place: Place, visit: (schema: JsonObject, place: Place) => void): void {
  if (!isObject(schema)) return;
  visit(schema, place);
  eachSubschema(schema, (inner, pointer, keyword) =>
    visitSchemas(
      inner,
      { pointer: () => place.pointer() + pointer(), inPlace: place.inPlace && IN_PLACE.has(keyword), depth: place.depth + 1 },
      visit,
    ),
  );
}

/** What a reference leads to: the name of that place, where there can be one, and what is wrong with it, told where it stands. */
type Reference = { readonly to?: string; readonly problem?: (at: Range) => Diagnostic };

/** Reads references, each of one file once, and adds the places that they lead to. */
function createReferenceReader(documents: Documents, targets: Map<string, SchemaLocation>): (file: string, ref: string) => Reference {
  const files = new Map<string, Map<string, Reference>>();
  return (file, ref) => {
    const known = files.get(file) ?? new Map<string, Reference>();
    files.set(file, known);
    const reference = known.get(ref) ?? readReference(documents, targets, file, ref);
    known.set(ref, reference);
    return reference;
  };
}

function readReference(documents: Documents, targets: Map<string, SchemaLocation>, file: string, ref: string): Reference {
  const target = referenceTarget(file, ref);
  if (!target.ok) return { problem: (at) => diagnose(UNREACHABLE[target.problem], at, { ref }) };
  const { location } = target;
  const to = formatLocation(location);
  if (targets.has(to)) return { to };
  const problem = findProblem(documents, { file, ref }, location);
  if (problem) return { to, problem };
  targets.set(to, location);
  return { to };
}

/** Why a reference leads to no schema. */
function findProblem(documents: Documents, { file, ref }: { file: string; ref: string }, location: SchemaLocation): Reference['problem'] {
  const found = documents.get(location.file);
  if (!found) {
    const data = { ref, file: location.file, path: ref.split('#')[0] ?? '', known: relativePaths(documents, file) };
    return (at) => diagnose('unknown-file', at, data);
  }
  if (found.value === undefined || mayStandIn(found, location.pointer)) return undefined;
  if (valueAt(found, location.pointer) === undefined) {
    const known = Object.keys(typesOf(documents, location.file)).map((name) => `#${appendPointer('/types', name)}`);
    return (at) => diagnose('unknown-type', at, { ref, file: location.file, missing: `#${location.pointer}`, known });
  }
  return isSchemaPlace(location.pointer) ? undefined : (at) => diagnose('not-a-schema', at, { ref, pointer: formatLocation(location) });
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

function checkPatterns(tree: YamlTree, pointer: () => Pointer, schema: JsonObject): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  const check = (text: string, place: () => Range) => {
    const problem = regexProblem(text);
    if (problem !== undefined) findings.push(diagnose('malformed-regex', place(), { written: text, problem }));
  };
  const pattern = ownProperty(schema, 'pattern');
  if (typeof pattern === 'string') check(pattern, () => valueRange(tree, appendPointer(pointer(), 'pattern')));
  const named = ownProperty(schema, 'patternProperties');
  if (isObject(named)) {
    for (const name of Object.keys(named)) check(name, () => keyRange(tree, appendPointer(pointer(), 'patternProperties', name)));
  }
  return findings;
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
