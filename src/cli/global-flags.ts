import { Flags } from '@oclif/core';
import { ALL_FORMATS, FORMATS, type Format, REPORTERS } from '../report/reporters.ts';

/** The flags that every command has. */
export const GLOBAL_FLAGS = {
  config: Flags.string({
    helpValue: 'FILE',
    helpGroup: 'GLOBAL',
    description: 'The project file; else msgctl.yaml here or in a folder above.',
  }),
  env: Flags.string({ helpValue: 'NAME', helpGroup: 'GLOBAL', description: 'The environment of the project file to use.' }),
  format: formatFlag(FORMATS),
  report: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    default: [],
    noCacheDefault: true,
    helpValue: 'FORMAT=PATH',
    helpGroup: 'GLOBAL',
    description: 'Writes a copy of the result to a file, replacing it; can be given several times.',
  }),
  quiet: Flags.boolean({ helpGroup: 'GLOBAL', description: 'Only the result and failures, no progress.' }),
  verbose: Flags.boolean({ helpGroup: 'GLOBAL', description: 'Shows raw texts of brokers as well.' }),
  color: Flags.string({
    options: ['always', 'never', 'auto'],
    default: 'auto',
    helpGroup: 'GLOBAL',
    description: 'Whether to use colours.',
  }),
  ascii: Flags.boolean({ helpGroup: 'GLOBAL', description: 'Plain characters instead of symbols.' }),
};

/** `--format` of commands that tell what happens while it does. */
export const EVENT_FORMAT_FLAG = { format: formatFlag(ALL_FORMATS) };

function formatFlag(formats: readonly Format[]) {
  return Flags.string({
    options: [...formats],
    default: 'text',
    helpGroup: 'GLOBAL',
    description: `How the result is written: ${formats.map((name) => `${name} (${REPORTERS[name].describes})`).join('; ')}.`,
  });
}
