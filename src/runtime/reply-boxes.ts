/** Where answers to this process come in: opened when the first call needs it, once for each address. */
import type { Clock } from './clock.ts';
import type { Interaction } from './descriptor.ts';
import { withinTime } from './patience.ts';
import type { PendingAnswers } from './sending/pending-answers.ts';
import type { SafeTelemetry } from './telemetry.ts';
import type { Link, ReplyBox, Within } from './transport.ts';

/** Reply boxes of one bus. */
export type ReplyBoxes = {
  /** That of an interaction: at once where it is open. Waits no longer than the caller does. */
  of(link: Link, interaction: Interaction<'sender'>, within: Within): ReplyBox | Promise<ReplyBox>;
};

/** Hands whatever comes in to those who wait. */
export function createReplyBoxes(clock: Clock, pendingOf: (link: Link) => PendingAnswers, telemetry: SafeTelemetry): ReplyBoxes {
  const opened = new Map<Link, Map<string, ReplyBox | Promise<ReplyBox>>>();
  const open = async (link: Link, { replies = { replies: '' }, transport }: Interaction<'sender'>): Promise<ReplyBox> => {
    const boxes = boxesOf(link);
    const pending = pendingOf(link);
    try {
      const box = await link.listen(replies, (answer) => {
        if (!pending.settle(answer)) telemetry.count('late-reply', { interaction: answer.type, transport: transport.name });
      });
      boxes.set(replies.replies, box);
      return box;
    } catch (error) {
      // Whoever comes next tries again.
      boxes.delete(replies.replies);
      throw error;
    }
  };
  const boxesOf = (link: Link) => {
    const boxes = opened.get(link) ?? new Map<string, ReplyBox | Promise<ReplyBox>>();
    opened.set(link, boxes);
    return boxes;
  };
  return {
    of(link, interaction, within) {
      const boxes = boxesOf(link);
      const address = interaction.replies?.replies ?? '';
      const found = boxes.get(address) ?? open(link, interaction);
      if ('address' in found) return found;
      boxes.set(address, found);
      return withinTime(clock, found, within, `Opening the way by which answers to ${interaction.id} come`);
    },
  };
}
