import type { Transport } from '../../contract/model.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { type TlsOptions, textOption, tlsOf } from '../tls.ts';
import type { Endpoint } from '../unreachable.ts';

/** How to reach a Redis or Valkey server. The password never leaves this value. */
export type RedisAccess = {
  readonly endpoint: Endpoint;
  readonly host: string;
  readonly port: number;
  /** Undefined: without TLS. */
  readonly tls?: TlsOptions;
  /** Undefined where the address gives none; a password without a user is that of the user "default". */
  readonly login?: { readonly user: string; readonly password: string };
  readonly database: number;
};

const USUAL_PORT = 6379;

/** How a transport's options say to reach its server. Throws `Failure` for an address that cannot be understood. */
export function accessOf(transport: Transport): RedisAccess {
  const { name, options } = transport;
  const url = parseUrl(transport, textOption(options.url) ?? 'redis://localhost');
  const port = url.port === '' ? USUAL_PORT : Number(url.port);
  const [user, password] = [decode(url.username), decode(url.password)];
  const tls = tlsOf(options.tls);
  return {
    endpoint: { transport: name, what: 'Redis', where: `${url.hostname}:${port}` },
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    ...((url.protocol === 'rediss:' || tls) && { tls: tls ?? {} }),
    // A user whose password is missing, perhaps for an empty variable, must not become another one who needs none.
    ...((password !== '' || !['', 'default'].includes(user)) && { login: { user: user || 'default', password } }),
    database: databaseOf(transport, url.pathname),
  };
}

function databaseOf(transport: Transport, path: string): number {
  const [, digits] = /^\/?(\d{0,6})\/?$/.exec(path) ?? [];
  if (digits !== undefined) return Number(digits);
  throw malformed(transport, 'the path of its "url" is not the number of a database');
}

function parseUrl(transport: Transport, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '') return url;
  throw malformed(transport, 'its "url" is no address that begins with redis:// or rediss://');
}

/** What is wrong is not repeated: it may hold a password. */
function malformed({ name }: Transport, problem: string): Failure {
  return new Failure('malformed-address', {
    message: `Transport "${name}": ${problem}.`,
    why: 'Without it nothing can be read or changed there.',
    advice:
      'Write for example url: redis://localhost:6379/0, or rediss:// for TLS. A user or password with special characters must be percent-encoded.',
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
