/** Judges another routing key on an exchange that stays: does what one version sends still reach the queues of the other? */
import type { Interaction } from '../../contract/model.ts';
import { findContract, type System } from '../../contract/system.ts';
import { receiveAddress, sendAddress } from '../../topology/addresses.ts';
import { isReceivedByProvider, receptionsOver } from '../../topology/receptions.ts';
import { exchangeTypeOf } from '../exchange-type.ts';
import type { Proof } from '../finding.ts';
import { findLostKey, findSharedKey, keysBound, keysOfPattern, onlyKey, type RoutingKeys } from '../routing-keys.ts';
import { inAnyOrder, inNoOrder, type Judgement, listNames } from './rule.ts';

/** One version of an interaction, with the project it stands in. */
export type RoutedVersion = { readonly system: System; readonly interaction: Interaction };

type Route = {
  readonly exchange: string;
  readonly type: string;
  readonly routingKey: string;
  readonly sent: RoutingKeys;
  readonly bound: RoutingKeys;
};

/** What another routing key means; `undefined` where the exchange is another one as well, or one that does not go by routing keys. */
export function judgeRoute(before: RoutedVersion, after: RoutedVersion): Judgement | undefined {
  const [old, now] = [routeOf(before), routeOf(after)];
  if (!old || !now || old.exchange !== now.exchange || old.type !== now.type) return undefined;
  // Who receives on the new version gets what the old one sends, and the other way round.
  const [receiversFirst, sendersFirst] = [lose(old, { route: now, ...after }, 'before'), lose(now, { route: old, ...before }, 'after')];
  const toProvider = isReceivedByProvider(after.interaction);
  const order = toProvider
    ? { providerFirst: receiversFirst === 'none', usersFirst: sendersFirst === 'none' }
    : { providerFirst: sendersFirst === 'none', usersFirst: receiversFirst === 'none' };
  const lost = [sendersFirst, receiversFirst].find((one) => typeof one === 'object');
  if (lost) return { ...inNoOrder('breaking', lost.why, lost.proof), ...order };
  if (receiversFirst === 'unknown' || sendersFirst === 'unknown')
    return {
      ...inNoOrder('undecided', 'The patterns are too large to be compared, so it is not known which messages still arrive.'),
      ...order,
    };
  return inAnyOrder(
    'compatible',
    `Whatever routing key either version sends, the exchange ${now.exchange} (${now.type}) gives it to the queues of both.`,
  );
}

type Lost = { readonly why: string; readonly proof: Proof };

function lose(sender: Route, receiver: RoutedVersion & { readonly route: Route }, sentBy: 'before' | 'after'): Lost | 'none' | 'unknown' {
  const { exchange, routingKey: binding, bound } = receiver.route;
  const found = findLostKey(sender.sent, bound);
  if (typeof found === 'string') return found;
  const queues = queuesOf(receiver);
  const versions = sentBy === 'after' ? ['new', 'old'] : ['old', 'new'];
  const why = `Messages that the ${versions[0]} version sends as ${JSON.stringify(found.key)} do not reach ${listNames(queues, 'the queues')} as the ${versions[1]} version binds it, by ${JSON.stringify(binding)}; nobody is told.`;
  return { why, proof: { kind: 'routing-key', key: found.key, exchange, binding, queues, sentBy } };
}

/** A key of an interaction that also reaches queues of others, which are bound by patterns, and those queues; `undefined` where none does. */
export function findStray(version: RoutedVersion): { readonly key: string; readonly queues: readonly string[] } | undefined {
  const { system, interaction } = version;
  const patterned = [...system.interactions.values()].filter((other) => other.id !== interaction.id && isPatterned(other));
  const own = patterned.length > 0 ? routeOf(version) : undefined;
  for (const other of patterned) {
    const route = own && other.via === interaction.via ? routeOf({ system, interaction: other }) : undefined;
    const shared = own && route?.exchange === own.exchange ? findSharedKey(own.sent, route.bound) : 'none';
    if (typeof shared !== 'object') continue;
    const meant = queuesOf(version);
    const queues = queuesOf({ system, interaction: other }).filter((queue) => !meant.includes(queue));
    if (queues.length > 0) return { key: shared.key, queues };
  }
  return undefined;
}

function isPatterned({ address }: Interaction): boolean {
  return address?.kind === 'exchange' && address.routingKey.split('.').some((word) => word === '*' || word === '#');
}

function routeOf({ system, interaction }: RoutedVersion): Route | undefined {
  const place = sendAddress(system, interaction);
  if (place.kind !== 'rabbitmq') return undefined;
  const { exchange, routingKey } = place;
  const type = exchangeTypeOf(system, interaction);
  const bound = keysBound(type, routingKey);
  if (!bound) return undefined;
  // Who is not generated may send any key that the pattern stands for; others send the key as it is written.
  const isFree = findContract(system, interaction.service)?.external === true && !isReceivedByProvider(interaction) && type === 'topic';
  const sent = isFree ? keysOfPattern(routingKey) : onlyKey(routingKey);
  return { exchange, type, routingKey, sent, bound };
}

/** The queues of the project that get an interaction. */
function queuesOf({ system, interaction }: RoutedVersion): readonly string[] {
  const queues = receptionsOver(system, interaction.via).flatMap(({ receiver, interactions }) => {
    if (!interactions.some(({ id }) => id === interaction.id)) return [];
    const place = receiveAddress(system, interaction, receiver);
    return place.kind === 'rabbitmq' ? [place.queue] : [];
  });
  return [...new Set(queues)].sort();
}
