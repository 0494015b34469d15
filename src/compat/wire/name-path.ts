import type { ProtobufValue } from '../../payload/protobuf/model.ts';
import { appendPointer, type Pointer, pointerSegments } from '../../source/pointer.ts';
import { alternativePair, innerPair } from './guard.ts';
import { type Ends, type MessagePair, messagesOf, pairAlternatives, pairFields } from './pair-messages.ts';

/**
 * A place in a message as the other version names it: what a receiver calls `/sum/currency` a sender may call `/total/currency`. Names that
 * only one of them has stay as they are.
 */
export function renamePath(ends: Ends, root: MessagePair, path: Pointer, to: 'sender' | 'receiver'): Pointer {
  const renamed: string[] = [];
  let pairs: readonly MessagePair[] = [root];
  let inside: readonly MessagePair[] = [];
  for (const segment of pointerSegments(path)) {
    // An item of a list or a map stands between a field and the message that it holds.
    if (pairs.length === 0 && inside.length > 0) {
      renamed.push(segment);
      pairs = inside;
      inside = [];
      continue;
    }
    const steps = pairs.flatMap((pair) => stepsOf(ends, pair)).filter((step) => step[to === 'sender' ? 'read' : 'sent'] === segment);
    const [step] = steps;
    renamed.push(step ? step[to === 'sender' ? 'sent' : 'read'] : segment);
    const next = steps.flatMap(({ inner }) => inner ?? []);
    pairs = step?.isSingle === false ? [] : next;
    inside = step?.isSingle === false ? next : [];
  }
  return appendPointer('', ...renamed);
}

type Step = { readonly sent: string; readonly read: string; readonly isSingle: boolean; readonly inner: MessagePair | undefined };

function stepsOf(ends: Ends, pair: MessagePair): readonly Step[] {
  const messages = messagesOf(ends, pair);
  if (!messages) return [];
  if (messages.kind === 'choice') {
    const { sent, read } = messages;
    const alternatives = pairAlternatives(ends, messages).flatMap((fate) =>
      fate.fate === 'arrives' ? [alternativePair(sent.tag, read.tag, fate)] : [],
    );
    return [{ sent: sent.tag, read: read.tag, isSingle: true, inner: undefined }, ...alternatives.flatMap((each) => stepsOf(ends, each))];
  }
  return pairFields(ends, messages, pair).flatMap((fate) => (fate.fate === 'arrives' ? [stepOf(fate.sent, fate.read)] : []));
}

type Named = { readonly property: string; readonly label: string; readonly value: ProtobufValue };

function stepOf(sent: Named, read: Named): Step {
  return { sent: sent.property, read: read.property, isSingle: sent.label === 'single', inner: innerPair(sent.value, read.value) };
}
