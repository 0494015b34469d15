/**
 * Where the parts of a YAML text stand: a table of numbers with one row for each value, a holder before what it holds, in the order of the
 * text. A row takes 20 bytes where an object would take a hundred and more; large projects have a million of them.
 */
export type Places = {
  readonly rows: Int32Array;
  /** The keys that are not what is written at their place (quoted ones), by row; undefined: a key that holds nothing dependable. */
  readonly keys: ReadonlyMap<number, string | undefined>;
};

/** The columns of a row. A value that stands under no key has -1 for both ends of it. */
const KEY_START = 0;
const KEY_END = 1;
const START = 2;
const END = 3;
/** How many rows the value takes with all that it holds; of an alias, `-1 - row` of the value that it stands for. */
const SIZE = 4;
const COLUMNS = 5;

/** A table of places that is being written. The key of the next row is told before the row. */
export type PlaceWriter = {
  rows: Int32Array;
  count: number;
  readonly keys: Map<number, string | undefined>;
  keyStart: number;
  keyEnd: number;
};

/** Where tables are written before they are cut to their size: one text is read at a time, from its beginning to its end. */
let draft = new Int32Array(4096 * COLUMNS);

/** An empty table; the one before it must be finished. */
export function createPlaces(): PlaceWriter {
  return { rows: draft, count: 0, keys: new Map(), keyStart: -1, keyEnd: -1 };
}

/** Begins the row of a value, under the key that was told. Returns its number. */
export function openPlace(writer: PlaceWriter, start: number): number {
  const row = writer.count;
  const at = row * COLUMNS;
  if (at + COLUMNS > writer.rows.length) grow(writer);
  const { rows } = writer;
  rows[at + KEY_START] = writer.keyStart;
  rows[at + KEY_END] = writer.keyEnd;
  rows[at + START] = start;
  writer.count = row + 1;
  writer.keyStart = -1;
  writer.keyEnd = -1;
  return row;
}

/** Ends the row of a value: all rows since its beginning belong to it. */
export function closePlace({ rows, count }: PlaceWriter, row: number, end: number): void {
  const at = row * COLUMNS;
  rows[at + END] = end;
  rows[at + SIZE] = count - row;
}

/** Writes a row that stands for another one: the same place, under a key of its own. */
export function aliasPlace(writer: PlaceWriter, target: number): void {
  const row = openPlace(writer, startOf(writer, target));
  closePlace(writer, row, endOf(writer, target));
  writer.rows[row * COLUMNS + SIZE] = -1 - target;
}

/** Gives a row another key than what is written at its place; `undefined` hides it from everybody who looks for a key. */
export function renameKey({ keys }: PlaceWriter, row: number, key: string | undefined): void {
  keys.set(row, key);
}

/** The table as far as it is written. */
export function finishPlaces({ rows, count, keys }: PlaceWriter): Places {
  return { rows: rows.slice(0, count * COLUMNS), keys };
}

function grow(writer: PlaceWriter): void {
  const larger = new Int32Array(writer.rows.length * 2);
  larger.set(writer.rows);
  writer.rows = larger;
  draft = larger;
}

/** Whether the whole document holds anything: then that is the second row. */
export function hasParts({ rows }: Places): boolean {
  return rows.length > COLUMNS;
}

type Rows = Pick<Places, 'rows'>;

/** Where the value of a row begins. */
export function startOf({ rows }: Rows, row: number): number {
  return rows[row * COLUMNS + START] ?? 0;
}

/** Where the value of a row ends. */
export function endOf({ rows }: Rows, row: number): number {
  return rows[row * COLUMNS + END] ?? 0;
}

/** Where the key of a row begins and ends; undefined for an item of a list and for the whole document. */
export function keyOf({ rows }: Rows, row: number): readonly [number, number] | undefined {
  const start = rows[row * COLUMNS + KEY_START] ?? -1;
  return start === -1 ? undefined : [start, rows[row * COLUMNS + KEY_END] ?? start];
}

/** Whether a row stands for another one. */
export function isAlias({ rows }: Rows, row: number): boolean {
  return (rows[row * COLUMNS + SIZE] ?? 0) < 0;
}

/** From how many parts on a mapping or list gets an index when it is looked into. */
const MANY_PARTS = 24;

/** The indexes of large mappings and lists, kept as long as their tables. */
const INDEXES = new WeakMap<Places, Map<number, ReadonlyMap<string, number>>>();

/** Their parts, when somebody has asked for all of them. */
const PARTS = new WeakMap<Places, Map<number, readonly (readonly [string, number])[]>>();

/** The row of the part of a value that a segment of a pointer names; undefined where there is none. */
export function findPart(text: string, places: Places, holder: number, segment: string): number | undefined {
  const row = targetOf(places, holder);
  const index = INDEXES.get(places)?.get(row);
  if (index) return index.get(segment);
  const end = row + sizeOf(places, row);
  let passed = 0;
  for (let part = row + 1; part < end; part += sizeOf(places, part)) {
    if (isNamed(text, places, { part, position: passed }, segment)) return part;
    passed += 1;
    if (passed === MANY_PARTS) return indexParts(text, places, row).get(segment);
  }
  return undefined;
}

/** How many rows to go to what follows a value. */
function sizeOf({ rows }: Rows, row: number): number {
  return Math.max(1, rows[row * COLUMNS + SIZE] ?? 1);
}

type Part = { readonly part: number; readonly position: number };

function isNamed(text: string, { rows, keys }: Places, { part, position }: Part, segment: string): boolean {
  if (keys.size > 0 && keys.has(part)) return keys.get(part) === segment;
  const start = rows[part * COLUMNS + KEY_START] ?? -1;
  if (start === -1) return segment === String(position);
  return (rows[part * COLUMNS + KEY_END] ?? 0) - start === segment.length && text.startsWith(segment, start);
}

function indexParts(text: string, places: Places, holder: number): ReadonlyMap<string, number> {
  const index = new Map(partsOf(text, places, holder));
  const indexes = INDEXES.get(places) ?? new Map<number, ReadonlyMap<string, number>>();
  indexes.set(holder, index);
  INDEXES.set(places, indexes);
  return index;
}

/** The parts of a value in the order of the text: what a pointer calls them, and their rows. */
export function partsOf(text: string, places: Places, holder: number): readonly (readonly [string, number])[] {
  const row = targetOf(places, holder);
  const kept = PARTS.get(places)?.get(row);
  if (kept) return kept;
  const end = row + sizeOf(places, row);
  const parts: [string, number][] = [];
  let position = 0;
  for (let part = row + 1; part < end; part += sizeOf(places, part)) {
    const key = keyOf(places, part);
    const name = places.keys.has(part) ? places.keys.get(part) : key ? text.slice(...key) : String(position);
    if (name !== undefined) parts.push([name, part]);
    position += 1;
  }
  if (parts.length >= MANY_PARTS) PARTS.set(places, (PARTS.get(places) ?? new Map()).set(row, parts));
  return parts;
}

/** The row itself; of an alias the row that it stands for. */
function targetOf({ rows }: Rows, row: number): number {
  const size = rows[row * COLUMNS + SIZE] ?? 1;
  return size < 0 ? -1 - size : row;
}
