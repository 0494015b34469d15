import { count } from '../report/prose.ts';
import type { ApplyEvent } from '../topology/apply.ts';
import type { Session } from './session.ts';

/** One line at the end of a terminal that counts steps. */
export type ProgressLine = {
  count(event: ApplyEvent): void;
  /** Writes a line above it. */
  above(line: string): void;
  /** Takes it away. */
  clear(): void;
};

/** More often (milliseconds) nobody can read it. */
const EVERY = 100;
/** To the beginning of the line, and nothing on it any more. */
const CLEAR = '\r\u001b[2K';

/** Counts `all` steps on stderr; nothing is written where that is no terminal, and with `--quiet`. */
export function createProgressLine(session: Session, all: number): ProgressLine {
  const { host, flags } = session;
  const isShown = host.journey.isTerminal && !flags.quiet;
  let ended = 0;
  let failed = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  const show = () => {
    if (!isShown) return;
    shownAt = host.now();
    host.journey.write(`${CLEAR}${ended} of ${count(all, 'step')}${failed === 0 ? '' : `, ${failed} failed`} …`);
  };
  const clear = () => {
    if (isShown && shownAt !== Number.NEGATIVE_INFINITY) host.journey.write(CLEAR);
  };
  return {
    count(event) {
      if (event.type === 'step-started') return;
      ended += 1;
      if (event.type === 'step-failed') failed += 1;
      if (host.now() - shownAt >= EVERY) show();
    },
    above(line) {
      clear();
      session.tell(line);
      show();
    },
    clear,
  };
}
