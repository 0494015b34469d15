import type { RuleFamily } from './rule.ts';
import { tellKinds } from './tagged-kinds.ts';

/** Alternatives, conditions, and what differs as a whole. */
export const COMPOSITION = {
  'schema-changed': {
    id: 'schema-changed',
    family: 'composition',
    grades: 'payload',
    describes: 'Alternatives, conditions or a schema as a whole changed.',
    message: ({ name, before, after }) => {
      const kinds = name === 'oneOf' ? tellKinds(before, after) : undefined;
      return kinds ?? (name === 'schema' ? 'The schema changed as a whole.' : `${name} changed.`);
    },
    experience: (_, meeting) => `${meeting.senders} may send messages that ${meeting.receivers} will reject.`,
    advice: () => 'Make the change in smaller steps, or add a second major of the interaction beside the first.',
  },
} as const satisfies RuleFamily<'schema-changed'>;
