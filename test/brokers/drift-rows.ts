/** Everything that somebody may change by hand on a virtual host, attribute by attribute: what is wanted, what is done, and what a plan says then. */
import { exchangeResource, policyResource, queueResource } from '../../src/brokers/rabbitmq/resources.ts';
import type { JsonObject, JsonValue } from '../../src/source/json.ts';
import type { Resource } from '../../src/topology/model.ts';

/** The project whose marks these things carry; of this run alone, should a broker be shared. */
export const project = `drift-${process.pid}`;

/** One attribute in the hands of somebody else: a name of its own, what is wanted, what is done by hand, and what a plan says of it. */
export type Row = readonly [name: string, wanted: Resource, byHand: Hand, says: string];

/** Made again with this body after it was deleted; only changed; or gone. */
type Hand = { readonly again: JsonObject } | { readonly put: JsonObject } | 'gone';

const ours = { 'x-msgctl-owner': project };

/** What outlives its users. */
export const lasting = { durable: true, auto_delete: false };

function queueRow(type: string, argument: string, wanted: JsonValue | undefined, found: JsonValue | undefined): Row {
  const name = `${type}.${argument}.${wanted}.${found}`;
  const args = (value: JsonValue | undefined): JsonObject => ({
    'x-queue-type': type,
    ...OTHERS[argument],
    ...(value !== undefined && { [argument]: value }),
  });
  const difference = `arguments.${argument}: ${JSON.stringify(found)} → ${JSON.stringify(wanted)}`;
  return [
    name,
    queueResource(name, args(wanted)),
    { again: { ...lasting, arguments: { ...args(found), ...ours } } },
    type === 'stream' ? `refuse queue ${name}; ${difference}` : `migrate queue ${name}; ${difference}; waits for migrate`,
  ];
}

/** What an argument does not go without. */
const OTHERS: Readonly<Record<string, JsonObject>> = {
  'x-dead-letter-routing-key': { 'x-dead-letter-exchange': 'amq.direct' },
  'x-dead-letter-strategy': { 'x-dead-letter-exchange': 'amq.direct', 'x-overflow': 'reject-publish' },
};

/** `undefined`: absent. */
const queueRows: readonly Row[] = (
  [
    ['classic', 'x-expires', 3_600_000, 7_200_000],
    ['classic', 'x-message-ttl', 60_000, undefined],
    ['classic', 'x-message-ttl', undefined, 60_000],
    ['classic', 'x-dead-letter-exchange', 'amq.direct', 'amq.fanout'],
    ['classic', 'x-dead-letter-routing-key', 'one', 'other'],
    ['classic', 'x-max-length', 10, 11],
    ['classic', 'x-max-length-bytes', 1_000_000, 2_000_000],
    ['classic', 'x-max-priority', 3, undefined],
    ['classic', 'x-overflow', 'reject-publish', 'drop-head'],
    ['classic', 'x-queue-mode', 'default', 'lazy'],
    ['classic', 'x-single-active-consumer', true, undefined],
    ['quorum', 'x-delivery-limit', 5, 6],
    ['quorum', 'x-dead-letter-strategy', 'at-least-once', 'at-most-once'],
    ['quorum', 'x-dead-letter-exchange', 'amq.direct', undefined],
    ['quorum', 'x-single-active-consumer', undefined, true],
    ['quorum', 'x-message-ttl', 60_000, 61_000],
    ['quorum', 'x-max-length', undefined, 7],
    ['quorum', 'x-overflow', 'reject-publish', undefined],
    ['quorum', 'x-expires', 3_600_000, undefined],
    ['quorum', 'x-quorum-initial-group-size', 1, 3],
    ['quorum', 'x-of-nobody', undefined, 'any'],
    ['stream', 'x-max-age', '1D', '2D'],
    ['stream', 'x-max-length-bytes', 1_000_000_000, undefined],
    ['stream', 'x-stream-max-segment-size-bytes', 1_000_000, 2_000_000],
    ['stream', 'x-initial-cluster-size', undefined, 1],
  ] as const
).map(([type, argument, wanted, found]) => queueRow(type, argument, wanted, found));

/** A classic queue. */
export const classicArguments = { 'x-queue-type': 'classic' };

const wholeQueueRows: readonly Row[] = [
  [
    'durable',
    queueResource('durable', classicArguments),
    { again: { durable: false, auto_delete: false, arguments: { ...classicArguments, ...ours } } },
    'migrate queue durable; durable: false → true; waits for migrate',
  ],
  [
    'auto-delete',
    queueResource('auto-delete', classicArguments),
    { again: { durable: true, auto_delete: true, arguments: { ...classicArguments, ...ours } } },
    'refuse queue auto-delete; auto_delete: true → false',
  ],
  [
    'type',
    queueResource('type', { 'x-queue-type': 'quorum' }),
    { again: { ...lasting, arguments: { ...classicArguments, ...ours } } },
    'migrate queue type; arguments.x-queue-type: "classic" → "quorum"; waits for migrate',
  ],
  [
    'to-stream',
    queueResource('to-stream', { 'x-queue-type': 'quorum' }),
    { again: { ...lasting, arguments: { 'x-queue-type': 'stream', ...ours } } },
    'refuse queue to-stream; arguments.x-queue-type: "stream" → "quorum"',
  ],
  [
    'without-mark',
    queueResource('without-mark', classicArguments),
    { again: { ...lasting, arguments: classicArguments } },
    'refuse queue without-mark',
  ],
  [
    'mark-of-others',
    queueResource('mark-of-others', classicArguments),
    { again: { ...lasting, arguments: { ...classicArguments, 'x-msgctl-owner': 'others' } } },
    'refuse queue mark-of-others',
  ],
  ['gone', queueResource('gone', classicArguments), 'gone', 'create queue gone'],
  // What says the same in other words.
  ['type-unsaid', queueResource('type-unsaid', classicArguments), { again: { ...lasting, arguments: ours } }, ''],
  ['flags-unsaid', queueResource('flags-unsaid', classicArguments), { again: { durable: true, arguments: ours } }, ''],
  [
    'further-mark',
    queueResource('further-mark', classicArguments),
    { again: { ...lasting, arguments: { ...ours, 'x-msgctl-note': 1 } } },
    '',
  ],
];

const exchangeBody = { type: 'topic', ...lasting, internal: false };

function exchangeRow(name: string, wanted: JsonObject, found: JsonObject, says: string): Row {
  const { arguments: args = {}, ...flags } = found;
  return [
    name,
    exchangeResource(name, 'topic', wanted),
    { again: { ...exchangeBody, ...flags, arguments: { ...(args as JsonObject), ...ours } } },
    says === '' ? '' : `refuse exchange ${name}; ${says}`,
  ];
}

const exchangeRows: readonly Row[] = [
  exchangeRow('x-type', {}, { type: 'direct' }, 'type: "direct" → "topic"'),
  exchangeRow('x-durable', {}, { durable: false }, 'durable: false → true'),
  exchangeRow('x-auto-delete', {}, { auto_delete: true }, 'auto_delete: true → false'),
  exchangeRow('x-internal', {}, { internal: true }, 'internal: true → false'),
  exchangeRow(
    'x-alternate',
    { 'alternate-exchange': 'amq.fanout' },
    { arguments: { 'alternate-exchange': 'amq.direct' } },
    'arguments.alternate-exchange: "amq.direct" → "amq.fanout"',
  ),
  exchangeRow('x-without', { 'alternate-exchange': 'amq.fanout' }, {}, 'arguments.alternate-exchange: undefined → "amq.fanout"'),
  exchangeRow(
    'x-with',
    {},
    { arguments: { 'alternate-exchange': 'amq.fanout' } },
    'arguments.alternate-exchange: "amq.fanout" → undefined',
  ),
  ['x-gone', exchangeResource('x-gone', 'topic'), 'gone', 'create exchange x-gone'],
  [
    'x-without-mark',
    exchangeResource('x-without-mark', 'topic'),
    { again: { ...exchangeBody, arguments: {} } },
    'refuse exchange x-without-mark',
  ],
];

const policyBody = { pattern: '^of-a-policy$', 'apply-to': 'queues', priority: 10 };

function policyNamed(suffix: string): string {
  return `msgctl.${project}.${suffix}`;
}

function policyRow(suffix: string, wanted: JsonObject, found: JsonObject, says: string): Row {
  const name = policyNamed(suffix);
  const { definition = wanted, ...others } = found;
  return [
    name,
    policyResource(name, policyBody.pattern, wanted),
    { put: { ...policyBody, ...others, definition } },
    `change policy ${name}; ${says}`,
  ];
}

const limit = { 'max-length': 10 };
const policyRows: readonly Row[] = [
  policyRow('pattern', limit, { pattern: '^other$' }, 'pattern: "^other$" → "^of-a-policy$"'),
  policyRow('priority', limit, { priority: 3 }, 'priority: 3 → 10'),
  policyRow('apply-to', limit, { 'apply-to': 'all' }, 'apply-to: "all" → "queues"'),
  policyRow('longer', limit, { definition: { 'max-length': 11 } }, 'definition.max-length: 11 → 10; waits for delete'),
  policyRow('shorter', limit, { definition: { 'max-length': 9 } }, 'definition.max-length: 9 → 10'),
  policyRow(
    'less',
    { 'max-length': 10, overflow: 'drop-head' },
    { definition: { 'max-length': 10 } },
    'definition.overflow: undefined → "drop-head"',
  ),
  policyRow('more', limit, { definition: { 'max-length': 10, expires: 60_000 } }, 'definition.expires: 60000 → undefined'),
  policyRow('ttl', { 'message-ttl': 5_000 }, { definition: { 'message-ttl': 4_000 } }, 'definition.message-ttl: 4000 → 5000'),
  policyRow('delivery', { 'delivery-limit': 20 }, { definition: { 'delivery-limit': 3 } }, 'definition.delivery-limit: 3 → 20'),
  policyRow(
    'overflow',
    { overflow: 'reject-publish' },
    { definition: { overflow: 'drop-head' } },
    'definition.overflow: "drop-head" → "reject-publish"',
  ),
  [policyNamed('gone'), policyResource(policyNamed('gone'), policyBody.pattern, limit), 'gone', `create policy ${policyNamed('gone')}`],
];

/** All rows, by the section of the management API that they stand in. */
export const tables: readonly (readonly [string, readonly Row[]])[] = [
  ['queues', [...queueRows, ...wholeQueueRows]],
  ['exchanges', exchangeRows],
  ['policies', policyRows],
];
