import { join, relative, sep } from 'node:path';
import type { Host } from '../io/host.ts';
import type { Documents } from '../payload/documents.ts';
import type { RenderContext } from '../report/context.ts';
import { type Format, REPORTERS } from '../report/reporters.ts';
import { PLAIN, type Style } from '../report/style.ts';
import type { View } from '../report/views.ts';
import { pointerAt } from '../source/yaml-tree.ts';
import { parseCopies, writeCopies } from './report-copies.ts';
import { chooseStyle, type Looks } from './terminal.ts';

/** The flags that every command has, parsed. */
export type GlobalFlags = {
  readonly config?: string | undefined;
  readonly env?: string | undefined;
  readonly quiet: boolean;
  readonly color: string;
  readonly ascii: boolean;
  readonly verbose: boolean;
  readonly format: string;
  readonly report: readonly string[];
};

/** What is shown, with what is needed to show it. */
type Shown = {
  readonly view: View;
  readonly root: string;
  readonly documents: Pick<Documents, 'get'>;
  /** The documents of the older versions that it speaks of, by their labels. */
  readonly before?: ReadonlyMap<string, Documents>;
};

/** One run of a command: what it was asked for and where its words go. */
export type Session = {
  readonly host: Host;
  readonly flags: GlobalFlags;
  readonly style: Style;
  readonly journeyStyle: Style;
  readonly format: Format;
  /** Writes to stdout: the result. */
  write(text: string): void;
  /** Writes a line to stderr unless `--quiet`. */
  tell(line: string): void;
  /**
   * Waits for something that may take long. After a second it is told what takes so long: where somebody sits at a terminal, and `everywhere` where
   * it waits for others, so that the log of a pipeline says for whom.
   */
  during<Result>(what: string, work: Promise<Result>, told?: 'everywhere'): Promise<Result>;
  /** Writes a view to stdout, and to each file of `--report`. */
  show(shown: Shown): Promise<void>;
  /** Writes a view to each file of `--report`, where stdout has got it already. */
  copy(shown: Shown): Promise<void>;
  /** How a view is rendered; for what is shown piece by piece. */
  contextFor(shown: Omit<Shown, 'view'>, style: Style): RenderContext;
};

/** Work that takes longer than this (milliseconds) is told of. */
const WORTH_TELLING = 1_000;

/** Opens a session. Throws a `Failure` for a `--report` that cannot be understood, before anything is done. */
export function openSession(host: Host, flags: GlobalFlags, version: string): Session {
  const looks: Looks = { color: flags.color as Looks['color'], ascii: flags.ascii, verbose: flags.verbose };
  const style = chooseStyle(looks, host.result, host.environment);
  const copies = parseCopies(flags.report);
  const format = flags.format as Format;
  const session: Session = {
    host,
    flags,
    style,
    journeyStyle: chooseStyle(looks, host.journey, host.environment),
    format,
    write: (text) => host.result.write(text),
    tell: (line) => {
      if (!flags.quiet) host.journey.write(`${line}\n`);
    },
    async during(what, work, told) {
      const timer = setTimeout(() => session.tell(`${what} …`), WORTH_TELLING);
      if (!host.journey.isTerminal && told !== 'everywhere') clearTimeout(timer);
      try {
        return await work;
      } finally {
        clearTimeout(timer);
      }
    },
    contextFor: ({ root, documents, before }, look) => ({
      style: look,
      version,
      source: (file) => documents.get(file)?.source,
      sourceBefore: (label, file) => before?.get(label)?.get(file)?.source,
      pointer: (at) => {
        const tree = documents.get(at.file);
        return tree ? pointerAt(tree, at) : '';
      },
      path: (file) => shownPath(host.cwd, root, file),
    }),
    async show(shown) {
      session.write(REPORTERS[format].render(shown.view, session.contextFor(shown, style)));
      await session.copy(shown);
    },
    async copy(shown) {
      const context = session.contextFor(shown, { ...PLAIN, verbose: flags.verbose });
      await writeCopies(host.cwd, copies, (wanted) => REPORTERS[wanted].render(shown.view, context));
    },
  };
  return session;
}

/** A path of the project as the user would write it where they stand, with `/` on every platform. */
export function shownPath(cwd: string, root: string, file: string): string {
  return relative(cwd, join(root, file)).split(sep).join('/');
}
