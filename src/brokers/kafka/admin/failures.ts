import { Failure } from '../../../diagnostics/failure.ts';
import { type Endpoint, loginRefused, unreachable } from '../../unreachable.ts';
import type { KafkaAccess } from '../access.ts';
import { explain } from '../explain.ts';

/** What went wrong between msgctl and the brokers, for people. Bugs are given back as they are. */
export function failureOf(error: unknown, access: KafkaAccess): unknown {
  if (error instanceof Failure) return error;
  const chain = chainOf(error);
  return (
    loginFailure(chain, access, error) ??
    connectionFailure(chain, access, error) ??
    unknownRequest(chain, access, error) ??
    refusal(chain, access, error) ??
    error
  );
}

function loginFailure(chain: readonly LinkedError[], { endpoint, sasl }: KafkaAccess, cause: unknown): Failure | undefined {
  if (chain.some(({ type }) => type === 'UNSUPPORTED_SASL_MECHANISM')) {
    return new Failure('login-refused', {
      message: `Transport "${endpoint.transport}": Kafka at ${endpoint.where} does not offer the SASL mechanism "${sasl?.mechanism}".`,
      why: 'Without a login nothing can be read or changed there.',
      advice: 'Give "sasl.mechanism" one that the brokers offer: plain, scram-sha-256 or scram-sha-512.',
      cause,
    });
  }
  if (chain.some(({ type }) => type === 'ILLEGAL_SASL_STATE')) {
    return new Failure('login-refused', {
      message: `Transport "${endpoint.transport}": Kafka at ${endpoint.where} takes no login at this port.`,
      why: 'Whoever asks for one there is not answered.',
      advice: 'Leave "sasl" out, or give "brokers" the port that asks for a login.',
      cause,
    });
  }
  const isRefused = chain.some(({ name, type }) => name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED');
  return isRefused ? loginRefused(endpoint, sasl?.username ?? '', cause) : undefined;
}

function connectionFailure(chain: readonly LinkedError[], access: KafkaAccess, cause: unknown): Failure | undefined {
  const named = (...names: readonly string[]) => chain.find(({ name }) => names.includes(name));
  const connection = named('KafkaJSConnectionError', 'KafkaJSConnectionClosedError');
  const timeout = named('KafkaJSRequestTimeoutError', 'KafkaJSLockTimeout', 'KafkaJSTimeout');
  const place = placeOf(connection ?? timeout, access);
  if (connection?.message.includes('timeout') || timeout) return unreachable(place, coded('ETIMEDOUT', cause), place.advice);
  if (!connection) return undefined;
  return unreachable(place, typeof connection.code === 'string' ? connection : coded('ECONNRESET', cause), place.advice);
}

/** Where it failed: a cluster tells its clients where its brokers are, and that may be no place that can be reached from here. */
function placeOf(error: LinkedError | undefined, { endpoint, brokers }: KafkaAccess): Endpoint & { readonly advice?: string } {
  const broker = error?.broker;
  if (typeof broker !== 'string' || brokers.includes(broker)) return endpoint;
  return {
    ...endpoint,
    what: 'a broker of the Kafka cluster',
    where: broker,
    advice:
      'The cluster itself says that this broker is there (advertised.listeners): start it, or give it an address that can be reached from here.',
  };
}

function unknownRequest(chain: readonly LinkedError[], { endpoint }: KafkaAccess, cause: unknown): Failure | undefined {
  const unknown = chain.find(({ name }) => name === 'KafkaJSServerDoesNotSupportApiKey');
  if (!unknown) return undefined;
  return new Failure('broker-refused', {
    message: `Transport "${endpoint.transport}": Kafka at ${endpoint.where} does not offer the request ${unknown.apiName ?? 'that this takes'}.`,
    why: 'It is too old for what is asked for, or something that speaks like Kafka and is none.',
    advice: 'Leave out what needs it, or leave the transport out with --to.',
    cause,
  });
}

function refusal(chain: readonly LinkedError[], { endpoint }: KafkaAccess, cause: unknown): Failure | undefined {
  const code = chain.find((each) => typeof each.code === 'number')?.code;
  if (typeof code !== 'number') return chain.some(({ name }) => name.startsWith('KafkaJS')) ? unreachable(endpoint, cause) : undefined;
  return new Failure('broker-refused', {
    message: `Transport "${endpoint.transport}": Kafka at ${endpoint.where} refused a request. ${explain({ code })}`,
    why: 'Without its answer msgctl does not know what is there.',
    advice: 'Give the user that msgctl logs in as the rights that it lacks, or ask those who run the cluster.',
    cause,
  });
}

type LinkedError = Error & { readonly code?: unknown; readonly type?: unknown; readonly broker?: unknown; readonly apiName?: unknown };

function chainOf(error: unknown): readonly LinkedError[] {
  const chain: LinkedError[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < 6; at = at.cause) chain.push(at);
  return chain;
}

function coded(code: string, cause: unknown): Error {
  return Object.assign(new Error(code, { cause }), { code });
}
