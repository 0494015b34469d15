import { Flags } from '@oclif/core';
import type { Approval } from '../topology/consent.ts';

/** The flags of commands that work on brokers. */
export const TARGET_FLAGS = {
  to: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpValue: 'TRANSPORT',
    description: 'Only these transports of the project file; all that have a topology when left out.',
  }),
};

/** The consents that can be given with `--allow`. */
export const APPROVALS = ['delete', 'delete-log', 'migrate', 'access'] as const satisfies readonly Approval[];
