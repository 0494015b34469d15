import { type Command, CommandHelp, Help } from '@oclif/core';
import { EXIT_CODES } from './exit-code.ts';

const header = 'EXIT CODES';

function exitCodes(): [code: string, means: string][] {
  return Object.values(EXIT_CODES).map(({ code, means }) => [String(code), means]);
}

/** A command's help, with the exit codes at its end. */
class CommandHelpWithExitCodes extends CommandHelp {
  protected override sections(): ReturnType<CommandHelp['sections']> {
    return [...super.sections(), { header, generate: () => [{ header, body: exitCodes() }] }];
  }
}

/** The help of msgctl and of its commands, each with the table of exit codes. */
export class HelpWithExitCodes extends Help {
  protected override getCommandHelpClass(command: Command.Loadable): CommandHelp {
    return new CommandHelpWithExitCodes(command, this.config, this.opts);
  }

  override formatRoot(): string {
    return `${super.formatRoot()}\n\n${this.section(header, exitCodes())}`;
  }
}
