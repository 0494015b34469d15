/** What there is to say of a server that is to carry the streams of the contracts. */
import type { Transport } from '../../contract/model.ts';
import { interactionsOver, type System } from '../../contract/system.ts';
import { Failure } from '../../diagnostics/failure.ts';
import type { JsonValue } from '../../source/json.ts';
import { durableReplyPlace, receptionPlace } from '../../topology/addresses.ts';
import { checkFeatures } from '../../topology/check-features.ts';
import { durableRepliesOf, receptionsOver, takesLadder } from '../../topology/receptions.ts';
import { isVersion, versionNotes, versionNumbers } from '../../topology/version-notes.ts';
import { slotOf } from './slots.ts';

type Server = Readonly<Record<string, JsonValue>>;

/** Notes about a server; throws `Failure` for a cluster in which keys that are used together stand apart. */
export function serverNotes(system: System, transport: Transport, server: Server): readonly string[] {
  if (server.cluster_enabled === '1') checkSlots(system, transport);
  return [...liveVersionNotes(system, transport, server), ...evictionNotes(server), ...persistenceNotes(system, transport, server)];
}

/**
 * That the project says another version, and what the contracts ask for that a server of this one has not. Valkey calls itself by the version of Redis
 * that it continues, which is what it can do; its own version is no mistake either.
 */
function liveVersionNotes(
  system: System,
  transport: Transport,
  { redis_version: version, valkey_version: valkey }: Server,
): readonly string[] {
  const [numbers, own] = [versionNumbers(version), versionNumbers(valkey)];
  if (numbers === undefined) return [];
  const told = own === undefined ? String(version) : `Valkey ${String(valkey)}, which continues Redis ${String(version)}`;
  const { version: said, ...unsaid } = transport;
  const isOwn = said !== undefined && own !== undefined && isVersion(said, own);
  return versionNotes(isOwn ? unsaid : transport, { told, product: 'Redis', numbers }, (as) => checkFeatures(system, as, 'redis'));
}

function evictionNotes({ maxmemory_policy: policy }: Server): readonly string[] {
  if (policy === undefined) {
    return [
      'What the server does when its memory is full is not known, as the user may not run INFO; maxmemory-policy must be noeviction.',
    ];
  }
  if (policy === 'noeviction') return [];
  const whom = String(policy).startsWith('volatile-')
    ? 'streams of replies, which expire by themselves, are deleted before their time'
    : 'whole streams are deleted with all messages that wait in them';
  return [`When the memory of the server is full, ${whom} (maxmemory-policy is ${policy}). Set maxmemory-policy to noeviction.`];
}

/** What only memory holds is lost with the server; whether that matters is in the contracts. */
function persistenceNotes(system: System, transport: Transport, { aof_enabled: log, save }: Server): readonly string[] {
  if (log === '1') return [];
  const promise = lastingPromise(system, transport);
  if (promise === undefined) return [];
  if (save === undefined) {
    return [
      `${promise}, and whether the server keeps anything on disk is not known, as the user may not run CONFIG GET; appendonly should be yes.`,
    ];
  }
  return save === ''
    ? [`${promise}, and the server keeps nothing on disk: a restart loses every stream and group. Set appendonly to yes.`]
    : [`${promise}, and the server only saves snapshots: a crash loses all since the last one. Set appendonly to yes.`];
}

/** The first thing that must outlive a crash; undefined where lost messages do no harm. */
function lastingPromise(system: System, transport: Transport): string | undefined {
  const interactions = interactionsOver(system, transport.name);
  const sent = interactions.find(({ delivery }) => delivery.outbox);
  if (sent) return `${sent.id} is sent from an outbox so that it surely arrives`;
  const [durable] = system.contracts.flatMap((user) => durableRepliesOf(system, transport.name, user));
  if (durable) return `Replies to ${durable.interaction.id} are durable`;
  const retried = receptionsOver(system, transport.name).find(({ policy }) => policy.retries.length > 0);
  return retried && `${retried.interactions[0].id} is tried again until it is done`;
}

/** What is due moves from the sorted set of a service into its streams in one script, which a cluster runs on one slot only. */
function checkSlots(system: System, transport: Transport): void {
  const received = receptionsOver(system, transport.name)
    .filter(({ policy }) => takesLadder(policy))
    .map((reception) => receptionPlace(system, transport, reception));
  const answered = system.contracts.flatMap((user) =>
    durableRepliesOf(system, transport.name, user).map(({ interaction }) => durableReplyPlace(transport, interaction, user)),
  );
  for (const place of [...received, ...answered]) {
    if (place.kind !== 'redis' || slotOf(place.due) === slotOf(place.retry)) continue;
    throw new Failure('keys-apart', {
      message: `Transport "${transport.name}" is a cluster, and the keys "${place.due}" and "${place.retry}" are in different slots of it.`,
      why: 'What is to be tried again moves from one into the other in one step, which a cluster does only within one slot. Nothing was changed.',
      advice: `Give them the same part in braces: names: { due: "{{service}}.due", ${
        answered.includes(place)
          ? 'durable-replies: "{{user}}.{provider}.{interaction}.replies"'
          : 'retry: "{{service}}.{provider}.{interaction}.retry"'
      } } of the transport.`,
    });
  }
}
