import type { JsonValue } from '../../source/json.ts';
import { appendPointer } from '../../source/pointer.ts';
import { candidateMessages } from '../candidates.ts';
import { decideWhole } from '../decide-whole.ts';
import type { Decision, Question, Rejection, Witness } from '../decision.ts';
import { findWitness, findWitnesses, MOST_WITNESSES, rejectionKey } from '../find-witnesses.ts';
import { createPurse, type Purse } from '../prove.ts';
import type { Replay } from '../replay.ts';
import { compareScalars } from './compare-scalars.ts';
import type { Form } from './form.ts';
import type { KnownParts } from './known-parts.ts';
import { formAt, type Leaf, pathOf, putInside, type Split, type Step, splitForms } from './split.ts';

/**
 * Decides a question by the parts of the schemas that differ, each of them once for all messages that have it. `undefined` where that is not
 * enough to tell: where they cannot be taken apart, a part is undecided, or what breaks in a part is not shown by a message of the whole.
 */
export function decideByParts(question: Question, replay: Replay): Decision | undefined {
  const { parts } = replay;
  if (!parts) return undefined;
  const [sender, receiver] = [parts.forms.of(question.sender, 'sender'), parts.forms.of(question.receiver, 'receiver')];
  const split = splitForms(sender, receiver, question.strict);
  if (!split || split.leaves.some(({ steps }) => steps.length === 0)) return undefined;
  const purse = createPurse();
  const run: Run = { question, replay, parts, sender };
  const decided: Decided[] = [];
  for (const leaf of split.leaves) {
    const decision = decideLeaf(run, leaf, purse);
    if (decision.answer === 'undecided') return undefined;
    decided.push({ leaf, decision });
  }
  const broken = decided.some(({ decision }) => decision.answer === 'not-included') || split.missing.length > 0;
  return broken ? showBreaks(run, decided, split) : crossCheck(run, split);
}

type Run = { readonly question: Question; readonly replay: Replay; readonly parts: KnownParts; readonly sender: Form };
type Decided = { readonly leaf: Leaf; readonly decision: Exclude<Decision, { answer: 'undecided' }> };

const UNDECIDED: Decision = { answer: 'undecided', reason: 'a part stands nowhere', obstacles: [] };

/** What budgets leave open is not known for good. */
function decideLeaf(run: Run, leaf: Leaf, purse: Purse): Decision {
  const { parts } = run;
  const key = `${leaf.sender.id} ${leaf.receiver.id}`;
  const known = parts.decisions.get(key);
  if (known) return known;
  const decision = decidePair(run, leaf, purse);
  if (decision.answer !== 'undecided') parts.decisions.set(key, decision);
  return decision;
}

/** Asks the engine only where a look at the keywords does not tell; what breaks is shown by a message all the same. */
function decidePair({ question, replay, parts }: Run, leaf: Leaf, purse: Purse): Decision {
  const clear = compareScalars(leaf.sender, leaf.receiver);
  if (clear === 'included') return { answer: 'included' };
  const [sender, receiver] = [parts.forms.placeOf(leaf.sender, 'sender'), parts.forms.placeOf(leaf.receiver, 'receiver')];
  if (!sender || !receiver) return UNDECIDED;
  const inside: Question = { sender, receiver, examples: [], strict: question.strict };
  if (clear) {
    const witness = findWitness(inside, replay, candidateMessages(sender, receiver, question.strict), clear.keyword);
    if (witness) return { answer: 'not-included', witnesses: [witness], obstacles: [] };
  }
  return decideWhole(inside, replay, purse);
}

/** A message of a part that breaks, and what is said of it there, told by its place in the whole. */
type Break = { readonly steps: readonly Step[]; readonly part: JsonValue | undefined; readonly expected: Rejection };

/** The breaks of the parts as breaks of the whole: each with a message of the whole that was replayed, or none of them is told. */
function showBreaks(run: Run, decided: readonly Decided[], split: Split): Decision | undefined {
  const { question, replay, parts, sender } = run;
  const found = new Map<string, Witness>();
  for (const witness of findWitnesses(question, replay, question.examples)) found.set(rejectionKey(witness.rejection), witness);
  for (const { steps, part, expected } of breaksOf(run, decided, split)) {
    const key = rejectionKey(expected);
    if (found.has(key) || found.size >= MOST_WITNESSES) continue;
    const message = part === undefined ? undefined : putInside(parts.messageOf, sender, steps, part);
    const rejection = message === undefined ? undefined : rejectionOf(run, message, key);
    if (message === undefined || !rejection) return undefined;
    found.set(key, { message, rejection });
  }
  const obstacles = decided.flatMap(({ leaf, decision }) =>
    decision.answer === 'included' ? [] : decision.obstacles.map((one) => inWhole(leaf, one)),
  );
  return { answer: 'not-included', witnesses: [...found.values()], obstacles };
}

/** What is missing first, then each part's breaks in turn, lest those of one of them are all that is told. */
function breaksOf({ parts, sender }: Run, decided: readonly Decided[], { missing }: Split): readonly Break[] {
  const lost = missing.map(({ steps, name }): Break => {
    const form = formAt(sender, steps);
    const path = appendPointer(pathOf(steps), name);
    return { steps, part: form && parts.messageOf(form), expected: { path, keyword: 'required', name, text: '' } };
  });
  const each = decided.map(({ leaf, decision }): readonly Break[] =>
    decision.answer === 'included'
      ? []
      : decision.witnesses.map(({ message, rejection }) => ({ steps: leaf.steps, part: message, expected: inWhole(leaf, rejection) })),
  );
  const longest = Math.max(0, ...each.map((breaks) => breaks.length));
  return [...lost, ...Array.from({ length: longest }, (_, turn) => each.flatMap((breaks) => breaks.slice(turn, turn + 1))).flat()];
}

function inWhole<Place extends { readonly path: string }>({ steps }: Leaf, place: Place): Place {
  return { ...place, path: pathOf(steps) + place.path };
}

function rejectionOf({ question, replay }: Run, message: JsonValue, key: string): Rejection | undefined {
  const rejection = replay.rejections(question.receiver, message).find((one) => rejectionKey(one) === key);
  return rejection && replay.emits(question.sender, message) ? rejection : undefined;
}

/** How many messages each part that differs is tried in, once it was tried by itself. */
const MOST_TRIED = 6;

/** What no argument may contradict: a message that is sent and rejected. What differs was tried by itself, so that some of it will do. */
function crossCheck({ question, replay, parts, sender }: Run, { leaves }: Split): Decision | undefined {
  const plain = parts.messageOf(sender);
  const messages = leaves.flatMap(({ steps, ...leaf }) =>
    parts.samplesOf(leaf, MOST_TRIED).flatMap((part) => putInside(parts.messageOf, sender, steps, part) ?? []),
  );
  const tried = [...question.examples, ...(plain === undefined ? [] : [plain]), ...messages];
  return findWitnesses(question, replay, tried).length > 0 ? undefined : { answer: 'included' };
}
