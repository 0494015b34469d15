import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer } from '../source/pointer.ts';
import type { Range } from '../source/source-file.ts';
import { valueRange } from '../source/yaml-tree.ts';
import { type Documents, formatLocation, referenceTarget, type SchemaLocation, schemaAt } from './documents.ts';
import { subschemasOf } from './subschemas.ts';

/** A reference that is followed for the very value that its holder describes, not for a part of it. */
type Step = { readonly from: string; readonly to: string; readonly file: string; readonly at: Range };

/** Keywords whose schemas describe the same value as the schema that holds them. */
const IN_PLACE: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas']);

/**
 * Finds references that lead back to themselves without passing a property or an item, so that no value could ever be checked. Each circle
 * is told once, beginning at the place whose name sorts first. Walks with a stack of its own, however long the chain.
 */
export function findEndlessReferences(documents: Documents, places: readonly SchemaLocation[]): readonly Diagnostic[] {
  const byName = new Map(places.map((place) => [formatLocation(place), place]));
  const done = new Set<string>();
  const findings: Diagnostic[] = [];
  for (const start of [...byName.keys()].sort()) {
    const way: { name: string; steps: Step[]; taken?: Step }[] = [];
    const onWay = new Map<string, number>();
    const enter = (name: string) => {
      const place = byName.get(name);
      onWay.set(name, way.length);
      way.push({ name, steps: place ? stepsFrom(documents, name, place) : [] });
    };
    if (!done.has(start)) enter(start);
    for (let top = way.at(-1); top; top = way.at(-1)) {
      const step = top.steps.shift();
      if (!step) {
        done.add(top.name);
        onWay.delete(top.name);
        way.pop();
        continue;
      }
      top.taken = step;
      const since = onWay.get(step.to);
      if (since !== undefined) findings.push(tell(way.slice(since).flatMap(({ taken }) => taken ?? [])));
      else if (!done.has(step.to)) enter(step.to);
    }
  }
  return findings;
}

function stepsFrom(documents: Documents, name: string, place: SchemaLocation): Step[] {
  const steps: Step[] = [];
  const collect = (schema: JsonValue | undefined, { file, pointer }: SchemaLocation): void => {
    if (!isObject(schema)) return;
    const ref = ownProperty(schema, '$ref');
    const target = typeof ref === 'string' ? referenceTarget(file, ref) : undefined;
    const tree = documents.get(file);
    if (target?.ok && tree) {
      steps.push({ from: name, to: formatLocation(target.location), file, at: valueRange(tree, appendPointer(pointer, '$ref')) });
    }
    for (const inner of subschemasOf(schema)) {
      const keyword = inner.pointer.split('/')[1] ?? '';
      if (IN_PLACE.has(keyword)) collect(inner.schema, { file, pointer: pointer + inner.pointer });
    }
  };
  collect(schemaAt(documents, place), place);
  return steps;
}

function tell(circle: readonly Step[]): Diagnostic {
  const first = circle.reduce((least, step, index) => (step.from < (circle[least]?.from ?? '') ? index : least), 0);
  const [head, ...rest] = [...circle.slice(first), ...circle.slice(0, first)] as [Step, ...Step[]];
  const oneFile = circle.every(({ file }) => file === head.file);
  const short = (name: string) => (oneFile ? name.slice(name.indexOf('#')) : name);
  const way = [head, ...rest].map(({ from }) => short(from));
  return diagnose(
    'endless-reference',
    head.at,
    { way: [...way, short(head.from)] },
    rest.map(({ at, to }) => ({ at, label: `leads on to ${short(to)}` })),
  );
}
