/** What Redis answers, taken apart. */

/** A reply as the driver gives it with RESP2: maps are lists of names and values. An error inside of a transaction's reply stands where its reply would. */
export type Reply = string | number | null | Refused | readonly Reply[];

/** What the server would not do, in its own words. `isLost`: there was no answer, so it may be done all the same. */
export type Refused = { readonly error: string; readonly isLost?: true };

/** Whether a reply is that of a server that would not do it. */
export function isRefused(reply: Reply | undefined): reply is Refused {
  return typeof reply === 'object' && reply !== null && 'error' in reply;
}

/** The text of a reply; undefined for any other. */
export function textOf(reply: Reply | undefined): string | undefined {
  return typeof reply === 'string' ? reply : typeof reply === 'number' ? String(reply) : undefined;
}

/** A list of names and values as a map. */
export function mapOf(reply: Reply | undefined): ReadonlyMap<string, Reply> {
  const list = listOf(reply);
  const map = new Map<string, Reply>();
  for (let at = 0; at + 1 < list.length; at += 2) map.set(textOf(list[at]) ?? '', list[at + 1] as Reply);
  return map;
}

/** The entries of a list; none for any other reply. */
export function listOf(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}

/** The lines `name:value` of INFO. */
export function factsOf(info: Reply | undefined): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const line of (textOf(info) ?? '').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) facts.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return facts;
}
