import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';

type Field = { readonly property: string; readonly number: number };

/** Findings about what travels as Protobuf. */
export const PROTOBUF_ROWS = {
  'missing-field-number': row<{ readonly property: string; readonly free: number | undefined; readonly interaction: string }>({
    severity: 'error',
    describes: 'A property that travels as Protobuf has no field number.',
    message: ({ property }) => `${quoteText(property)} has no field number.`,
    why: ({ interaction }) =>
      `${interaction} travels as Protobuf, where numbers stand in place of names; a number guessed today would be another one tomorrow.`,
    advice: ({ free }) =>
      free === undefined
        ? 'All numbers have been used: put the property into a type of its own.'
        : `Run msgctl fmt, or add "x-field: ${free}", a number that was never used.`,
  }),
  'duplicate-field-number': row<Field>({
    severity: 'error',
    describes: 'Two properties of one message have the same field number.',
    message: ({ property, number }) => `${quoteText(property)} has the field number ${number}, which is taken.`,
    why: () => 'On the wire the two properties could not be told apart.',
    advice: () => 'Give one of them a number of its own, the one that was released last.',
  }),
  'reserved-field-number': row<Field & { readonly by: 'x-reserved' | 'protobuf' | 'msgctl' }>({
    severity: 'error',
    describes: 'A property has a field number that is out of use or kept by Protobuf.',
    message: ({ property, number }) => `${quoteText(property)} has the field number ${number}, which is reserved.`,
    why: ({ by }) =>
      ({
        protobuf: 'Protobuf keeps 19000 to 19999 for itself.',
        msgctl: 'msgctl keeps 18998 and 18999 for the marks of what is null and of what is empty.',
        'x-reserved': 'Old messages carry something else under this number, and would be read as the new property.',
      })[by],
    advice: () => 'Give it a number that was never used.',
  }),
  'missing-enum-number': row<{ readonly value: string; readonly interaction: string }>({
    severity: 'error',
    describes: 'A value of a list that travels as Protobuf has no number.',
    message: ({ value }) => `${value} has no number.`,
    why: ({ interaction }) => `${interaction} travels as Protobuf, where enum values are numbers.`,
    advice: ({ value }) => `Run msgctl fmt, or add it to "x-enum-numbers", as { ${value}: 1 } with a number that was never used.`,
  }),
  'taken-enum-number': row<{ readonly value: string; readonly number: number; readonly by: 'another' | 'x-reserved' | 'protobuf' }>({
    severity: 'error',
    describes: 'A value of a list has a number that is taken or out of use.',
    message: ({ value, number, by }) => `${value} has the number ${number}, which is ${by === 'another' ? 'taken' : 'reserved'}.`,
    why: ({ by }) =>
      ({
        another: 'On the wire the two values could not be told apart.',
        'x-reserved': 'Old messages mean something else by this number.',
        protobuf: 'It tells which alternative a message is, as a field number, and Protobuf or msgctl keeps this one for itself.',
      })[by],
    advice: () => 'Give it a number that was never used.',
  }),
  'field-number-disagrees': row<{ readonly property: string; readonly number: number; readonly other: number }>({
    severity: 'error',
    describes: 'A property has different field numbers in schemas that hold together.',
    message: ({ property, number, other }) => `${quoteText(property)} has the field number ${number} here and ${other} there.`,
    why: () => 'Both schemas describe the same property, which has one number on the wire.',
    advice: () => 'Give it the number that was released in both places.',
  }),
  'no-protobuf-counterpart': row<{ readonly what: string; readonly offer: string; readonly interaction: string }>({
    severity: 'error',
    describes: 'A payload that travels as Protobuf says something for which Protobuf has no counterpart.',
    message: ({ what }) => `Protobuf has no counterpart for ${what}.`,
    why: ({ interaction }) => `${interaction} travels as Protobuf, and its messages could not be written.`,
    advice: ({ offer }) => offer,
  }),
} as const;
