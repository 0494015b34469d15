import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { TARGET_FLAGS } from '../cli/target-flags.ts';

/** `msgctl plan`: shows what would change on the brokers. */
export class Plan extends BaseCommand {
  static override summary = 'Shows what it takes to bring the brokers to what the contracts ask for.';
  static override description =
    'Reads every target, changes nothing. What carries no mark of this project is never touched and never listed.';
  static override examples = [
    '<%= config.bin %> plan --env production',
    '<%= config.bin %> plan --env offline --exit-code',
    '<%= config.bin %> plan --out plan.json',
  ];
  static override flags = {
    ...TARGET_FLAGS,
    out: Flags.string({ helpValue: 'FILE', description: 'Saves the plan, for "provision FILE" to apply exactly it.' }),
    'exit-code': Flags.boolean({ description: 'Exit with 1 when anything would change.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Plan);
    const session = this.open(flags);
    const { planProject } = await import('../cli/use-cases.ts');
    this.end(await planProject(session, { to: flags.to ?? [], allow: [] }, { exitCode: flags['exit-code'], out: flags.out }));
  }
}
