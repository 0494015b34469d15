/** Whether what shares a channel agrees on where it is: a channel is one exchange, topic or stream, and one queue or group of each user. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import type { Contract, Existing, ProviderAddress, ReceiverAddress } from '../model.ts';
import { type CheckContext, keyPlace, usePointer } from './context.ts';

/** One event of a channel, as its provider or one of its users has it. */
type Member = {
  readonly id: string;
  readonly channel: string;
  readonly pointer: Pointer;
  readonly address: ProviderAddress | ReceiverAddress | undefined;
  readonly existing: Existing | undefined;
};

/** Addresses, and words on what exists, that differ within one channel. The first one said holds for all, so that every other is ignored. */
export function checkChannels(context: CheckContext, contract: Contract): readonly Diagnostic[] {
  const provided = contract.provides.flatMap(({ id, channel, pointer, address, existing }): readonly Member[] =>
    channel === undefined ? [] : [{ id, channel, pointer, address, existing }],
  );
  const used = contract.uses.flatMap((use): readonly Member[] => {
    const interaction = context.interactions.get(use.id);
    if (interaction?.channel === undefined) return [];
    const channel = `${interaction.service}.${interaction.channel}`;
    return [{ id: use.id, channel, pointer: usePointer(use), address: use.address, existing: use.existing }];
  });
  return [...checkMembers(context, contract, provided), ...checkMembers(context, contract, used)];
}

const PARTS = [
  ['address', ({ address }: Member) => address && placeOf(address)],
  ['existing', ({ existing }: Member) => existing],
] as const;

function checkMembers(context: CheckContext, { file }: Contract, members: readonly Member[]): readonly Diagnostic[] {
  return PARTS.flatMap(([key, partOf]) => {
    const first = new Map<string, Member>();
    return members.flatMap((member) => {
      const value = partOf(member);
      if (value === undefined) return [];
      const other = first.get(member.channel);
      if (!other) first.set(member.channel, member);
      if (!other || partOf(other) === value) return [];
      const related = [{ at: keyPlace(context, file, appendPointer(other.pointer, key)), label: `${other.id} has another` }];
      const at = keyPlace(context, file, appendPointer(member.pointer, key));
      return [diagnose('channel-in-two-places', at, { key, id: member.id, other: other.id, channel: member.channel }, related)];
    });
  });
}

/** Keys of one exchange may differ: a queue is bound to each of them. */
function placeOf(address: ProviderAddress | ReceiverAddress): string {
  switch (address.kind) {
    case 'exchange':
      return `${address.exchange.name} ${address.exchange.type}`;
    case 'topic':
      return address.topic;
    case 'stream':
      return address.stream;
    case 'queue':
      return address.queue.name;
    case 'group':
      return address.group;
  }
}
