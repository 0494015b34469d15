import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';

/** `msgctl fmt`: gives contracts and the project file their canonical form. */
export class Fmt extends BaseCommand {
  static override summary = 'Formats the contracts: order, quotes, indentation, missing Protobuf numbers.';
  static override description =
    'Comments and blank lines stay, and no file says anything else afterwards. What travels as Protobuf gets the numbers it lacks. Files that are no YAML are left alone.';
  static override examples = ['<%= config.bin %> fmt', '<%= config.bin %> fmt --check', '<%= config.bin %> fmt contracts/payments.yaml'];
  static override args = {
    paths: Args.string({
      name: 'path',
      multiple: true,
      ignoreStdin: true,
      description: 'Format these files and folders only; all are read.',
    }),
  };
  static override flags = {
    check: Flags.boolean({ description: 'Write nothing; list the files that are not formatted, and exit with 1 when there are any.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Fmt);
    const session = this.open(flags);
    const { formatProject } = await import('../cli/use-cases.ts');
    this.end(await formatProject(session, [args.paths ?? []].flat(), flags.check ? 'check' : 'write'));
  }
}
