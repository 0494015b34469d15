import { type RuleFamily, spellChange, spellValue } from './rule.ts';

const NEW_NUMBER =
  'Leave the old field as it is, add the new one under a number that was never used, and remove the old one once nobody needs it.';

/** Numbers and types of what travels as Protobuf. */
export const WIRE_RULES = {
  'field-number-changed': {
    id: 'field-number-changed',
    family: 'wire',
    grades: 'payload',
    describes: 'A field of Protobuf has another number.',
    message: (change) => `The number of ${change.name} changed: ${spellChange(change)}.`,
    experience: (change, meeting) =>
      `${meeting.senders} may send ${change.name} under one number; ${meeting.receivers} will look for it under another.`,
    advice: () => 'Give it its old number again: on the wire the number is the field.',
  },
  'field-number-reused': {
    id: 'field-number-reused',
    family: 'wire',
    grades: 'payload',
    describes: 'A number of Protobuf stands for another field.',
    message: (change) =>
      `The number ${change.name}, which was ${spellValue(change.before.value)}, is ${spellValue(change.after.value)} now.`,
    experience: (_, meeting) => `${meeting.receivers} will take for one field what ${meeting.senders} may send as the other.`,
    advice: () => 'Give the new field a number that was never used, and put the old number into "x-reserved".',
  },
  'field-renamed': {
    id: 'field-renamed',
    family: 'wire',
    grades: 'payload',
    describes: 'A field of Protobuf has another name and the same number.',
    message: (change) => `${spellValue(change.before.value)} is called ${spellValue(change.after.value)} now.`,
    experience: (_, meeting) => `${meeting.senders} may send values under the number that ${meeting.receivers} will reject.`,
    risk: () => 'The bytes are the same; if it is something else and no new name, old messages are taken for it.',
    advice: () => 'If it is something else, give it a number that was never used; a new name alone is fine.',
  },
  'wire-type-changed': {
    id: 'wire-type-changed',
    family: 'wire',
    grades: 'payload',
    describes: 'A field of Protobuf has another type on the wire.',
    message: (change) => `${change.name} travels as another type: ${spellChange(change)}.`,
    experience: (change, meeting) => `${meeting.receivers} will not read ${change.name} as ${meeting.senders} may send it.`,
    advice: () => NEW_NUMBER,
  },
  'oneof-changed': {
    id: 'oneof-changed',
    family: 'wire',
    grades: 'payload',
    describes: 'A message of Protobuf became one of several, or the other way round.',
    message: (change) => `What was ${String(change.before.value)} is ${String(change.after.value)} now.`,
    experience: (_, meeting) => `${meeting.receivers} will look for another message than ${meeting.senders} may send.`,
    advice: () => NEW_NUMBER,
  },
  'enum-number-changed': {
    id: 'enum-number-changed',
    family: 'wire',
    grades: 'payload',
    describes: 'A listed value has another number in Protobuf.',
    message: (change) => `The number of ${change.name} changed: ${spellChange(change)}.`,
    experience: (change, meeting) => `${meeting.senders} may send ${change.name}; ${meeting.receivers} will read another value.`,
    advice: () => 'Give it its old number again: on the wire the number is the value.',
  },
  'enum-value-renamed': {
    id: 'enum-value-renamed',
    family: 'wire',
    grades: 'payload',
    describes: 'A listed value has another name and the same number in Protobuf.',
    message: (change) => `The value ${spellValue(change.before.value)} is called ${spellValue(change.after.value)} now.`,
    experience: (change, meeting) =>
      `${meeting.senders} may send ${change.name}, which ${meeting.receivers} will reject under the name they know.`,
    risk: () => 'The number is the same; if it means something else and is no new name, old messages are taken for it.',
    advice: () => 'If it means something else, give it a number that was never used; a new name alone is fine.',
  },
  'number-not-reserved': {
    id: 'number-not-reserved',
    family: 'wire',
    grades: 'payload',
    describes: 'A number of Protobuf was taken out of use and may be given again.',
    message: (change) => `${change.name} was removed, and its number ${spellValue(change.before.value)} is not in "x-reserved".`,
    experience: (change, meeting) => `${meeting.receivers} may take what ${meeting.senders} send as ${change.name} for something else.`,
    risk: () => 'Whoever gives the number to something else will have old messages taken for it.',
    advice: (change) => `Add ${spellValue(change.before.value)} to "x-reserved".`,
  },
  'reservation-dropped': {
    id: 'reservation-dropped',
    family: 'wire',
    grades: 'payload',
    describes: 'A number of Protobuf that was out of use is free or in use again.',
    message: (change) => `The number ${change.name} is no longer in "x-reserved".`,
    experience: (change, meeting) => `${meeting.receivers} may take what ${meeting.senders} send under ${change.name} for something else.`,
    risk: () => 'Messages from before it was taken out of use carry something else under it.',
    advice: (change) => `Leave ${change.name} in "x-reserved" as long as any such message may be read.`,
  },
} as const satisfies RuleFamily<
  | 'field-number-changed'
  | 'field-number-reused'
  | 'field-renamed'
  | 'wire-type-changed'
  | 'oneof-changed'
  | 'enum-number-changed'
  | 'enum-value-renamed'
  | 'number-not-reserved'
  | 'reservation-dropped'
>;
