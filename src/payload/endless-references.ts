import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Pointer } from '../source/pointer.ts';
import type { Range } from '../source/source-file.ts';
import { valueRange } from '../source/yaml-tree.ts';
import type { Documents } from './documents.ts';

/** A reference that is followed for the very value that its holder describes, not for a part of it; `pointer` is that of its `$ref`. */
export type Step = { readonly from: string; readonly to: string; readonly file: string; readonly pointer: Pointer };

/** The steps from each place, by its name; places without any may be left out. */
export type Steps = ReadonlyMap<string, readonly Step[]>;

/**
 * Finds references that lead back to themselves without passing a property or an item, so that no value could ever be checked. Each circle
 * is told once, beginning at the place whose name sorts first. Walks with a stack of its own, however long the chain.
 */
export function findEndlessReferences(documents: Documents, steps: Steps): readonly Diagnostic[] {
  const done = new Set<string>();
  const findings: Diagnostic[] = [];
  for (const start of startsOf(steps)) {
    const way: { name: string; next: number }[] = [];
    const onWay = new Map<string, number>();
    const enter = (name: string) => {
      onWay.set(name, way.length);
      way.push({ name, next: 0 });
    };
    if (!done.has(start)) enter(start);
    for (let top = way.at(-1); top; top = way.at(-1)) {
      const step = steps.get(top.name)?.[top.next];
      if (!step) {
        done.add(top.name);
        onWay.delete(top.name);
        way.pop();
        continue;
      }
      top.next += 1;
      const since = onWay.get(step.to);
      if (since !== undefined)
        findings.push(
          tell(
            documents,
            way.slice(since).flatMap(({ name, next }) => steps.get(name)?.[next - 1] ?? []),
          ),
        );
      else if (!done.has(step.to)) enter(step.to);
    }
  }
  return findings;
}

/** Where a circle may begin: places with a step to a place that has steps itself. There are few of them, where there are any. */
function startsOf(steps: Steps): readonly string[] {
  return [...steps]
    .filter(([, own]) => own.some(({ to }) => steps.has(to)))
    .map(([name]) => name)
    .sort();
}

function tell(documents: Documents, circle: readonly Step[]): Diagnostic {
  const first = circle.reduce((least, step, index) => (step.from < (circle[least]?.from ?? '') ? index : least), 0);
  const [head, ...rest] = [...circle.slice(first), ...circle.slice(0, first)] as [Step, ...Step[]];
  const oneFile = circle.every(({ file }) => file === head.file);
  const short = (name: string) => (oneFile ? name.slice(name.indexOf('#')) : name);
  const way = [head, ...rest].map(({ from }) => short(from));
  return diagnose(
    'endless-reference',
    placeOf(documents, head),
    { way: [...way, short(head.from)] },
    rest.map((step) => ({ at: placeOf(documents, step), label: `leads on to ${short(step.to)}` })),
  );
}

function placeOf(documents: Documents, { file, pointer }: Step): Range {
  const tree = documents.get(file);
  if (!tree) throw new Error(`${file} was walked and is not there`);
  return valueRange(tree, pointer);
}
