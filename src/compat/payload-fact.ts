import type { ChangeKind, Side } from './change.ts';

/** What differs between two schemas, where in the message and where in the text. The caller knows which payload it is. */
export type PayloadFact = {
  readonly kind: ChangeKind;
  readonly path: string;
  readonly name: string;
  readonly before: Side;
  readonly after: Side;
  readonly required?: boolean;
};
