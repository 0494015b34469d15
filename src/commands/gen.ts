import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';

/** `msgctl gen`: writes the code that is generated from the contracts. */
export class Gen extends BaseCommand {
  static override summary = 'Generates types, validators and descriptors from the contracts, and schemas for other languages.';
  static override description =
    'For each service TypeScript and a JSON Schema; a .proto file for what travels as Protobuf. Writes what differs and removes what it generated earlier and no contract asks for any more; other files are left alone.';
  static override examples = ['<%= config.bin %> gen', '<%= config.bin %> gen --check', '<%= config.bin %> gen --watch'];
  static override flags = {
    check: Flags.boolean({
      description: 'Write nothing; exit with 1 when what is there is not what would be generated.',
      exclusive: ['dry-run'],
    }),
    'dry-run': Flags.boolean({ description: 'Write nothing; say what would be written.' }),
    watch: Flags.boolean({
      description: 'Stay, and generate again when a contract, what it refers to, or the project file changes. Ctrl-C ends it.',
      exclusive: ['check', 'dry-run'],
    }),
    'no-cache': Flags.boolean({ description: 'Generate everything, also what is the same as in an earlier run.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Gen);
    const session = this.open(flags);
    const { generateProject, watchProject } = await import('../cli/use-cases.ts');
    const cache = !flags['no-cache'];
    if (flags.watch) return this.end(await watchProject(session, cache));
    const mode = flags.check ? 'check' : flags['dry-run'] ? 'dry-run' : 'write';
    this.end(await generateProject(session, { mode, cache }));
  }
}
