import { readFile, stat } from 'node:fs/promises';
import { Failure, UnreadableText } from '../diagnostics/failure.ts';
import { describeSystemError } from '../diagnostics/system-errors.ts';

/** No contract comes near this size (bytes); a larger file is a mistake, and reading it would only end later and worse. */
export const MAX_FILE_SIZE = 16 * 1024 * 1024;

/**
 * The text of a file, which must be UTF-8; a byte order mark is dropped. `shown` is how messages name it.
 * Throws a `Failure` that says what is wrong: missing, a folder, not readable, too large, not UTF-8.
 */
export async function readTextFile(path: string, shown: string, largest = MAX_FILE_SIZE): Promise<string> {
  return decodeText(await readBytes(path, shown, largest), shown);
}

/** The text that bytes are, which must be UTF-8; a byte order mark is dropped. Throws an `UnreadableText` that names the file as `shown`. */
export function decodeText(bytes: Uint8Array, shown: string): string {
  const utf16 = isUtf16(bytes);
  try {
    if (!utf16) return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // What is wrong is looked for below.
  }
  const at = utf16 ? 0 : invalidByte(bytes);
  const text = utf16 ? '' : new TextDecoder('utf-8').decode(bytes);
  const offset = utf16 ? 0 : new TextDecoder('utf-8').decode(bytes.subarray(0, at)).length;
  const what = utf16 ? 'it is saved as UTF-16' : wordsOfByte(bytes, at);
  throw new UnreadableText(
    { id: 'file-not-utf8', said: `The file is not UTF-8: ${what}.`, text, offset },
    {
      message: `${shown} is not UTF-8: ${what}.`,
      why: 'msgctl reads UTF-8 only, so that names and examples mean the same everywhere.',
      advice: 'Save the file as UTF-8.',
    },
  );
}

function wordsOfByte(bytes: Uint8Array, at: number): string {
  const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return `byte ${at} (0x${byte}) does not belong to any character`;
}

/** Whether bytes are UTF-16, by its mark or by the zeros that every text in Latin letters has there. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0 && third === 0 && second !== 0) || (second === 0 && fourth === 0 && first !== 0 && third !== 0);
}

async function readBytes(path: string, shown: string, largest: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > largest) throw tooLarge(shown, size, largest);
    return await readFile(path);
  } catch (cause) {
    throw cause instanceof Failure ? cause : unreadable(shown, cause);
  }
}

/** What to say of a file that has more bytes than are read of one file. */
export function tooLarge(shown: string, size: number, largest: number): UnreadableText {
  const what = `has ${size} bytes, more than the ${largest} that msgctl reads of one file`;
  return new UnreadableText(
    { id: 'file-too-large', said: `The file ${what}.`, text: '', offset: 0 },
    {
      message: `${shown} ${what}.`,
      why: 'No contract comes near this size, and reading it would only end later and worse.',
      advice: 'Check whether the file belongs here, or split it.',
    },
  );
}

/** What to say of a file that the system refuses to open, by the system's error code. */
export function unreadable(shown: string, cause: unknown): Failure {
  switch (errorCode(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Failure('file-missing', { message: `${shown} does not exist.`, advice: 'Check the path.', cause });
    case 'EISDIR':
      return new Failure('file-is-folder', {
        message: `${shown} is a folder, not a file.`,
        advice: 'Name the file in it that is meant.',
        cause,
      });
    case 'EACCES':
    case 'EPERM':
      return new Failure('file-not-readable', {
        message: `${shown} may not be read by this user.`,
        advice: 'Give the user that runs msgctl the right to read it.',
        cause,
      });
    case 'ELOOP':
      return new Failure('file-not-readable', {
        message: `${shown} is a symbolic link that leads to itself.`,
        advice: 'Mend the link.',
        cause,
      });
    default:
      return new Failure('file-not-readable', {
        message: `${shown} cannot be read: ${describeCause(cause)}.`,
        advice: 'Check the file system.',
        cause,
      });
  }
}

/** The system's code of an error (`ENOENT`), if it has one. */
export function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

/** What the system says of an error, in words for the middle of a sentence. */
export function describeCause(cause: unknown): string {
  const code = errorCode(cause);
  if (code !== undefined) return describeSystemError(code);
  return cause instanceof Error ? cause.message : 'unknown error';
}

/** The offset of the first byte that belongs to no character: where the longest beginning ends that is a text by itself. */
function invalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isText(bytes.subarray(0, middle), true)) valid = middle;
    else invalid = middle;
  }
  // A character may have begun before it, and not have been what it promised.
  while (valid > 0 && !isText(bytes.subarray(0, valid), false)) valid -= 1;
  return valid;
}

/** Whether bytes are a text; one that is `unfinished` may end in the middle of a character. */
function isText(bytes: Uint8Array, unfinished: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: unfinished });
    return true;
  } catch {
    return false;
  }
}
