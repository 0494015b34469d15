import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';

/** `msgctl diff`: says whom the changes of contracts break. */
export class Diff extends BaseCommand {
  static override summary = 'Compares the contracts with an earlier version and says whom the changes break.';
  static override description =
    'Every breaking change comes with its proof. What can neither be proven nor refuted is undecided, and fails. Without --against the base is the target branch that CI names, else where this branch left the default branch; on that branch the parent commit.';
  static override examples = ['<%= config.bin %> diff', '<%= config.bin %> diff --against v1.4.0,main --fail-on risky --format github'];
  static override flags = {
    against: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'REF|GLOB|DIR|ARCHIVE',
      description:
        'A revision of git, a glob of tags (v*), or a folder or archive (tar, tar.gz, zip) with an older project; can be given several times.',
    }),
    'fail-on': Flags.string({
      options: ['breaking', 'risky'],
      default: 'breaking',
      description: 'The least verdict that fails; undecided always does.',
    }),
    strict: Flags.boolean({ description: 'Read schemas literally: senders may send properties that they do not declare.' }),
    all: Flags.boolean({ description: 'List compatible and accepted changes too.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Diff);
    const session = this.open(flags);
    const { compareContracts } = await import('../cli/use-cases.ts');
    const failOn = flags['fail-on'] === 'risky' ? 'risky' : 'breaking';
    this.end(await compareContracts(session, { against: flags.against ?? [], failOn, strict: flags.strict, all: flags.all }));
  }
}
