/**
 * A YAML text as people lay it out: what stands where, with the comments and blank lines that go with it. Where {@link YamlTree} says what a
 * text means, this says how it is written, so that it can be written anew.
 */

/** A comment on a line of its own, `#` included. */
export type Comment = {
  readonly text: string;
  /** Whether a blank line stands before it. */
  readonly blank: boolean;
};

/** An anchor and a tag, as written before a value; empty for none. */
type Properties = { readonly properties: string };

/** A text, number, boolean or null on one line. */
type LayoutScalar = Properties & {
  readonly kind: 'scalar';
  readonly written: string;
  /** What it says, where that is a text that may be quoted in another way; absent for what has to stay as it is. */
  readonly text?: string;
  readonly quoted: boolean;
  readonly comment?: string;
};

/** A plain or quoted text over several lines, which stays on them. */
type LayoutLines = Properties & { readonly kind: 'lines'; readonly lines: readonly string[]; readonly comment?: string };

/** A literal or folded block. */
export type LayoutBlock = Properties & {
  readonly kind: 'block';
  readonly style: '|' | '>';
  readonly chomping: '' | '-' | '+';
  /** Without their indentation. */
  readonly lines: readonly string[];
  readonly comment?: string;
};

/** An alias, `*name`. */
type LayoutAlias = Properties & { readonly kind: 'alias'; readonly written: string; readonly comment?: string };

/** No value is written. */
type LayoutNothing = Properties & { readonly kind: 'nothing'; readonly comment?: string };

/** A mapping or a list, in braces and brackets (`flow`) or one entry on each line. */
export type LayoutCollection = Properties & {
  readonly kind: 'map' | 'list';
  readonly flow: boolean;
  readonly entries: readonly LayoutEntry[];
  /** The comments after its last entry. */
  readonly end: readonly Comment[];
  /** The comment on the line where it ends; in flow style only. */
  readonly comment?: string;
};

export type LayoutNode = LayoutScalar | LayoutLines | LayoutBlock | LayoutAlias | LayoutNothing | LayoutCollection;

/** A key of a mapping. */
export type LayoutKey = Properties & { readonly text: string; readonly quoted: boolean };

/** One entry of a mapping, or one item of a list, which has no key. */
export type LayoutEntry = {
  readonly key?: LayoutKey;
  /** Whether a ":" is written; a key in braces may do without. */
  readonly colon: boolean;
  readonly value: LayoutNode;
  /** The comments above it. */
  readonly before: readonly Comment[];
  /** Whether a blank line stands right before it, below its comments. */
  readonly blank: boolean;
  /** The comment on the line of the key or the dash, where the value follows further down. */
  readonly keyComment?: string;
  /** Comments between that line and the value. */
  readonly between: readonly Comment[];
  /** Comments below the value and indented deeper than the entry. */
  readonly end: readonly Comment[];
};

/** A whole file. */
export type Layout = {
  /** Directives and the `---` of a document, with the comments before it. */
  readonly preamble: readonly string[];
  /** The comments at the head of the file, which stay there. */
  readonly head: readonly Comment[];
  /** Whether a blank line stands between them and what follows. */
  readonly blank: boolean;
  readonly root: LayoutCollection;
};
