import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';
import { adviseName, nearest } from '../suggest.ts';

type Written = { readonly ref: string };

/** Findings about `$ref`. */
export const REFERENCE_ROWS = {
  'malformed-reference': row<Written>({
    severity: 'error',
    describes: 'A reference is not written as a path, "#" and a pointer.',
    message: ({ ref }) => `${quoteText(ref)} is not a reference.`,
    why: () => 'What it should lead to cannot be told.',
    advice: () => "Write '#/types/Name' for a type of this file, './common.types.yaml#/types/Name' for one of another file.",
  }),
  'remote-reference': row<Written>({
    severity: 'error',
    describes: 'A reference leads out to the network.',
    message: ({ ref }) => `${quoteText(ref)} leads out to the network.`,
    why: () => 'What stands there can change without a review, and a build would fail without a network.',
    advice: () => 'Copy the type into a file of this project, and refer to that.',
  }),
  'reference-outside-project': row<Written>({
    severity: 'error',
    describes: 'A reference leads out of the project.',
    message: ({ ref }) => `${quoteText(ref)} leads out of the project.`,
    why: () => 'Others who check the project out would not have that file.',
    advice: () => "Move the type into the project, and refer to it by a relative path such as './common.types.yaml#/types/Name'.",
  }),
  'unknown-file': row<Written & { readonly file: string; readonly path: string; readonly known: readonly string[] }>({
    severity: 'error',
    describes: 'A reference leads to a file that is not there.',
    message: ({ file }) => `There is no file ${quoteText(file)}.`,
    why: ({ ref }) => `${quoteText(ref)} leads nowhere, so the payload is not known.`,
    advice: ({ path, known }) => {
      const meant = nearest(path, known);
      return meant === undefined ? 'Create the file, or mend the path; it is relative to this file.' : `Did you mean ${quoteText(meant)}?`;
    },
  }),
  'unknown-type': row<Written & { readonly file: string; readonly missing: string; readonly known: readonly string[] }>({
    severity: 'error',
    describes: 'A reference leads to a type that is not there.',
    message: ({ file, missing }) => `${file} has no ${quoteText(missing)}.`,
    why: ({ ref }) => `${quoteText(ref)} leads nowhere, so the payload is not known.`,
    advice: ({ missing, known }) => adviseName(missing, known, 'Add the type, or mend the reference.'),
  }),
  'not-a-schema': row<Written & { readonly pointer: string }>({
    severity: 'error',
    describes: 'A reference leads to a part of a file that is no payload schema.',
    message: ({ pointer }) => `${quoteText(pointer)} is not a payload schema.`,
    why: ({ ref }) => `${quoteText(ref)} leads to another part of a file, which says nothing of a payload.`,
    advice: () => "Refer to a type under types:, as '#/types/Name'.",
  }),
  'endless-reference': row<{ readonly way: readonly string[] }>({
    severity: 'error',
    describes: 'A reference leads back to itself without ever saying what the value is.',
    message: ({ way }) => `A reference leads back to itself: ${way.join(' → ')}.`,
    why: () => 'No message has such a type, as it never comes to say what it is.',
    advice: () => 'Give one of them a schema of its own; a type may contain itself in a property or in items.',
  }),
  'reference-chain-too-long': row<{ readonly levels: number; readonly limit: number }>({
    severity: 'error',
    describes: 'Types lie deeper in one another than msgctl follows.',
    message: ({ levels, limit }) => `From here types lie ${levels} levels deep in one another; ${limit} are allowed.`,
    why: () =>
      'Whatever walks the types keeps something for each level, here and wherever messages are validated, and would run out of it.',
    advice: () => 'Nest the types less deep; a type may contain itself in a property or in items, which is one level.',
  }),
  'malformed-regex': row<{ readonly written: string; readonly problem: string }>({
    severity: 'error',
    describes: 'A pattern is not a regular expression.',
    message: ({ written, problem }) => `${quoteText(written)} is not a regular expression: ${problem}.`,
    why: () => 'No message could be checked against it.',
    advice: () => 'Mend it; expressions are those of ECMAScript with the u flag.',
  }),
} as const;
