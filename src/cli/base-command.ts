import { Command } from '@oclif/core';
import { processHost } from '../io/host.ts';
import { EXIT_CODES, type Exit } from './exit-code.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import { type GlobalFlags, openSession, type Session } from './session.ts';

/** What all commands share: the global flags, a session, the exit code. Whatever is thrown is told in `main.ts`. */
export abstract class BaseCommand extends Command {
  static override baseFlags = GLOBAL_FLAGS;

  /** Opens the session that a command's flags ask for. */
  protected open(flags: GlobalFlags): Session {
    return openSession(processHost(), flags, this.config.version);
  }

  /** Sets how the process ends. It ends by itself, so that everything written arrives. */
  protected end(exit: Exit): void {
    process.exitCode = EXIT_CODES[exit].code;
  }

  protected override async catch(error: Error): Promise<never> {
    throw error;
  }
}
