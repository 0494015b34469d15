import type { Interaction } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import { isReceivedByProvider, sharersOf } from '../topology/receptions.ts';

/** The type of the exchange that an interaction is sent to on RabbitMQ: as its address says, or that of another event of its channel. */
export function exchangeTypeOf(system: System, interaction: Interaction): string {
  const address = interaction.address ?? sharersOf(system, interaction).find((other) => other.address)?.address;
  if (address?.kind === 'exchange') return address.exchange.type;
  return isReceivedByProvider(interaction) ? 'direct' : 'topic';
}
