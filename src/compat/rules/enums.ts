import { isNewSender, type RuleFamily, spellValue } from './rule.ts';

/** Lists of allowed values; `const` is a list of one. */
export const ENUMS = {
  'enum-value-added': {
    id: 'enum-value-added',
    family: 'enums',
    grades: 'payload',
    describes: 'A value was added to a list of allowed values.',
    message: (change) => `The value ${change.name} was added.`,
    experience: (change, meeting) => `${meeting.senders} may send ${change.name}; ${meeting.receivers} cannot know it and will reject it.`,
    advice: () =>
      'Let the receivers know the value before anybody sends it; a list with "x-open: true" accepts values that it does not name.',
  },
  'enum-value-removed': {
    id: 'enum-value-removed',
    family: 'enums',
    grades: 'payload',
    describes: 'A value was removed from a list of allowed values.',
    message: (change) => `The value ${change.name} was removed.`,
    experience: (change, meeting) => `${meeting.senders} may still send ${change.name}; ${meeting.receivers} will reject it.`,
    advice: (change) => `Keep ${change.name} until no sender uses it and no stored message has it.`,
  },
  'enum-introduced': {
    id: 'enum-introduced',
    family: 'enums',
    grades: 'payload',
    describes: 'A value that was free must be one of a list now.',
    message: (change) => `Only listed values are allowed now: ${spellValue(change.after.value)}.`,
    experience: (_, meeting) => `${meeting.senders} may send other values; ${meeting.receivers} will reject them.`,
    advice: () => 'Add a property with the list beside the free one, or make the list open with "x-open: true".',
  },
  'enum-dropped': {
    id: 'enum-dropped',
    family: 'enums',
    grades: 'payload',
    describes: 'A value that had to be one of a list is free now.',
    message: (change) => `The list of allowed values ${spellValue(change.before.value)} was dropped.`,
    experience: (_, meeting) =>
      isNewSender(meeting)
        ? `${meeting.senders} may send any value; ${meeting.receivers} will accept only those of the list.`
        : `${meeting.senders} may send a listed value that ${meeting.receivers} will reject.`,
    advice: () => 'Let the receivers accept any value first.',
  },
} as const satisfies RuleFamily<'enum-value-added' | 'enum-value-removed' | 'enum-introduced' | 'enum-dropped'>;
