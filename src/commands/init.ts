import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { GLOBAL_FLAGS } from '../cli/global-flags.ts';
import { BROKER_KINDS, CI_KINDS } from '../cli/init/starter.ts';

/** `msgctl init`: makes a project that works at once. */
export class Init extends BaseCommand {
  static override summary = 'Makes a project that works at once: contracts of two services, generated code, a test and checks for CI.';
  static override description =
    'Asks on a terminal for what no flag says; elsewhere the defaults hold. A file that is there is never changed, and a folder that has a msgctl.yaml is left alone.';
  static override examples = [
    '<%= config.bin %> init shop',
    '<%= config.bin %> init --name shop --transport rabbitmq,kafka --ci gitlab --yes',
  ];
  // There is no project yet that --config or --env could speak of.
  static override baseFlags = { ...GLOBAL_FLAGS, config: Flags.string({ hidden: true }), env: Flags.string({ hidden: true }) };
  static override args = {
    folder: Args.string({ ignoreStdin: true, description: 'Where to make it; here when left out, and made when it is not there.' }),
  };
  static override flags = {
    name: Flags.string({ helpValue: 'NAME', description: "The project's name, in kebab-case; else the folder's." }),
    transport: Flags.string({
      options: [...BROKER_KINDS],
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      description: 'The brokers to begin with; else rabbitmq.',
    }),
    ci: Flags.string({ options: [...CI_KINDS], description: 'Where the checks of changes run; else github.' }),
    yes: Flags.boolean({ description: 'Ask nothing; the defaults hold for what no flag says.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Init);
    const session = this.open(flags);
    const { initializeProject } = await import('../cli/use-cases.ts');
    const { name, transport: brokers, ci, yes } = flags;
    const tool = { root: this.config.root, version: this.config.version };
    this.end(await initializeProject(session, { folder: args.folder, name, brokers, ci, yes }, tool));
  }
}
