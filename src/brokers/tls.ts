import { isObject, type JsonValue, ownProperty } from '../source/json.ts';

/** Whom to trust and how to identify, in the words of Node's TLS. */
export type TlsOptions = Readonly<Partial<Record<'ca' | 'cert' | 'key' | 'passphrase' | 'servername', string>>>;

/** What a transport's `tls` says; undefined where it says nothing or `false`, empty for the system's authorities (`true`). */
export function tlsOf(written: JsonValue | undefined): TlsOptions | undefined {
  if (written === true) return {};
  if (!isObject(written)) return undefined;
  const text = (key: string) => textOption(ownProperty(written, key));
  const options = { ca: text('ca'), cert: text('cert'), key: text('key'), passphrase: text('passphrase'), servername: text('server-name') };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** A text among a transport's options; undefined where there is none or an empty one. */
export function textOption(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
