import { describe, expect, it } from 'vitest';
import { dependentsOf, feedersOf, lastLedBy, type Ways } from '../../../src/brokers/rabbitmq/dead-letter-ways.ts';
import { bindingResource, queueBinding } from '../../../src/brokers/rabbitmq/resources.ts';

/** A receiver as contracts make it: a queue with dead letters, and a ladder that comes back through `again`. */
const ways: Ways = {
  queues: [
    { name: 'q', deadLetterExchange: 'r.dead', deadLetterKey: 'q' },
    { name: 'other', deadLetterExchange: 'r.dead', deadLetterKey: 'other' },
    { name: 'q.dead' },
    { name: 'rung', deadLetterExchange: 'r.again' },
    { name: 'direct', deadLetterExchange: '', deadLetterKey: 'lonely' },
    { name: 'far', deadLetterExchange: 'outer' },
    { name: 'lonely' },
  ],
  alternates: [{ name: 'r.again', alternate: 'r.dead' }],
  bindings: [
    queueBinding('events', 'q', 'happened'),
    queueBinding('r.again', 'q', 'q'),
    queueBinding('r.dead', 'q.dead', 'q'),
    queueBinding('topic', 'wide', 'a.*'),
    bindingResource({ source: 'outer', destination: 'topic', destinationType: 'exchange', routingKey: '#', arguments: {} }),
  ],
  passing: ['topic', 'outer'],
  shovels: [],
};

describe('whose dead letters may come to a queue', () => {
  it.each([
    ['a queue: its ladder', 'q', ['rung']],
    ['a queue of dead letters: its queue, and the ladder by way of the alternate exchange, and no other queue', 'q.dead', ['q', 'rung']],
    ['a queue that is reached by its name', 'lonely', ['direct']],
    ['a queue behind two exchanges', 'wide', ['far']],
    ['a queue that nothing leads to', 'rung', []],
  ])('%s', (_, queue, feeders) => {
    expect(feedersOf(queue, ways)).toEqual(feeders);
  });

  it('never ends where exchanges lead in a circle', () => {
    const round = { ...ways, alternates: [...ways.alternates, { name: 'r.dead', alternate: 'r.again' }] };
    expect(feedersOf('q', round)).toEqual(['other', 'rung']);
  });
});

describe('what sends to an exchange by itself', () => {
  it.each([
    ['r.dead', ['the dead letters of queue other', 'the dead letters of queue q', 'what exchange r.again has no queue for']],
    ['r.again', ['the dead letters of queue rung']],
    ['topic', ['the messages of exchange outer']],
    ['events', []],
  ])('%s', (exchange, dependents) => {
    expect(dependentsOf(exchange, ways)).toEqual(dependents);
  });
});

describe('an exchange that would delete itself', () => {
  const toExchange = { source: 'topic', destination: 'wide', destinationType: 'exchange', routingKey: '', arguments: {} } as const;

  it.each([
    { goes: 'with the last queue that it leads to', queue: 'wide', going: ['wide'], more: [], exchange: 'topic' },
    { goes: 'not where it leads to a queue that stays', queue: 'wide', going: ['wide'], more: [queueBinding('topic', 'stays', 'b')] },
    {
      goes: 'with the last of several that go',
      queue: 'wide',
      going: ['wide', 'also'],
      more: [queueBinding('topic', 'also', 'b')],
      exchange: 'topic',
    },
    { goes: 'not with a queue that it does not lead to', queue: 'q', going: ['q', 'wide'], more: [] },
    { goes: 'not where it leads to an exchange', queue: 'wide', going: ['wide'], more: [bindingResource(toExchange)] },
  ])('goes $goes', ({ queue, going, more, exchange }) => {
    expect(lastLedBy(queue, { ...ways, bindings: [...ways.bindings, ...more] }, new Set(going))).toBe(exchange);
  });
});
