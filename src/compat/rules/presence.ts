import { isNewSender, type RuleFamily } from './rule.ts';

/** Properties that come and go, and whether they must be there. */
export const PRESENCE = {
  'property-added': {
    id: 'property-added',
    family: 'presence',
    grades: 'payload',
    describes: 'A property was added.',
    message: (change) => `${change.required ? 'The required property' : 'The property'} ${change.name} was added.`,
    experience: (change, meeting) => {
      if (isNewSender(meeting))
        return `${meeting.senders} may send ${change.name}; ${meeting.receivers} will reject messages that have it.`;
      return change.required
        ? `${meeting.senders} cannot know ${change.name}; ${meeting.receivers} will reject messages without it.`
        : `${meeting.senders} may send another ${change.name}, which ${meeting.receivers} will reject.`;
    },
    advice: (change) =>
      change.required
        ? `Add ${change.name} as optional, and require it once every sender has been upgraded.`
        : `Let the receivers accept ${change.name} first, then let the senders send it.`,
  },
  'property-removed': {
    id: 'property-removed',
    family: 'presence',
    grades: 'payload',
    describes: 'A property was removed.',
    message: (change) => `${change.required ? 'The required property' : 'The property'} ${change.name} was removed.`,
    experience: (change, meeting) =>
      isNewSender(meeting)
        ? `${meeting.receivers} may rely on ${change.name}; ${meeting.senders} will no longer send it.`
        : `${meeting.senders} may still send ${change.name}; ${meeting.receivers} will reject messages that have it.`,
    advice: (change) => `Keep ${change.name}, mark it deprecated, and remove it once nobody runs the other version.`,
  },
  'property-became-required': {
    id: 'property-became-required',
    family: 'presence',
    grades: 'payload',
    describes: 'A property that could be left out must be there now.',
    message: (change) => `${change.name} is required now.`,
    experience: (change, meeting) => `${meeting.senders} may leave ${change.name} out; ${meeting.receivers} will reject such messages.`,
    advice: (change) => `Leave ${change.name} optional until every sender has been upgraded to send it.`,
  },
  'property-became-optional': {
    id: 'property-became-optional',
    family: 'presence',
    grades: 'payload',
    describes: 'A property that had to be there may be left out now.',
    message: (change) => `${change.name} is optional now.`,
    experience: (change, meeting) => `${meeting.senders} may leave ${change.name} out; ${meeting.receivers} will reject such messages.`,
    advice: (change) => `Let the receivers do without ${change.name} first; until they all do, senders must send it.`,
  },
} as const satisfies RuleFamily<'property-added' | 'property-removed' | 'property-became-required' | 'property-became-optional'>;
