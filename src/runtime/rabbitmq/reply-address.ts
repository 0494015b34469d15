/** An address for answers: the exchange and the routing key, as in a URL's path. A name with none of a URL's own letters stands as it is. */

/** Writes it. */
export function formatReplyAddress(exchange: string, key: string): string {
  return `${encodeURIComponent(exchange)}/${encodeURIComponent(key)}`;
}

/** Reads it; `undefined` where it is none, or names the default exchange, by which whoever asks would have an answer put into any queue that there is. */
export function parseReplyAddress(address: string): { readonly exchange: string; readonly key: string } | undefined {
  const slash = address.indexOf('/');
  if (slash < 1) return undefined;
  // Mostly there is nothing to be read otherwise than it stands.
  if (!address.includes('%')) return { exchange: address.slice(0, slash), key: address.slice(slash + 1) };
  try {
    return { exchange: decodeURIComponent(address.slice(0, slash)), key: decodeURIComponent(address.slice(slash + 1)) };
  } catch {
    return undefined;
  }
}
