import { Errors } from '@oclif/core';
import { Failure } from '../diagnostics/failure.ts';
import { type Host, lostResult } from '../io/host.ts';
import type { RenderContext } from '../report/context.ts';
import { ALL_FORMATS, REPORTERS } from '../report/reporters.ts';
import { PLAIN } from '../report/style.ts';
import { failureText } from '../report/text/failure.ts';
import type { FailureView } from '../report/views.ts';
import type { Exit } from './exit-code.ts';
import { COPY_LOST, type Copy, parseCopies, writeCopies } from './report-copies.ts';
import { chooseStyle } from './terminal.ts';
import { usageFailure } from './usage-failure.ts';

/** What is known of a run before its flags are understood. */
export type Run = {
  readonly host: Host;
  readonly argv: readonly string[];
  readonly command: string | undefined;
  readonly version: string /** Where bugs are reported. */;
  readonly issues: string | undefined;
};

/**
 * Tells what was thrown, in one place for all commands: a failure in three parts, a wrong flag with a hint, anything else as a bug with
 * its stack. On stderr for people, on stdout where a format for machines was asked for, and in every file of `--report`: what stands there
 * from an earlier run must not be taken for the result of this one.
 */
export async function tellFailure(error: unknown, run: Run): Promise<Exit | number> {
  if (error instanceof Errors.ExitError) return error.oclif.exit ?? 0;
  const failure = error instanceof Failure ? error : (lostResult(error) ?? usageFailure(error, run.command));
  const view = failure ? failureView(failure, run) : bugView(error, run);
  const { host } = run;
  const style = chooseStyle(
    { color: colorIn(run.argv), ascii: run.argv.includes('--ascii'), verbose: false },
    host.journey,
    host.environment,
  );
  host.journey.write(failureText(view, style));
  if (!failure) host.journey.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  const context = plainContext(run.version);
  const format = ALL_FORMATS.find((name) => name === flagValues(run.argv, 'format').at(-1));
  // Stdout has the result already, or takes nothing any more.
  const isTaken = failure?.id === 'output-not-writable' || failure?.id === COPY_LOST;
  if (!isTaken && format && REPORTERS[format].machine) host.result.write(REPORTERS[format].render(view, context));
  const lost = await copyFailure(view, run);
  // A copy that cannot be written was told already, if that is what failed.
  if (lost && lost.message !== failure?.message) host.journey.write(failureText(failureView(lost, run), style));
  return failure ? 'failed' : 'bug';
}

/** Writes a failure to each copy that was asked for; gives what went wrong with that. */
async function copyFailure(view: FailureView, { host, argv, version }: Run): Promise<Failure | undefined> {
  const copies = copiesIn(argv);
  // Where the run was started may not be there any more: without copies nobody asks for it.
  if (copies.length === 0) return undefined;
  try {
    await writeCopies(host.cwd, copies, (wanted) => REPORTERS[wanted].render(view, plainContext(version)));
    return undefined;
  } catch (lost) {
    return lost instanceof Failure ? lost : undefined;
  }
}

/** The copies that were asked for, as far as that can be understood. */
function copiesIn(argv: readonly string[]): readonly Copy[] {
  try {
    return parseCopies(flagValues(argv, 'report').flatMap((value) => value.split(',')));
  } catch {
    return [];
  }
}

/** What could not be done as a view. */
export function failureView(failure: Failure, { command }: Pick<Run, 'command'>): FailureView {
  return {
    kind: 'failure',
    command: command ?? 'msgctl',
    id: failure.id,
    message: failure.message,
    ...(failure.why === undefined ? {} : { why: failure.why }),
    ...(failure.advice === undefined ? {} : { advice: failure.advice }),
  };
}

function bugView(error: unknown, { command, version, issues }: Run): FailureView {
  return {
    kind: 'failure',
    command: command ?? 'msgctl',
    id: 'bug',
    message: `This is a bug in msgctl ${version}: ${error instanceof Error ? error.message : String(error)}`,
    advice: `Please report it${issues === undefined ? '' : ` at ${issues}`}, with what you ran and the lines below.`,
  };
}

/** The values of a flag as typed, read without the parser: the run may have failed in it. */
function flagValues(argv: readonly string[], flag: string): readonly string[] {
  return argv.flatMap((word, at) => {
    if (word.startsWith(`--${flag}=`)) return [word.slice(flag.length + 3)];
    const next = argv[at + 1];
    return word === `--${flag}` && next !== undefined ? [next] : [];
  });
}

function colorIn(argv: readonly string[]): 'always' | 'never' | 'auto' {
  const color = flagValues(argv, 'color').at(-1);
  return color === 'always' || color === 'never' ? color : 'auto';
}

function plainContext(version: string): RenderContext {
  return {
    style: PLAIN,
    version,
    source: () => undefined,
    sourceBefore: () => undefined,
    pointer: () => '',
    path: (file) => file,
  };
}
