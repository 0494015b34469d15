/** What services do with keys, as selectors of an ACL, and the users that may do it: docs/decisions/0044-redis-users.md. */
import type { JsonValue } from '../../source/json.ts';
import { attribute, compareAttributes } from '../../topology/compare.ts';
import type { Resource } from '../../topology/model.ts';
import type { FieldChange } from '../../topology/steps.ts';
import { type Rules, type Selector, wordsOf } from './acl-rules.ts';

/** The hash of database 0 that tells which project keeps the rights of which user. */
export const USERS_HASH = 'msgctl:users';

/**
 * The commands that each thing a service does takes. Each is a selector, so that a command is allowed for the keys of what it is needed for and no
 * others; several of them with the same commands would be one.
 */
export const DOINGS = {
  /** Put a message where somebody else reads: answers, dead letters. */
  add: ['xadd'],
  /** Make, read and keep alive the stream of the answers to this process. */
  await: ['del', 'pexpire', 'xadd', 'xread', 'xtrim'],
  /** Put aside what is tried again, and take what is due. */
  due: ['zadd', 'zrange', 'zrem'],
  /** Take messages in a group, and those of consumers that are gone. */
  receive: ['xack', 'xautoclaim', 'xclaim', 'xgroup|delconsumer', 'xinfo|consumers', 'xpending', 'xreadgroup'],
  /** Remember what was handled. */
  remember: ['del', 'get', 'set'],
  /** Do several of these in one step; each command of a script is allowed by itself. */
  script: ['eval', 'evalsha'],
  /** Send, and trim what all groups have done. */
  send: ['xadd', 'xinfo|groups', 'xpending', 'xtrim'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** One of the things that a service does with keys. */
export type Doing = keyof typeof DOINGS;

/** What a client does without any key: connect, look who it talks to, find the nodes of a cluster, and do several things in one transaction. */
export const CONNECTING: readonly string[] = [
  'client|setinfo',
  'client|setname',
  'cluster|info',
  'cluster|nodes',
  'cluster|shards',
  'cluster|slots',
  'discard',
  'exec',
  'info',
  'multi',
  'ping',
];

/** Commands that are older servers do not have, and clients do without. */
export const OPTIONAL: readonly string[] = ['client|setinfo'];

/** Of a user that was found: the optional commands that its server does not have. Never a difference by itself. */
const LACKING = 'lacking';

/** A user and what it may do: `commands` without keys, and the keys of each doing. */
export function userResource(name: string, commands: readonly string[], keys: ReadonlyMap<Doing, Iterable<string>>): Resource {
  const doings = [...keys].map(([doing, patterns]) => [doing, [...new Set(patterns)].sort()] as const).sort(byName);
  return { kind: 'user', name, attributes: { commands: [...commands].sort(), ...Object.fromEntries(doings) } };
}

/** A user as a server or a file has it. `lacking`: optional commands that the server does not know. */
export function foundUser(name: string, { root, selectors }: Rules, lacking: readonly string[] = []): Resource {
  const attributes = new Map<string, JsonValue>([['commands', root.commands]]);
  if (root.keys.length > 0) attributes.set('keys', root.keys);
  if (root.channels.length > 0) attributes.set('channels', root.channels);
  for (const selector of selectors) {
    const [label, value] = labelled(selector);
    let free = label;
    // Two selectors that allow the same allow no command that takes keys of both.
    for (let count = 2; attributes.has(free); count += 1) free = `${label} ${count}`;
    attributes.set(free, value);
  }
  if (lacking.length > 0) attributes.set(LACKING, lacking);
  return { kind: 'user', name, attributes: Object.fromEntries(attributes) };
}

/** A selector of ours by what it is for, any other by what it allows. */
function labelled(selector: Selector): readonly [string, JsonValue] {
  const { commands, keys, channels } = selector;
  const doing = channels.length > 0 ? undefined : Object.entries(DOINGS).find(([, own]) => own.join(' ') === commands.join(' '))?.[0];
  return [doing ?? `(${wordsOf({ commands, keys: [], channels }).join(' ')})`, keys];
}

/** The words of ACL SETUSER that give a user of ours its rights, whole, and take all others. Its login and its passwords stay as they are. */
export function settingOf({ attributes }: Resource, lacking: readonly string[] = []): readonly string[] {
  const commands = textsOf(attributes.commands).filter((command) => !lacking.includes(command));
  const selectors = Object.entries(DOINGS).flatMap(([doing, allowed]) => {
    const keys = Object.hasOwn(attributes, doing) ? textsOf(attributes[doing]) : [];
    return keys.length === 0 ? [] : [`(${wordsOf({ commands: allowed, keys, channels: [] }).join(' ')})`];
  });
  return [...NO_RIGHTS, ...wordsOf({ commands, keys: [], channels: [] }), ...selectors];
}

/** The words of ACL SETUSER that take all rights of a user away. */
export const NO_RIGHTS: readonly string[] = ['nocommands', 'resetkeys', 'resetchannels', 'clearselectors'];

/** What differs between the rights of a user and what they shall be, all of them. */
export function compareUsers(desired: Resource, actual: Resource): readonly FieldChange[] {
  const lacking = textsOf(attribute(actual, LACKING));
  const commands = textsOf(desired.attributes.commands).filter((command) => !lacking.includes(command));
  const whole: Resource = { kind: desired.kind, name: desired.name, attributes: { ...desired.attributes, commands } };
  return compareAttributes(whole, actual).filter(({ name }) => name !== LACKING);
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
