import type { PayloadRole } from '../../contract/model.ts';
import { type Flow, PATTERNS } from '../../contract/patterns.ts';
import type { Change } from '../change.ts';
import { inAnyOrder, type Judgement, type RuleFamily, type Situation, spellChange } from './rule.ts';

/** What is said for people and for tools, not on the wire. */
export const META = {
  'annotation-changed': {
    id: 'annotation-changed',
    family: 'meta',
    grades: 'system',
    describes: 'A description, an example or another text for people changed.',
    message: (change) => `${change.name} changed.`,
    judge: () => inAnyOrder('compatible', 'It is for people: no message is sent or checked differently.'),
    advice: () => 'Nothing to do.',
  },
  'default-changed': {
    id: 'default-changed',
    family: 'meta',
    grades: 'system',
    describes: 'Another value is meant where a property is left out.',
    message: (change) => (change.name === 'default' ? `The default changed: ${spellChange(change)}.` : `${change.name} changed.`),
    judge: () =>
      inAnyOrder(
        'risky',
        'Validators fill nothing in; whoever does so itself takes the same message for something else than the other version.',
      ),
    advice: () => 'Send the value instead of leaving it out, until every receiver has been upgraded.',
  },
  'meaning-changed': {
    id: 'meaning-changed',
    family: 'meta',
    grades: 'system',
    describes: 'What a text holds, or who may set a value, is said otherwise.',
    message: (change) => (change.name.includes(' ') ? `${change.name} changed.` : `${change.name} changed: ${spellChange(change)}.`),
    judge: judgeMeaning,
    advice: () => 'Add a property beside the old one, and remove the old one once nobody needs it.',
  },
  'version-bump-too-small': {
    id: 'version-bump-too-small',
    family: 'meta',
    grades: 'system',
    describes: 'The version of a contract tells of less than what changed.',
    message: ({ before, after, name }) =>
      before.value === after.value
        ? `The version is still ${before.value}; what changed asks for ${name}.`
        : `The version went from ${before.value} to ${after.value}; what changed asks for ${name}.`,
    judge: () => inAnyOrder('risky', 'Whoever reads the number, or holds it against the range of its "uses", takes it for less.'),
    advice: ({ name }) => `Set "version" to ${name} or higher.`,
  },
} as const satisfies RuleFamily<'annotation-changed' | 'default-changed' | 'meaning-changed' | 'version-bump-too-small'>;

/** Validators look at none of it, so it is no break; who acts on it may be taken by surprise. */
function judgeMeaning(change: Change, { after }: Situation): Judgement {
  if (change.name !== 'readOnly' && change.name !== 'writeOnly')
    return inAnyOrder(
      'risky',
      'Validators take the same texts as before; whoever reads them by the word of the other version reads something else.',
    );
  const pattern = after.interactions.get(change.interaction ?? '')?.pattern;
  const flows: Readonly<Partial<Record<PayloadRole, Flow>>> = pattern ? PATTERNS[pattern].payloads : {};
  const isSentByUsers = ['user-to-provider', 'users-to-provider'].includes(flows[change.payload?.role ?? 'message'] ?? '');
  if (change.after.value === true && change.name === 'readOnly' && isSentByUsers)
    return inAnyOrder('risky', 'Old senders still send it, and whoever receives it takes no notice of it, or refuses it.');
  if (change.after.value === true && change.name === 'writeOnly' && !isSentByUsers)
    return inAnyOrder('risky', 'Receivers may rely on a value that is no longer meant to be sent.');
  return inAnyOrder('compatible', 'It says who sets the value, and in this direction nobody acts on it.');
}
