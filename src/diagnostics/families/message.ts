import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';

/** What a value of a message is wanted for. */
export type Wanted = 'key' | 'deduplication' | 'path';

type Part = { readonly pointer: string; readonly id: string; readonly wanted: Wanted };

/** Findings about what messages carry for the way: keys, parts of a path, headers. */
export const MESSAGE_ROWS = {
  'key-not-required': row<Part & { readonly nullable: boolean; readonly property: string }>({
    severity: 'warning',
    describes: 'A message may be without the value that is its key.',
    message: ({ pointer, id, nullable, wanted }) =>
      `${quoteText(pointer)} of ${id} ${nullable ? 'may be null' : 'may be left out'}, and is ${wanted === 'key' ? 'its key' : 'what tells its repetitions'}.`,
    why: ({ wanted }) =>
      wanted === 'key'
        ? 'Messages without a key are in no order, and a compacted log refuses them.'
        : 'Messages without it are never taken for repetitions of each other, or always.',
    advice: ({ nullable, property }) => (nullable ? 'Leave null out of its types.' : `Add ${quoteText(property)} to "required".`),
  }),
  'key-not-scalar': row<Part & { readonly types: string }>({
    severity: 'error',
    describes: 'A key, or a part of a path, is no single value.',
    message: ({ pointer, id, types }) => `${quoteText(pointer)} of ${id} is ${types}.`,
    why: ({ wanted }) =>
      wanted === 'path'
        ? 'A part of a path is one text, and there is none for it.'
        : 'A key is one text or number; of anything else two messages that mean the same could have two.',
    advice: ({ wanted }) =>
      wanted === 'path'
        ? 'Name a property that is a text or a number.'
        : 'Name properties inside it that are texts or numbers, one or several.',
  }),
  'path-part-optional': row<{ readonly part: string; readonly id: string; readonly path: string }>({
    severity: 'error',
    describes: 'A path has a part that a request may be without.',
    message: ({ part, id, path }) => `${quoteText(path)} of ${id} needs ${quoteText(part)}, which a request may be without.`,
    why: () => 'There would be no URL for such a request.',
    advice: ({ part }) => `Add ${quoteText(part)} to "required", and leave null out of its types.`,
  }),
  'header-not-text': row<{
    /** `*` for those without a name; undefined for all of them together. */
    readonly header: string | undefined;
    readonly id: string;
    readonly types: string;
  }>({
    severity: 'error',
    describes: 'A header is no text.',
    message: ({ header, id, types }) =>
      header === undefined
        ? `The headers of ${id} are ${types}.`
        : `${header === '*' ? 'Other headers' : `The header ${quoteText(header)}`} of ${id} may be ${types}.`,
    why: ({ header }) =>
      header === undefined
        ? 'Headers are names with a text each.'
        : 'Headers are texts on every transport, and would arrive as another value than was sent.',
    advice: ({ header }) =>
      header === undefined ? 'Write { type: object, properties: … }.' : 'Write { type: string }, or move it into the payload.',
  }),
  'reserved-header': row<{ readonly header: string; readonly id: string }>({
    severity: 'error',
    describes: 'A header has a name that msgctl needs for its own.',
    message: ({ header, id }) => `The header ${quoteText(header)} of ${id} is not the application's.`,
    why: () => 'Ids, correlation, reply address, time and trace context travel under names of their own, and one of the two would be lost.',
    advice: ({ header }) => `Call it something else, such as ${quoteText(`app-${header}`)}; what msgctl sends is at hand without a header.`,
  }),
} as const;
