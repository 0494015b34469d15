/**
 * What is there, as RabbitMQ tells it over AMQP alone: by declarations that cannot make anything. RabbitMQ compares a declaration with what is
 * there before it looks at what it would make, and each carries an argument that it compares with nothing and would never make anything with. So
 * the answer is that all is the same, what differs first, or that nothing is there. Tried on 3.10 and 4.0; docs/decisions/0043.
 */
import type { JsonValue } from '../../source/json.ts';
import type { Resource } from '../../topology/model.ts';

/** What an answer to a probe means. */
export type Finding =
  /** It is there, and is as this says. */
  | { readonly kind: 'there'; readonly resource: Resource }
  | { readonly kind: 'absent' }
  /** It is there and differs; this is what to ask next. */
  | { readonly kind: 'ask'; readonly next: Resource }
  /** The user may not configure it, so nothing is compared. */
  | { readonly kind: 'denied' }
  /** Whether it is there must be asked in another way, and nothing more can be known. */
  | { readonly kind: 'unknown' };

const ALTERNATE = 'arguments.alternate-exchange';
const QUEUE_TYPE = 'arguments.x-queue-type';

/** Exchanges that every RabbitMQ knows: 3.10 closes the connection over a type that it does not. */
const EXCHANGE_TYPES: readonly unknown[] = ['direct', 'fanout', 'topic', 'headers'];

/** By the type of a queue the argument that such a queue refuses whatever its value, with a value that no queue takes; other types tell themselves by it. */
const REFUSED: Readonly<Record<string, { readonly argument: string; readonly takenBy: string }>> = {
  classic: { argument: 'arguments.x-quorum-initial-group-size', takenBy: 'quorum' },
  quorum: { argument: 'arguments.x-max-priority', takenBy: 'classic' },
  stream: { argument: 'arguments.x-max-priority', takenBy: 'classic' },
};

/** What to ask first of what is wanted: all that it says, and the usual of what it does not say. */
export function firstGuess({ kind, name, attributes }: Resource): Resource {
  const lasting = { durable: true, auto_delete: false };
  if (kind === 'queue') return { kind, name, attributes: { ...lasting, [QUEUE_TYPE]: 'classic', ...attributes } };
  const type = EXCHANGE_TYPES.includes(attributes.type) ? attributes.type : 'direct';
  return { kind, name, attributes: { ...lasting, internal: false, ...attributes, type: type ?? 'direct' } };
}

/** The declaration that asks whether something is as this guess says; undefined where none is known to be without effect. */
export function probeOf({ kind, name, attributes }: Resource): Resource | undefined {
  if (kind === 'exchange') return { kind, name, attributes: { ...attributes, [ALTERNATE]: 1 } };
  const refused = refusedBy(attributes);
  return refused && { kind, name, attributes: { ...attributes, [refused.argument]: -1 } };
}

function refusedBy(attributes: Resource['attributes']) {
  const type = String(attributes[QUEUE_TYPE]);
  return Object.hasOwn(REFUSED, type) ? REFUSED[type] : undefined;
}

/** What RabbitMQ's answer to the probe of a guess means: its text where it refused, undefined where it took it. */
export function readAnswer(guess: Resource, raw: string | undefined): Finding {
  if (raw === undefined) return guess.kind === 'queue' ? { kind: 'there', resource: guess } : { kind: 'unknown' };
  if (/\b403 \(/.test(raw)) return { kind: 'denied' };
  if (/\b405 \(/.test(raw)) return { kind: 'there', resource: { ...guess, attributes: { ...guess.attributes, exclusive: true } } };
  const difference =
    /inequivalent arg '(?<name>[^']*)' for .*: received (?<sent>.*) but current is (?<found>none|(?:the value )?'.*?'(?: of type '\w+')?)"?$/s;
  const { name, found } = difference.exec(raw)?.groups ?? {};
  if (name !== undefined && found !== undefined) return differing(guess, name, found);
  return /\b406 \(.*invalid (?:arg|property|type) '/s.test(raw) ? { kind: 'absent' } : { kind: 'unknown' };
}

function differing(guess: Resource, name: string, found: string): Finding {
  const attribute = name.startsWith('x-') || name === 'alternate-exchange' ? `arguments.${name}` : name;
  const refused = guess.kind === 'queue' ? refusedBy(guess.attributes) : undefined;
  const asOther = attribute === refused?.argument ? { attribute: QUEUE_TYPE, value: refused.takenBy } : undefined;
  const value = asOther?.value ?? toldValue(found, attribute === ALTERNATE ? '' : guess.attributes[attribute]);
  const { [asOther?.attribute ?? attribute]: _, ...others } = guess.attributes;
  const attributes = value === undefined ? others : { ...others, [asOther?.attribute ?? attribute]: value };
  const next = { ...guess, attributes };
  // An exchange is asked for its alternate last of all, so that all else is the same.
  return attribute === ALTERNATE ? { kind: 'there', resource: next } : { kind: 'ask', next };
}

/** A value as RabbitMQ writes it: `none`, `the value '5' of type 'byte'`, or without a type where that is the one that was sent. */
function toldValue(found: string, sent: JsonValue | undefined): JsonValue | undefined {
  const typed = /^the value '(?<text>.*)' of type '(?<type>\w+)'$/s.exec(found) ?? /^'(?<text>.*)'$/s.exec(found);
  const { text = '', type } = typed?.groups ?? {};
  if (found === 'none') return undefined;
  if (type === 'longstr') return text;
  if (text === 'true' || text === 'false') return text === 'true';
  const isNumber = Number.isFinite(Number(text)) && text !== '';
  if (type !== undefined) return isNumber ? Number(text) : text;
  // Two values that look the same differ in their type.
  const sentNumber = String(sent) === text ? typeof sent !== 'number' : typeof sent === 'number';
  return sentNumber && isNumber ? Number(text) : text;
}
