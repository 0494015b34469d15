import { matches } from './conjunction.ts';

/** Texts worth trying: for formats, and for patterns simple enough to be read. */

const FORMAT_SAMPLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['date', ['2026-01-31', '2000-02-29']],
  ['date-time', ['2026-01-31T00:00:00Z', '2026-01-31T00:00:00.5+02:00']],
  ['iso-date-time', ['2026-01-31T00:00:00Z', '2026-01-31T00:00:00']],
  ['time', ['00:00:00Z', '23:59:59.5+02:00']],
  ['iso-time', ['00:00:00Z', '00:00:00']],
  ['duration', ['P1D', 'PT1H']],
  ['email', ['a@b.co', 'a.b@example.org']],
  ['hostname', ['a', 'a.example']],
  ['ipv4', ['127.0.0.1', '10.0.0.255']],
  ['ipv6', ['::1', '2001:db8::1']],
  ['uri', ['http://a.example', 'urn:a:b']],
  ['url', ['http://a.example']],
  ['uri-reference', ['a', '/a', 'http://a.example']],
  ['uri-template', ['http://a.example/{b}', 'a']],
  ['uuid', ['00000000-0000-4000-8000-000000000000', 'urn:uuid:00000000-0000-4000-8000-000000000000']],
  ['json-pointer', ['', '/a']],
  ['json-pointer-uri-fragment', ['#', '#/a']],
  ['relative-json-pointer', ['0', '1/a']],
  ['regex', ['a', '^a+$']],
  ['byte', ['', 'YQ==']],
]);

/** Texts that no particular schema asks for. */
export const PLAIN_TEXTS: readonly string[] = ['', 'a', 'A', '0', '-', ' ', 'ab', 'a b', '1a', 'é'];

/** Texts of a format; none for one that is not known. */
export function formatSamples(format: string): readonly string[] {
  return FORMAT_SAMPLES.get(format) ?? [];
}

/** Some texts that a regular expression matches, where it is made of what people write: letters, classes, groups, counts. Each was tried. */
export function patternSamples(pattern: string): readonly string[] {
  if (matches(pattern, '') === undefined) return [];
  const found = [false, true].flatMap((generous) => readAlternatives({ text: pattern, at: 0, generous }) ?? []);
  return [...new Set(found)].filter((text) => text.length <= MOST_LETTERS && matches(pattern, text) === true).slice(0, MOST_SAMPLES);
}

const MOST_LETTERS = 256;
const MOST_SAMPLES = 8;

type Reader = { readonly text: string; at: number; readonly generous: boolean };

/** Each alternative's sample, up to the closing parenthesis or the end; `undefined` for syntax that is not read here. */
function readAlternatives(reader: Reader): readonly string[] | undefined {
  const samples: string[] = [];
  let current = '';
  while (reader.at < reader.text.length && reader.text[reader.at] !== ')') {
    const letter = reader.text[reader.at];
    if (letter === '|') {
      reader.at += 1;
      samples.push(current);
      current = '';
      continue;
    }
    const piece = readPiece(reader);
    if (piece === undefined) return undefined;
    current += piece.repeat(readCount(reader));
    if (current.length > MOST_LETTERS) return undefined;
  }
  return [...samples, current];
}

function readPiece(reader: Reader): string | undefined {
  const letter = reader.text[reader.at] ?? '';
  reader.at += 1;
  if (letter === '^' || letter === '$') return '';
  if (letter === '.') return 'a';
  if (letter === '[') return readClass(reader);
  if (letter === '(') return readGroup(reader);
  if (letter === '\\') return readEscape(reader);
  return letter;
}

function readGroup(reader: Reader): string | undefined {
  if (reader.text.startsWith('?:', reader.at)) reader.at += 2;
  else if (reader.text[reader.at] === '?') return undefined;
  const samples = readAlternatives(reader);
  reader.at += 1;
  return reader.generous ? samples?.at(-1) : samples?.[0];
}

function readEscape(reader: Reader): string | undefined {
  const letter = reader.text[reader.at] ?? '';
  reader.at += 1;
  const classes: Readonly<Record<string, string>> = { d: '0', w: 'a', s: ' ', D: 'a', W: '-', S: 'a', b: '', t: '\t', n: '\n' };
  if (Object.hasOwn(classes, letter)) return classes[letter];
  return /[a-zA-Z0-9]/.test(letter) ? undefined : letter;
}

function readClass(reader: Reader): string | undefined {
  const end = reader.text.indexOf(']', reader.at + 1);
  if (end === -1) return undefined;
  const body = reader.text.slice(reader.at, end);
  reader.at = end + 1;
  const source = `^[${body}]$`;
  const letters = ['a', 'A', '0', '1', 'z', 'Z', '-', '_', '.', ' ', ...body];
  const fitting = letters.filter((letter) => letter.length === 1 && new RegExp(source, 'u').test(letter));
  return reader.generous ? fitting.at(-1) : fitting[0];
}

function readCount(reader: Reader): number {
  const count = /^(?:\?|\*|\+|\{(\d+)(,(\d*))?\})\??/.exec(reader.text.slice(reader.at));
  if (!count) return 1;
  reader.at += count[0].length;
  const [whole, least, range, most] = count;
  if (least !== undefined)
    return reader.generous ? Math.min(Number(range === undefined ? least : most || Number(least) + 1), 64) : Number(least);
  if (whole.startsWith('+')) return reader.generous ? 2 : 1;
  return reader.generous ? 1 : 0;
}
