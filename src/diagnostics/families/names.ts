import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';
import { adviseName } from '../suggest.ts';

type Named = { readonly what: string; readonly name: string };

/** `wanted` is the name of both, `given` what the one that comes second is called; `reference` leads to a type that a payload could be. */
type Clash = {
  readonly what: string;
  readonly other: string;
  readonly wanted: string;
  readonly given: string;
  readonly reference?: string;
};

/** Findings about the names that contracts get, on brokers and in code. */
export const NAME_ROWS = {
  'derived-name-collision': row<Named & { readonly other: string }>({
    severity: 'error',
    describes: 'Two things would get one name on a broker.',
    message: ({ what, name, other }) => `${quoteText(name)} would be ${what} and ${other}.`,
    why: () => 'On the broker they would be one thing, and messages of one would reach the other.',
    advice: () => 'Rename one of them, give one an address of its own, or change the "names" of the transport.',
  }),
  'generated-name-collision': row<Clash>({
    severity: 'warning',
    describes: 'Two things would have one name in generated code.',
    message: ({ what, other, wanted }) => `In generated code ${quoteText(wanted)} would be ${other} and ${what}.`,
    why: ({ given }) =>
      `The second is called ${quoteText(given)} for that. Whoever adds, removes or moves one of them renames the other, and code that uses it breaks.`,
    advice: ({ reference }) =>
      reference === undefined
        ? 'Rename one of them.'
        : `Rename one of them, or make the type the payload: { $ref: ${quoteText(reference)} } and nothing else.`,
  }),
  'name-too-long': row<Named & { readonly length: number; readonly limit: number; readonly unit: string }>({
    severity: 'error',
    describes: 'A derived name is longer than the broker allows.',
    message: ({ what, name, length, limit, unit }) => `${quoteText(name)}, ${what}, has ${length} ${unit}; ${limit} are allowed.`,
    why: () => 'The broker refuses it.',
    advice: () => 'Shorten the names it is made of, or the "prefix" or "names" of the transport.',
  }),
  'name-not-allowed': row<Named & { readonly allowed: string }>({
    severity: 'error',
    describes: 'A derived name holds characters that the broker does not allow.',
    message: ({ what, name }) => `${quoteText(name)} cannot be ${what}.`,
    why: ({ allowed }) => `A broker takes ${allowed} there.`,
    advice: () => 'Choose another name, or change the "names" of the transport.',
  }),
  'unknown-name-role': row<{ readonly written: string; readonly transport: string; readonly known: readonly string[] }>({
    severity: 'error',
    describes: 'A template is given for a name that the transport does not derive.',
    message: ({ written, transport }) => `Transport ${transport} derives no name called ${quoteText(written)}.`,
    why: () => 'The template would change nothing.',
    advice: ({ written, known }) => adviseName(written, known, 'Take "names" out: this kind of transport has no derived names.'),
  }),
  'unknown-placeholder': row<{ readonly role: string; readonly written: string; readonly known: readonly string[] }>({
    severity: 'error',
    describes: 'A template of names speaks of something that it does not know.',
    message: ({ role, written }) => `The template of ${quoteText(role)} speaks of ${quoteText(`{${written}}`)}, which it does not know.`,
    why: () => 'It would stand in the name as written.',
    advice: ({ known }) => `Use ${known.map((name) => `"{${name}}"`).join(', ')}.`,
  }),
} as const;
