import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { GLOBAL_FLAGS } from '../cli/global-flags.ts';
import { IMPORT_FLAGS } from '../cli/import/import-flags.ts';

/** `msgctl import`: contracts from what a broker holds today. */
export class Import extends BaseCommand {
  static override summary = 'Writes contracts and a project file from what a broker holds today.';
  static override description =
    'Reads a live broker or a file and changes nothing there. What it writes keeps everything as it is: msgctl plan finds nothing to do. Names of services and messages are guesses and say so; payloads are left to fill in; what contracts cannot say is listed with the reason. No file is replaced.';
  static override examples = [
    '<%= config.bin %> import rabbitmq --url amqp://user:secret@broker/shop --out shop',
    '<%= config.bin %> import rabbitmq --from definitions.json --service billing --service "mailer=mail*"',
    '<%= config.bin %> import kafka --brokers kafka-1:9092,kafka-2:9092 --project shop',
  ];
  // The project is the one in the folder that --out names.
  static override baseFlags = { ...GLOBAL_FLAGS, config: Flags.string({ hidden: true }) };
  static override args = {
    broker: Args.string({
      required: true,
      ignoreStdin: true,
      options: ['rabbitmq', 'kafka', 'redis'],
      description: 'What kind of broker it is.',
    }),
  };
  static override flags = IMPORT_FLAGS;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Import);
    const session = this.open(flags);
    const { importBroker } = await import('../cli/use-cases.ts');
    this.end(await importBroker(session, { ...flags, kind: args.broker as 'rabbitmq' | 'kafka' | 'redis' }));
  }
}
