import type { Severity } from './diagnostic.ts';

/**
 * What the catalogue says of one id: how bad it is, and its three parts as functions of typed data. `message` says what is wrong, `why` why
 * it matters, `advice` what to do. Values from files are quoted with `quoteText`.
 */
export type Row<Data> = {
  readonly severity: Severity;
  /** What the rule is about, in one sentence, for `msgctl rules` and the machine formats. */
  readonly describes: string;
  readonly message: (data: Data) => string;
  readonly why: (data: Data) => string;
  readonly advice: (data: Data) => string;
};

/** Types a row by its data; families are objects of rows. */
export function row<Data>(parts: Row<Data>): Row<Data> {
  return parts;
}
