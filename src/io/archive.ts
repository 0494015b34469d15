import { open, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { unzipSync } from 'fflate';
import { unpackTar } from 'modern-tar';
import type { ProjectReader } from '../contract/project-reader.ts';
import { Failure } from '../diagnostics/failure.ts';
import { matchFiles } from './match-files.ts';
import { decodeText, errorCode, MAX_FILE_SIZE, tooLarge, unreadable } from './read-file.ts';

/** A file of an archive: its bytes, or where a symbolic link leads. */
type Entry = { readonly bytes: Uint8Array } | { readonly link: string };

/** Bytes that an archive may unpack to. Projects are texts; what is larger is something else, or meant to fill the memory. */
const MOST_BYTES = 512 * 1024 * 1024;

/** More links in a row than that lead in a circle. */
const MOST_LINKS = 10;

const FORMATS = [
  { name: 'gzip', at: 0, magic: [0x1f, 0x8b] },
  { name: 'zip', at: 0, magic: [0x50, 0x4b, 0x03, 0x04] },
  { name: 'tar', at: 257, magic: [0x75, 0x73, 0x74, 0x61, 0x72] },
] as const;
type Format = (typeof FORMATS)[number]['name'];

/** Whether a file is an archive, by its first bytes: a tar, one packed with gzip, or a zip. False where there is no such file. */
export async function isArchive(path: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
      return formatOf(buffer.subarray(0, bytesRead)) !== undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    // A folder can be opened and not read; whoever reads the project says what is wrong with it.
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

/**
 * Reads a project from an archive, without unpacking it anywhere: the folder of it that holds the project file nearest to its top. Throws a
 * `Failure` where it cannot be read, holds no project or several, or is too large.
 */
export async function createArchiveReader(options: {
  readonly path: string;
  readonly label: string;
  /** The name of the project file. */
  readonly projectFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Promise<ProjectReader> {
  const { path, label, projectFile, environment } = options;
  const entries = projectIn(await unpack(path, label), projectFile, label);
  return {
    label,
    async readText(file) {
      const bytes = bytesOf(entries, posix.normalize(file), label);
      if (bytes.length > MAX_FILE_SIZE) throw tooLarge(`${file} in ${label}`, bytes.length, MAX_FILE_SIZE);
      return decodeText(bytes, `${file} in ${label}`);
    },
    exists: async (file) => entries.has(posix.normalize(file)),
    async listFiles(globs) {
      const found = matchFiles(entries.keys(), globs);
      if (found.length === 0) throw noContracts(globs, label);
      return found;
    },
    variable: (name) => environment[name],
  };
}

function formatOf(bytes: Uint8Array): Format | undefined {
  return FORMATS.find(({ at, magic }) => magic.every((byte, index) => bytes[at + index] === byte))?.name;
}

async function unpack(path: string, label: string): Promise<ReadonlyMap<string, Entry>> {
  const packed: Uint8Array = await readFile(path).catch((cause: unknown) => {
    throw unreadable(label, cause);
  });
  try {
    if (formatOf(packed) === 'zip') return unpackZip(packed);
    const bytes = formatOf(packed) === 'gzip' ? await promisify(gunzip)(packed, { maxOutputLength: MOST_BYTES }) : packed;
    return await unpackTarball(bytes);
  } catch (cause) {
    throw cause instanceof Failure ? cause : damaged(label, cause);
  }
}

async function unpackTarball(bytes: Uint8Array): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const { header, data } of await unpackTar(bytes, { strict: true })) {
    const name = posix.normalize(header.name);
    if (header.type === 'symlink') entries.set(name, { link: header.linkname ?? '' });
    else if (header.type === 'file') entries.set(name, { bytes: data ?? new Uint8Array() });
  }
  return entries;
}

function unpackZip(bytes: Uint8Array): ReadonlyMap<string, Entry> {
  let sum = 0;
  const filter = ({ originalSize }: { readonly originalSize: number }) => {
    sum += originalSize;
    if (sum > MOST_BYTES) throw new RangeError('unpacks to too much');
    return true;
  };
  const files = unzipSync(bytes, { filter });
  return new Map(
    Object.entries(files)
      .filter(([name]) => !name.endsWith('/'))
      .map(([name, data]) => [posix.normalize(name), { bytes: data }]),
  );
}

/** The files of the project in an archive, by their paths from its root. Archives of releases put everything into one folder. */
function projectIn(entries: ReadonlyMap<string, Entry>, projectFile: string, label: string): ReadonlyMap<string, Entry> {
  const roots = [...entries.keys()]
    .filter((path) => path === projectFile || path.endsWith(`/${projectFile}`))
    .map((path) => path.slice(0, -projectFile.length))
    .sort((a, b) => depth(a) - depth(b));
  const [root, other] = roots;
  if (root === undefined) throw noProject(label, projectFile);
  if (other !== undefined && depth(other) === depth(root)) throw severalProjects(label, root, other);
  return new Map([...entries].filter(([path]) => path.startsWith(root)).map(([path, entry]) => [path.slice(root.length), entry]));
}

function depth(folder: string): number {
  return folder.split('/').length;
}

function bytesOf(entries: ReadonlyMap<string, Entry>, path: string, label: string): Uint8Array {
  let at = path;
  for (let round = 0; round <= MOST_LINKS; round += 1) {
    const entry = entries.get(at);
    if (!entry) break;
    if ('bytes' in entry) return entry.bytes;
    if (entry.link.startsWith('/')) break;
    at = posix.normalize(posix.join(posix.dirname(at), entry.link));
  }
  throw new Failure('file-missing', {
    message: `${path} does not exist in ${label}.`,
    why: 'There is no earlier version of it to compare with.',
    advice: 'Compare with an archive that has the whole project.',
  });
}

function damaged(label: string, cause: unknown): Failure {
  return new Failure('archive-damaged', {
    message: `${label} cannot be unpacked: it is damaged, or larger than ${MOST_BYTES / 1024 / 1024} MiB.`,
    why: 'There is nothing to compare the contracts with.',
    advice: 'Get it again, or unpack it and name the folder.',
    cause,
  });
}

function noProject(label: string, projectFile: string): Failure {
  return new Failure('no-project', {
    message: `There is no ${projectFile} in ${label}.`,
    why: 'An archive to compare with holds a whole project, as it was.',
    advice: 'Name an archive that holds the older project file, a folder or a revision.',
  });
}

function severalProjects(label: string, ...roots: readonly string[]): Failure {
  return new Failure('several-projects', {
    message: `${label} holds several projects: ${roots.map((root) => JSON.stringify(root)).join(' and ')}.`,
    why: 'Which of them is the older version of this one cannot be told.',
    advice: 'Unpack it and name the folder of the project.',
  });
}

function noContracts(globs: readonly string[], label: string): Failure {
  return new Failure('no-contracts-at-revision', {
    message: `No file matches ${globs.join(', ')} in ${label}.`,
    why: 'There are no earlier contracts to compare with.',
    advice: 'Compare with an archive that has them.',
  });
}
