/** Decides a payload that travels as Protobuf: whether all that one version may send is read by the other as it was sent, and accepted. */

import { formatLocation } from '../../payload/documents.ts';
import { buildProtobufModel } from '../../payload/protobuf/build-model.ts';
import { candidateMessages } from '../candidates.ts';
import { decidePayload } from '../decide.ts';
import type { Decision, Question, Witness } from '../decision.ts';
import { isAbove } from '../message-path.ts';
import type { Replay } from '../replay.ts';
import type { SchemaNode } from '../schema-node.ts';
import { guardMessages } from './guard.ts';
import { misreadPlaces } from './misread-places.ts';
import { renamePath } from './name-path.ts';
import type { Ends, MessagePair } from './pair-messages.ts';
import type { WirePort } from './port.ts';
import { pullBack } from './pull-back.ts';
import { createSchemaStore } from './schema-store.ts';
import { withSendableBytes } from './sendable-bytes.ts';
import { viewOfMessage } from './view.ts';
import { createWireReplay, type Journey, WIRE } from './wire-replay.ts';

/**
 * What is decided. The receiver reads by the whole schema of the payload, and asserts that or a part of it; places are told by the names of the
 * newer version.
 */
export type WireQuestion = Question & { readonly asserted: SchemaNode; readonly names: 'sender' | 'receiver' };

/**
 * Decides by the receiver's schema in the sender's terms, together with what has to hold for a message to be read as it was sent. Every message
 * that is tried travels as bytes.
 */
export function decideWire(question: WireQuestion, replay: Replay, port: WirePort | undefined): Decision {
  const { sender, receiver, asserted, names } = question;
  const [from, to] = [modelOf(sender), modelOf(receiver)];
  if (!from || !to) return { answer: 'undecided', reason: 'a version has no message of Protobuf for it', obstacles: [] };
  const ends: Ends = { sender: from.model, receiver: to.model };
  const root: MessagePair = { sender: from.key, receiver: to.key };
  const store = createSchemaStore();
  const guard = guardMessages(ends, root, store);
  const pulled = pullBack(asserted, viewOfMessage(root), { ends, evaluate: replay.evaluate, store });
  const accepted = store.place(guard === undefined ? pulled : { allOf: [guard, pulled] });
  const journey: Journey = { ends, root, receiver: asserted, names };
  const travelling = port ? createWireReplay(journey, replay, port) : silent(replay);
  const made = candidateMessages(sender, accepted, question.strict).slice(0, MOST_REMADE);
  const bytes = made.flatMap((message) => withSendableBytes(ends.sender, root.sender, message) ?? []);
  const decision = decidePayload({ ...question, receiver: accepted, examples: [...question.examples, ...bytes] }, travelling);
  return guard === undefined ? inNames(decision, journey) : explain(inNames(decision, journey), journey);
}

/** How many of the messages to try are made anew with bytes that can be sent: those that come first are the simplest. */
const MOST_REMADE = 200;

function modelOf(node: SchemaNode) {
  const model = buildProtobufModel(node.documents, [node.location]);
  const key = model.payloads.get(formatLocation(node.location));
  return key === undefined ? undefined : { model, key };
}

/** Without a codec nothing can be tried, and nothing is shown to break. */
function silent(replay: Replay): Replay {
  const { parts: _, ...whole } = replay;
  return { ...whole, rejections: () => [] };
}

/** A proof speaks of the sender's names. */
function inNames(decision: Decision, { ends, root, names }: Journey): Decision {
  if (decision.answer === 'included') return decision;
  const named = decision.obstacles.map((one) =>
    names === 'sender' ? one : { ...one, path: renamePath(ends, root, one.path, 'receiver') },
  );
  if (decision.answer === 'undecided') return { ...decision, obstacles: named };
  // What the receiver calls "oneOf" is one of any in the sender's terms, where no two can hold.
  const alternatives = new Set(decision.witnesses.flatMap(({ rejection }) => (rejection.keyword === 'oneOf' ? [rejection.path] : [])));
  const obstacles = named.filter(({ keyword, path }) => keyword !== 'anyOf' || !alternatives.has(path));
  return { ...decision, obstacles };
}

/** Says of what is misread why it is, and nothing more where a message shows it. */
function explain(decision: Decision, journey: Journey): Decision {
  if (decision.answer === 'included') return decision;
  const places = misreadPlaces(journey);
  const shown = decision.answer === 'not-included' ? decision.witnesses.filter(({ rejection }) => rejection.keyword === WIRE) : [];
  const others = decision.obstacles.filter(({ path }) => !places.some((place) => isAbove(place.path, path)));
  const open = places.filter(({ path }) => decision.obstacles.some((one) => isAbove(path, one.path)));
  const unshown = open.filter(({ path }) => !shown.some(({ rejection }) => isAbove(path, rejection.path) || isAbove(rejection.path, path)));
  const obstacles = [...unshown, ...others];
  if (decision.answer === 'undecided') return { ...decision, reason: obstacles[0]?.reason ?? decision.reason, obstacles };
  return { ...decision, obstacles, witnesses: [...decision.witnesses].sort((a, b) => tellingOf(a) - tellingOf(b)) };
}

/** Bytes that cannot be read tell most, then a value that is taken for another. */
function tellingOf({ rejection: { bytes } }: Witness): number {
  if (!bytes) return 2;
  return 'error' in bytes ? 0 : 1;
}
