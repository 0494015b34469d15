import type { Transport } from '../../contract/model.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { isObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { type TlsOptions, textOption, tlsOf } from '../tls.ts';
import type { Endpoint } from '../unreachable.ts';

/** How to log in. The password never leaves this value. */
type SaslLogin = {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
};

/** How to reach a Kafka cluster. */
export type KafkaAccess = {
  /** Each `host:port`; one that answers is enough. */
  readonly brokers: readonly string[];
  readonly endpoint: Endpoint;
  readonly clientId: string;
  readonly sasl?: SaslLogin;
  readonly tls?: TlsOptions;
  /** The id of the only cluster that is meant. */
  readonly cluster?: string;
};

const USUAL_PORT = 9092;

/** How a transport's options say to reach its Kafka. Throws `Failure` for an address that cannot be understood. */
export function accessOf(transport: Transport): KafkaAccess {
  const { name, options } = transport;
  const brokers = brokersOf(transport, options.brokers);
  const sasl = saslOf(options.sasl);
  const tls = tlsOf(options.tls);
  const cluster = textOption(options.cluster);
  return {
    brokers,
    endpoint: { transport: name, what: 'Kafka', where: brokers.join(', ') },
    clientId: textOption(options['client-id']) ?? 'msgctl',
    ...(sasl && { sasl }),
    ...(tls && { tls }),
    ...(cluster !== undefined && { cluster }),
  };
}

function brokersOf(transport: Transport, written: JsonValue | undefined): readonly string[] {
  const texts = Array.isArray(written) ? written.map(String) : [textOption(written) ?? 'localhost'];
  const addresses = texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const brokers = addresses.map((address) => brokerOf(address));
  const wrong = brokers.indexOf(undefined);
  if (wrong < 0 && brokers.length > 0) return brokers.flatMap((broker) => broker ?? []);
  throw new Failure('malformed-address', {
    message: `Transport "${transport.name}": ${wrong < 0 ? 'its "brokers" name none' : `number ${wrong + 1} of its "brokers" is not of the form host:port`}.`,
    why: 'Without it nothing can be read or changed there.',
    advice: 'Write for example brokers: kafka-1:9092,kafka-2:9092. A user and password are written in "sasl", not in the address.',
  });
}

/** A host's name or IPv4 address; kafkajs takes no IPv6 address. What is wrong is not repeated: it may hold a password. */
function brokerOf(address: string): string | undefined {
  const [, host, port] = /^([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?$/.exec(address) ?? [];
  return host !== undefined && Number(port ?? 1) <= 65_535 ? `${host}:${port ?? USUAL_PORT}` : undefined;
}

function saslOf(written: JsonValue | undefined): SaslLogin | undefined {
  if (!isObject(written)) return undefined;
  const text = (key: string) => textOption(ownProperty(written, key)) ?? '';
  return { mechanism: text('mechanism') as SaslLogin['mechanism'], username: text('username'), password: text('password') };
}
