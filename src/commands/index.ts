import { Diff } from './diff.ts';
import { Explain } from './explain.ts';
import { Fmt } from './fmt.ts';
import { Gen } from './gen.ts';
import { Import } from './import.ts';
import { Init } from './init.ts';
import { Plan } from './plan.ts';
import { Provision } from './provision.ts';
import { Rules } from './rules.ts';
import { Validate } from './validate.ts';

/** All commands by their names: oclif's explicit map (`oclif.commands` in package.json). A new command is a file and a row here. */
export const COMMANDS = {
  init: Init,
  validate: Validate,
  fmt: Fmt,
  gen: Gen,
  diff: Diff,
  plan: Plan,
  provision: Provision,
  import: Import,
  rules: Rules,
  explain: Explain,
};
