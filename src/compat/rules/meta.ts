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
} as const satisfies RuleFamily<'annotation-changed'>;
