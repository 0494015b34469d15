import { type Row, row } from '../row.ts';

/** What the parser says; the words are chosen where the text is at hand (`source/yaml-problems.ts`). */
type Said = { readonly said: string };

function yamlRow(describes: string, why: string, advice: string): Row<Said> {
  return row<Said>({ severity: 'error', describes, message: ({ said }) => said, why: () => why, advice: () => advice });
}

/** Findings about a file as a text and as YAML. */
export const YAML_ROWS = {
  'file-too-large': yamlRow(
    'A file is larger than msgctl reads.',
    'No contract comes near this size, and reading it would only end later and worse.',
    'Check whether the file belongs here, or split it.',
  ),
  'file-not-utf8': yamlRow(
    'A file is not saved as UTF-8.',
    'msgctl reads UTF-8 only, so that names and examples mean the same everywhere.',
    'Save the file as UTF-8.',
  ),
  'yaml-character': yamlRow(
    'A character stands in a file that YAML does not allow, or that is read in another way than it is shown.',
    'It cannot be seen, so people and programs take the text for different things.',
    'Leave it out; where a text needs it, write it as an escape in double quotes, such as "\\u0007".',
  ),
  'yaml-syntax': yamlRow(
    'The text cannot be read as YAML.',
    'What is meant here cannot be told beyond doubt, so it is not checked.',
    'Mend this line; where a text holds ": ", " #" or starts with a sign, put it in quotes.',
  ),
  'yaml-tab': yamlRow(
    'A tab stands where YAML wants spaces.',
    'YAML indents with spaces only, as a tab has no agreed width.',
    'Replace the tab by spaces.',
  ),
  'yaml-tag': yamlRow(
    'A value has a tag that contracts do not know.',
    'Tags ask for types that contracts do not have, so the value would be read differently elsewhere.',
    'Leave the tag out; write the value in quotes where it should stay a text.',
  ),
  'yaml-several-documents': yamlRow(
    'A file holds more than one document.',
    'One file describes one service, and the rest would be ignored.',
    'Move what follows "---" into a file of its own.',
  ),
  'yaml-duplicate-key': yamlRow(
    'A key is written twice in one mapping.',
    'Only one of the two can hold, and which one depends on the reader.',
    'Keep one of them, or give one another name.',
  ),
  'yaml-key-not-text': yamlRow(
    'A key is not a text.',
    'Names in contracts are texts, and readers disagree on what else a key may be.',
    'Put the key in quotes.',
  ),
  'yaml-merge-key': yamlRow(
    'A merge key of YAML 1.1 is used.',
    'It would be read as a key called "<<".',
    "Repeat the entries, or share a type with { $ref: '#/types/Name' }.",
  ),
  'yaml-number': yamlRow('A number is written that JSON does not have.', 'No message could carry it.', 'Write a finite number.'),
  'yaml-unknown-alias': yamlRow(
    'An alias stands for an anchor that is not there.',
    'The value it stands for is not known.',
    'Write "&name" before the value, further up in the same file.',
  ),
  'yaml-too-many-aliases': yamlRow(
    'The aliases of a file stand for more values than is allowed.',
    'A few lines of aliases can stand for more values than memory holds, so their number is bounded.',
    "Share types with { $ref: '#/types/Name' } in place of aliases.",
  ),
  'yaml-too-deep': yamlRow(
    'A file nests deeper than is allowed.',
    'No contract needs as much, and a text made to exhaust the reader does.',
    "Move inner types to types: and refer to them with { $ref: '#/types/Name' }.",
  ),
} as const;
