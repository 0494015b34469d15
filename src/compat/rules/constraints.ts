import { type RuleFamily, spellChange } from './rule.ts';

/** Bounds, lengths, counts, patterns, formats. */
export const CONSTRAINTS = {
  'constraint-changed': {
    id: 'constraint-changed',
    family: 'constraints',
    grades: 'payload',
    describes: 'A bound, a length, a count, a pattern or a format changed.',
    message: (change) => `${change.name} changed: ${spellChange(change)}.`,
    experience: (change, meeting) => `${meeting.senders} may send values that ${meeting.receivers} will reject because of ${change.name}.`,
    advice: (change) => `Keep the wider ${change.name} on the receiving side until no sender goes beyond the narrower one.`,
  },
} as const satisfies RuleFamily<'constraint-changed'>;
