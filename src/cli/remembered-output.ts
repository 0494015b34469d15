/**
 * What `gen` remembers: digests only. The whole output is recalled where everything that was read would be read the same, and a single file
 * where it is made of the same source and lies untouched on disk. docs/decisions/0025-files-taken-over.md says why that is sound.
 */
import type { GeneratedFile, Recall } from '../gen/emitter.ts';
import { type ExpectedFile, readGenerated } from '../io/generated-files.ts';
import type { Memory } from './memory.ts';

/** Changes whenever what is kept has another form or another meaning. */
export const OUTPUT_FORM = 2;

/** What was generated: where, and for each file a digest of its text, and of what it was made of where that is known. */
export type Output = { readonly folder: string; readonly files: readonly RememberedFile[] };

type RememberedFile = readonly [path: string, text: string, source?: string];

/** The files that an earlier run generated, as they should be. */
export function expectRemembered({ files }: Output, { folder: { digest } }: Memory): readonly ExpectedFile[] {
  return files.map(([path, wanted]) => ({ path, matches: (text) => digest(text) === wanted }));
}

/** A run that takes over from an earlier one what need not be made anew, and notes what the next one has to know. */
export type Takeover = {
  readonly recall: Recall;
  /** The whole output of this run, to be remembered. */
  remember(folder: string, files: readonly GeneratedFile[]): Output;
};

/** Takes over from what was remembered, if anything was. A file counts only if its text on disk is what was made then. */
export function takeOver(root: string, { folder: { digest } }: Memory, earlier: Output | undefined): Takeover {
  const known = new Map(earlier?.files.map(([path, text, source]) => [path, { text, source }]));
  const sources = new Map<string, string>();
  return {
    async recall(path, source) {
      const made = digest(source);
      sources.set(path, made);
      const before = known.get(path);
      if (before?.source !== made) return undefined;
      const found = await readGenerated(root, path);
      const text = found === undefined ? undefined : withPlainLines(found);
      return text !== undefined && digest(text) === before.text ? text : undefined;
    },
    remember: (folder, files) => ({
      folder,
      files: files.map(({ path, text }): RememberedFile => {
        const source = sources.get(path);
        return source === undefined ? [path, digest(text)] : [path, digest(text), source];
      }),
    }),
  };
}

/** Generated text holds no carriage return of its own, but git may have put some into the files that it checked out. */
export function withPlainLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
