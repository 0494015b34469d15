import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';
import { adviseName, oneOf } from '../suggest.ts';

/** A pattern with the part to blame, what makes it slow when repeated, and for a text of a length the steps that were counted. */
export type SlowPattern = {
  readonly pattern: string;
  readonly part: string;
  readonly repeated: string;
  readonly counted?: { readonly length: number; readonly steps: number };
};

/** Why a name is none that a property can have: JavaScript's own, none at all, or half of a character. */
export type UnusableName = 'prototype' | 'empty' | 'half';

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
  'unusable-property-name': row<{ readonly name: string; readonly problem: UnusableName }>({
    severity: 'error',
    describes: 'A property has a name that programs cannot use.',
    message: ({ name }) => `A property cannot be called ${quoteText(name)}.`,
    why: ({ problem }) =>
      ({
        prototype:
          'In JavaScript an object keeps under this name what it inherits: a message would lose the property, or change its object.',
        empty: 'Nothing else could speak of it: neither a key nor "reads", and validators take it for no name at all.',
        half: 'It holds half of a character, which cannot be written as UTF-8.',
      })[problem],
    advice: () => 'Give it another name.',
  }),
  'unsatisfiable-schema': row<{ readonly reason: string; readonly advice: string | undefined }>({
    severity: 'error',
    describes: 'A payload schema contradicts itself, so that no message can match it.',
    message: ({ reason }) => `Nothing can match this schema: ${reason}.`,
    why: () => 'Every value would be refused, so that nobody could send what the contract describes.',
    advice: ({ advice }) => advice ?? 'Change one of the two, or take one of them out.',
  }),
  'unreachable-value': row<{ readonly value: string; readonly keyword: string }>({
    severity: 'warning',
    describes: 'An enum lists a value that the rest of its schema refuses.',
    message: ({ value, keyword }) => `${value} is listed, and ${quoteText(keyword)} refuses it.`,
    why: () => 'The value reads as allowed, and whoever sends it is refused.',
    advice: ({ value, keyword }) => `Mend ${quoteText(keyword)}, or take ${value} out.`,
  }),
  'unreachable-branch': row<{ readonly keyword: string; readonly number: number; readonly reason: string }>({
    severity: 'warning',
    describes: 'A member of anyOf or oneOf can never match beside the rest of its schema.',
    message: ({ keyword, number, reason }) => `Member ${number} of ${quoteText(keyword)} can never match: ${reason}.`,
    why: () => 'It reads as allowed, and whoever sends it is refused.',
    advice: ({ keyword }) => `Take the member out, or mend what stands beside ${quoteText(keyword)}.`,
  }),
  'impossible-property': row<{ readonly names: readonly string[]; readonly reason: string | undefined }>({
    severity: 'warning',
    describes: 'A schema declares a property that another schema of the same object does not let in.',
    message: ({ names, reason }) =>
      reason === undefined
        ? `"additionalProperties: false" shuts out ${listed(names)}, declared in another schema of the same object.`
        : `${listed(names)} can never be there: ${reason}.`,
    why: () => '"allOf" and "$ref" join what schemas demand: a property has to be allowed by every one of them.',
    advice: ({ reason }) =>
      reason === undefined
        ? 'Write "unevaluatedProperties: false" in the schema that joins the others; it knows the properties of all of them.'
        : 'Let the schemas agree on the property, or take it out.',
  }),
  'invalid-default': row<{ readonly of: string; readonly problem: string }>({
    severity: 'error',
    describes: 'The default of a schema does not match the schema.',
    message: ({ of, problem }) => `The default of ${of} does not match its schema: ${problem}.`,
    why: () => 'Whoever relies on the default sends what is refused.',
    advice: () => 'Mend the default, or the schema where the default is right.',
  }),
  'repeated-value': row<{ readonly value: string }>({
    severity: 'warning',
    describes: 'An enum lists a value twice.',
    message: ({ value }) => `${shortened(value)} is listed twice.`,
    why: () => 'One of the two was probably meant to be something else.',
    advice: () => 'Replace or remove one of them.',
  }),
  'unknown-encoding': row<{ readonly written: string; readonly known: readonly string[] }>({
    severity: 'warning',
    describes: 'A text says that it is encoded in a way that nobody knows.',
    message: ({ written }) => `${quoteText(written)} is not an encoding.`,
    why: () => 'Readers could not tell how to decode the text.',
    advice: ({ written, known }) => adviseName(written, known, 'Leave it out.'),
  }),
  'exponential-pattern': row<SlowPattern>({
    severity: 'error',
    describes: 'A regular expression takes millions of steps for some texts of a hundred characters, or steps that double with each.',
    message: ({ pattern }) => `${quoteText(pattern)} can take for ever.`,
    why: ({ part, repeated, counted }) =>
      `${quoteText(part)} can match a text in ever more ways: ${counted ? tellCount(repeated, counted) : `some dozen of ${quoteText(repeated)} and one character that does not fit keep a service busy for hours`}.`,
    advice: ({ counted }) =>
      counted
        ? 'Let no text be read in two ways: alternatives and neighbours that share no characters, and only one of nested repetitions.'
        : 'Let only one of the nested repetitions repeat: "(a+)+" says no more than "a+".',
  }),
  'slow-pattern': row<SlowPattern>({
    severity: 'warning',
    describes: 'A regular expression takes a time that grows with the square of the text, or faster.',
    message: ({ pattern }) => `${quoteText(pattern)} is slow on long texts.`,
    why: ({ part, repeated, counted }) =>
      `${quoteText(part)} is tried again from many places: ${counted ? tellCount(repeated, counted) : `a text of 50,000 times ${quoteText(repeated)} keeps a service busy for seconds`}.`,
    advice: ({ counted }) =>
      counted
        ? 'Begin the pattern with "^", and let neighbours share no characters; or set a smaller "maxLength".'
        : 'Add a "maxLength" of at most 1000; or begin the pattern with "^", and let neighbours share no characters.',
  }),
} as const;

function tellCount(repeated: string, { length, steps }: { readonly length: number; readonly steps: number }): string {
  return `for a text of ${length} characters, with ${quoteText(repeated)} over and over, it takes ${tellSteps(steps)} steps`;
}

/** How many there are, as far as one can imagine it. */
function tellSteps(steps: number): string {
  if (steps >= 1e12) return 'more than a million million';
  return steps >= 1e9 ? `some ${Math.floor(steps / 1e9)},000 million` : `some ${Math.floor(steps / 1e6)} million`;
}

function listed(names: readonly string[]): string {
  return oneOf(names).replace(/ or (?=[^ ]*$)/, ' and ');
}

function shortened(json: string): string {
  return json.length > 40 ? `${json.slice(0, 39)}…` : json;
}
