import { findUnfitCharacters } from './characters.ts';
import type { JsonValue } from './json.ts';
import { appendPointer, type Pointer, parentPointer, pointerSegments, valueAtPointer } from './pointer.ts';
import { readQuickly } from './quick-yaml.ts';
import { createSourceFile, type Range, rangeBetween, type SourceFile } from './source-file.ts';
import { readAroundDamage } from './yaml-damage.ts';
import { readThoroughly } from './yaml-library.ts';
import { endOf, findPart, hasParts, isAlias, keyOf, type Places, partsOf, startOf } from './yaml-places.ts';
import type { YamlProblem } from './yaml-problems.ts';

/** A YAML file as a JSON value with the place of each of its parts. */
export type YamlTree = {
  readonly source: SourceFile;
  /** Absent where the text could not be understood; its problems say why. A file with nothing in it is `null`. */
  readonly value: JsonValue | undefined;
  /** The places of the value's parts, as offsets. Use {@link keyRange} and {@link valueRange}. */
  readonly places: Places | undefined;
  /** Everything that is wrong with the text as YAML, in the order of the text. */
  readonly problems: readonly YamlProblem[];
  /** The values of which parts were left out because the text is no YAML there: nobody can say what is missing in them. */
  readonly incomplete: readonly Pointer[];
};

/**
 * Parses one YAML 1.2 document (core schema). Never throws: whatever the text holds becomes a problem with its range.
 * Bounded work: nesting and what aliases expand to are limited, see `yaml-nodes.ts`.
 */
export function parseYaml(path: string, text: string): YamlTree {
  const source = createSourceFile(path, text);
  const tree = readTree(source);
  const characters = findUnfitCharacters(source);
  return characters.length === 0 ? tree : withCharacters(tree, characters);
}

/** What else is wrong on the line of such a character is most often its doing. */
function withCharacters(tree: YamlTree, characters: readonly YamlProblem[]): YamlTree {
  const lines = new Set(characters.map(({ at }) => at.start.line));
  const others = tree.problems.filter(({ at }) => !lines.has(at.start.line));
  const told = characters.map((problem) => ({ ...problem, fatal: tree.value === undefined }));
  return { ...tree, problems: [...told, ...others].sort((a, b) => a.at.start.offset - b.at.start.offset) };
}

function readTree(source: SourceFile): YamlTree {
  const quick = readQuickly(source.text);
  if (quick) return { source, ...quick, problems: [], incomplete: [] };
  const read = readThoroughly(source);
  if (read.value !== undefined) return { source, ...read, incomplete: [] };
  const rest = readAroundDamage(source);
  return rest ? { source, ...rest } : { source, ...read, incomplete: [''] };
}

/**
 * Whether something may stand at `pointer` that could not be understood, so that nobody can say that it is missing: nothing dependable is
 * there, and part of what should hold it was left out.
 */
export function mayStandIn(tree: YamlTree, pointer: Pointer): boolean {
  if (tree.incomplete.length === 0) return false;
  let holder = pointer;
  while (holder !== '' && valueAt(tree, holder) === undefined) holder = parentPointer(holder);
  return tree.incomplete.includes(holder);
}

/** The range of the key that `pointer` ends with; of the item itself in a list, of the whole value at the root. */
export function keyRange(tree: YamlTree, pointer: Pointer): Range {
  const { row } = locate(tree, pointer);
  const key = keyAt(tree, row);
  return key ? rangeBetween(tree.source, ...key) : rowRange(tree, row);
}

/** The range of the first key or item of a file, as a range around everything would show nothing; of the whole where it holds neither. */
export function firstKeyRange(tree: YamlTree): Range {
  const { source, places } = tree;
  if (!places || !hasParts(places)) return rowRange(tree, 0);
  const key = keyOf(places, 1);
  return key ? rangeBetween(source, ...key) : rowRange(tree, 1);
}

/** The range of the value at `pointer`, or of its key where nothing is written after it. */
export function valueRange(tree: YamlTree, pointer: Pointer): Range {
  const { row, whole } = locate(tree, pointer);
  const key = keyAt(tree, row);
  const absent = !whole || !tree.places || startOf(tree.places, row) === endOf(tree.places, row);
  return key && absent ? rangeBetween(tree.source, ...key) : rowRange(tree, row);
}

/** The value at `pointer`, as it is written; undefined where nothing is. */
export function valueAt(tree: YamlTree, pointer: Pointer): JsonValue | undefined {
  return valueAtPointer(tree.value, pointer);
}

/** Whether something is written at `pointer`. */
export function isWritten(tree: YamlTree, pointer: Pointer): boolean {
  return tree.places !== undefined && locate(tree, pointer).whole;
}

/** The row of a value in the table of places; `whole` where the pointer did not lead further than that. */
type Located = { readonly row: number; readonly whole: boolean };

/** Walks as far as the tree goes, so that a pointer to something missing gives the nearest ancestor. */
function locate({ source, places }: YamlTree, pointer: Pointer): Located {
  let row = 0;
  if (pointer === '' || !places) return { row, whole: pointer === '' };
  for (const segment of pointerSegments(pointer)) {
    const part = findPart(source.text, places, row, segment);
    if (part === undefined) return { row, whole: false };
    row = part;
  }
  return { row, whole: true };
}

function keyAt({ places }: YamlTree, row: number): readonly [number, number] | undefined {
  return places && keyOf(places, row);
}

function rowRange({ source, places }: YamlTree, row: number): Range {
  return places ? rangeBetween(source, startOf(places, row), endOf(places, row)) : rangeBetween(source, 0, 0);
}

/** The pointer of the innermost key or value that a range lies in; the root's, which is empty, where the text is no YAML. */
export function pointerAt({ source, places }: YamlTree, range: Range): Pointer {
  let pointer = '';
  for (let row = 0; places && row !== -1; ) {
    const part = partAround(places, partsOf(source.text, places, row), range);
    if (part) pointer = appendPointer(pointer, part[0]);
    row = part?.[1] ?? -1;
  }
  return pointer;
}

type Part = readonly [name: string, row: number];

/** The first of a value's parts that a range lies in. Of very many it is looked for by halves: all parts but aliases stand in order. */
function partAround(places: Places, parts: readonly Part[], { start, end }: Range): Part | undefined {
  const from = (row: number) => keyOf(places, row)?.[0] ?? startOf(places, row);
  const holds = ([, row]: Part) =>
    from(row) <= start.offset && end.offset <= Math.max(keyOf(places, row)?.[1] ?? startOf(places, row), endOf(places, row));
  let low = 0;
  for (let high = parts.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (from(parts[middle]?.[1] ?? 0) <= start.offset) low = middle + 1;
    else high = middle;
  }
  const likely = parts[low - 1];
  // An alias without a key stands where its value does, which another part may be.
  if (likely && holds(likely) && (keyOf(places, likely[1]) || !isAlias(places, likely[1]))) return likely;
  return parts.find(holds);
}
