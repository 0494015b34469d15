import { createAllocator } from './identifiers.ts';
import { literalKey, quoteText } from './text.ts';

/** A TypeScript or JavaScript module in the making: its lines, and the imports that they turned out to need. */
export type Module = {
  /** Where it stands below the output folder, with `/`. */
  readonly path: string;
  /** Adds lines. */
  print(...lines: readonly string[]): void;
  /** The name under which `name`, exported by `from` for use at run time, is known here; imported once. */
  use(from: string, name: string): string;
  /** The same for a type. */
  useType(from: string, name: string): string;
  /** The text: `header`, imports, lines. */
  render(header: readonly string[]): string;
};

type Import = { readonly from: string; readonly name: string; readonly local: string; readonly type: boolean };

/** Starts a module. `declares` are the names that its lines declare: imports that clash with them get another local name. */
export function createModule(path: string, declares: Iterable<string>): Module {
  const names = createAllocator(declares);
  const imports = new Map<string, Import>();
  const body: string[] = [];
  const add = (from: string, name: string, type: boolean): string => {
    const key = JSON.stringify([from, name, type]);
    const known = imports.get(key);
    if (known) return known.local;
    const local = names.allocate(name);
    imports.set(key, { from, name, local, type });
    return local;
  };
  return {
    path,
    print: (...lines) => void body.push(...lines),
    use: (from, name) => add(from, name, false),
    useType: (from, name) => add(from, name, true),
    render(header) {
      const head = [...header, ...(imports.size > 0 ? ['', ...printImports([...imports.values()])] : [])];
      return `${[...head, '', ...trimBlank(body)].join('\n')}\n`;
    },
  };
}

/** The specifier by which the module at `from` imports the one at `to`; both are paths below the output folder. */
export function relativeSpecifier(from: string, to: string): string {
  const source = from.split('/').slice(0, -1);
  const target = to.split('/');
  let common = 0;
  while (common < source.length && common < target.length - 1 && source[common] === target[common]) common++;
  const up = source.slice(common).map(() => '..');
  const path = [...(up.length > 0 ? up : ['.']), ...target.slice(common)].join('/');
  return path.replace(/\.ts$/, '.js');
}

/** A piece of code among the values of {@link printValue}: an identifier that the module knows. */
export type Raw = { readonly code: string; readonly [rawMark]: true };

const rawMark: unique symbol = Symbol('raw');

/** Marks `code` as code, not as a string. */
export function raw(code: string): Raw {
  return { code, [rawMark]: true };
}

/** What {@link printValue} prints. A property that is `undefined` is left out. */
export type PrintableValue =
  | null
  | boolean
  | number
  | string
  | Raw
  | readonly PrintableValue[]
  | { readonly [key: string]: PrintableValue | undefined };

/** The widest line that something is put on before it is broken up. */
export const LINE_WIDTH = 120;

/**
 * A value as an expression: on one line where it fits, else one entry a line, indented by two. `column` is where its lines begin, `before`
 * how much stands before it on the first.
 */
export function printValue(value: PrintableValue, column = 0, before = 0): string {
  const lines: string[] = [];
  layOutPiece(toPiece(value), { column, before, start: '', end: '' }, lines);
  return lines.join('\n');
}

/** Lines, each two columns further right; blank lines stay blank. */
export function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

/** A value whose parts are printed and measured already, each once however deep it lies. */
type Piece = { readonly width: number } & (
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'list' | 'object'; readonly entries: readonly (readonly [start: string, piece: Piece])[] }
);

function toPiece(value: PrintableValue): Piece {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return codePiece(String(value));
  if (typeof value === 'string') return codePiece(quoteText(value));
  if (isRaw(value)) return codePiece(value.code);
  const kind = Array.isArray(value) ? 'list' : 'object';
  const entries = Array.isArray(value)
    ? value.map((item: PrintableValue) => ['', toPiece(item)] as const)
    : entriesOf(value).map(([key, item]) => [`${literalKey(key)}: `, toPiece(item)] as const);
  const inner = entries.reduce((sum, [start, piece]) => sum + start.length + piece.width + ', '.length, -', '.length);
  const around = kind === 'list' ? '[]'.length : '{  }'.length;
  return { kind, entries, width: entries.length === 0 ? '{}'.length : inner + around };
}

function codePiece(code: string): Piece {
  return { kind: 'code', code, width: code.length };
}

/** Where a piece stands: the column of its line, how much stands before it, and what its first line begins and its last one ends with. */
type Spot = { readonly column: number; readonly before: number; readonly start: string; readonly end: string };

function layOutPiece(piece: Piece, { column, before, start, end }: Spot, lines: string[]): void {
  if (piece.kind === 'code' || column + before + piece.width < LINE_WIDTH) {
    lines.push(`${start}${printFlat(piece)}${end}`);
    return;
  }
  const [open, close] = piece.kind === 'list' ? ['[', ']'] : ['{', '}'];
  lines.push(`${start}${open}`);
  const first = lines.length;
  for (const [label, inner] of piece.entries) {
    layOutPiece(inner, { column: column + 2, before: label.length, start: label, end: ',' }, lines);
  }
  for (let at = first; at < lines.length; at++) lines[at] = `  ${lines[at]}`;
  lines.push(`${close}${end}`);
}

function printFlat(piece: Piece): string {
  if (piece.kind === 'code') return piece.code;
  const entries = piece.entries.map(([start, inner]) => `${start}${printFlat(inner)}`).join(', ');
  if (piece.kind === 'list') return `[${entries}]`;
  return entries === '' ? '{}' : `{ ${entries} }`;
}

function entriesOf(value: object): readonly [string, PrintableValue][] {
  return Object.entries(value).filter((entry): entry is [string, PrintableValue] => entry[1] !== undefined);
}

function isRaw(value: object): value is Raw {
  return rawMark in value;
}

function printImports(imports: readonly Import[]): readonly string[] {
  return groupImports(imports).map(({ from, type, entries }) => {
    const names = entries.map(({ name, local }) => (name === local ? name : `${name} as ${local}`));
    return importLines(type, names, from);
  });
}

type ImportGroup = { readonly from: string; readonly type: boolean; readonly entries: readonly Import[] };

/** One import statement per module and kind: packages before files, both by name. */
function groupImports(imports: readonly Import[]): readonly ImportGroup[] {
  const groups = new Map<string, Import[]>();
  for (const entry of imports) {
    const key = `${entry.from.startsWith('.') ? 1 : 0}${entry.from}${entry.type ? 0 : 1}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, entries]) => {
      const [first] = entries;
      const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
      return first ? [{ from: first.from, type: first.type, entries: sorted }] : [];
    });
}

function importLines(type: boolean, names: readonly string[], from: string): string {
  return namedFrom(type ? 'import type' : 'import', names, from).join('\n');
}

/** Hands on what another module exports, in the order of names. */
export function exportLines(names: readonly string[], from: string): readonly string[] {
  return namedFrom('export', [...names].sort(), from);
}

function namedFrom(keyword: string, names: readonly string[], from: string): readonly string[] {
  const flat = `${keyword} { ${names.join(', ')} } from ${quoteText(from)};`;
  if (flat.length <= LINE_WIDTH) return [flat];
  return [`${keyword} {`, ...names.map((name) => `  ${name},`), `} from ${quoteText(from)};`];
}

function trimBlank(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== '');
  const last = lines.findLastIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
}
