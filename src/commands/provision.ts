import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { EVENT_FORMAT_FLAG } from '../cli/global-flags.ts';
import { APPROVALS, TARGET_FLAGS } from '../cli/target-flags.ts';

/** `msgctl provision`: brings the brokers to what the contracts ask for. */
export class Provision extends BaseCommand {
  static override summary = 'Brings the brokers to what the contracts ask for: plans, asks, applies, verifies.';
  static override description =
    'Nothing is changed before you agree. Deleting, migrating and changing access rights wait for --allow, whoever agrees.';
  static override examples = [
    '<%= config.bin %> provision --env offline',
    '<%= config.bin %> provision --env production --yes --allow delete',
    '<%= config.bin %> provision plan.json',
  ];
  static override args = {
    file: Args.string({
      ignoreStdin: true,
      description: 'A plan that "plan --out FILE" saved: applied exactly as it is, or refused as stale.',
    }),
  };
  static override flags = {
    ...EVENT_FORMAT_FLAG,
    ...TARGET_FLAGS,
    yes: Flags.boolean({ description: 'Apply without asking; needed where nobody is at a terminal.' }),
    allow: Flags.string({
      options: [...APPROVALS],
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      description: 'Steps that need consent and may be applied.',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Provision);
    const session = this.open(flags);
    const { provisionProject } = await import('../cli/use-cases.ts');
    const allow = APPROVALS.filter((approval) => flags.allow?.includes(approval));
    this.end(await provisionProject(session, { to: flags.to ?? [], allow }, { yes: flags.yes, file: args.file }));
  }
}
