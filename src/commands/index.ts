import { Gen } from './gen.ts';
import { Validate } from './validate.ts';

/** All commands by their names: oclif's explicit map (`oclif.commands` in package.json). A new command is a file and a row here. */
export const COMMANDS = {
  validate: Validate,
  gen: Gen,
};
