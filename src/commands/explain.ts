import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';

/** `msgctl explain ID`: shows the page about a rule. */
export class Explain extends BaseCommand {
  static override summary = 'Explains a rule: what it is about, why it matters, what to do, with an example.';
  static override description = 'Needs no project and no network. "msgctl rules" lists all ids.';
  static override examples = ['<%= config.bin %> explain missing-timeout', '<%= config.bin %> explain property-removed --format markdown'];
  static override args = {
    id: Args.string({ required: true, ignoreStdin: true, description: 'The id of a rule, as findings show it.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const session = this.open(flags);
    const { explainRule } = await import('../cli/use-cases.ts');
    this.end(await explainRule(session, args.id, this.config.root));
  }
}
