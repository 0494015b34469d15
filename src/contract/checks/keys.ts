/** Whether the keys of an interaction, and of an entry of `uses`, mean anything with its pattern and on its transport. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isObject, type JsonObject } from '../../source/json.ts';
import type { Pointer } from '../../source/pointer.ts';
import type { Interaction, Pattern, TransportKind } from '../model.ts';
import { PATTERNS } from '../patterns.ts';
import { TRANSPORT_ADDRESSES } from '../transport-kinds.ts';
import { type CheckContext, type InteractionCheck, keyPlace, objectThere, type UseCheck, usePointer } from './context.ts';

/** Patterns whose message goes to all users. */
export const EVENT_PATTERNS: readonly Pattern[] = ['publish-subscribe', 'publish-async-responses'];

const REQUEST_PATTERNS: readonly Pattern[] = ['request-response', 'async-request-response'];
const WAITING_PATTERNS: readonly Pattern[] = [...REQUEST_PATTERNS, 'publish-async-responses'];
const ONE_WAY_PATTERNS: readonly Pattern[] = ['notification', ...EVENT_PATTERNS];
const QUEUED_PATTERNS: readonly Pattern[] = ['async-request-response', ...ONE_WAY_PATTERNS];

/** The keys that only some patterns, or some kinds of transport, have: by their place, with `/` between a key and what it holds. */
type KeyTable<T> = ReadonlyMap<string, readonly T[]>;

/** Keys of `delivery` that need something between sender and receiver; deduplication works over HTTP too. */
const DELIVERY_OF_PATTERNS: readonly (readonly [string, readonly Pattern[]])[] = [
  ...['outbox', 'key', 'order', 'partitions', 'retain', 'retry', 'max-length', 'overflow', 'dead-letters'].map(
    (key) => [`delivery/${key}`, QUEUED_PATTERNS] as const,
  ),
  ['delivery/expire', ONE_WAY_PATTERNS],
  ['delivery/tombstone', ['notification', 'publish-subscribe']],
];

const DELIVERY_OF_TRANSPORTS: readonly (readonly [string, readonly TransportKind[]])[] = [
  ['delivery/partitions', ['kafka', 'redis', 'memory']],
  ['delivery/max-length', ['rabbitmq', 'memory']],
  ['delivery/overflow', ['rabbitmq', 'memory']],
];

const PROVIDES_OF_PATTERNS: KeyTable<Pattern> = new Map([
  ['request', REQUEST_PATTERNS],
  ['response', WAITING_PATTERNS],
  ['responses', ['publish-async-responses']],
  ['errors', WAITING_PATTERNS],
  ['message', ONE_WAY_PATTERNS],
  ['timeout', WAITING_PATTERNS],
  ['reply', ['async-request-response']],
  ['responders', ['publish-async-responses']],
  ['quorum', ['publish-async-responses']],
  ['channel', EVENT_PATTERNS],
  ['http', ['request-response']],
  ['grpc', ['request-response']],
  ['address', QUEUED_PATTERNS],
  ['existing', QUEUED_PATTERNS],
  ...DELIVERY_OF_PATTERNS,
]);

const PROVIDES_OF_TRANSPORTS: KeyTable<TransportKind> = new Map<string, readonly TransportKind[]>([
  ['http', ['http']],
  ['grpc', ['grpc']],
  ...addressesOf('provider'),
  ...DELIVERY_OF_TRANSPORTS,
]);

const USES_OF_PATTERNS: KeyTable<Pattern> = new Map([
  ['timeout', REQUEST_PATTERNS],
  ['reads', [...REQUEST_PATTERNS, ...EVENT_PATTERNS]],
  ['start', EVENT_PATTERNS],
  ['respond', ['publish-async-responses']],
  ['address', EVENT_PATTERNS],
  ['existing', EVENT_PATTERNS],
  ...DELIVERY_OF_PATTERNS,
]);

const USES_OF_TRANSPORTS: KeyTable<TransportKind> = new Map<string, readonly TransportKind[]>([
  ['start', ['kafka', 'redis', 'memory']],
  ...addressesOf('receiver'),
  ...DELIVERY_OF_TRANSPORTS,
]);

function addressesOf(side: keyof typeof TRANSPORT_ADDRESSES): readonly (readonly [string, readonly TransportKind[]])[] {
  return Object.entries(TRANSPORT_ADDRESSES[side]).map(([key, kinds]) => [`address/${key}`, kinds]);
}

/** Keys of an interaction. */
export const checkKeys: InteractionCheck = (context, { file }, interaction, written) =>
  checkTables(context, { file, pointer: interaction.pointer, written }, interaction, {
    patterns: PROVIDES_OF_PATTERNS,
    kinds: PROVIDES_OF_TRANSPORTS,
  });

/** Keys of an entry of `uses`. */
export const checkUseKeys: UseCheck = (context, { file }, use, interaction) => {
  const pointer = usePointer(use);
  const written = objectThere(context, file, pointer);
  return checkTables(context, { file, pointer, written }, interaction, { patterns: USES_OF_PATTERNS, kinds: USES_OF_TRANSPORTS });
};

/** Whether a key of `delivery` means something with a pattern; then it matters who decides it. */
export function deliveryHas(key: string, pattern: Pattern): boolean {
  return PROVIDES_OF_PATTERNS.get(`delivery/${key}`)?.includes(pattern) ?? true;
}

type Holder = { readonly file: string; readonly pointer: Pointer; readonly written: JsonObject };
type Tables = { readonly patterns: KeyTable<Pattern>; readonly kinds: KeyTable<TransportKind> };

function checkTables(context: CheckContext, holder: Holder, { pattern, via }: Interaction, tables: Tables): readonly Diagnostic[] {
  const { file, pointer, written } = holder;
  const findings: Diagnostic[] = [];
  const paths = pathsIn(written);
  const meaningless = (path: string) => tables.patterns.get(path)?.includes(pattern) === false;
  for (const path of paths) {
    const patterns = tables.patterns.get(path);
    if (!patterns || patterns.includes(pattern)) continue;
    const place = keyPlace(context, file, `${pointer}/${path}`);
    findings.push(diagnose('key-not-of-pattern', place, { key: path.replace('/', '.'), pattern, patterns }));
  }
  const transport = context.transports.get(via);
  // A transport of the wrong kind makes all its keys wrong, and that is told once.
  if (!transport || !(PATTERNS[pattern].carriedBy as readonly TransportKind[]).includes(transport.kind)) return findings;
  for (const path of paths) {
    const kinds = tables.kinds.get(path);
    if (!kinds || kinds.includes(transport.kind) || meaningless(path) || meaningless(path.split('/')[0] ?? '')) continue;
    const data = { key: path.replace('/', '.'), transport: transport.name, kind: transport.kind, kinds };
    findings.push(diagnose('key-not-of-transport', keyPlace(context, file, `${pointer}/${path}`), data));
  }
  return findings;
}

/** The keys that are written, and those directly inside them, as the tables name them. */
function pathsIn(written: JsonObject): readonly string[] {
  const paths: string[] = [];
  for (const [key, value] of Object.entries(written)) {
    // A slash belongs to none of our keys, and would pass for a step.
    if (key.includes('/')) continue;
    paths.push(key);
    if (isObject(value)) for (const inner of Object.keys(value)) paths.push(`${key}/${inner}`);
  }
  return paths;
}
