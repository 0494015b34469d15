import type { JsonValue } from '../../../source/json.ts';
import type { Access } from '../access.ts';
import type { Declaring } from './channels.ts';
import type { Management } from './management.ts';
import type { MoveLine } from './move-line.ts';
import { problemOfAnswer, Refused } from './problem.ts';

/** A virtual host to work on, as a project: both doors, the AMQP one opened when it is first needed. */
export type Site = {
  readonly management: Management;
  readonly access: Access;
  readonly project: string;
  readonly declaring: () => Promise<Declaring>;
  /** Gives some work a connection of its own to move messages on. */
  readonly moving: <Result>(work: (line: MoveLine) => Promise<Result>) => Promise<Result>;
};

/** A path of the management API on the virtual host: `pathOn(site, 'queues', 'a/b')` is `/api/queues/%2F/a%2Fb`. */
export function pathOn({ access }: Site, kind: string, ...parts: readonly string[]): string {
  return [`/api/${kind}`, ...[access.vhost, ...parts].map(encodeURIComponent)].join('/');
}

/** Takes away what a path names; what is gone already is as good. Throws `Refused` with the broker's reason, `Failure` without an answer. */
export async function takeAway({ management }: Site, path: string): Promise<void> {
  const answer = await management.send('DELETE', path);
  const problem = answer.status === 404 ? undefined : problemOfAnswer(answer);
  if (problem) throw new Refused(problem);
}

/** Entries of a list, however it is given: as a list, or as a page of one. */
export function listed(body: JsonValue | undefined): readonly Readonly<Record<string, JsonValue>>[] {
  const items = typeof body === 'object' && body !== null && !Array.isArray(body) && 'items' in body ? body.items : body;
  return Array.isArray(items) ? items.filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item)) : [];
}
