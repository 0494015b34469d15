import { Errors } from '@oclif/core';
import { Failure } from '../diagnostics/failure.ts';
import { nearest } from '../diagnostics/suggest.ts';

/** The parts of oclif's parse errors that say what was wrong. */
type ParseError = {
  readonly flags?: readonly string[];
  readonly args?: readonly unknown[];
  readonly parse?: { readonly input?: { readonly flags?: object } };
};

/** What the user typed that is not understood, in our words; undefined for an error that is not about that. */
export function usageFailure(error: unknown, command: string | undefined): Failure | undefined {
  if (!(error instanceof Errors.CLIError)) return undefined;
  const help = `Run msgctl ${command === undefined ? '' : `${command} `}--help to see what can be said.`;
  const { flags, args } = error as ParseError;
  if (error.constructor.name === 'NonExistentFlagsError' && flags) return unknownFlag(error as ParseError, command ?? '', help);
  if (error.constructor.name === 'RequiredArgsError' && args)
    return badUsage(`msgctl ${command} needs ${argumentWords(args)}`, help, error);
  if (error.constructor.name === 'UnexpectedArgsError' && args) {
    return badUsage(`msgctl ${command} takes no argument ${args.map((arg) => JSON.stringify(arg)).join(', ')}.`, help, error);
  }
  // With a space between topic and command oclif takes an argument too many for the name of a command.
  const [, argument] = /^command \w+:(.+) not found$/.exec(error.message) ?? [];
  if (argument !== undefined) return badUsage(`msgctl ${command} takes no argument ${JSON.stringify(argument)}.`, help, error);
  return badUsage(sentence(error.message), help, error);
}

/** The failure for a command that does not exist. */
export function unknownCommand(name: string, commands: readonly string[]): Failure {
  const near = name === 'version' ? '--version' : (nearest(name, commands) ?? commands.find((command) => command.startsWith(name)));
  return new Failure('unknown-command', {
    message: `There is no command ${JSON.stringify(name)}.`,
    advice: `${near === undefined ? '' : `Did you mean msgctl ${near}? `}Commands are ${commands.join(', ')}.`,
  });
}

/** Throws the failure for a flag that stands where the command belongs; only help and version go without a command. */
export function refuseFlagFirst(words: readonly string[], commands: readonly string[]): void {
  const [first] = words;
  if (first === undefined || ['--help', '-h', '--version'].includes(first)) return;
  const command = words.find((word) => commands.includes(word));
  throw badUsage(
    `The command comes first, and ${first.split('=')[0]} stands in its place.`,
    command === undefined
      ? `${first === '-v' ? 'Did you mean --version? ' : ''}Commands are ${commands.join(', ')}.`
      : `Write msgctl ${command} … ${first.split('=')[0]} ….`,
    undefined,
  );
}

function unknownFlag({ flags, parse }: ParseError, command: string, help: string): Failure {
  const known = Object.keys(parse?.input?.flags ?? {}).map((name) => `--${name}`);
  const flag = (flags?.[0] ?? '').split('=')[0] ?? '';
  const near = nearest(flag, known);
  return badUsage(`msgctl ${command} has no flag ${flag}.`, near === undefined ? help : `Did you mean ${near}? ${help}`, undefined);
}

/** `ID: the id of a rule.`, of the first argument that is missing. */
function argumentWords(args: readonly unknown[]): string {
  const { name, description = '' } = args[0] as { readonly name: string; readonly description?: string };
  return `${name.toUpperCase()}: ${description.charAt(0).toLowerCase()}${description.slice(1)}`;
}

function badUsage(message: string, advice: string, cause: unknown): Failure {
  return new Failure('bad-usage', { message, advice, cause });
}

/** oclif's words as one sentence, without colours and its own pointer to the help. */
function sentence(message: string): string {
  const plain = message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this removes the colours that oclif puts into its messages
    .replace(/\u001b\[\d+m/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return /[.!?]$/.test(plain) ? plain : `${plain}.`;
}
