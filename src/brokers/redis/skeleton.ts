/** Contracts to be, from the streams of a Redis database and their groups: docs/decisions/0039-import.md. */
import { quoteText } from '../../source/quote.ts';
import type { ActualResource } from '../../topology/model.ts';
import { openGathering } from '../skeleton/gather.ts';
import { withoutService } from '../skeleton/names.ts';
import { guessService, type ServiceRule } from '../skeleton/service-rules.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';

/** What is read, and how it is to be taken. */
export type RedisImport = {
  readonly resources: readonly ActualResource[];
  /** The name of the transport. */
  readonly transport: string;
  readonly rules: readonly ServiceRule[];
};

/** Nobody can tell of a stream how long its senders keep messages. */
const GUESSED_RETENTION = '30d';

/** Reads contracts off a database: each stream is an event, each of its groups a user. */
export function outlineRedis({ resources, transport, rules }: RedisImport): Skeleton {
  const gathering = openGathering();
  const events = new Map<string, { readonly id: string; readonly provider: string }>();
  const sorted = [...resources].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { kind, name, owner } of sorted) {
    if (owner !== undefined)
      gathering.leaveOut(`${kind} ${quoteText(name)}`, `Project ${quoteText(owner)} of msgctl looks after it: its contracts speak of it.`);
    if (kind !== 'stream' || owner !== undefined) continue;
    const guess = guessService(name, rules);
    const provider = gathering.service(guess.service);
    const id = gathering.provide(provider, [withoutService(name, provider), name], {
      remarks: [
        `Who sends it is a guess (${guess.because}): stream ${quoteText(name)}.`,
        `TODO: how long messages are kept is a guess as well, since whoever sends trims the stream: ${GUESSED_RETENTION}.`,
      ],
      settings: {
        pattern: 'publish-subscribe',
        via: transport,
        message: {},
        delivery: { retain: GUESSED_RETENTION },
        address: { stream: name },
        existing: 'keep',
      },
      stands: `stream ${quoteText(name)}`,
    });
    events.set(name, { id, provider });
  }
  for (const { kind, name, owner, attributes } of sorted) {
    const event = events.get(String(attributes.stream));
    if (kind !== 'group' || owner !== undefined || !event) continue;
    const group = String(attributes.group);
    const guess = guessService(group, rules, { besides: event.provider });
    gathering.use(gathering.service(guess.service), {
      name: event.id,
      remarks: [`Who receives it is a guess (${guess.because}): group ${quoteText(group)}.`],
      // As it is read now: msgctl makes nothing beside it.
      settings: {
        delivery: { retry: false, 'dead-letters': false },
        ...(attributes.start === '0' && { start: 'earliest' }),
        address: { group },
        existing: 'keep',
      },
      stands: `group ${quoteText(name)}`,
    });
  }
  return gathering.skeleton();
}
