import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, type Pointer } from '../source/pointer.ts';
import { keyRange, type YamlTree } from '../source/yaml-tree.ts';
import { booleanAt, choiceAt, countAt, durationAt, entriesAt, objectAt, pointersAt, textAt, textsAt, withoutUndefined } from './fields.ts';
import type { Channel, Contract, Deprecation, Example, Interaction, NamedType, Pattern, Payload, PayloadRole, Use } from './model.ts';
import { PATTERNS } from './patterns.ts';
import { parseShare } from './quantities.ts';
import { toProviderAddress, toReceiverAddress } from './to-address.ts';
import { toDelivery, toLimit, toRetention } from './to-delivery.ts';

/** Every pattern's name. */
const PATTERN_NAMES = Object.keys(PATTERNS) as readonly Pattern[];

/**
 * Reads a contract file into the domain model, with every default filled in that needs no other file. Parts of a wrong shape are left out
 * (an interaction without a known pattern altogether), since the shape check reports them. Undefined where not even the service has a name.
 */
export function toContract(tree: YamlTree): Contract | undefined {
  const root = tree.value;
  const service = textAt(root, 'service');
  if (service === undefined) return undefined;
  const availability = textAt(root, 'availability');
  const channels = entriesAt(root, 'channels').map(([name, written]) => toChannel(tree, name, written));
  return withoutUndefined<Contract>({
    service,
    version: textAt(root, 'version') ?? '0.0.0',
    file: tree.source.path,
    description: textAt(root, 'description'),
    owner: textAt(root, 'owner'),
    availability: availability === undefined ? undefined : parseShare(availability),
    external: booleanAt(root, 'external') ?? false,
    channels,
    provides: entriesAt(root, 'provides').flatMap(([key, written]) => toInteraction({ tree, service, channels }, key, written) ?? []),
    uses: entriesAt(root, 'uses').map(([id, written]) => toUse(tree, id, written)),
    types: entriesAt(root, 'types').map(([name]) => toNamedType(tree, name)),
    at: keyRange(tree, '/service'),
  });
}

/** The name and the major of an interaction's key: `charge@2` is the second major of `charge`. */
export function splitMajor(key: string): { readonly name: string; readonly major: number } {
  const [, name, major] = /^(.*)@([1-9][0-9]*)$/.exec(key) ?? [];
  return name === undefined ? { name: key, major: 1 } : { name, major: Number(major) };
}

function toChannel(tree: YamlTree, name: string, written: JsonValue): Channel {
  return withoutUndefined<Channel>({
    name,
    via: textAt(written, 'via') ?? '',
    key: pointersAt(written, 'key') ?? [],
    partitions: countAt(written, 'partitions'),
    retain: toRetention(ownProperty(written, 'retain')),
    at: keyRange(tree, appendPointer('/channels', name)),
  });
}

function toNamedType(tree: YamlTree, name: string): NamedType {
  const pointer = appendPointer('/types', name);
  return { name, schema: { file: tree.source.path, pointer }, at: keyRange(tree, pointer) };
}

type Place = { readonly tree: YamlTree; readonly service: string; readonly channels: readonly Channel[] };

function toInteraction({ tree, service, channels }: Place, key: string, written: JsonValue): Interaction | undefined {
  const pattern = choiceAt(written, 'pattern', PATTERN_NAMES);
  if (pattern === undefined || !isObject(written)) return undefined;
  const pointer = appendPointer('/provides', key);
  const { name, major } = splitMajor(key);
  const channelName = textAt(written, 'channel');
  const channel = channels.find((candidate) => candidate.name === channelName);
  return withoutUndefined<Interaction>({
    id: `${service}.${key}`,
    service,
    name,
    major,
    slug: major === 1 ? name : `${name}.v${major}`,
    pattern,
    via: channel?.via ?? textAt(written, 'via') ?? '',
    channel: channelName,
    description: textAt(written, 'description'),
    deprecated: toDeprecation(ownProperty(written, 'deprecated')),
    encoding: choiceAt(written, 'encoding', ['json', 'protobuf']) ?? 'json',
    payloads: toPayloads(tree, pointer, written),
    headers:
      ownProperty(written, 'headers') === undefined ? undefined : { file: tree.source.path, pointer: appendPointer(pointer, 'headers') },
    timeout: durationAt(written, 'timeout'),
    reply: choiceAt(written, 'reply', ['process', 'durable']) ?? 'process',
    responders: textsAt(written, 'responders'),
    quorum: countAt(written, 'quorum'),
    limit: toLimit(ownProperty(written, 'limit')),
    delivery: withChannel(toDelivery(ownProperty(written, 'delivery')), channel),
    http: toHttp(objectAt(written, 'http')),
    grpc: toGrpc(objectAt(written, 'grpc')),
    address: toProviderAddress(objectAt(written, 'address')),
    existing: choiceAt(written, 'existing', ['keep', 'adopt']),
    compatibility: choiceAt(written, 'compatibility', ['backward', 'forward', 'full', 'none']),
    renamedFrom: textAt(written, 'renamed-from'),
    examples: toExamples(tree, pointer, written),
    at: keyRange(tree, pointer),
    pointer,
  });
}

/** What a channel settles holds for each of its events. */
function withChannel(delivery: Interaction['delivery'], channel: Channel | undefined): Interaction['delivery'] {
  if (!channel) return delivery;
  return withoutUndefined<Interaction['delivery']>({
    ...delivery,
    key: delivery.key ?? (channel.key.length > 0 ? channel.key : undefined),
    partitions: delivery.partitions ?? channel.partitions,
    retain: delivery.retain ?? channel.retain,
  });
}

/** The keys of an interaction that hold one schema, and those that hold one for each name. */
const SINGLE_PAYLOADS: readonly PayloadRole[] = ['request', 'response', 'message'];
const NAMED_PAYLOADS: readonly (readonly [string, PayloadRole])[] = [
  ['responses', 'response'],
  ['errors', 'error'],
];

function toPayloads(tree: YamlTree, pointer: Pointer, written: JsonObject): readonly Payload[] {
  const payloads: Payload[] = [];
  const add = (role: PayloadRole, place: Pointer, name?: string) =>
    payloads.push(withoutUndefined<Payload>({ role, name, schema: { file: tree.source.path, pointer: place }, at: keyRange(tree, place) }));
  for (const role of SINGLE_PAYLOADS) if (Object.hasOwn(written, role)) add(role, appendPointer(pointer, role));
  for (const [key, role] of NAMED_PAYLOADS) {
    for (const [name] of entriesAt(written, key)) add(role, appendPointer(pointer, key, name), name);
  }
  return payloads;
}

function toExamples(tree: YamlTree, pointer: Pointer, written: JsonObject): readonly Example[] {
  const list = ownProperty(written, 'examples');
  if (!Array.isArray(list)) return [];
  return list.flatMap((values: JsonValue, index) => {
    const place = appendPointer(pointer, 'examples', index);
    return isObject(values) ? [{ values, pointer: place, at: keyRange(tree, place) }] : [];
  });
}

/** Reads `deprecated:`, and `x-deprecated` of a property. */
export function toDeprecation(written: JsonValue | undefined): Deprecation | undefined {
  if (!isObject(written)) return undefined;
  return withoutUndefined<Deprecation>({
    since: textAt(written, 'since'),
    remove: textAt(written, 'remove'),
    instead: textAt(written, 'instead'),
  });
}

function toHttp(written: JsonObject | undefined): Interaction['http'] {
  const path = textAt(written, 'path');
  return path === undefined ? undefined : { method: textAt(written, 'method') ?? 'POST', path };
}

function toGrpc(written: JsonObject | undefined): Interaction['grpc'] {
  const service = textAt(written, 'service');
  const method = textAt(written, 'method');
  return service === undefined || method === undefined ? undefined : { service, method };
}

function toUse(tree: YamlTree, id: string, written: JsonValue): Use {
  return withoutUndefined<Use>({
    id,
    version: textAt(written, 'version'),
    reads: pointersAt(written, 'reads'),
    limit: toLimit(ownProperty(written, 'limit')),
    timeout: durationAt(written, 'timeout'),
    delivery: toDelivery(ownProperty(written, 'delivery')),
    start: choiceAt(written, 'start', ['earliest', 'latest']),
    respond: booleanAt(written, 'respond') ?? true,
    address: toReceiverAddress(objectAt(written, 'address')),
    existing: choiceAt(written, 'existing', ['keep', 'adopt']),
    at: keyRange(tree, appendPointer('/uses', id)),
  });
}
