import { Failure } from '../diagnostics/failure.ts';

/** What was to be reached: `what` in words with its article (`the management API of RabbitMQ`), `where` as host and port, never with a password. */
export type Endpoint = { readonly transport: string; readonly what: string; readonly where: string };

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known here',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no way to its network',
  ENETUNREACH: 'there is no way to its network',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  // What OpenSSL and Node say where TLS is begun and something else is answered.
  EPROTO: 'TLS was begun, and none is spoken at that port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'TLS was begun, and none is spoken at that port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'TLS was begun, and none is spoken at that port',
  HPE_INVALID_CONSTANT: 'what answers there speaks no HTTP',
};

const CERTIFICATES: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not trusted here',
  CERT_SIGNATURE_FAILURE: 'its certificate comes from an authority that is not trusted here',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
};

const USUAL_ADVICE =
  'Start it or correct its address in the project file, or leave the transport out with --to. An environment in which its "target" is file:DIR plans into files and needs no broker.';

/** The failure for a broker that could not be connected to: by the system's code, with what to do. Nothing was changed then. */
export function unreachable({ transport, what, where }: Endpoint, cause: unknown, advice = USUAL_ADVICE): Failure {
  const code = errorCode(cause);
  const certificate = lookUp(CERTIFICATES, code);
  if (certificate !== undefined) {
    return new Failure('broker-not-trusted', {
      message: `Transport "${transport}": ${what} at ${where} is not trusted: ${certificate}.`,
      why: 'Whoever answers there may be somebody else, and would get the password.',
      advice:
        'Check the address, or name the authority with "tls: { ca: … }", or the name on the certificate with "tls: { server-name: … }".',
      cause,
    });
  }
  const reason = lookUp(REASONS, code) ?? (code === undefined ? 'the connection failed' : `the connection failed (${code})`);
  return new Failure('broker-unreachable', {
    message: `Transport "${transport}": ${what} at ${where} cannot be reached: ${reason}.`,
    why: 'Every target is read before anything is changed, so nothing was changed.',
    advice,
    cause,
  });
}

/** The failure for a login that was refused. */
export function loginRefused({ transport, what, where }: Endpoint, user: string, cause?: unknown): Failure {
  return new Failure('login-refused', {
    message: `Transport "${transport}": ${what} at ${where} does not let user "${user}" in.`,
    why: 'The user is not known there, or the password is another. Nothing was changed.',
    advice: 'Correct the user and the password that the project file, or the variables it reads, give.',
    cause,
  });
}

/** The system's or TLS's code of an error, or of one that it was caused by. */
function errorCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = nextCause(at), depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

function nextCause(error: Error): unknown {
  // `AggregateError`: every address of a name was tried.
  return error instanceof AggregateError ? error.errors[0] : error.cause;
}

function lookUp(table: Readonly<Record<string, string>>, key: string | undefined): string | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
