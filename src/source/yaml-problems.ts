import type { Document, YAMLError } from 'yaml';
import { type Range, rangeBetween, type SourceFile } from './source-file.ts';
import type { TokenFindings } from './yaml-tokens.ts';

/** What can be wrong with a file before and while it is read as YAML. Each has a row in the catalogue of diagnostics. */
type YamlProblemCode =
  | 'file-too-large'
  | 'file-not-utf8'
  | 'yaml-character'
  | 'yaml-syntax'
  | 'yaml-tab'
  | 'yaml-tag'
  | 'yaml-several-documents'
  | 'yaml-duplicate-key'
  | 'yaml-key-not-text'
  | 'yaml-merge-key'
  | 'yaml-number'
  | 'yaml-unknown-alias'
  | 'yaml-too-many-aliases'
  | 'yaml-too-deep';

/** One thing that is wrong with a text as YAML, said for people. */
export type YamlProblem = {
  readonly code: YamlProblemCode;
  readonly message: string;
  readonly at: Range;
  readonly related?: readonly { readonly at: Range; readonly label: string }[];
  /** Whether the text has no dependable value because of it. */
  readonly fatal?: boolean;
};

/** What is said of a tab. */
export const TAB_MESSAGE = 'A tab is used as indentation.';

/** What the parser and the reading of its nodes found. */
export type Parsed = {
  readonly documents: readonly Document.Parsed[];
  readonly found: readonly YamlProblem[];
  readonly tokens: Pick<TokenFindings, 'unclosed' | 'loose'>;
};

/** All problems of a file in the order of its text. One mistake often upsets the parser several times, so of each line only the first is told. */
export function describeProblems(source: SourceFile, { documents, found, tokens }: Parsed): readonly YamlProblem[] {
  const first = documents[0];
  const errors = [...(first?.errors ?? []), ...(first?.warnings ?? [])];
  const syntax = [
    ...errors.flatMap((error) => describe(source, error, tokens) ?? []),
    ...tokens.loose.map((at) => describeLoose(source, at)),
  ];
  const lines = new Set<number>();
  const problems = syntax.sort(byPosition).filter(({ at }) => !lines.has(at.start.line) && lines.add(at.start.line));
  const second = documents[1]?.range[0];
  if (second !== undefined) {
    const message = 'The file holds more than one document.';
    problems.push({ code: 'yaml-several-documents', message, at: rangeBetween(source, second, second + 3) });
  }
  const apart = found.filter(({ at }) => !lines.has(at.start.line));
  return [...problems, ...apart].sort(byPosition);
}

function byPosition(a: YamlProblem, b: YamlProblem): number {
  return a.at.start.offset - b.at.start.offset;
}

function describe(source: SourceFile, error: YAMLError, { unclosed }: Parsed['tokens']): YamlProblem | undefined {
  const opened = UNCLOSED.find(([pattern]) => pattern.test(error.message))?.[1];
  const opening = opened === undefined ? undefined : unclosed.get(opened);
  const [start, end] = opening === undefined ? error.pos : [opening, opening + 1];
  const at = rangeBetween(source, start, Math.max(end, start + 1));
  if (error.code === 'TAB_AS_INDENT') return { code: 'yaml-tab', message: TAB_MESSAGE, at, fatal: true };
  // A tag may be a password that was written without quotes, so it is not repeated.
  if (error.code === 'TAG_RESOLVE_FAILED' || error.code === 'BAD_COLLECTION_TYPE')
    return { code: 'yaml-tag', message: 'This tag is not known.', at };
  if (error.code === 'BAD_ALIAS' && error.message.startsWith('Alias ending')) return undefined;
  return { code: 'yaml-syntax', message: syntaxMessage(error), at, fatal: true };
}

function describeLoose(source: SourceFile, start: number): YamlProblem {
  const message = 'A ":" is missing between a key after "?" and what follows it.';
  return { code: 'yaml-syntax', message, at: rangeBetween(source, start, start + 1), fatal: true };
}

/** The sign that is not closed, by what the parser says: it only tells where it gave up to look for the other one. */
const UNCLOSED: readonly (readonly [RegExp, string])[] = [
  [/Missing closing "quote/, '"'],
  [/Missing closing 'quote/, "'"],
  [/end with a \}/, '{'],
  [/end with a \]/, '['],
];

/** The parser's words where they are clear, ours where they speak of its insides. Ordered from the particular to the general. */
const SYNTAX_MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/closing ["']quote|Missing closing/, 'A quoted text is not closed.'],
  [/sufficiently indented and end with a \}|end with a }/, 'A "{" is not closed by a "}".'],
  [/sufficiently indented and end with a \]|end with a ]/, 'A "[" is not closed by a "]".'],
  [/compact mappings/, 'A second ": " follows on a line that has a value already.'],
  [/Implicit map keys need to be followed|Implicit keys need to be on a single line/, 'A key stands here without ":" and a value.'],
  [/same column|indent/i, 'This line is not indented like its neighbours.'],
  [/Missing , between|Missing , or :/, 'A "," is missing between two entries.'],
  [
    /Block collections are not allowed within flow/,
    'A second ": " follows inside braces or brackets; a text that holds ": " needs quotes.',
  ],
  [/Missing space after :/, 'A space is missing after ":".'],
  [/Unexpected , in|Unexpected empty item/, 'There is a "," with nothing before it.'],
  [/Sequence item without|block-seq-ind|block sequence/i, 'A list begins where none can stand.'],
  [/Comments must be separated/, 'A space is missing before "#".'],
  [/at most 1024/, 'A key is longer than 1024 characters.'],
  [/scalar value|at node end|Unexpected .* token|Unexpected scalar/, 'Something stands here that does not belong to the value before it.'],
];

function syntaxMessage(error: YAMLError): string {
  if (error.code === 'BAD_DQ_ESCAPE')
    return `${error.message.replace(/^Invalid escape sequence /, '')} is not an escape of a text in double quotes.`;
  if (error.code === 'BAD_SCALAR_START') return 'A text that starts with this character needs quotes.';
  if (error.code === 'MULTIPLE_ANCHORS' || error.code === 'MULTIPLE_TAGS' || error.code === 'ALIAS_PROPS')
    return 'An anchor or a tag is repeated here.';
  const ours = SYNTAX_MESSAGES.find(([pattern]) => pattern.test(error.message))?.[1];
  return ours ?? `This is not YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}.`;
}
