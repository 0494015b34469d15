import { createSecureContext } from 'node:tls';
import { Failure } from '../../diagnostics/failure.ts';
import type { TlsOptions } from '../tls.ts';

/** Throws `Failure` for certificates or keys that cannot be read: drivers find out while connecting, and blame the broker or break. */
export function checkTls(transport: string, tls: TlsOptions): void {
  try {
    createSecureContext(tls);
  } catch (cause) {
    throw new Failure('malformed-tls', {
      message: `Transport "${transport}": what its "tls" gives as ca, cert or key cannot be read, or the passphrase is another.`,
      why: 'Without it no connection can be made. Nothing was changed.',
      advice: 'Each of them is a whole PEM text, for example a reference to a file of the project, and the key fits the certificate.',
      cause,
    });
  }
}
