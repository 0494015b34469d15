import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';

/** `msgctl validate`: shows every finding about the contracts. */
export class Validate extends BaseCommand {
  static override summary = 'Checks the contracts: their language, schemas, references, and agreement between services.';
  static override description = 'Every finding is reported at once, with its place, why it matters and what to do.';
  static override examples = ['<%= config.bin %> validate', '<%= config.bin %> validate contracts/payments.yaml --format github'];
  static override args = {
    paths: Args.string({
      name: 'path',
      multiple: true,
      ignoreStdin: true,
      description: 'Report on these files and folders only; all are read.',
    }),
  };

  static override flags = {
    'no-cache': Flags.boolean({ description: 'Check everything, also what is the same as in an earlier run.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Validate);
    const session = this.open(flags);
    const { validateProject } = await import('../cli/use-cases.ts');
    this.end(await validateProject(session, { paths: [args.paths ?? []].flat(), cache: !flags['no-cache'] }));
  }
}
