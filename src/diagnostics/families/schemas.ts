import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';
import { adviseName } from '../suggest.ts';

type Pattern = { readonly pattern: string; readonly part: string; readonly repeated: string };

/** Findings about what payload schemas mean. */
export const SCHEMA_ROWS = {
  'keyword-without-effect': row<{ readonly keyword: string; readonly reason: string; readonly advice: string }>({
    severity: 'warning',
    describes: 'A keyword of a payload schema says nothing where it stands.',
    message: ({ keyword }) => `${quoteText(keyword)} has no effect here.`,
    why: ({ reason }) => reason,
    advice: ({ advice }) => advice,
  }),
  'undeclared-property': row<{ readonly name: string; readonly known: readonly string[] }>({
    severity: 'warning',
    describes: 'A schema requires a property that it declares nowhere.',
    message: ({ name }) => `${quoteText(name)} is required, and declared nowhere.`,
    why: () => 'Senders would have to send a property whose type nobody says, and generated types do not have it.',
    advice: ({ name, known }) => adviseName(name, known, 'Add it to "properties".'),
  }),
  'exponential-pattern': row<Pattern>({
    severity: 'error',
    describes: 'A regular expression takes a time that doubles with each character of some texts.',
    message: ({ pattern }) => `${quoteText(pattern)} can take for ever.`,
    why: ({ part, repeated }) =>
      `${quoteText(part)} can match a text in ever more ways: some dozen of ${quoteText(repeated)} and one character that does not fit keep a service busy for hours.`,
    advice: () => 'Let only one of the nested repetitions repeat: "(a+)+" says no more than "a+".',
  }),
  'slow-pattern': row<Pattern>({
    severity: 'warning',
    describes: 'A regular expression takes a time that grows with the square of the text, or faster.',
    message: ({ pattern }) => `${quoteText(pattern)} is slow on long texts.`,
    why: ({ part, repeated }) =>
      `${quoteText(part)} is tried again from many places: a text of 50,000 times ${quoteText(repeated)} keeps a service busy for seconds.`,
    advice: () => 'Add a "maxLength" of at most 1000; or begin the pattern with "^", and let neighbours share no characters.',
  }),
} as const;
