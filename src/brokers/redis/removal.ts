/** Whether a group or a stream that nothing asks for may go: what waits in it, and who still reads it. */

/** A group as the server tells of it. */
export type FoundGroup = {
  readonly name: string;
  /** The project whose mark it carries. */
  readonly owner?: string;
  /** Messages that were given to a consumer and are not done. */
  readonly pending: number;
  /** Whether all that is in the stream was given to its consumers. */
  readonly hasReadAll: boolean;
  /** How many were not given to anybody; undefined where the server cannot tell. */
  readonly unread?: number;
  /** The consumer that was busy last, with the milliseconds since. */
  readonly busiest?: { readonly name: string; readonly idle: number };
  /** Who may be waiting for messages with it without being busy. */
  readonly waiting?: Waiting;
};

/** A client that waits for messages of some group, or that it may not be asked whether there is one. */
export type Waiting = { readonly kind: 'client'; readonly client: string } | { readonly kind: 'unknown' };

/** A stream as the server tells of it. `isRead`: groups that are gone by now had read all of it. */
export type FoundStream = { readonly length: number; readonly isRead: boolean; readonly groups: readonly FoundGroup[] };

/** A consumer that did nothing for so long (milliseconds) is taken for gone: whoever works asks for messages more often. */
export const IDLE = 60_000;

/** Why a group may not go, as full sentences; undefined where it may. */
export function keepsGroup({ name, pending, hasReadAll, unread, busiest, waiting }: FoundGroup): string | undefined {
  if (busiest && busiest.idle < IDLE) {
    return `Consumer "${busiest.name}" read with it ${seconds(busiest.idle)} ago. Stop the service first; it goes when nobody has read with it for a minute.`;
  }
  if (busiest && waiting) {
    const who =
      waiting.kind === 'client'
        ? `Client ${waiting.client} waits for messages of a group, and a server does not tell of which.`
        : 'Whether a client waits for messages of it is not known, as the user that msgctl logs in as may not run CLIENT LIST.';
    return `${who} Consumer "${busiest.name}" is still registered with this one. Stop its service first; where that is done, XGROUP DELCONSUMER takes the consumer away.`;
  }
  if (pending > 0) {
    return `${messages(pending)} given to its consumers and not done. Finish them first; XPENDING shows which.`;
  }
  if (!hasReadAll) {
    return `${unread === undefined ? 'Messages in the stream were' : messages(unread)} not read by it. Where nobody needs them, XGROUP DESTROY with the stream and "${name}" takes it away.`;
  }
  return undefined;
}

/** Why a stream may not go, as full sentences; undefined where it may. `leaving`: the groups that go with it. */
export function keepsStream({ length, isRead, groups }: FoundStream, leaving: ReadonlySet<string>): string | undefined {
  for (const group of groups) {
    if (!leaving.has(group.name)) {
      const whose = group.owner === undefined ? ', which msgctl did not make,' : ` of project "${group.owner}"`;
      return `Group "${group.name}"${whose} still reads it.`;
    }
    const reason = keepsGroup(group);
    if (reason !== undefined) return `Its group "${group.name}" cannot go: ${reason}`;
  }
  if (length > 0 && groups.length === 0 && !isRead) {
    return `${length === 1 ? 'A message is' : `${length} messages are`} in it, and no group reads it, so nobody may have seen ${length === 1 ? 'it' : 'them'}. Look with XRANGE; where nobody needs them, XTRIM it to MAXLEN 0.`;
  }
  return undefined;
}

function messages(count: number): string {
  return count === 1 ? '1 message was' : `${count} messages were`;
}

function seconds(milliseconds: number): string {
  const whole = Math.round(milliseconds / 1_000);
  return whole === 1 ? '1 second' : `${whole} seconds`;
}
