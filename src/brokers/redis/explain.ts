/** What the errors of Redis and Valkey mean, for people. The texts were collected on Redis 7.0 and Valkey 8.0. */
import { Failure } from '../../diagnostics/failure.ts';
import { loginRefused, unreachable } from '../unreachable.ts';
import type { RedisAccess } from './access.ts';
import type { Refused } from './replies.ts';

/** That there was no answer: whether it was done is not known. */
const LOST =
  'The connection to Redis was lost before it answered, so whether it was made is not known; provision again, which finishes it.';

type Meaning = { readonly pattern: RegExp; readonly means: (match: RegExpExecArray) => string };

const MEANINGS: readonly Meaning[] = [
  {
    pattern: /^NOPERM .*'([^']+)' command/,
    means: ([, command]) => `The user that msgctl logs in as may not run ${commandName(command)}.`,
  },
  { pattern: /^NOPERM .*key/, means: () => 'The user that msgctl logs in as has no right to this key.' },
  { pattern: /^NOPERM/, means: () => 'The user that msgctl logs in as has no right to do this.' },
  { pattern: /^READONLY/, means: () => 'This server is a replica, which takes no changes. Give "url" the address of its master.' },
  { pattern: /^OOM/, means: () => 'The memory of the server is used up to its limit (maxmemory), so it takes nothing new.' },
  { pattern: /^MISCONF/, means: () => 'The server could not save its data to disk and takes no changes until it can; its log says why.' },
  { pattern: /^NOREPLICAS/, means: () => 'The server has too few replicas at the moment and takes no changes (min-replicas-to-write).' },
  { pattern: /^LOADING/, means: () => 'The server is still loading its data from disk. Try again in a while.' },
  { pattern: /^BUSY /, means: () => 'A script keeps the server busy. Try again in a while.' },
  {
    pattern: /^(?:CLUSTERDOWN|MASTERDOWN|TRYAGAIN)/,
    means: () => 'A part of the cluster is not reachable at the moment. Try again in a while.',
  },
  { pattern: /^(?:MOVED|ASK) /, means: () => 'The cluster moved the key to another node meanwhile. Provision again.' },
  { pattern: /^WRONGTYPE/, means: () => 'A key of this name holds something else than a stream.' },
  { pattern: /requires the key to exist|no such key/i, means: () => 'The stream is not there any more. Plan again.' },
  {
    pattern: /unknown command|unknown subcommand/i,
    means: () => 'This server does not know the command; it may be older than Redis 5, or something in between.',
  },
  { pattern: /^ERR max number of clients/, means: () => 'The server has as many connections as it takes (maxclients).' },
];

/** Why the server did not do something: a sentence for people. */
export function explain({ error, isLost }: Refused): string {
  if (isLost) return LOST;
  for (const { pattern, means } of MEANINGS) {
    const match = pattern.exec(error);
    if (match) return means(match);
  }
  return 'Redis refused it. With --verbose its own words are shown.';
}

/** The failure for an answer without which nothing may be changed. `doing` says what was asked for, after "may not" or "to". */
export function failureOf(refused: Refused, access: RedisAccess, doing: string): Failure {
  const { endpoint } = access;
  const { error, isLost } = refused;
  if (isLost) return unreachable(endpoint, lostCause(error));
  if (/^(?:NOAUTH|WRONGPASS)|^ERR (?:invalid password|AUTH)|^ERR Client sent AUTH/.test(error)) return loginFailure(refused, access);
  const where = `Transport "${endpoint.transport}": Redis at ${endpoint.where}`;
  if (/^NOPERM/.test(error)) {
    return new Failure('right-missing', {
      message: `${where}: user "${access.login?.user ?? 'default'}" may not ${doing}. ${explain(refused)}`,
      why: 'What is only half allowed would be left half done. Nothing was changed.',
      advice: `Give the user the right: ACL SETUSER ${access.login?.user ?? 'default'} ${grantFor(error)}.`,
    });
  }
  return new Failure('broker-refused', {
    message: `${where} refused to ${doing}. ${explain(refused)}`,
    why: `It said: ${error.slice(0, 300)}`,
    advice: 'Nothing was changed. Ask those who run the server, or leave the transport out with --to.',
  });
}

/** A login that was refused, or one that is missing. */
function loginFailure({ error }: Refused, { endpoint, login }: RedisAccess): Failure {
  if (login) return loginRefused(endpoint, login.user, new Error(error));
  return new Failure('login-refused', {
    message: `Transport "${endpoint.transport}": Redis at ${endpoint.where} wants a login, and "url" gives none.`,
    why: 'Without it nothing can be read. Nothing was changed.',
    advice: 'Write redis://user:password@host, best with a variable of the environment; a password alone is redis://:password@host.',
  });
}

/** The driver says in its own words that there is no connection. */
function lostCause(error: string): Error {
  if (/timed? ?out|ETIMEDOUT/i.test(error)) return coded('ETIMEDOUT', error);
  const [, code] = /\b(E[A-Z]{4,}|[A-Z]+_[A-Z_]+)\b/.exec(error) ?? [];
  return coded(code ?? 'ECONNRESET', error);
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** `xgroup|create` as people write it. */
function commandName(command = ''): string {
  return command.replace('|', ' ').toUpperCase();
}

/** What ACL SETUSER must be told so that a command, or a key, is allowed. */
function grantFor(error: string): string {
  const [, command] = /'([^']+)' command/.exec(error) ?? [];
  return command === undefined ? '~KEY-PATTERN, for the streams of the contracts and for msgctl:owner' : `+${command}`;
}
