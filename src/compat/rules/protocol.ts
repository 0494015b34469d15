import gte from 'semver/functions/gte.js';
import valid from 'semver/functions/valid.js';
import { isDate } from '../../contract/quantities.ts';
import { findContract } from '../../contract/system.ts';
import type { Change, ChangeKind } from '../change.ts';
import { gradePolicy } from './policies.ts';
import { findStray, judgeRoute } from './routing.ts';
import { inAnyOrder, inNoOrder, type Judgement, listNames, type RuleFamily, type Situation, type SystemRule, spellChange } from './rule.ts';
import { toldBy, valuesOf } from './setting.ts';

const ADDRESS = moved('address-changed', 'An interaction is found under another name.', 'address');

/** Whether it is the address that both sides must agree on: where the first message is sent. */
function isSending(change: Change): boolean {
  return change.name === change.interaction;
}

/** Where only the routing key is another one, whether it reaches the same queues decides. */
function judgeSending(change: Change, situation: Situation): Judgement {
  const { old, now } = toldBy(change, situation);
  const routed =
    old.interaction && now.interaction
      ? judgeRoute({ system: situation.before, interaction: old.interaction }, { system: situation.after, interaction: now.interaction })
      : undefined;
  const moved = ADDRESS.judge(change, situation);
  // What nobody receives is no break whatever the key.
  return routed && (routed.verdict === 'compatible' || moved.verdict === 'breaking') ? routed : moved;
}

/** Services, interactions, and how they meet. */
export const PROTOCOL = {
  'service-added': {
    id: 'service-added',
    family: 'protocol',
    grades: 'system',
    describes: 'A service was added.',
    message: (change) => `The service ${change.name} was added.`,
    judge: () => inAnyOrder('compatible', 'Nobody relies on it yet.'),
    advice: () => 'Nothing to do.',
  },
  'service-removed': {
    id: 'service-removed',
    family: 'protocol',
    grades: 'system',
    describes: 'A service was removed.',
    message: (change) => `The service ${change.name} was removed.`,
    judge: (change, situation) => judgeRemoval(change, situation, 'what it provides'),
    advice: () => 'Remove its uses first, release those services, then remove the service.',
  },
  'interaction-added': {
    id: 'interaction-added',
    family: 'protocol',
    grades: 'system',
    describes: 'A service provides something new.',
    message: (change) => `${change.name} was added.`,
    judge: judgeAddition,
    advice: () => 'Give it a routing key that no pattern of the same exchange stands for.',
  },
  'interaction-removed': {
    id: 'interaction-removed',
    family: 'protocol',
    grades: 'system',
    describes: 'A service no longer provides something.',
    message: (change) => `${change.name} was removed.`,
    judge: (change, situation) => judgeRemoval(change, situation, 'it'),
    advice: ({ name, successor }) =>
      successor === undefined
        ? 'Mark it deprecated, let every user move away and be released, then remove it.'
        : `If it is ${successor} now, say so there with "renamed-from: ${name.slice(name.indexOf('.') + 1)}"; else mark it deprecated, and remove it once nobody uses it.`,
  },
  'interaction-renamed': {
    ...moved('interaction-renamed', 'An interaction has another name.', 'name'),
    message: (change) => `${change.before.value} is called ${change.after.value} now.`,
    advice: () => 'Provide it under both names, and take the old one away once nobody uses it.',
  },
  'pattern-changed': moved('pattern-changed', 'The pattern of an interaction changed.', 'pattern'),
  'transport-changed': moved('transport-changed', 'An interaction is carried by another transport.', 'transport'),
  'channel-changed': moved('channel-changed', 'An event moved to another channel.', 'channel'),
  'encoding-changed': moved('encoding-changed', 'An interaction is written in another format.', 'encoding'),
  'address-changed': {
    ...ADDRESS,
    message: (change) => (isSending(change) ? ADDRESS.message(change) : `The address ${change.name} changed: ${spellChange(change)}.`),
    judge: (change, situation) =>
      isSending(change)
        ? judgeSending(change, situation)
        : inNoOrder(
            'undecided',
            'What waits under the old name is left there, and while both versions run, messages come twice or to one only.',
          ),
    advice: (change) =>
      isSending(change)
        ? ADDRESS.advice(change)
        : 'Empty what is under the old name before it is removed, and accept the finding if that is planned.',
  },
  'policy-changed': {
    id: 'policy-changed',
    family: 'protocol',
    grades: 'system',
    describes: 'A setting that has no rule of its own changed.',
    message: (change) => `${change.name} changed: ${spellChange(change)}.`,
    judge: gradePolicy,
    advice: (change) => `Read what ${change.name} means for what is under way, and accept the finding if it is meant.`,
  },
  'payload-added': {
    id: 'payload-added',
    family: 'protocol',
    grades: 'system',
    describes: 'An interaction has another payload: an error, or the answer of one more responder.',
    message: (change) => `The ${change.payload?.role ?? 'payload'} ${change.name} was added.`,
    judge: (change) => judgePayloadSet(change, 'An old user gets an error that it does not know as "remote", with its data.'),
    advice: () => 'Add a second major of the interaction beside the first.',
  },
  'payload-removed': {
    id: 'payload-removed',
    family: 'protocol',
    grades: 'system',
    describes: 'An interaction lost a payload: an error, or the answer of a responder.',
    message: (change) => `The ${change.payload?.role ?? 'payload'} ${change.name} was removed.`,
    judge: (change) => judgePayloadSet(change, 'A new user gets an error that only the old version knows as "remote", with its data.'),
    advice: () => 'Add a second major of the interaction beside the first.',
  },
  'use-added': {
    id: 'use-added',
    family: 'protocol',
    grades: 'system',
    describes: 'A service uses something more.',
    message: (change) => `${change.service} uses ${change.name} now.`,
    judge: (change, { after }) =>
      isAwaited(change, after)
        ? {
            ...inAnyOrder(
              'risky',
              `The new version of the provider waits for the answer of ${change.service}, which the old version does not give.`,
            ),
            providerFirst: false,
          }
        : inAnyOrder('compatible', 'Whoever provides it does so already or is judged by itself.'),
    advice: () => 'Release the new responder before the provider that waits for it.',
  },
  'use-removed': {
    id: 'use-removed',
    family: 'protocol',
    grades: 'system',
    describes: 'A service no longer uses something.',
    message: (change) => `${change.service} no longer uses ${change.name}.`,
    judge: (change, { before }) =>
      isAwaited(change, before)
        ? {
            ...inNoOrder('undecided', `The old version of the provider waits for the answer of ${change.service} until its deadline.`),
            providerFirst: true,
          }
        : inAnyOrder('compatible', 'Nobody waits for it.'),
    advice: () => 'Release the provider that no longer waits for it first.',
  },
} as const satisfies RuleFamily<
  | 'service-added'
  | 'service-removed'
  | 'interaction-added'
  | 'interaction-removed'
  | 'interaction-renamed'
  | 'pattern-changed'
  | 'transport-changed'
  | 'channel-changed'
  | 'encoding-changed'
  | 'address-changed'
  | 'policy-changed'
  | 'payload-added'
  | 'payload-removed'
  | 'use-added'
  | 'use-removed'
>;

/** Both sides must say the same of how they meet: the old and the new version do not find or understand each other. */
function moved<K extends ChangeKind>(id: K, describes: string, what: string): SystemRule<K> {
  return {
    id,
    family: 'protocol',
    grades: 'system',
    describes,
    message: (change) => `The ${what} changed: ${spellChange(change)}.`,
    judge: (change, { users }) => {
      if (users.before.length === 0) {
        const why = users.after.length > 0 ? 'Nobody used it until now' : 'No service of this project uses it';
        return { ...inAnyOrder('risky', `${why}; somebody outside may.`), usersFirst: users.after.length === 0 };
      }
      const parties = listNames([...new Set([...users.before, ...users.after])].sort(), 'whoever uses it');
      const why = `As long as ${change.service} and ${parties} run different versions, they miss each other's messages.`;
      return { ...inNoOrder('breaking', why, valuesOf(change)), usersFirst: users.after.length === 0 };
    },
    advice: () => 'Add a second major of the interaction beside the first, and remove the first once nobody uses it.',
  };
}

/** Nobody relies on what is new; but a queue that is bound by a pattern may get it unasked. */
function judgeAddition(change: Change, { after, users }: Situation): Judgement {
  const interaction = after.interactions.get(change.name);
  const stray = interaction && findStray({ system: after, interaction });
  const order = { providerFirst: true, usersFirst: users.after.length === 0 };
  if (stray) {
    const why = `Messages sent as ${JSON.stringify(stray.key)} also reach ${listNames(stray.queues, '')}, whose binding stands for that key.`;
    return { verdict: 'risky', why, ...order };
  }
  const why = users.after.length > 0 ? `${listNames(users.after, '')} must not use it before it is there.` : 'Nobody relies on it yet.';
  return { verdict: 'compatible', why, ...order };
}

function judgeRemoval(change: Change, situation: Situation, what: string): Judgement {
  const { users } = situation;
  const others = users.before.filter((user) => user !== change.service);
  const still = users.after.filter((user) => user !== change.service);
  if (others.length === 0 && still.length === 0) return judgeUnused(change, situation, what);
  const names = listNames([...new Set([...others, ...still])].sort(), '');
  const why =
    still.length > 0
      ? `${names} would look for ${what} in vain.`
      : `${names} would look for ${what} in vain as long as an old version runs.`;
  return { ...inNoOrder('breaking', why, { kind: 'values', before: change.name }), usersFirst: still.length === 0 };
}

/** What nobody uses may go when it was said to: who is outside the project had the time that was promised. */
function judgeUnused(change: Change, { before, after, today }: Situation, what: string): Judgement {
  const nobody = `No service of this project uses ${what}`;
  const remove = before.interactions.get(change.name)?.deprecated?.remove;
  if (remove === undefined) return inAnyOrder('risky', `${nobody}; somebody outside may.`);
  const version = findContract(after, change.service)?.version;
  const isDue = isDate(remove) ? today >= remove : version !== undefined && isReached(version, remove);
  return isDue
    ? inAnyOrder('compatible', `${nobody}, and it was to go with ${remove}.`)
    : inAnyOrder('risky', `${nobody}, but somebody outside was promised that it stays until ${remove}.`);
}

/** Whether a version is not below another; what is no version is never reached. */
function isReached(version: string, bound: string): boolean {
  return valid(version) !== null && valid(bound) !== null && gte(version, bound);
}

function judgePayloadSet(change: Change, why: string): Judgement {
  if (change.payload?.role === 'error') return inAnyOrder('compatible', why);
  return inNoOrder('undecided', 'Whether both versions still understand each other depends on more than schemas.');
}

function isAwaited(change: Change, system: Situation['before']): boolean {
  const interaction = system.contracts.flatMap((contract) => contract.provides).find((one) => one.id === change.name);
  if (interaction?.pattern !== 'publish-async-responses') return false;
  const use = system.contracts.find((contract) => contract.service === change.service)?.uses.find((one) => one.id === change.name);
  return interaction.responders ? interaction.responders.includes(change.service) : use?.respond === true;
}
