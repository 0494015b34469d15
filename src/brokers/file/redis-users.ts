/**
 * Lines of a Redis command file about users: `ACL SETUSER`, and the mark of the project that keeps their rights. A command with a word that a server does
 * not know is not run at all, so what only newer ones have is left out.
 */
import type { ActualResource, Resource } from '../../topology/model.ts';
import { rulesOf } from '../redis/acl-rules.ts';
import { foundUser, OPTIONAL, settingOf, USERS_HASH } from '../redis/user-rights.ts';

/** What a line says of a user: some of the words that make its rights, or whose they are. */
export type UserLine =
  | { readonly kind: 'rights'; readonly user: string; readonly words: readonly string[] }
  | { readonly kind: 'mark'; readonly user: string; readonly owner: string };

/** What the words of a line say of a user; undefined for any other line. */
export function userLineOf(words: readonly string[]): UserLine | undefined {
  const [command, second, third, ...rest] = words;
  if (command?.toUpperCase() === 'ACL' && second?.toUpperCase() === 'SETUSER' && third !== undefined) {
    return { kind: 'rights', user: third, words: rest };
  }
  const [owner] = rest;
  const isMark =
    command?.toUpperCase() === 'HSET' && second === USERS_HASH && third !== undefined && owner !== undefined && rest.length === 1;
  return isMark ? { kind: 'mark', user: third, owner } : undefined;
}

/** The users that lines make, each by all of its lines together. */
export function usersIn(lines: readonly UserLine[]): readonly ActualResource[] {
  const names = [...new Set(lines.flatMap((line) => (line.kind === 'rights' ? [line.user] : [])))];
  const owners = new Map(lines.flatMap((line) => (line.kind === 'mark' ? [[line.user, line.owner]] : [])));
  return names.map((name) => {
    const owner = owners.get(name);
    return { ...foundUser(name, rulesOf(wordsFor(name, lines)), OPTIONAL), ...(owner !== undefined && { owner }) };
  });
}

/** The commands for a user of ours. What lines that they replace say of its login, and of its passwords, is said on. */
export function userCommands({ name, ...rest }: Resource, project: string, replaced: readonly UserLine[]): readonly (readonly string[])[] {
  const login = loginWords(wordsFor(name, replaced));
  return [
    ['HSET', USERS_HASH, name, project],
    ['ACL', 'SETUSER', name, ...login, ...settingOf({ name, ...rest }, OPTIONAL)],
  ];
}

/** The commands that are left of a user whose rights are taken away: how it logs in, where that was said. */
export function remainsOf(name: string, replaced: readonly UserLine[]): readonly (readonly string[])[] {
  const login = loginWords(wordsFor(name, replaced));
  return login.length === 0 ? [] : [['ACL', 'SETUSER', name, ...login]];
}

function wordsFor(name: string, lines: readonly UserLine[]): readonly string[] {
  return lines.flatMap((line) => (line.kind === 'rights' && line.user === name ? line.words : []));
}

/** Words about how a user logs in: `on`, `>password`, `#hash`, `nopass`; and what `reset` says of it, which would give no rights of ours back. */
function loginWords(words: readonly string[]): readonly string[] {
  const plain = words.flatMap((word) => (/^reset$/i.test(word) ? ['off', 'resetpass', 'sanitize-payload'] : [word]));
  return plain.filter((word) => /^[><#!]|^(?:on|off|nopass|resetpass|(?:skip-)?sanitize-payload)$/i.test(word));
}
