import { run, settings } from '@oclif/core';
import { COMMANDS } from '../commands/index.ts';
import { processHost } from '../io/host.ts';
import { EXIT_CODES } from './exit-code.ts';
import { tellFailure } from './tell-failure.ts';
import { refuseFlagFirst, unknownCommand } from './usage-failure.ts';

/** What msgctl reads of its own package.json. */
type Package = { readonly name: string; readonly version: string; readonly oclif: object; readonly bugs?: { readonly url?: string } };

/** Runs one command line and sets the process's exit code. `root` is the folder of msgctl's package.json. Never throws. */
export async function main(argv: readonly string[], root: string, pjson: Package): Promise<void> {
  const host = processHost();
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
  const command = words[0]?.startsWith('-') ? undefined : words[0];
  const fail = async (error: unknown) => {
    const exit = await tellFailure(error, { host, argv: words, command, version: pjson.version, issues: pjson.bugs?.url });
    process.exitCode = typeof exit === 'number' ? exit : EXIT_CODES[exit].code;
  };
  // What is thrown where nobody waits for it is a bug as well, and must not leave with Node's own code.
  process.once('uncaughtException', (error) => {
    void fail(error).finally(() => process.exit());
  });
  // What runs is what was built; oclif need not look for TypeScript.
  settings.enableAutoTranspile = false;
  try {
    if (command === undefined) refuseFlagFirst(words, Object.keys(COMMANDS));
    if (command !== undefined && !Object.hasOwn(COMMANDS, command)) throw unknownCommand(command, Object.keys(COMMANDS));
    // There are no plugins: nothing is looked up in the user's folders, let alone loaded from there. oclif's type of package.json asks for
    // more than it reads.
    await run(words, { root, pjson: pjson as never, userPlugins: false, devPlugins: false });
  } catch (error) {
    await fail(error);
  }
}
