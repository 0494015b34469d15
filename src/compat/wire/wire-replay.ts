/** Tries messages as they travel: written by the sender's codec, read by the receiver's, and looked at by the receiver's validator. */
import { equalJson } from '../../payload/equal-json.ts';
import { describeModel } from '../../payload/protobuf/tables.ts';
import type { JsonValue } from '../../source/json.ts';
import { valueAtPointer } from '../../source/pointer.ts';
import type { Rejection } from '../decision.ts';
import type { Replay } from '../replay.ts';
import type { SchemaNode } from '../schema-node.ts';
import { expectMessage } from './expect.ts';
import { findMisreadings, type Misreading, type NumberedTexts } from './misreadings.ts';
import { renamePath } from './name-path.ts';
import type { Ends, MessagePair } from './pair-messages.ts';
import { isWireProblem, type WirePort } from './port.ts';

/** The keyword of what goes wrong on the wire, before any validator looks at it. */
export const WIRE = 'wire';

/** A payload on its way from one version to the other. */
export type Journey = {
  readonly ends: Ends;
  readonly root: MessagePair;
  readonly receiver: SchemaNode;
  /** Whose names places are told by. */
  readonly names: 'sender' | 'receiver';
};

/**
 * A replay whose receiver reads bytes. Whatever node it is asked about, it is the journey's receiver that answers, as the comparison speaks of
 * its schema in the sender's terms.
 */
export function createWireReplay(journey: Journey, replay: Replay, port: WirePort): Replay {
  const { ends, root } = journey;
  const same = (key: string) => key;
  const writer = port.codec(describeModel(ends.sender, [root.sender], same));
  const reader = port.codec(describeModel(ends.receiver, [root.receiver], same));
  const write = (message: JsonValue): Uint8Array | undefined => attempt(() => writer.encode(root.sender, message)).value;
  return {
    texts: replay.texts,
    evaluate: replay.evaluate,
    emits: (sender, message) => replay.emits(sender, message) && write(message) !== undefined,
    rejections: (_, message) => {
      const bytes = write(message);
      if (!bytes) return [];
      const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      const { value: read, problem } = attempt(() => reader.decode(root.receiver, bytes) as JsonValue);
      if (problem) {
        const path = journey.names === 'sender' ? renamePath(ends, root, problem.path, 'sender') : problem.path;
        return [{ path, keyword: WIRE, name: 'unreadable', text: problem.message, bytes: { hex, error: problem.message } }];
      }
      // What the sender's own version makes of the bytes: what is not declared is not written, so that nobody misses it.
      const sent = writer.decode(root.sender, bytes) as JsonValue;
      return [...misread(journey, sent, { read: read ?? null, hex }), ...rejected(journey, message, read ?? null, replay)];
    },
  };
}

function attempt<T>(work: () => T): { readonly value?: T; readonly problem?: Error & { readonly path: string } } {
  try {
    return { value: work() };
  } catch (error) {
    if (isWireProblem(error)) return { problem: error };
    throw error;
  }
}

type Received = { readonly read: JsonValue; readonly hex: string };

/** Listed values of the sender, and the properties that tell alternatives apart on either side. */
function numberedTexts({ sender, receiver }: Ends): NumberedTexts {
  const choices = [...sender.messages.values(), ...receiver.messages.values()].filter((message) => message.kind === 'choice');
  return {
    listed: new Set([...sender.enums.values()].flatMap(({ values }) => values.map(([text]) => text))),
    tags: new Set(choices.map(({ tag }) => tag)),
  };
}

function misread({ ends, root, names }: Journey, message: JsonValue, { read, hex }: Received): readonly Rejection[] {
  const expected = expectMessage(ends, root, message);
  if (equalJson(expected, read)) return [];
  const toRejection = ({ path, text }: Misreading): Rejection => ({
    path: names === 'sender' ? renamePath(ends, root, path, 'sender') : path,
    keyword: WIRE,
    ...(text !== undefined && { name: JSON.stringify(text) }),
    text: `it is read as ${JSON.stringify(read)}`,
    bytes: { hex, reads: read },
  });
  return findMisreadings(expected, read, numberedTexts(ends)).map(toRejection);
}

/** What the receiver's validator says of what was read, told by the names and listed texts of whoever is spoken of. */
function rejected({ ends, root, receiver, names }: Journey, message: JsonValue, read: JsonValue, replay: Replay): readonly Rejection[] {
  return replay.rejections(receiver, read).map((rejection) => {
    const sent = renamePath(ends, root, rejection.path, 'sender');
    const path = names === 'sender' ? sent : rejection.path;
    if (rejection.keyword !== 'enum' && rejection.keyword !== 'const') return { ...rejection, path };
    return { ...rejection, path, name: JSON.stringify(valueAtPointer(message, sent) ?? null) };
  });
}
