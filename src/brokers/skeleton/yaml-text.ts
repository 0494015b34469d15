/** Values and remarks as YAML that `msgctl fmt` would leave as it is. What comes from a broker may be any text. */
import { isObject, type JsonValue } from '../../source/json.ts';

/** Texts that need no quotes inside braces, and mean nothing else to YAML. */
const PLAIN = /^[A-Za-z_][\w./-]*$/;
const MEANT_OTHERWISE = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
/** What no text of YAML holds as it is, and what would look like something else. */
const UNSEEN =
  /[\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\uffff]/g;

/** A value on one line: `{ exchange: { name: orders, type: topic } }`. */
export function flowText(value: JsonValue): string {
  if (typeof value === 'string') return scalarText(value);
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (!isObject(value)) return String(value);
  const members = Object.entries(value).map(([key, item]) => `${scalarText(key)}: ${flowText(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function scalarText(text: string): string {
  if (PLAIN.test(text) && !MEANT_OTHERWISE.test(text)) return text;
  const quoted = escapeUnseen(JSON.stringify(text));
  return text !== '' && quoted !== `"${text}"` ? quoted : `'${text.replaceAll("'", "''")}'`;
}

/** Remarks as comment lines. Whatever is in them stays on its line. */
export function commentLines(indent: string, sentences: readonly string[], width = 140): readonly string[] {
  return sentences.flatMap((sentence) => {
    const text = escapeUnseen(sentence.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1)));
    return wrapped(text, width - indent.length - 2).map((line) => `${indent}# ${line}`);
  });
}

function escapeUnseen(text: string): string {
  return text
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .replaceAll(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
