import { resolve } from 'node:path';
import { Failure } from '../diagnostics/failure.ts';
import { FORMATS, type Format } from '../report/reporters.ts';
import { maskSecrets } from '../source/mask-secrets.ts';

/** A copy of the result that `--report FORMAT=PATH` asks for. */
export type Copy = { readonly format: Format; readonly path: string };

/** What the values of `--report` ask for. Throws a `Failure` for one that cannot be understood. */
export function parseCopies(values: readonly string[]): readonly Copy[] {
  const copies = values.map(parseCopy);
  const twice = copies.find(({ path }, index) => copies.some((other, before) => before < index && other.path === path));
  if (twice) throw badReport(`--report names ${twice.path} twice, and the second would replace the first.`);
  return copies;
}

function parseCopy(value: string): Copy {
  const at = value.indexOf('=');
  const format = FORMATS.find((name) => name === value.slice(0, at));
  const path = value.slice(at + 1);
  if (path === '-') throw badReport(`--report ${value} names no file; what goes to stdout is chosen with --format.`);
  if (at > 0 && format && path !== '') return { format, path };
  throw badReport(`--report ${JSON.stringify(value)} is not FORMAT=PATH with one of the formats ${FORMATS.join(', ')}.`);
}

function badReport(message: string): Failure {
  return new Failure('bad-usage', { message, advice: 'Write for example --report json=msgctl-report.json.' });
}

/** The id of the failure to write a copy: the result itself has been shown by then. */
export const COPY_LOST = 'report-not-writable';

/** Writes each copy, in the place of what was there, with the folders above it. Paths are relative to where the user stands. */
export async function writeCopies(cwd: string, copies: readonly Copy[], render: (format: Format) => string): Promise<void> {
  if (copies.length === 0) return;
  const { notWritable, writeTo } = await import('../io/generated-files.ts');
  for (const { format, path } of copies) {
    try {
      await writeTo(resolve(cwd, path), maskSecrets(render(format)));
    } catch (cause) {
      const { message, advice } = notWritable(path, cause);
      throw new Failure(COPY_LOST, { message, ...(advice !== undefined && { advice }), cause });
    }
  }
}
