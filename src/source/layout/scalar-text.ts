/** How a text is written as a scalar: plain where nobody could take it for something else, else in quotes. */

/** What YAML's core schema reads as null, a boolean or a number. */
const NO_TEXT =
  /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)?$/;

/** What other readers of YAML, or people, may take for a boolean, a number or a date. */
const LOOKS_LIKE_ANOTHER =
  /^(?:y|yes|n|no|on|off|true|false|null|=|<<|[-+]?(?:0b)?[0-9][0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t ].*)?)$/i;

/** A first character, or first characters, that mean something to YAML. */
const STARTS_WITH_SIGN = /^(?:[-?](?:\s|$)|---|\.\.\.|[,&*!|>'"%@`]|<<$|=$)/;

/** Characters that a file may not hold (`characters.ts`), tabs and line ends: a text needs escapes for them. */
const NEEDS_ESCAPE = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/u;

/** Whether a plain scalar that is written so is a text, rather than null, a boolean or a number. */
export function isPlainText(written: string): boolean {
  return !NO_TEXT.test(written);
}

/**
 * A text as a scalar on one line. `quoted` tells whether it is in quotes now: what only looks like a number or a date keeps them, and gets
 * none. `inFlow`: it stands in braces or brackets, where a comma ends a text.
 */
export function scalarText(text: string, { quoted, inFlow }: { readonly quoted: boolean; readonly inFlow: boolean }): string {
  if (NEEDS_ESCAPE.test(text)) return escaped(text);
  if (mayBePlain(text, inFlow) && !(quoted && LOOKS_LIKE_ANOTHER.test(text))) return text;
  return `'${text.replaceAll("'", "''")}'`;
}

/** Stricter than YAML: a ":", "#" or bracket anywhere is quoted, for readers that stumble over them, people among them. */
function mayBePlain(text: string, inFlow: boolean): boolean {
  if (NO_TEXT.test(text) || STARTS_WITH_SIGN.test(text) || /^ | $|[:#{}[\]]/.test(text)) return false;
  return !(inFlow && text.includes(','));
}

function escaped(text: string): string {
  const all = new RegExp(NEEDS_ESCAPE, 'gu');
  return JSON.stringify(text).replace(all, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
