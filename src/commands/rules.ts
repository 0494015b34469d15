import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';

/** `msgctl rules`: lists what msgctl looks for. */
export class Rules extends BaseCommand {
  static override summary = 'Lists every rule: what validate finds in contracts, and what diff tells of changes.';
  static override description = 'Needs no project. "msgctl explain ID" says what one means, why it matters and what to do.';
  static override examples = ['<%= config.bin %> rules', '<%= config.bin %> rules --family delivery --format json'];
  static override flags = {
    family: Flags.string({ helpValue: 'NAME', description: 'Only the rules of this family.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Rules);
    const session = this.open(flags);
    const { listRules } = await import('../cli/use-cases.ts');
    this.end(await listRules(session, flags.family));
  }
}
