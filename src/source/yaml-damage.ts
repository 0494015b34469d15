import { appendPointer, type Pointer } from './pointer.ts';
import { readQuickly } from './quick-yaml.ts';
import { createSourceFile, type Range, rangeBetween, type SourceFile } from './source-file.ts';
import { type ReadYaml, readThoroughly } from './yaml-library.ts';
import { blankPieces, indentingTab, innerPieces, keyOfPiece, lostItsPlace, type Piece, splitPieces } from './yaml-pieces.ts';
import { TAB_MESSAGE, type YamlProblem } from './yaml-problems.ts';

/** A piece that is left out, what is wrong in it, and the value that lacks it. */
type Damage = Piece & { readonly holder: Pointer; readonly problems: readonly YamlProblem[] };

/** How many levels a damaged piece is taken apart to tell what is wrong in it. */
const MAX_PARTING = 4;

/** Larger texts are not read again and again: no text that people write is as large. In characters. */
const MAX_LENGTH = 1_000_000;

/** What could be read of a text that is no YAML as a whole, and which values lack something. */
export type Rest = ReadYaml & { readonly incomplete: readonly Pointer[] };

/**
 * Reads a text that is no YAML around what is wrong with it: it is taken apart where its outermost entries begin, and again where theirs
 * begin; the pieces that cannot be understood are left out. Undefined where nothing dependable remains.
 */
export function readAroundDamage(source: SourceFile): Rest | undefined {
  const { text } = source;
  if (text.length > MAX_LENGTH) return undefined;
  const pieces = splitPieces(text, { start: 0, end: text.length }, 0);
  const damages = pieces.flatMap((piece, index) => damagesIn(source, piece, pieces[index - 1]));
  const problems = damages.flatMap((damage) => damage.problems);
  if (!problems.some(({ fatal }) => fatal)) return undefined;
  const rest = readText(createSourceFile(source.path, blankPieces(text, damages)));
  if (rest.value === undefined || rest.value === null || lacksAnchors(text, rest, damages)) return undefined;
  const all = [...problems, ...rest.problems].sort((a, b) => a.at.start.offset - b.at.start.offset);
  return { ...rest, problems: all, incomplete: [...new Set(damages.map(({ holder }) => holder))] };
}

/** Whether something that remains stands for what may have been left out: then not even that is dependable. */
function lacksAnchors(text: string, { problems }: ReadYaml, damages: readonly Damage[]): boolean {
  return (
    problems.some(({ code }) => code === 'yaml-unknown-alias') && damages.some(({ start, end }) => text.slice(start, end).includes('&'))
  );
}

/** What is damaged of an outermost entry: itself, or some of the entries that it holds; with it the piece that it may have been torn from. */
function damagesIn(source: SourceFile, piece: Piece, before: Piece | undefined): readonly Damage[] {
  const { text } = source;
  if (standsAlone(source, piece)) return [];
  const key = keyOfPiece(text, piece);
  const inner = key === undefined ? [] : innerPieces(text, piece);
  const holder = appendPointer('', key ?? '');
  const damages = inner.flatMap((part, index) =>
    standsAlone(source, part)
      ? []
      : [...tornFrom(text, part, inner[index - 1], holder), { ...part, holder, problems: problemsIn(source, part) }],
  );
  const inside = damages.map((part) => ({ start: part.start - piece.start, end: part.end - piece.start }));
  const slice = blankPieces(text.slice(piece.start, piece.end), inside);
  if (damages.length > 0 && readText(createSourceFile('', slice)).value !== undefined) return damages;
  const last = before && innerPieces(text, before).at(-1);
  const torn = before ? tornFrom(text, piece, last ?? before, last ? appendPointer('', keyOfPiece(text, before) ?? '') : '') : [];
  return [...torn, { ...piece, holder: '', problems: problemsIn(source, piece) }];
}

function tornFrom(text: string, piece: Piece, before: Piece | undefined, holder: Pointer): readonly Damage[] {
  return before && lostItsPlace(text, piece) ? [{ ...before, holder, problems: [] }] : [];
}

/** Whether a piece can be understood by itself, as what holds entries. */
function standsAlone({ text }: SourceFile, { start, end }: Piece): boolean {
  const { value } = readText(createSourceFile('', text.slice(start, end)));
  return typeof value === 'object' && value !== null;
}

/**
 * What is wrong in a damaged piece, at its place in the whole text. One mistake often upsets the parser for the rest of its piece, so the
 * piece is taken apart as far as that tells more, and of each part only the first problem is told.
 */
function problemsIn(source: SourceFile, piece: Piece, depth = 0): readonly YamlProblem[] {
  const { text } = source;
  const tab = indentingTab(text, piece);
  if (tab !== undefined) return [{ code: 'yaml-tab', message: TAB_MESSAGE, at: rangeBetween(source, tab, tab + 1), fatal: true }];
  const inner = depth < MAX_PARTING && keyOfPiece(text, piece) !== undefined ? innerPieces(text, piece) : [];
  const parts = inner.filter((part) => !standsAlone(source, part));
  if (parts.length > 0) return parts.flatMap((part) => problemsIn(source, part, depth + 1));
  const { value, problems } = readText(createSourceFile(source.path, text.slice(piece.start, piece.end)));
  const first = problems.find(({ fatal }) => fatal);
  const told = value === undefined && first ? [first] : problems;
  const placed = told.map((problem) => placeIn(source, piece, problem));
  return value === undefined && first ? placed : [...placed, notAnEntry(source, piece)];
}

/** A problem of a piece that was read by itself, at its place in the whole text. */
function placeIn(source: SourceFile, piece: Piece, { at, related, ...problem }: YamlProblem): YamlProblem {
  const place = ({ start, end }: Range) => rangeBetween(source, piece.start + start.offset, piece.start + end.offset);
  return { ...problem, at: place(at), ...(related && { related: related.map((other) => ({ ...other, at: place(other.at) })) }) };
}

/** A piece that is YAML by itself, but no entry: a key without its colon. */
function notAnEntry(source: SourceFile, { start, end }: Piece): YamlProblem {
  const line = /^ *([^\r\n]*)/.exec(source.text.slice(start, end));
  const from = start + (line?.[0].length ?? 0) - (line?.[1]?.length ?? 0);
  const at = rangeBetween(source, from, start + (line?.[0].trimEnd().length ?? 0));
  return { code: 'yaml-syntax', message: 'A key stands here without ":" and a value.', at, fatal: true };
}

function readText(source: SourceFile): ReadYaml {
  const quick = readQuickly(source.text);
  return quick ? { ...quick, problems: [] } : readThoroughly(source);
}
