import type { Contract, Interaction, Transport } from '../contract/model.ts';
import { findContract, findTransport, type System, usersOf } from '../contract/system.ts';
import { equalJson } from '../payload/equal-json.ts';
import type { JsonObject, JsonValue } from '../source/json.ts';
import { type ReceiveAddress, type ReplyAddress, receiveAddress, replyAddress, sendAddress } from '../topology/addresses.ts';
import { deriveName } from '../topology/names.ts';
import { channelOf, receptionOf } from '../topology/receptions.ts';
import type { Change } from './change.ts';
import { exchangeTypeOf } from './exchange-type.ts';

type Versions = { readonly before: System; readonly after: System };

/**
 * What differs in where an interaction is found although nothing about the interaction itself explains it: where it is sent (named after
 * the interaction), else where each service receives it and gets answers (named in words), and how many partitions it has by default.
 */
export function diffAddresses(old: Interaction, now: Interaction, versions: Versions): readonly Change[] {
  const facts = (kind: Change['kind'], name: string, was: JsonValue, is: JsonValue): readonly Change[] =>
    equalJson(was, is)
      ? []
      : [
          {
            kind,
            service: now.service,
            interaction: now.id,
            path: '',
            name,
            before: { value: was, at: old.at },
            after: { value: is, at: now.at },
          },
        ];
  const sent = facts('address-changed', now.id, ...sendingPlaces(old, now, versions));
  const places = [receivingPlaces(versions.before, old), receivingPlaces(versions.after, now)] as const;
  const received = [...places[0]].flatMap(([name, place]) => {
    const other = places[1].get(name);
    return other && equalJson(place.own, other.own) ? facts('address-changed', name, different(place, other), different(other, place)) : [];
  });
  const partitions = [defaultPartitions(versions.before, old), defaultPartitions(versions.after, now)] as const;
  const counted = facts('partitions-changed', `transports.${now.via}.defaults.partitions`, partitions[0], partitions[1]);
  return [...(sent.length > 0 ? sent : received), ...(partitions.includes('own') ? [] : counted)];
}

/** Where each version sends; with the type of the exchange where that is another one. */
function sendingPlaces(old: Interaction, now: Interaction, versions: Versions): readonly [JsonObject, JsonObject] {
  const places = [{ ...sendAddress(versions.before, old) }, { ...sendAddress(versions.after, now) }] as const;
  const types = [exchangeTypeOf(versions.before, old), exchangeTypeOf(versions.after, now)] as const;
  if (places[0].kind !== 'rabbitmq' || types[0] === types[1]) return places;
  return [
    { ...places[0], type: types[0] },
    { ...places[1], type: types[1] },
  ];
}

/** Where the services of one version receive an interaction and get answers to it, by what is said of the place. */
function receivingPlaces(system: System, interaction: Interaction): ReadonlyMap<string, JsonObject> {
  const places = new Map<string, JsonObject>();
  const transport = findTransport(system.project, interaction.via);
  const provider = findContract(system, interaction.service);
  if (!transport || !provider) return places;
  for (const contract of [provider, ...usersOf(system, interaction.id).map((user) => user.contract)]) {
    // Where a user names the place itself and then another one, that is a fact of what the user says.
    const own = contract.uses.find((use) => use.id === interaction.id)?.address;
    if (receptionOf(system, interaction, contract)) {
      const place = namedPlace(transport, contract, receiveAddress(system, interaction, contract));
      places.set(`where ${contract.service} receives it`, { ...place, ...(own && { own: { ...own } }) });
    }
    const asks = (contract === provider) === (interaction.pattern === 'publish-async-responses');
    const reply = asks ? replyAddress(system, interaction, contract) : undefined;
    if (reply) places.set(`where ${contract.service} gets answers`, replyPlace(transport, contract, reply));
  }
  return places;
}

function replyPlace(transport: Transport, contract: Contract, { replies, shared }: ReplyAddress): JsonObject {
  return { replies, ...(shared && namedPlace(transport, contract, shared)) };
}

/** A place without the rungs of its ladder, which follow from how often is retried, and with the names that only the topology knows. */
function namedPlace(transport: Transport, { service }: Contract, place: ReceiveAddress): JsonObject {
  if (place.kind !== 'rabbitmq' && place.kind !== 'kafka') return { ...place };
  const { ladder: _rungs, ...names } = place;
  const retry = deriveName(transport, place.kind, 'retry', { service });
  if (place.kind === 'kafka') return { ...names, retry };
  return { ...names, retry, deadQueue: deriveName(transport, 'rabbitmq', 'dead-queue', { queue: place.queue }) };
}

/** The names of a place that another one has too, and that are different there; others came or went with a setting. */
function different(place: JsonObject, other: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(place).filter(([name, value]) => Object.hasOwn(other, name) && !equalJson(value, other[name])));
}

/** How many partitions a topic gets from its transport; `own` where its contract says it or where there is no topic. */
function defaultPartitions(system: System, interaction: Interaction): JsonValue {
  const transport = findTransport(system.project, interaction.via);
  const written = (channelOf(system, interaction) ?? interaction.delivery).partitions;
  if (transport?.kind !== 'kafka' || written !== undefined) return 'own';
  return transport.defaults.partitions ?? null;
}
