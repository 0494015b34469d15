/** Where interactions are sent on RabbitMQ, and through what kind of exchange. */
import type { Interaction } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import { type ReceiveAddress, sendAddress } from '../../topology/addresses.ts';
import { isReceivedByProvider, sharersOf } from '../../topology/receptions.ts';

/** Where a receiver takes messages from on RabbitMQ. */
export type RabbitmqAddress = Extract<ReceiveAddress, { readonly kind: 'rabbitmq' }>;

/** The exchange and the key that an interaction's first message is sent to. */
export function rabbitmqSend(system: System, interaction: Interaction): { readonly exchange: string; readonly routingKey: string } {
  const address = sendAddress(system, interaction);
  if (address.kind !== 'rabbitmq') throw new Error(`${interaction.id} does not go over RabbitMQ`);
  return address;
}

/** The type of that exchange: what its address says, on this interaction or another event of its channel, else what its pattern makes of it. */
export function exchangeTypeOf(system: System, interaction: Interaction): string {
  const written = [interaction, ...sharersOf(system, interaction)].flatMap(({ address }) =>
    address?.kind === 'exchange' && address.exchange.type !== undefined ? [address.exchange.type] : [],
  );
  return written[0] ?? (isReceivedByProvider(interaction) ? 'direct' : 'topic');
}
