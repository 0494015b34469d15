import { readFile, stat } from 'node:fs/promises';
import { Failure } from '../diagnostics/failure.ts';

/** No contract comes near this size (bytes); a larger file is a mistake, and reading it would only end later and worse. */
export const MAX_FILE_SIZE = 16 * 1024 * 1024;

/**
 * The text of a file, which must be UTF-8; a byte order mark is dropped. `shown` is how messages name it.
 * Throws a `Failure` that says what is wrong: missing, a folder, not readable, too large, not UTF-8.
 */
export async function readTextFile(path: string, shown: string): Promise<string> {
  return decodeText(await readBytes(path, shown), shown);
}

/** The text that bytes are, which must be UTF-8; a byte order mark is dropped. Throws a `Failure` that names the file as `shown`. */
export function decodeText(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Failure('file-not-utf8', {
      message: `${shown} is not UTF-8: byte ${invalidByte(bytes)} does not belong to any character.`,
      why: 'msgctl reads UTF-8 only, so that names and examples mean the same everywhere.',
      advice: 'Save the file as UTF-8.',
      cause,
    });
  }
}

async function readBytes(path: string, shown: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_SIZE) {
      throw new Failure('file-too-large', {
        message: `${shown} has ${size} bytes, more than the ${MAX_FILE_SIZE} that msgctl reads of one file.`,
        advice: 'Check whether the file belongs here, or split it.',
      });
    }
    return await readFile(path);
  } catch (cause) {
    throw cause instanceof Failure ? cause : unreadable(shown, cause);
  }
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

/** The system's word for an error, short enough for the middle of a sentence. */
export function describeCause(cause: unknown): string {
  return errorCode(cause) ?? (cause instanceof Error ? cause.message : 'unknown error');
}

/** The offset of the first byte that makes the text invalid; its length where the last character is incomplete. */
function invalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isValidStart(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

function isValidStart(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
