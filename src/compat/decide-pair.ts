import { narrowDocuments } from '../payload/narrowing/narrow-documents.ts';
import type { Pointer } from '../source/pointer.ts';
import { isSeen } from './attribute.ts';
import { candidateExamples } from './contract-examples.ts';
import { decidePayload } from './decide.ts';
import type { Decision } from './decision.ts';
import type { PayloadPair } from './diff-systems.ts';
import type { Direction, Exposure } from './exposure.ts';
import { createReplay, type Replay } from './replay.ts';
import { type SchemaNode, schemaNode } from './schema-node.ts';
import { decideWire } from './wire/decide-wire.ts';
import type { WirePort } from './wire/port.ts';

/** How payloads are decided: see `CompareOptions`. */
export type DecideOptions = { readonly strict: boolean; readonly replay: Replay; readonly wire: WirePort | undefined };

/** Loads what is needed to try the messages of some payloads. */
export async function prepareTrials(
  payloads: readonly PayloadPair[],
  options: { readonly strict?: boolean; readonly protobuf?: () => Promise<WirePort> },
): Promise<DecideOptions> {
  const strict = options.strict ?? false;
  const travels = payloads.some((pair) => pair.wire === 'protobuf');
  return { strict, replay: await createReplay({ strict }), wire: travels ? await options.protobuf?.() : undefined };
}

/** What some receivers who read the same make of what is sent. */
type ReadDecision = { readonly users: readonly string[]; readonly pointers?: readonly Pointer[]; readonly decision: Decision };

/** A direction of a payload, decided for whoever reads all of it, and for each of the receivers that are known. */
export type PairDecision = { readonly whole: Decision; readonly readers: readonly ReadDecision[] };

/** Whether what one version of a payload may be is accepted by the other, in one direction: as a whole, and by those who read a part. */
export function decidePair(pair: PayloadPair, direction: Direction, options: DecideOptions, exposure: Exposure): PairDecision {
  const whole = decide(pair, direction, options);
  const readers = exposure.readings[direction].map(({ users, pointers }): ReadDecision => {
    // What reads all that is accepted reads every part of it.
    const decision = pointers === undefined || whole.answer === 'included' ? whole : decide(pair, direction, options, pointers);
    return { users, ...(pointers && { pointers }), decision };
  });
  return { whole, readers };
}

/** Whether nobody who is known to receive it is in the way. */
export function isSafe({ whole, readers }: PairDecision): boolean {
  return readers.length === 0 ? whole.answer === 'included' : readers.every(({ decision }) => decision.answer === 'included');
}

function decide(pair: PayloadPair, direction: Direction, { strict, replay, wire }: DecideOptions, pointers?: readonly Pointer[]): Decision {
  if (!pair.facts.some(isSeen)) return { answer: 'included' };
  const { old, now, payload } = pair;
  const question =
    direction === 'backward'
      ? { sender: old, receiver: now, examples: candidateExamples(pair.before, payload), strict }
      : { sender: now, receiver: old, examples: candidateExamples(pair.after, payload), strict };
  const asserted = pointers ? narrowed(question.receiver, pointers) : question.receiver;
  if (pair.wire === 'json') return decidePayload({ ...question, receiver: asserted }, replay);
  return decideWire({ ...question, asserted, names: direction === 'backward' ? 'receiver' : 'sender' }, replay, wire);
}

/** The schema that a receiver asserts who reads no more than that. */
function narrowed({ documents, location }: SchemaNode, pointers: readonly Pointer[]): SchemaNode {
  const reading = { reader: pointers, schema: location, pointers };
  const { documents: extended, places } = narrowDocuments(documents, [reading]);
  const node = schemaNode(extended, places.get(reading) ?? location);
  if (!node) throw new Error(`The narrowed schema of ${location.file}#${location.pointer} is not there.`);
  return node;
}
