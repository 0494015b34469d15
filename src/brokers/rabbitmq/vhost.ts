import type { Transport } from '../../contract/model.ts';
import { ownProperty } from '../../source/json.ts';

/** The virtual host that a transport's `url` names as its path (`amqp://host/school`); `/` where it names none. */
export function vhostOf({ options }: Transport): string {
  const url = ownProperty(options, 'url');
  const path = typeof url === 'string' ? /^amqps?:\/\/[^/?#]*\/([^?#]+)/i.exec(url)?.[1] : undefined;
  if (path === undefined) return '/';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Under which name a reader of a broker says that a virtual host is not there and could be made. */
export const MISSING_VHOST = 'missing-vhost';

/** A word for a shell, quoted where it has to be. */
export function quoteWord(word: string): string {
  return /^[\w.:@%+=/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
