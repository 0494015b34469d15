import type { RuleFamily } from './rule.ts';

/** Alternatives, conditions, and what differs as a whole. */
export const COMPOSITION = {
  'schema-changed': {
    id: 'schema-changed',
    family: 'composition',
    grades: 'payload',
    describes: 'Alternatives, conditions or a schema as a whole changed.',
    message: (change) => (change.name === 'schema' ? 'The schema changed as a whole.' : `${change.name} changed.`),
    experience: (_, meeting) => `${meeting.senders} may send messages that ${meeting.receivers} will reject.`,
    advice: () => 'Make the change in smaller steps, or add a second major of the interaction beside the first.',
  },
} as const satisfies RuleFamily<'schema-changed'>;
