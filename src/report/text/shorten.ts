/** How much of one text, and of a whole line of values, helps people; the machine formats have the rest. */
const LONGEST_TEXT = 40;
const LONGEST_LINE = 200;
const LONGEST_PROSE = 400;

/** What is kept of a text that is shortened. */
const KEPT = 12;

/** A JSON text as people read it: long texts in it shortened (`"aaaaaaaaaaaa… (121 characters)"`), and so the whole where it is still long. */
export function shortenJson(json: string): string {
  return cut(json.replace(QUOTED, shortenQuoted), LONGEST_LINE);
}

/** A sentence that speaks of values, the same way. */
export function shortenProse(text: string): string {
  return cut(text.replace(QUOTED, shortenQuoted), LONGEST_PROSE);
}

function cut(line: string, longest: number): string {
  const characters = [...line];
  return characters.length > longest ? `${characters.slice(0, longest).join('')}… (${characters.length} characters)` : line;
}

/** A text of JSON, or the name of a property. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

function shortenQuoted(quoted: string): string {
  if (quoted.length <= LONGEST_TEXT) return quoted;
  const characters = [...unquote(quoted)];
  if (characters.length <= LONGEST_TEXT) return quoted;
  return `${JSON.stringify(characters.slice(0, KEPT).join('')).slice(0, -1)}… (${characters.length} characters)"`;
}

/** What quotes enclose; in a sentence that need not be JSON. */
function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}
