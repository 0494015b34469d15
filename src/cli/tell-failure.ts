import { Errors } from '@oclif/core';
import { Failure } from '../diagnostics/failure.ts';
import { type Host, lostResult } from '../io/host.ts';
import type { RenderContext } from '../report/context.ts';
import { renderJson } from '../report/json.ts';
import { REPORTERS } from '../report/reporters.ts';
import { PLAIN } from '../report/style.ts';
import { failureText } from '../report/text/failure.ts';
import type { FailureView } from '../report/views.ts';
import type { Exit } from './exit-code.ts';
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
 * its stack. On stderr, and in a JSON document on stdout where JSON was asked for.
 */
export function tellFailure(error: unknown, run: Run): Exit | number {
  if (error instanceof Errors.ExitError) return error.oclif.exit ?? 0;
  const failure = error instanceof Failure ? error : (lostResult(error) ?? usageFailure(error, run.command));
  const view = failure ? failureView(failure, run) : bugView(error, run);
  const { host } = run;
  const style = chooseStyle(
    { color: flagValue(run.argv, 'color', ['always', 'never'], 'auto'), ascii: run.argv.includes('--ascii'), verbose: false },
    host.journey,
    host.environment,
  );
  host.journey.write(failureText(view, style));
  if (!failure) host.journey.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  const format = flagValue(run.argv, 'format', ['json', 'github'], 'text');
  if (failure?.id === 'output-not-writable') return 'failed';
  if (format === 'json') host.result.write(renderJson(view, plainContext(run.version)));
  if (format === 'github') host.result.write(REPORTERS.github.render(view, plainContext(run.version)));
  return failure ? 'failed' : 'bug';
}

function failureView(failure: Failure, { command }: Run): FailureView {
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

/** A flag's value as typed, read without the parser: the run may have failed in it. */
function flagValue<const Value extends string, const Otherwise extends string>(
  argv: readonly string[],
  flag: string,
  values: readonly Value[],
  otherwise: Otherwise,
): Value | Otherwise {
  const at = argv.findIndex((word) => word === `--${flag}` || word.startsWith(`--${flag}=`));
  const word = argv[at] ?? '';
  const typed = word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[at + 1];
  return values.find((value) => at !== -1 && value === typed) ?? otherwise;
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
