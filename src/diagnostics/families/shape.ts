import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';
import { adviseName, nearest, oneOf } from '../suggest.ts';

type Unknown = { readonly written: string; readonly known: readonly string[] };
type Malformed = { readonly written: string };

/** Findings about the shape of a file: keys, types and forms of values. */
export const SHAPE_ROWS = {
  'empty-file': row<{ readonly what: string }>({
    severity: 'error',
    describes: 'A file of the project holds nothing.',
    message: () => 'The file holds nothing.',
    why: () => 'A file that says nothing is more likely lost than meant.',
    advice: ({ what }) => `Write ${what}, or delete the file.`,
  }),
  'no-contracts': row<{ readonly globs: readonly string[] }>({
    severity: 'error',
    describes: 'No file matches the pattern of the contracts.',
    message: ({ globs }) => `No contract file matches ${globs.map(quoteText).join(' or ')}.`,
    why: () => 'A project without contracts would have its generated code and its topology taken away.',
    advice: () => 'Mend the pattern, which is relative to the folder of this file, or write the first contract.',
  }),
  'unknown-key': row<Unknown & { readonly of: string; readonly instead?: string | undefined }>({
    severity: 'error',
    describes: 'A key is written that the language does not have.',
    message: ({ written, of }) => `${capital(article(of))} has no key ${quoteText(written)}.`,
    why: () => 'It would be ignored, and whoever wrote it relies on it.',
    advice: ({ written, known, instead }) => instead ?? adviseName(written, known, 'Leave it out.') + unlessExtension(written, known),
  }),
  'unknown-keyword': row<Unknown & { readonly instead: string | undefined }>({
    severity: 'error',
    describes: 'A payload schema has a keyword that is not one of JSON Schema 2020-12 or msgctl.',
    message: ({ written }) => `${quoteText(written)} is not a keyword of payload schemas.`,
    why: () => 'JSON Schema ignores unknown keywords, so what it should demand would never be checked.',
    advice: ({ written, known, instead }) => instead ?? `${adviseName(written, known, 'Leave it out.')}${unlessExtension(written, known)}`,
  }),
  'missing-key': row<{ readonly key: string; readonly of: string; readonly example: string }>({
    severity: 'error',
    describes: 'A required key is missing.',
    message: ({ key, of }) => `${of} has no ${quoteText(key)}.`,
    why: () => 'It is required, and nothing sensible can stand in for it.',
    advice: ({ example }) => `Add ${quoteText(example)}.`,
  }),
  'wrong-type': row<{ readonly of: string; readonly wanted: string; readonly found: string; readonly hint: string | undefined }>({
    severity: 'error',
    describes: 'A value is of another type than its key needs.',
    message: ({ of, wanted, found }) => (found === 'nothing' ? `${of} has no value.` : `${of} must be ${wanted}, and is ${found}.`),
    why: () => 'A value of another type cannot be understood as what the key means.',
    advice: ({ wanted, hint }) => hint ?? `Write ${wanted}.`,
  }),
  'unknown-pattern': row<Unknown>({
    severity: 'error',
    describes: 'The pattern of an interaction is not one of the five.',
    message: ({ written }) => `${quoteText(written)} is not a pattern.`,
    why: () => 'The pattern decides which queues and which client code are made.',
    advice: ({ written, known }) => `${meant(written, known)}Use ${oneOf(known)}.`,
  }),
  'unknown-format': row<Unknown>({
    severity: 'error',
    describes: 'A payload schema asks for a format that nothing checks.',
    message: ({ written }) => `${quoteText(written)} is not a format.`,
    why: () => 'A format that nobody knows is never checked, though the contract promises it.',
    advice: ({ written, known }) => {
      const near = nearest(written, known);
      return near === undefined
        ? 'Say it with "pattern", or use a format of JSON Schema such as date-time, email, uri or uuid.'
        : `Did you mean ${quoteText(near)}?`;
    },
  }),
  'unknown-value': row<Unknown & { readonly of: string }>({
    severity: 'error',
    describes: 'A value is not one of those that its key can have.',
    message: ({ written, of }) => `${of} cannot be ${quoteText(written)}.`,
    why: () => 'Only the listed values have a meaning here.',
    advice: ({ written, known }) => `${meant(written, known)}Use ${oneOf(known)}.`,
  }),
  'unknown-language-version': row<Malformed>({
    severity: 'error',
    describes: 'A file is written in a version of the language that is not known.',
    message: ({ written }) => `Version ${written} of the contract language is not known.`,
    why: () => 'Another version may mean something else by the same words.',
    advice: () => 'Write "msgctl: 1", or use the msgctl that this file was written for.',
  }),
  'malformed-duration': row<Malformed>({
    severity: 'error',
    describes: 'A time is not written as a whole number with a unit.',
    message: ({ written }) => `${quoteText(written)} is not a duration.`,
    why: () => 'A number without a unit is read as milliseconds by one and as seconds by another.',
    advice: () => 'Write a whole number and ms, s, m, h or d: 250ms, 5s, 10m, 24h, 30d.',
  }),
  'malformed-size': row<Malformed>({
    severity: 'error',
    describes: 'A size is not written as a whole number with a unit.',
    message: ({ written }) => `${quoteText(written)} is not a size.`,
    why: () => 'Brokers count bytes, and units of a thousand and of 1024 are mixed up easily.',
    advice: () => 'Write a whole number and B, KiB, MiB, GiB or TiB: 64KiB, 10MiB.',
  }),
  'malformed-name': row<Malformed & { readonly form: string; readonly example: string; readonly corrected?: string | undefined }>({
    severity: 'error',
    describes: 'A name is not of the form that such names have.',
    message: ({ written, form }) => `${quoteText(written)} is not ${form}.`,
    why: () => 'Names become addresses on brokers and identifiers in code, where other characters mean something else.',
    advice: ({ example, corrected }) =>
      corrected === undefined ? `Write it like ${quoteText(example)}.` : `Write ${quoteText(corrected)}.`,
  }),
  'malformed-version': row<Malformed & { readonly form: string; readonly example: string }>({
    severity: 'error',
    describes: 'A version or a range of versions is not written as such.',
    message: ({ written, form }) => `${quoteText(written)} is not ${form}.`,
    why: () => 'Versions are compared by number: which changes may break whom depends on it.',
    advice: ({ example }) => `Write it like ${quoteText(example)}.`,
  }),
  'malformed-value': row<Malformed & { readonly form: string; readonly example: string }>({
    severity: 'error',
    describes: 'A value is not of the form that its key needs.',
    message: ({ written, form }) => `${quoteText(written)} is not ${form}.`,
    why: () => 'It could not be understood as what the key means.',
    advice: ({ example }) => `Write it like ${quoteText(example)}.`,
  }),
  'malformed-variable': row<object>({
    severity: 'error',
    describes: 'A text of the project file begins a reference to the environment that is none.',
    // The text itself may be a secret.
    message: () => 'A "${" stands here, and what follows is not a reference.',
    why: () => 'The text would be taken as it is written, dollar sign and braces included.',
    advice: () => `Write \${NAME}, \${NAME:-default} or \${file:PATH}; write $\${ where a plain \${ is meant.`,
  }),
  'number-out-of-range': row<{ readonly of: string; readonly written: string; readonly bound: string }>({
    severity: 'error',
    describes: 'A number is beyond what its key can have.',
    message: ({ of, written }) => `${of} cannot be ${written}.`,
    why: () => 'A number beyond the range has no meaning here, or none that a broker could keep.',
    advice: ({ bound }) => `Write a number ${bound}.`,
  }),
  'too-few': row<{ readonly of: string }>({
    severity: 'error',
    describes: 'A list or a mapping is there and has no entry.',
    message: ({ of }) => `${of} is empty.`,
    why: () => 'Being there and saying nothing, it may have lost what it said.',
    advice: () => 'Put at least one entry into it, or leave the key out.',
  }),
  'repeated-item': row<{ readonly of: string; readonly written: string }>({
    severity: 'error',
    describes: 'A list has the same entry twice.',
    message: ({ of, written }) => `${of} lists ${written} twice.`,
    why: () => 'One of the two was probably meant to be something else.',
    advice: () => 'Replace or remove one of them.',
  }),
  'not-yet-supported': row<{ readonly key: string }>({
    severity: 'error',
    describes: 'A key is used that the language reserves for later.',
    message: ({ key }) => `${quoteText(key)} is not yet supported.`,
    why: () => 'The key is reserved for what its name says; ignoring it would promise what is not kept.',
    advice: () => 'Leave it out until a version of msgctl supports it.',
  }),
} as const;

function meant(written: string, known: readonly string[]): string {
  const near = nearest(written, known);
  return near === undefined ? '' : `Did you mean ${quoteText(near)}? `;
}

function unlessExtension(written: string, known: readonly string[]): string {
  return nearest(written, known) === undefined && !written.startsWith('x-') ? ' Keys of your own begin with "x-".' : '';
}

function article(noun: string): string {
  return /^(?!us)[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
