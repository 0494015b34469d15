import { rangeBetween, type SourceFile } from './source-file.ts';
import type { YamlProblem } from './yaml-problems.ts';

/**
 * The characters that no file may hold as such: those that YAML 1.2 does not allow (control characters, halves of pairs, a byte order mark
 * inside the text), those that end a line for some readers only, and those that turn the direction of reading, behind which code can hide. All
 * of them may be written as escapes in double quotes.
 */
const UNFIT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\r(?!\n)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Tells the first such character of each line. A byte order mark may begin the text. */
export function findUnfitCharacters(source: SourceFile): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  let line = 0;
  for (const { index, 0: character } of source.text.matchAll(UNFIT)) {
    const at = rangeBetween(source, index, index + 1);
    if (at.start.line === line || (index === 0 && character === '\ufeff')) continue;
    line = at.start.line;
    problems.push({ code: 'yaml-character', message: describeCharacter(character), at });
  }
  return problems;
}

function describeCharacter(character: string): string {
  const name = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (character === '\r') return `A carriage return (${name}) stands here without a line feed behind it.`;
  if (character === '\ufeff') return `A byte order mark (${name}) stands inside the file.`;
  if (/[\u0085\u2028\u2029]/.test(character)) return `${name} ends a line for some readers of YAML, and not for others.`;
  if (/[\u202a-\u2069]/.test(character)) return `${name} turns the direction in which the text behind it is shown.`;
  return /\p{Cc}/u.test(character) ? `${name} is a control character.` : `${name} is no character.`;
}
