/**
 * Contract files are untrusted text: what of them reaches a terminal or a log must not move the cursor, forge a line of output or
 * turn the reading direction. Every renderer of text passes foreign text through here.
 */

/** Control characters, line ends of all kinds, and characters that reorder or hide text. */
const unprintable = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

/** The text on one line, with a space for each line end or tab and `\u{…}` for what cannot be shown. */
export function printable(text: string): string {
  return text.replace(/\r?\n|\t/g, ' ').replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** How many columns of a terminal a text takes: two for East Asian wide characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

const zeroWidth = /^(?:\p{Mn}|\p{Me}|[\u200b-\u200d]|[\ufe00-\ufe0f])$/u;
const doubleWidth =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{20000}-\u{3fffd}]$/u;

/** The columns of one character (Unicode East Asian Width, UAX #11, and emoji presentation). */
export function characterWidth(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (zeroWidth.test(character)) return 0;
  return doubleWidth.test(character) ? 2 : 1;
}
