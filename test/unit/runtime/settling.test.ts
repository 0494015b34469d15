/** In which order a message is handled, answered and settled, over a transport that a test plays itself. */
import { afterEach, expect, test } from 'vitest';
import { type Bus, createBus, type Delivery, type Link, type ReceiverPolicy, type WireMessage } from '../../../src/runtime/index.ts';
import { type ManualClock, manualClock } from '../../../src/runtime/memory.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { deskHandlers, type Journal } from '../../conformance/handlers.ts';

const buses: Bus[] = [];
afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close({ drain: 0 })));
});

/** Serves the desk, and notes all that is said to the transport. `answer` is what becomes of answers. */
async function open(
  answer: () => void | Promise<void> = () => undefined,
  { policy = {}, clock = manualClock() }: { readonly policy?: Partial<ReceiverPolicy>; readonly clock?: ManualClock } = {},
) {
  const said: string[] = [];
  const journal: Journal = [];
  const copies: WireMessage[] = [];
  const receivers = new Map<string, (delivery: Delivery) => void>();
  const say = (what: string) => {
    said.push(what);
    return 'settled' as const;
  };
  const link = {
    ready: async () => undefined,
    async consume({ types }, receive) {
      for (const type of types) receivers.set(type, receive);
      return { stop: async () => void say('stop'), end: async () => void say('end') };
    },
    answer({ message }) {
      say(`answer ${message.meta.code ?? message.meta.status}`);
      return answer();
    },
    close: async () => undefined,
  } as Partial<Link> as Link;
  const bus = createBus({ transport: { kind: 'hand', open: () => link }, service: 'desk', clock });
  buses.push(bus);
  const quote = { ...desk.provides.quote, policy: { ...desk.provides.quote.policy, ...policy } };
  const serving = await bus.serve({ ...desk, provides: { ...desk.provides, quote } }, deskHandlers(journal));
  const lost = new AbortController();
  const deliver = (type: string, body: object, about: Partial<WireMessage & Pick<Delivery, 'earlier'> & { isBroken: boolean }> = {}) => {
    const { earlier, isBroken, ...changed } = about;
    const plain = { id: 'm', type, contentType: 'application/json', timestamp: clock.now(), headers: {}, meta: {} };
    const keep = (what: string) => (copy: WireMessage, delay?: number) => {
      copies.push(copy);
      return say(delay === undefined ? what : `${what} ${delay}`);
    };
    receivers.get(type)?.({
      message: { ...plain, body: Buffer.from(JSON.stringify(body)), ...changed },
      redelivered: false,
      earlier,
      lost: lost.signal,
      acknowledge: () => {
        if (isBroken) throw new Error('The transport is broken.');
        return say('acknowledge');
      },
      release: () => say('release'),
      retry: keep('retry'),
      bury: keep('bury'),
    });
  };
  return { clock, said, journal, copies, deliver, serving, lost };
}

const request = { replyTo: 'here', meta: { timeout: 5000 } };

test('a request is acknowledged once its answer is on its way, and not before', async () => {
  let sent: () => void = () => undefined;
  const { clock, said, deliver } = await open(() => new Promise((done) => (sent = done)));
  deliver('desk.quote', { article: 'a' }, request);
  await clock.advance(100);
  expect(said).toEqual(['answer response']);
  sent();
  await clock.advance(0);
  expect(said).toEqual(['answer response', 'acknowledge']);
});

test.each([
  [
    'at once',
    () => {
      throw new Error('no channel');
    },
  ],
  ['later', () => Promise.reject(new Error('no channel'))],
])('a request whose answer cannot be sent (%s) is given back, after a pause', async (_when, answer) => {
  const { clock, said, deliver } = await open(answer);
  deliver('desk.quote', { article: 'a' }, request);
  await clock.advance(900);
  expect(said).toEqual(['answer response']);
  await clock.advance(200);
  expect(said).toEqual(['answer response', 'release']);
});

test('what fails is put off with one attempt more, and is never given back', async () => {
  const { clock, said, copies, deliver } = await open();
  deliver('desk.note', { text: 'x', behave: 'throw' }, { meta: { attempt: 2 } });
  await clock.advance(0);
  expect(said).toEqual(['retry 500']);
  expect(copies[0]?.meta).toMatchObject({ attempt: 3, origin: 'desk.note' });
  deliver('desk.note', { text: 'x', behave: 'throw' }, { meta: { attempt: 3 } });
  await clock.advance(0);
  expect(said).toEqual(['retry 500', 'bury']);
  expect(copies[1]?.meta).toMatchObject({ attempt: 3, origin: 'desk.note', reason: 'No room for notes. (attempt 3)' });
});

test('what was handed out too often is a dead letter that no handler sees', async () => {
  const { clock, said, journal, copies, deliver } = await open();
  deliver('desk.note', { text: 'x' }, { earlier: 19 });
  deliver('desk.note', { text: 'x' }, { earlier: 20 });
  await clock.advance(0);
  expect(said).toEqual(['acknowledge', 'bury']);
  expect(journal.length).toBe(1);
  expect(copies[0]?.meta.reason).toBe('it was handed out 20 times, and never settled');
});

test('what was lost before its turn came is not begun', async () => {
  const { clock, said, journal, deliver, lost } = await open();
  lost.abort(new Error('gone'));
  deliver('desk.note', { text: 'x' });
  await clock.advance(0);
  expect({ said, journal }).toEqual({ said: [], journal: [] });
});

test("what was interrupted by a lost connection is nobody's failure", async () => {
  const { clock, said, deliver, lost } = await open();
  deliver('desk.quote', { article: 'a', behave: 'wait 1000' }, request);
  await clock.advance(0);
  lost.abort(new Error('gone'));
  await clock.advance(0);
  expect(said).toEqual(['release']);
});

test('the time that a request was under way counts where the clocks of both seem to agree', async () => {
  const { clock, said, journal, deliver } = await open();
  const now = clock.now();
  const sent = (ago: number) => deliver('desk.quote', { article: 'a' }, { replyTo: 'here', meta: { timeout: 1000, sentAt: now - ago } });
  sent(999);
  sent(1001);
  await clock.advance(0);
  expect(said, 'the second one is over').toEqual(['acknowledge', 'answer response', 'acknowledge']);
  // Ahead of this clock, and further behind than any message should be.
  sent(-60_000);
  sent(6 * 60_000);
  await clock.advance(0);
  expect(journal.length).toBe(3);
});

test('a retry that nobody would wait for is not made: whoever waits is told', async () => {
  const { clock, said, journal, deliver } = await open(undefined, { policy: { retryDelays: [2000] } });
  const failing = { article: 'a', behave: 'throw' };
  deliver('desk.quote', failing, request);
  await clock.advance(1900);
  expect({ said, handled: journal.length }).toEqual({ said: [], handled: 1 });
  await clock.advance(200);
  expect({ said, handled: journal.length }).toEqual({ said: ['answer remote', 'acknowledge'], handled: 2 });
  deliver('desk.quote', failing, { replyTo: 'here', meta: { timeout: 1999 } });
  await clock.advance(0);
  expect({ said: said.slice(2), handled: journal.length }).toEqual({ said: ['answer remote', 'acknowledge'], handled: 3 });
});

test('a transport that breaks its word takes no place for good', async () => {
  const { clock, said, deliver, serving } = await open();
  deliver('desk.quote', { article: 'a' }, { ...request, isBroken: true });
  deliver('desk.hint', { text: 'a' }, { isBroken: true });
  await clock.advance(0);
  expect(said.filter((what) => what === 'bury').length).toBe(2);
  expect(serving.active).toBe(0);
});

test('a service that stops begins nothing more, and says when all has ended', async () => {
  const { clock, said, journal, deliver, serving } = await open();
  deliver('desk.note', { text: 'first' });
  deliver('desk.quote', { article: 'a', behave: 'wait 50' }, request);
  await clock.advance(0);
  said.length = 0;
  let closed = false;
  const closing = serving.close({ drain: 1000 }).then(() => {
    closed = true;
  });
  deliver('desk.note', { text: 'late' });
  await clock.advance(0);
  expect(journal.map(({ what }) => what)).toEqual(['note', 'quote']);
  expect(closed).toBe(false);
  await new Promise((done) => setTimeout(done, 80));
  await clock.advance(0);
  await closing;
  expect(said.filter((what) => what === 'end').length, 'each place is ended').toBe(said.filter((what) => what === 'stop').length);
  expect(said.indexOf('end')).toBeGreaterThan(said.lastIndexOf('acknowledge'));
});
