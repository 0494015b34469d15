/** Carries messages over RabbitMQ, 3.10 and later. Published as `msgctl/runtime/rabbitmq`; it needs amqplib. */
import { RabbitmqLink } from './rabbitmq/rabbitmq-link.ts';
import type { Transport } from './transport.ts';

/** How to reach RabbitMQ. */
export type RabbitmqOptions = {
  /** `amqp://` or `amqps://`, with user, password and virtual host; several for the nodes of a cluster, which are tried in turn. */
  readonly url: string | readonly string[];
  /** Whom to trust and how to identify, for `amqps://`: what `tls.connect` of Node takes. */
  readonly tls?: {
    readonly ca?: string | Uint8Array;
    readonly cert?: string | Uint8Array;
    readonly key?: string | Uint8Array;
    readonly passphrase?: string;
    readonly servername?: string;
  };
  /** What the connection is called in RabbitMQ's management; the service and its instance where nothing is said. */
  readonly name?: string;
  /** Seconds between signs of life; 15 where nothing is said. A connection without any for twice as long is lost. */
  readonly heartbeat?: number;
};

const HEARTBEAT = 15;

/** Makes a transport; it connects when a bus opens it. Throws a `TypeError` where an address is none. */
export function rabbitmq({ url, tls = {}, name, heartbeat = HEARTBEAT }: RabbitmqOptions): Transport {
  const urls = addressesOf(url);
  for (const one of urls) checkAddress(one);
  return {
    kind: 'rabbitmq',
    open: (host) => new RabbitmqLink({ urls, socket: tls, heartbeat, name: name ?? `${host.service} ${host.instance}` }, host),
  };
}

/** At least one. Not everybody has a compiler that tells of a variable of the environment that is not set. */
function addressesOf(url: RabbitmqOptions['url'] | undefined): readonly string[] {
  const urls = typeof url === 'string' || url === undefined ? [url ?? ''] : url;
  if (urls.every((one) => one !== '') && urls.length > 0) return urls;
  throw new TypeError('RabbitMQ has no address: `url` is empty. Where it comes from a variable of the environment, is that set?');
}

/** An address holds a password, so that none is ever quoted. */
function checkAddress(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'amqp:' || parsed?.protocol === 'amqps:') return;
  throw new TypeError(`RabbitMQ's address is none: it begins with ${parsed ? parsed.protocol : 'no protocol'}, not with amqp: or amqps:.`);
}
