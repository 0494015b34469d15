import type { Transport } from '../../contract/model.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { type TlsOptions, textOption, tlsOf } from '../tls.ts';
import type { Endpoint } from '../unreachable.ts';
import { vhostOf } from './vhost.ts';

/** One of the two doors of a RabbitMQ: where it is and as whom to enter. The password never leaves this value. */
export type Door = {
  readonly endpoint: Endpoint;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** What stands before every path of the API (`/rabbit`); empty for AMQP. */
  readonly path: string;
  readonly user: string;
  readonly password: string;
};

/** How to reach a RabbitMQ: AMQP for what is made, the management API for what is there. */
export type Access = {
  readonly vhost: string;
  readonly amqp: Door;
  readonly management: Door;
  /** The management API is not to be used (`management: none`). */
  readonly overAmqp: boolean;
  readonly tls: TlsOptions;
};

/**
 * How a transport's options say to reach its RabbitMQ. Where they do not name the management API it is on the same host at its usual port
 * (15672, 15671 with TLS), with the same user. Throws `Failure` for an address that cannot be understood.
 */
export function accessOf(transport: Transport): Access {
  const { options } = transport;
  const amqpUrl = parseUrl(transport, 'url', textOption(options.url) ?? 'amqp://localhost', ['amqp:', 'amqps:']);
  const login = { user: decode(amqpUrl.username) || 'guest', password: amqpUrl.username === '' ? 'guest' : decode(amqpUrl.password) };
  const secure = amqpUrl.protocol === 'amqps:';
  const usual = `${secure ? 'https' : 'http'}://${amqpUrl.hostname}:${secure ? 15671 : 15672}`;
  const written = textOption(options.management);
  const overAmqp = written === 'none';
  const managementUrl = parseUrl(transport, 'management', overAmqp ? usual : (written ?? usual), ['http:', 'https:']);
  const own = managementUrl.username === '' ? login : { user: decode(managementUrl.username), password: decode(managementUrl.password) };
  return {
    vhost: vhostOf(transport),
    amqp: { ...doorOf(transport, amqpUrl, 'RabbitMQ', secure ? 5671 : 5672), ...login, secure, path: '' },
    management: {
      ...doorOf(transport, managementUrl, 'the management API of RabbitMQ', managementUrl.protocol === 'https:' ? 443 : 80),
      ...own,
      secure: managementUrl.protocol === 'https:',
      path: managementUrl.pathname.replace(/\/+$/, ''),
    },
    overAmqp,
    tls: tlsOf(options.tls) ?? {},
  };
}

function doorOf({ name }: Transport, url: URL, what: string, usualPort: number): Pick<Door, 'endpoint' | 'host' | 'port'> {
  const port = url.port === '' ? usualPort : Number(url.port);
  return { endpoint: { transport: name, what, where: `${url.hostname}:${port}` }, host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

function parseUrl({ name }: Transport, key: string, text: string, protocols: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && protocols.includes(url.protocol) && url.hostname !== '') return url;
  throw new Failure('malformed-address', {
    message: `Transport "${name}": its "${key}" is no address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`,
    why: 'Without it nothing can be read or changed there.',
    advice: `Write for example ${key}: ${protocols[0]}//localhost:${key === 'url' ? 5672 : 15672}. A user or password with special characters must be percent-encoded.`,
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
