import { type RuleFamily, spellChange } from './rule.ts';

/** The JSON types a value may have. */
export const TYPES = {
  'type-changed': {
    id: 'type-changed',
    family: 'types',
    grades: 'payload',
    describes: 'A value may have other JSON types than before.',
    message: (change) => `The type changed: ${spellChange(change)}.`,
    experience: (_, meeting) => `${meeting.senders} may send a value of a type that ${meeting.receivers} will reject.`,
    advice: () => 'Add a property of the new type beside the old one, and remove the old one once nobody needs it.',
  },
} as const satisfies RuleFamily<'type-changed'>;
