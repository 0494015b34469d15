import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonValue } from '../../src/source/json.ts';

/** How a sender is read: by its schema as written, or by the names it declares. */
export type SenderView = 'literal' | 'declared';

/** What is expected of one direction in one view: a message where it breaks. */
export type Expected = 'included' | 'undecided' | { readonly rejected: JsonValue };

/** One change of a schema; `backward`: a new receiver reads old messages, `forward`: an old receiver reads new ones. */
export type Row = {
  readonly family: string;
  readonly name: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly expected: Readonly<Record<'backward' | 'forward', Readonly<Record<SenderView, Expected>>>>;
};

type Written = Expected | { readonly literal: Expected; readonly declared: Expected };
type WrittenRow = {
  readonly name: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly backward: Written;
  readonly forward: Written;
};

/** Where the rows are: a file for each family. */
export const RULE_TABLE = join(import.meta.dirname, '../cases/inclusion');

/** Rows that only plain JSON Schema can say: other drafts, and what contracts do not write. */
export const PLAIN_ROWS = join(RULE_TABLE, 'plain');

/** Every row of a folder: those that contracts can say, where none is named. */
export function readRuleTable(folder = RULE_TABLE): readonly Row[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) =>
      (parse(readFileSync(join(folder, file), 'utf8')) as readonly WrittenRow[]).map(({ name, before, after, backward, forward }) => ({
        family: file.replace('.yaml', ''),
        name,
        before,
        after,
        expected: { backward: bothViews(backward), forward: bothViews(forward) },
      })),
    );
}

function bothViews(written: Written): Readonly<Record<SenderView, Expected>> {
  return typeof written === 'object' && 'literal' in written ? written : { literal: written, declared: written };
}
