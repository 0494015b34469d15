/** The management API of a RabbitMQ, over connections that are kept open. */
import http from 'node:http';
import https from 'node:https';
import { Failure } from '../../../diagnostics/failure.ts';
import { type JsonValue, ownProperty } from '../../../source/json.ts';
import { checkTls } from '../../admin/check-tls.ts';
import { loginRefused, unreachable } from '../../unreachable.ts';
import type { Access, Door } from '../access.ts';
import { quoteWord } from '../vhost.ts';

/** What the API answered: the status, and the body where it is JSON. */
export type Answer = { readonly status: number; readonly body: JsonValue | undefined };

/** Asks the management API. */
export type Management = {
  /** Reads something that must be there. Throws `Failure` when it cannot be read; a status of `missing` (404) gives undefined. */
  read(path: string, what: string): Promise<JsonValue | undefined>;
  /** Sends a request and gives the answer, whatever its status. Throws `Failure` when there is none. */
  send(method: 'PUT' | 'DELETE', path: string, body?: JsonValue): Promise<Answer>;
  close(): void;
};

/** How long an answer may take, in milliseconds: listing ten thousand queues takes less than one second. */
const TIMEOUT = 30_000;
const CONNECTIONS = 8;
/** On how many new connections a request is sent at most. */
const ATTEMPTS = 3;
/** That the other side closed a connection. */
const CLOSED: readonly (string | undefined)[] = ['ECONNRESET', 'EPIPE'];

/** Opens the management API; nothing is sent yet. Throws `Failure` for certificates or keys that cannot be read. */
export function openManagement({ management: door, tls, overAmqp, vhost }: Access): Management {
  checkTls(door.endpoint.transport, tls);
  if (overAmqp) return unusedManagement(door);
  const agent = door.secure
    ? new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS, ...tls })
    : new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const call = (method: string, path: string, body?: JsonValue) => request({ door, agent }, { method, path, body });
  return {
    async read(path, what) {
      const answer = await call('GET', path);
      if (answer.status === 200 && answer.body !== undefined) return answer.body;
      if (answer.status === 404) return undefined;
      throw isShutOut(answer) ? shutOut(door, vhost) : unreadable(door, what, answer);
    },
    send: call,
    close: () => agent.destroy(),
  };
}

/** What is there where the project says `management: none`: whoever asks is told that, as one who lacks the right. */
function unusedManagement({ endpoint }: Door): Management {
  const refuse = () =>
    Promise.reject(
      new Failure('right-missing', {
        message: `Transport "${endpoint.transport}": this takes the management API, and the project says "management: none".`,
        why: 'Over AMQP alone little is seen. Nothing was changed.',
        advice: 'Say in the project file where the management API is.',
      }),
    );
  return { read: refuse, send: refuse, close: () => undefined };
}

type Connection = { readonly door: Door; readonly agent: http.Agent };
type Request = { readonly method: string; readonly path: string; readonly body: JsonValue | undefined };

/**
 * Sends a request. One whose connection is closed before all of the answer is there is sent again, on another one: all can be sent twice. That is
 * usual for a connection that was idle while somebody thought about the plan; a new one a busy broker closes where it did not come to listen in time.
 */
function request(connection: Connection, asked: Request, attempts = ATTEMPTS): Promise<Answer> {
  const { door, agent } = connection;
  const { method, path, body } = asked;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const options = {
    agent,
    method,
    host: door.host,
    port: door.port,
    path: `${door.path}${path}`,
    auth: `${door.user}:${door.password}`,
    timeout: TIMEOUT,
    headers: text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
  };
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const left = sent.reusedSocket ? attempts : attempts - 1;
      if (CLOSED.includes(error.code) && left > 0) resolve(request(connection, asked, left));
      else reject(unreachable(door.endpoint, error));
    };
    const sent = (door.secure ? https : http).request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', fail);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: parseBody(Buffer.concat(parts).toString('utf8')) }));
    });
    sent.once('timeout', () => sent.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    sent.once('error', fail);
    sent.end(text);
  });
}

function parseBody(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The failure for an answer that is not what RabbitMQ gives: nothing may be taken for absent because of it. */
export function notRabbitmq({ endpoint }: Door, what: string): Failure {
  return new Failure('broker-refused', {
    message: `Transport "${endpoint.transport}": what answers at ${endpoint.where} to reading ${what} is not the management API of RabbitMQ.`,
    why: 'What is there cannot be told from such an answer, so nothing was changed.',
    advice: 'Check "management" in the project file: it is the address of the management API, without "/api". A proxy may stand before it.',
  });
}

/** Whether the user is known and may not enter the virtual host (measured on 3.10 and 4.0: 401). */
function isShutOut({ status, body }: Answer): boolean {
  return status === 401 && /access virtual host/i.test(String(ownProperty(body, 'reason')));
}

function shutOut({ endpoint: { transport, where }, user }: Door, vhost: string): Failure {
  return new Failure('right-missing', {
    message: `Transport "${transport}": user "${user}" may not enter virtual host "${vhost}" at ${where}.`,
    why: 'A plan compares everything that is there. Without reading it nothing can be compared, so nothing was changed.',
    advice: `Give the user permissions there: rabbitmqctl set_permissions --vhost ${quoteWord(vhost)} ${quoteWord(user)} ".*" ".*" ".*".`,
  });
}

/** Why the API would not let something be read: no such user, or one without the right (measured on 3.10 and 4.0: both are 401). */
function unreadable(door: Door, what: string, { status, body }: Answer): Failure {
  const said = typeof body === 'object' && body !== null && 'reason' in body ? String(body.reason) : '';
  const { transport, where } = door.endpoint;
  if (status === 401 && /login failed|not.authori[sz]ed$|^$/i.test(said)) return loginRefused(door.endpoint, door.user);
  if (status === 401 || status === 403) {
    return new Failure('right-missing', {
      message: `Transport "${transport}": user "${door.user}" may not read ${what} through the management API at ${where}.`,
      why: 'A plan compares everything that is there. Without reading it nothing can be compared, so nothing was changed.',
      advice: `Give the user the tag "policymaker", which lets it read and write policies as well: rabbitmqctl set_user_tags ${quoteWord(door.user)} policymaker.`,
    });
  }
  return new Failure('broker-refused', {
    message: `Transport "${transport}": the management API at ${where} answered ${status} to reading ${what}.`,
    why: said === '' ? 'It may be another server than RabbitMQ.' : `It said: ${said}`,
    advice: 'Check "management" in the project file: it is the address of the management API, without "/api".',
  });
}
