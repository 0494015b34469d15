/**
 * How text of contracts enters generated code. A contract is untrusted: each string that comes from one passes through exactly one of these
 * functions, so that none of them can end the literal or the comment it stands in, or show a reader other code than the machine runs.
 */

import type { JsonValue } from '../source/json.ts';

/**
 * Control and format characters (among them those that turn the direction of text), line and paragraph separators, and halves of characters,
 * which a file cannot hold.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** The same but for the ends of lines. */
const INVISIBLE_IN_LINES = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A string literal in single quotes. Whatever is invisible is escaped, and so is `</`, lest the code be put into a web page. */
export function quoteText(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return `'${escapeInvisible(inner.replaceAll('\\"', '"').replaceAll("'", "\\'")).replaceAll('</', '<\\/')}'`;
}

/** Escapes in code that is already well formed what may stand nowhere but in its string literals: invisible characters and `</`. */
export function hardenCode(code: string): string {
  return code.replaceAll('</', '<\\/').replace(INVISIBLE_IN_LINES, escapeCharacter);
}

/** A value as JSON over several lines, with a line break at its end. Invisible characters and `</` are escaped. */
export function jsonText(value: JsonValue): string {
  return `${hardenCode(JSON.stringify(value, null, 2))}\n`;
}

/** The key of a property in a type or an object literal: bare where it is a plain name, else quoted. */
export function propertyKey(key: string): string {
  return isPlainName(key) ? key : quoteText(key);
}

/** The key of a property in an object literal; `__proto__` is computed there, since plain or quoted it would set the prototype. */
export function literalKey(key: string): string {
  return key === '__proto__' ? "['__proto__']" : propertyKey(key);
}

/** Lines for a comment: they cannot end it, and hold no other line breaks and nothing invisible. */
export function commentLines(text: string): readonly string[] {
  return text
    .replaceAll('*/', '*\\/')
    .replaceAll('</', '<\\/')
    .split(/\r\n|[\r\n\u2028\u2029]/u)
    .map((line) => line.replaceAll('\t', '  ').replace(INVISIBLE, '').trimEnd());
}

/** A JSDoc comment of the given lines, each of which may hold line breaks; nothing when there are none. */
export function jsDoc(parts: readonly string[]): readonly string[] {
  const lines = parts.flatMap(commentLines);
  if (lines.every((line) => line === '')) return [];
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return [`/** ${only} */`];
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}

function isPlainName(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && key !== '__proto__';
}

function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, escapeCharacter);
}

/** As UTF-16 units, since a format character may lie outside the basic plane. */
function escapeCharacter(character: string): string {
  let escaped = '';
  for (let at = 0; at < character.length; at++) escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escaped;
}
