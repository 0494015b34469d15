/** What users may do on a server: read, tried and changed. Users are the server's, whatever database is used, so their marks stand in database 0. */
import { Failure } from '../../../diagnostics/failure.ts';
import { compareVersions } from '../../../topology/broker-features.ts';
import type { ActualResource, ActualTopology, Resource } from '../../../topology/model.ts';
import type { Refusal } from '../../../topology/port.ts';
import { isApplicable, type Step } from '../../../topology/steps.ts';
import { type Categories, categoriesIn, selectorOf, spelledOut, wordsIn } from '../acl-rules.ts';
import { explain, failureOf } from '../explain.ts';
import { isRefused, listOf, mapOf, type Refused, type Reply, textOf } from '../replies.ts';
import { compareUsers, foundUser, OPTIONAL, USERS_HASH } from '../user-rights.ts';
import { ALL_CONNECTING, lackingIn, savesUsers, setUser } from './change-rights.ts';
import type { Connection } from './connection.ts';
import { queue } from './rehearse.ts';

/** What is there of users: what was found, or why it may not be looked at. */
export type FoundUsers = Required<Pick<ActualTopology, 'notes'>> &
  Pick<ActualTopology, 'unseen'> & { readonly resources: readonly ActualResource[] };

/** Before it a server cannot tell reading a key from writing it, nor allow a command for some keys only. */
const SELECTORS_SINCE = '7.0.0';

/**
 * Reads the users that are wanted and those whose rights the project keeps; nobody else's. A server tells of a user's rights and of what proves its
 * passwords at once: of the latter nothing is kept. Throws `Failure`.
 */
export async function readUsers(connection: Connection, wanted: readonly Resource[], project: string): Promise<FoundUsers> {
  const facts = await connection.facts();
  const version = facts.get('redis_version');
  if (version !== undefined && compareVersions(version, SELECTORS_SINCE) < 0) {
    return unseen(`This server is Redis ${version}, and rights for some keys only are there since 7.0.`);
  }
  const [[reply] = []] = await connection.run([{ key: USERS_HASH, commands: [['HGETALL', USERS_HASH]] }]);
  if (isRefused(reply) && /^WRONGTYPE/.test(reply.error)) throw notOurUsers(connection);
  if (isRefused(reply)) return unreadable(reply, connection, `read whose users are (HGETALL ${USERS_HASH})`);
  const owners = new Map([...mapOf(reply)].map(([name, owner]) => [name, textOf(owner) ?? '']));
  const ours = [...owners].flatMap(([name, owner]) => (owner === project ? [name] : []));
  const names = [...new Set([...wanted.map(({ name }) => name), ...ours])].sort();
  if (names.length === 0) return { resources: [], notes: [] };
  const nodes = await connection.everywhere([ALL_CONNECTING, ...names.map((name) => ['ACL', 'GETUSER', name] as const)]);
  const refused = nodes.flat().find(isRefused);
  if (refused) return unreadable(refused, connection, 'read the rights of users (ACL GETUSER)');
  const categories = await readCategories(connection, nodes.flat());
  if ('error' in categories) return unreadable(categories, connection, 'read what categories of commands hold (ACL CAT)');
  const read = nodes.map(([known, ...users]) => ({ lacking: lackingIn(known), users }));
  const resources = names.flatMap((name, index): readonly ActualResource[] => {
    const found = read.map(({ lacking, users }) => userIn(name, users[index], { lacking, categories }));
    const owner = owners.get(name);
    const wish = wanted.find((each) => each.name === name);
    const user = worst(found, wish) ?? (owner === undefined || (owner === project && wish) ? undefined : { ...GONE, name });
    return user ? [{ ...user, ...(owner !== undefined && { owner }) }] : [];
  });
  const isOpen = names.filter((_, index) => read.some(({ users }) => listOf(mapOf(users[index]).get('flags')).includes('nopass')));
  return { resources, notes: [...isOpen.map(openNote), ...(await keepingNotes(connection, facts))] };
}

/** A user that is there no more, of which only the mark is left. */
const GONE = { kind: 'user', attributes: {} } as const;

type Knowing = { readonly lacking: readonly string[]; readonly categories: Categories };

function userIn(name: string, reply: Reply | undefined, { lacking, categories }: Knowing): Resource | undefined {
  const told = mapOf(reply);
  if (told.size === 0) return undefined;
  const [root, ...selectors] = partsOf(told).map((part) => selectorOf(spelledOut(part, categories)));
  // Without commands it allows nothing, whatever its keys.
  return root && foundUser(name, { root, selectors: selectors.filter(({ commands }) => commands.length > 0) }, lacking);
}

/** The words of what stands outside of all selectors, and of each selector. */
function partsOf(user: ReadonlyMap<string, Reply>): readonly (readonly string[])[] {
  return [user, ...listOf(user.get('selectors')).map(mapOf)].map((part) =>
    ['commands', 'keys', 'channels'].flatMap((kind) => wordsIn(textOf(part.get(kind)) ?? '')),
  );
}

/** What the categories hold that are named in the rights of these users. */
async function readCategories(connection: Connection, users: readonly Reply[]): Promise<Categories | Refused> {
  const names = [...new Set(users.flatMap((user) => partsOf(mapOf(user)).flatMap(categoriesIn)))].sort();
  const [lists = []] = names.length === 0 ? [] : await connection.everywhere(names.map((name) => ['ACL', 'CAT', name] as const));
  const refused = lists.find(isRefused);
  return refused ?? new Map(names.map((name, index) => [name, listOf(lists[index]).map((command) => textOf(command) ?? '')]));
}

/** Of the nodes of a cluster, each of which has users of its own, the one where most is to be done; undefined where no node has the user. */
function worst(found: readonly (Resource | undefined)[], wanted: Resource | undefined): Resource | undefined {
  const [first] = found.flatMap((user) => user ?? []);
  if (!first) return undefined;
  const everywhere = found.map((user) => user ?? { ...first, attributes: {} });
  return (wanted && everywhere.find((user) => compareUsers(wanted, user).length > 0)) ?? first;
}

function unseen(reason: string): FoundUsers {
  return { resources: [], notes: [], unseen: { kinds: ['user'], reason: `The rights of users cannot be read. ${reason}` } };
}

/** Who may not look at users may do all the rest. */
function unreadable(refused: Refused, connection: Connection, doing: string): FoundUsers {
  if (refused.isLost) throw failureOf(refused, connection.access, doing);
  if (/unknown command|unknown subcommand/i.test(refused.error)) return unseen(NO_USERS);
  return unseen(explain(refused));
}

const NO_USERS = 'This server has no command ACL: it is older than Redis 6, or whoever runs it keeps its users in another place.';

function openNote(user: string): string {
  return `User "${user}" needs no password, so whoever reaches the server has its rights: ACL SETUSER ${user} resetpass takes that back, and passwords with it.`;
}

/** Where rights do not last, or do not reach. */
async function keepingNotes(connection: Connection, facts: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const saves = await savesUsers(connection);
  const replicas = Number(facts.get('connected_slaves') ?? 0);
  return [
    ...(saves === undefined ? [KEPT_UNKNOWN] : saves ? [] : [NOT_KEPT]),
    ...(replicas > 0 ? [`${replicas === 1 ? 'A replica follows' : `${replicas} replicas follow`} this server. ${NOT_COPIED}`] : []),
  ];
}

const NOT_KEPT =
  'The server has no file for its users (aclfile), so their rights and passwords are gone when it restarts, and msgctl gives the rights anew. CONFIG REWRITE keeps them in its configuration file, or set aclfile.';
const KEPT_UNKNOWN =
  'Whether rights outlive a restart of the server is not known, as the user that msgctl logs in as may not run CONFIG GET; aclfile should name a file.';
const NOT_COPIED = 'Users are not copied to replicas: where one takes over, services have no rights there. Provision each of them as well.';

/**
 * Asks the server whether it would take these steps on users, as for all others; of steps that wait for consent it is not asked, as who may only look
 * shall see them. Throws `Failure` where a right is missing; gives the steps that msgctl itself does not do.
 */
export async function rehearseUsers(connection: Connection, steps: readonly Step[], project: string): Promise<readonly Refusal[]> {
  if (steps.length === 0) return [];
  const self = await connection.ask(['ACL', 'WHOAMI']);
  const own = textOf(isRefused(self) ? undefined : self) ?? connection.access.login?.user ?? 'default';
  const refusals = steps.flatMap((step): readonly Refusal[] => {
    const { name } = step.resource;
    if (name === own) return [{ step, reason: OWN_RIGHTS }];
    return /[\s\0]/.test(name) ? [{ step, reason: 'Redis takes no user whose name has a space.' }] : [];
  });
  const refused = new Set(refusals.map(({ step }) => step));
  const asked = steps.filter((step) => isApplicable(step) && !refused.has(step));
  const commands = asked.flatMap((step) => [['HSETNX', USERS_HASH, step.resource.name, project] as const, setUser(step, OPTIONAL)]);
  if (commands.length > 0) {
    const save = (await savesUsers(connection)) === true ? [['ACL', 'SAVE'] as const] : [];
    await queue(
      connection,
      [...commands, ['HDEL', USERS_HASH, ''] as const, ...save].map((command) => ({ key: USERS_HASH, command })),
    );
  }
  return refusals;
}

const OWN_RIGHTS = 'msgctl is logged in as this user and would take away its own rights. Let it log in as another one.';

function notOurUsers({ access }: Connection): Failure {
  return new Failure('broker-refused', {
    message: `Transport "${access.endpoint.transport}": the key ${USERS_HASH} at ${access.endpoint.where} is no hash.`,
    why: 'It tells which project keeps the rights of which user, and somebody uses it for something else. Nothing was changed.',
    advice: 'Free the key in database 0.',
  });
}
