import { inAnyOrder, type RuleFamily } from './rule.ts';

/** What is said for people and for tools, not on the wire. */
export const META = {
  'annotation-changed': {
    id: 'annotation-changed',
    family: 'meta',
    grades: 'system',
    describes: 'A description, an example, a default or another text for people changed.',
    message: (change) => `${change.name} changed.`,
    judge: () => inAnyOrder('compatible', 'It is for people: no message is sent or checked differently.'),
    advice: () => 'Nothing to do.',
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
} as const satisfies RuleFamily<'annotation-changed' | 'version-bump-too-small'>;
