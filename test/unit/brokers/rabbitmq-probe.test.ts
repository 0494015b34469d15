import { describe, expect, it } from 'vitest';
import { firstGuess, probeOf, readAnswer } from '../../../src/brokers/rabbitmq/probe.ts';
import { exchangeResource, queueResource } from '../../../src/brokers/rabbitmq/resources.ts';

/** The texts are those of 3.10.8 and 4.0.5, which are the same. */
function refused(code: string, text: string): string {
  return `Operation failed: QueueDeclare; ${code} with message "${code.includes('406') ? 'PRECONDITION_FAILED' : 'X'} - ${text}"`;
}

function inequivalent(name: string, words: string): string {
  return refused('406 (PRECONDITION-FAILED)', `inequivalent arg '${name}' for queue 'q' in vhost '/': ${words}`);
}

const quorum = queueResource('q', { 'x-queue-type': 'quorum', 'x-max-length': 5 });
const classic = queueResource('q', { 'x-queue-type': 'classic' });
const topic = exchangeResource('x', 'topic', { 'alternate-exchange': 'y' });

describe('a probe', () => {
  it.each([
    ['a classic queue', classic, 'arguments.x-quorum-initial-group-size', -1],
    ['a quorum queue', quorum, 'arguments.x-max-priority', -1],
    ['a stream', queueResource('q', { 'x-queue-type': 'stream' }), 'arguments.x-max-priority', -1],
    ['an exchange', topic, 'arguments.alternate-exchange', 1],
  ])('of %s carries what makes nothing', (_, resource, argument, value) => {
    expect(probeOf(firstGuess(resource))?.attributes).toEqual({ ...resource.attributes, [argument]: value });
  });

  it('of a type that is not known is none', () => {
    expect(probeOf(firstGuess(queueResource('q', { 'x-queue-type': 'odd' })))).toBeUndefined();
  });

  it('fills in what the contract does not say, and asks for no exchange type that may not be known', () => {
    expect(firstGuess({ kind: 'queue', name: 'q', attributes: {} }).attributes).toEqual(classic.attributes);
    expect(firstGuess(exchangeResource('x', 'x-delayed-message')).attributes.type).toBe('direct');
  });
});

describe('what an answer means', () => {
  it('is that all is the same where a queue is taken', () => {
    expect(readAnswer(quorum, undefined)).toEqual({ kind: 'there', resource: quorum });
  });

  it.each<[string, string, string, object]>([
    ['another value', 'x-max-length', "received '5' but current is '6'", { 'arguments.x-max-length': 6 }],
    ['the same in another type', 'x-max-length', "received '5' but current is '5'", { 'arguments.x-max-length': '5' }],
    [
      'one more',
      'x-overflow',
      "received none but current is the value 'drop-head' of type 'longstr'",
      { 'arguments.x-overflow': 'drop-head' },
    ],
    [
      'one more number',
      'x-expires',
      "received none but current is the value '60000' of type 'signedint'",
      { 'arguments.x-expires': 60_000 },
    ],
    ['a text of digits', 'x-any', "received none but current is the value '7' of type 'longstr'", { 'arguments.x-any': '7' }],
    ['a flag', 'durable', "received 'true' but current is 'false'", { durable: false }],
    ['another type', 'x-queue-type', "received 'quorum' but current is 'stream'", { 'arguments.x-queue-type': 'stream' }],
    [
      'the type that the refused argument tells',
      'x-max-priority',
      "received the value '-1' of type 'byte' but current is none",
      { 'arguments.x-queue-type': 'classic' },
    ],
  ])('%s: is asked for next', (_, name, words, attributes) => {
    const next = { ...quorum, attributes: { ...quorum.attributes, ...attributes } };
    expect(readAnswer(quorum, inequivalent(name, words))).toEqual({ kind: 'ask', next });
  });

  it('one less: is asked for without it', () => {
    const { 'arguments.x-max-length': _, ...attributes } = quorum.attributes;
    const answer = inequivalent('x-max-length', "received the value '5' of type 'byte' but current is none");
    expect(readAnswer(quorum, answer)).toEqual({ kind: 'ask', next: { ...quorum, attributes } });
  });

  it.each([
    ['none', undefined],
    ["'z'", 'z'],
    ["'1'", '1'],
  ])('an exchange whose alternate is %s: is there, as that was asked for last', (words, value) => {
    const answer = inequivalent('alternate-exchange', `received '1' but current is ${words}`).replace('queue', 'exchange');
    const { 'arguments.alternate-exchange': _, ...others } = topic.attributes;
    const attributes = value === undefined ? others : { ...others, 'arguments.alternate-exchange': value };
    expect(readAnswer(topic, answer)).toEqual({ kind: 'there', resource: { ...topic, attributes } });
  });

  it.each([
    [
      classic,
      refused('406 (PRECONDITION-FAILED)', "invalid arg 'x-quorum-initial-group-size' for queue 'q' of queue type rabbit_classic_queue"),
    ],
    [topic, refused('406 (PRECONDITION-FAILED)', "invalid type 'byte' for arg 'alternate-exchange' in exchange 'x' in vhost '/'")],
    [classic, refused('406 (PRECONDITION-FAILED)', "invalid property 'non-durable' for queue 'q' in vhost '/'")],
  ])('that nothing is there', (resource, answer) => {
    expect(readAnswer(resource, answer)).toEqual({ kind: 'absent' });
  });

  it('that the user may not know, that it is exclusive, or that nobody knows', () => {
    expect(readAnswer(classic, refused('403 (ACCESS-REFUSED)', 'access to queue'))).toEqual({ kind: 'denied' });
    expect(readAnswer(classic, refused('405 (RESOURCE-LOCKED)', 'cannot obtain exclusive access'))).toMatchObject({
      resource: { attributes: { exclusive: true } },
    });
    expect(readAnswer(classic, refused('404 (NOT-FOUND)', 'home node is down'))).toEqual({ kind: 'unknown' });
    expect(readAnswer(topic, undefined)).toEqual({ kind: 'unknown' });
  });

  it('takes a name for no answer', () => {
    const name = "' in vhost '/': received '1' but current is '2'";
    const answer = refused(
      '406 (PRECONDITION-FAILED)',
      `inequivalent arg 'durable' for queue '${name}' in vhost '/': received 'true' but current is 'false'`,
    );
    expect(readAnswer({ ...classic, name }, answer)).toMatchObject({ next: { attributes: { durable: false } } });
  });
});
