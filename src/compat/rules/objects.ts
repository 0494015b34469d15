import type { RuleFamily } from './rule.ts';

/** Whether an object may have properties that are not declared. */
export const OBJECTS = {
  'object-closed': {
    id: 'object-closed',
    family: 'objects',
    grades: 'payload',
    describes: 'An object refuses properties that are not declared now (additionalProperties: false).',
    message: () => 'Properties that are not declared are refused now.',
    experience: (_, meeting) => `${meeting.senders} may send properties that ${meeting.receivers} will refuse.`,
    advice: () => 'Leave the object open: receivers ignore what they do not know, and senders stay free to add.',
  },
  'object-opened': {
    id: 'object-opened',
    family: 'objects',
    grades: 'payload',
    describes: 'An object allows properties that are not declared now.',
    message: () => 'Properties that are not declared are allowed now.',
    experience: (_, meeting) => `${meeting.senders} may send properties that ${meeting.receivers} will refuse.`,
    advice: () => 'Let the receivers accept other properties first.',
  },
} as const satisfies RuleFamily<'object-closed' | 'object-opened'>;
