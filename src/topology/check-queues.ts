/** What the contracts say of queues of RabbitMQ that have a name of their own: whether RabbitMQ would make such a queue, and what it does with it. */
import type { Contract, Interaction, ReceiverAddress, Transport, Use } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic, Related } from '../diagnostics/diagnostic.ts';
import { nearest, oneOf } from '../diagnostics/suggest.ts';
import type { JsonValue } from '../source/json.ts';
import { appendPointer, type Pointer } from '../source/pointer.ts';
import { quoteText } from '../source/quote.ts';
import type { Range } from '../source/source-file.ts';
import { keyRange, valueRange } from '../source/yaml-tree.ts';
import { compareVersions } from './broker-features.ts';
import { deriveName } from './names.ts';
import { QUEUE_ARGUMENTS, QUEUE_TYPES, type QueueArgument, type QueueType } from './queue-arguments.ts';

type OwnQueue = Extract<ReceiverAddress, { kind: 'queue' }>['queue'];

/** A queue that a user names, with all that is looked at. */
type Named = {
  readonly queue: OwnQueue;
  readonly use: Use;
  readonly user: Contract;
  readonly transport: Transport;
  /** Undefined where it exists already and nobody says what it is. */
  readonly type: QueueType | undefined;
  readonly key: (...keys: readonly string[]) => Range;
  readonly value: (...keys: readonly string[]) => Range;
};

/** Checks every queue that a user of this transport names. */
export function checkQueues(system: System, transport: Transport): readonly Diagnostic[] {
  return system.contracts.flatMap((user) =>
    user.uses.flatMap((use) => {
      const interaction = use.address?.kind === 'queue' ? system.interactions.get(use.id) : undefined;
      if (!interaction || interaction.via !== transport.name || use.address?.kind !== 'queue') return [];
      return checkQueue(namedQueue(system, { transport, user, use, queue: use.address.queue }), interaction);
    }),
  );
}

function namedQueue(system: System, parts: Pick<Named, 'transport' | 'user' | 'use' | 'queue'>): Named {
  const { user, use, queue } = parts;
  const tree = system.documents.get(user.file);
  const place = (keys: readonly string[]): Pointer => appendPointer('/uses', use.id, ...keys);
  const written = QUEUE_TYPES.find((type) => type === queue.arguments['x-queue-type']);
  return {
    ...parts,
    type: queue.type ?? written ?? (use.existing ? undefined : 'quorum'),
    key: (...keys) => (tree ? keyRange(tree, place(keys)) : use.at),
    value: (...keys) => (tree ? valueRange(tree, place(keys)) : use.at),
  };
}

function checkQueue(named: Named, interaction: Interaction): readonly Diagnostic[] {
  const { queue } = named;
  return [
    ...Object.entries(queue.arguments).flatMap(([argument, value]) => checkArgument(named, argument, value)),
    ...checkType(named),
    ...checkTogether(named),
    ...checkStrategy(named),
    ...checkDeadLetters(named),
    ...checkSettings(named, interaction),
  ];
}

const ARGUMENTS = ['address', 'queue', 'arguments'];

function checkArgument(named: Named, argument: string, value: JsonValue): readonly Diagnostic[] {
  const { queue, type, key } = named;
  const at = key(...ARGUMENTS, argument);
  const data = { argument, queue: queue.name };
  const known = QUEUE_ARGUMENTS.get(argument);
  if (!known) {
    const meant = argument.startsWith('x-msgctl-') ? undefined : nearest(argument, QUEUE_ARGUMENTS.keys());
    return meant === undefined ? [] : [diagnose('unknown-queue-argument', at, { ...data, meant })];
  }
  if (!known.takes(value)) {
    const place = named.value(...ARGUMENTS, argument);
    return [
      diagnose('malformed-queue-argument', place, {
        ...data,
        written: inWords(value),
        wants: known.wants,
        meant: meantNumber(known, value),
      }),
    ];
  }
  if (type && !known.types.includes(type)) return [diagnose('queue-argument-not-of-type', at, { ...data, type, types: known.types })];
  if (argument === 'x-overflow' && value === 'reject-publish-dlx' && type === 'quorum') {
    const because = 'A quorum queue takes it, and does as without it: the oldest messages are dropped.';
    return [diagnose('queue-argument-without-effect', at, { ...data, because, instead: 'Write "reject-publish", or remove it.' })];
  }
  return checkVersion(named, { argument, value, known });
}

type Written = { readonly argument: string; readonly value: JsonValue; readonly known: QueueArgument };

function checkVersion({ queue, transport, type, key }: Named, { argument, value, known }: Written): readonly Diagnostic[] {
  const { version, name } = transport;
  if (version === undefined) return [];
  const at = key(...ARGUMENTS, argument);
  const reaches = (since: string | undefined) => since !== undefined && compareVersions(version, since) >= 0;
  const related: readonly Related[] = [{ at: transport.at, label: `${name} is RabbitMQ ${version}` }];
  const data = { argument, queue: queue.name };
  const since = (type === 'quorum' ? known.sinceInQuorum : undefined) ?? known.since;
  if (since !== undefined && !reaches(since)) {
    return [diagnose('broker-too-old', at, { transport: name, kind: 'RabbitMQ', version, what: `"${argument}"`, since }, related)];
  }
  // Of the two storage formats of classic queues only the first one went.
  const refusedSince = argument === 'x-queue-version' && value === 1 ? '4.3' : known.refusedSince;
  if (refusedSince !== undefined && reaches(refusedSince)) {
    return [diagnose('broker-too-new', at, { ...data, transport: name, version, refusedSince }, related)];
  }
  if (!reaches(known.ignoredSince)) return [];
  const because = `RabbitMQ ignores it since ${known.ignoredSince}.`;
  return [
    diagnose('queue-argument-without-effect', at, { ...data, because, instead: 'Remove it where the queue does not have it.' }, related),
  ];
}

function checkType({ queue, key, value }: Named): readonly Diagnostic[] {
  const argument = queue.arguments['x-queue-type'];
  if (queue.type === undefined || typeof argument !== 'string' || argument === queue.type) return [];
  const related = [{ at: value('address', 'queue', 'type'), label: `of type ${queue.type}` }];
  return [
    diagnose('queue-type-contradiction', key(...ARGUMENTS, 'x-queue-type'), { queue: queue.name, type: queue.type, argument }, related),
  ];
}

/** Where nobody says of which type a queue from before is, its arguments tell; no queue has some that only go with different types. */
function checkTogether({ queue, type, key }: Named): readonly Diagnostic[] {
  if (type !== undefined) return [];
  let possible = QUEUE_TYPES;
  for (const argument of Object.keys(queue.arguments)) {
    const { types = QUEUE_TYPES } = QUEUE_ARGUMENTS.get(argument) ?? {};
    const left = possible.filter((candidate) => types.includes(candidate));
    if (left.length === 0) {
      const data = { argument, queue: queue.name, type: oneOf(possible), types };
      return [diagnose('queue-argument-not-of-type', key(...ARGUMENTS, argument), data)];
    }
    possible = left;
  }
  return [];
}

/** Without an overflow that refuses and without a place to go, RabbitMQ falls back to at-most-once. */
function checkStrategy({ queue, use, type, key }: Named): readonly Diagnostic[] {
  const { arguments: written, name } = queue;
  if (written['x-dead-letter-strategy'] !== 'at-least-once' || (type && type !== 'quorum')) return [];
  const overflow = written['x-overflow'] ?? (use.existing === 'keep' ? undefined : use.delivery.overflow);
  const lacks = [
    ...(overflow === 'reject-publish' ? [] : ['"x-overflow: reject-publish"']),
    ...(written['x-dead-letter-exchange'] === undefined && use.existing ? ['"x-dead-letter-exchange"'] : []),
  ];
  if (lacks.length === 0) return [];
  const data = {
    argument: 'x-dead-letter-strategy',
    queue: name,
    because: `"at-least-once" needs ${lacks.join(' and ')} too; without that dead letters go at most once.`,
    instead: `Add ${lacks.join(' and ')}.`,
  };
  return [diagnose('queue-argument-without-effect', key(...ARGUMENTS, 'x-dead-letter-strategy'), data)];
}

/** A queue that msgctl makes has dead letters; of one that was there before only what is written is known. */
function checkDeadLetters({ queue, use, user, type, transport, value }: Named): readonly Diagnostic[] {
  const { name, arguments: written } = queue;
  if (type !== 'quorum' || !use.existing || written['x-dead-letter-exchange'] !== undefined) return [];
  // That nothing is kept of what failed is said already.
  if (use.delivery.deadLetters === false) return [];
  const own = written['x-delivery-limit'];
  if (own === -1) return [];
  const limit = typeof own === 'number' ? `more than ${own} times` : 'too often (20 times since RabbitMQ 4.0)';
  const dead = deriveName(transport, 'rabbitmq', 'dead', { service: user.service });
  return [diagnose('queue-without-dead-letters', value('address', 'queue', 'name'), { queue: name, limit, dead })];
}

const SETTINGS = [
  ['x-max-length', 'max-length', 'maxLength'],
  ['x-overflow', 'overflow', 'overflow'],
] as const;

function checkSettings({ queue, use, type, key }: Named, interaction: Interaction): readonly Diagnostic[] {
  return SETTINGS.flatMap(([argument, setting, property]) => {
    const own = use.delivery[property];
    if (type === 'stream') {
      return own === undefined ? [] : [diagnose('setting-not-of-queue-type', key('delivery', setting), { queue: queue.name, setting })];
    }
    const given = own ?? interaction.delivery[property];
    const value = queue.arguments[argument];
    if (given === undefined || value === undefined || value === given) return [];
    return [
      diagnose('queue-argument-beside-setting', key(...ARGUMENTS, argument), {
        argument,
        queue: queue.name,
        setting: `delivery.${setting}`,
      }),
    ];
  });
}

/** The number that a text was meant to be, where that would do. */
function meantNumber(known: QueueArgument, value: JsonValue): string | undefined {
  return typeof value === 'string' && /^[0-9]+$/.test(value) && known.takes(Number(value)) ? value : undefined;
}

function inWords(value: JsonValue): string {
  if (typeof value === 'string') return `the text ${quoteText(value)}`;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  return Array.isArray(value) ? 'a list' : 'an object';
}
