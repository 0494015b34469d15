/**
 * Whatever happens to calls and gatherings, in whichever order: each ends exactly once, at its deadline at the latest, and leaves no entry, no place and no
 * listener behind. What has ended before it was sent is never sent, and says that nobody has done it; whatever was sent may have been done.
 */
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from '../../../src/runtime/clock.ts';
import type { TransportError } from '../../../src/runtime/errors.ts';
import { transportError } from '../../../src/runtime/failure.ts';
import type { WireMessage } from '../../../src/runtime/message.ts';
import { createCall } from '../../../src/runtime/sending/call.ts';
import { createGather } from '../../../src/runtime/sending/gather.ts';
import { createPendingAnswers } from '../../../src/runtime/sending/pending-answers.ts';
import { makeSafe } from '../../../src/runtime/telemetry.ts';
import type { Link, ReplyBox, Withdraw, Within } from '../../../src/runtime/transport.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const LIMIT = { concurrent: 3, queued: 2 } as const;
const TIMEOUT = 1000;

type Event =
  | { readonly kind: 'start'; readonly timeoutMs: number; readonly signal: boolean; readonly aborted: boolean }
  | { readonly kind: 'reply' | 'error' | 'nonsense' | 'return' | 'nack' | 'abort' | 'leave'; readonly which: number; readonly from: string }
  | { readonly kind: 'disconnect' | 'close' }
  | { readonly kind: 'shut' | 'open' | 'hold' | 'pass' }
  | { readonly kind: 'wait'; readonly milliseconds: number };

const which = fc.nat(9);
const from = fc.constantFrom('audit', 'mail', 'stranger');
const about = <Kind extends string>(...kinds: readonly Kind[]) => fc.record({ kind: fc.constantFrom(...kinds), which, from });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      timeoutMs: fc.integer({ min: 1, max: TIMEOUT }),
      signal: fc.boolean(),
      aborted: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    }),
  },
  { weight: 6, arbitrary: about('reply', 'error', 'nonsense', 'return', 'nack', 'abort', 'leave') },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('disconnect' as const, 'close' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('shut' as const, 'open' as const, 'hold' as const, 'pass' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.integer({ min: 1, max: 700 }) }) },
);

/** A call that was made: when it must have ended, and with what it did. */
type Made = {
  readonly deadline: number;
  readonly giving: AbortController | undefined;
  /** What it asks for: no two ask for the same. */
  readonly article: string;
  ended: string | undefined;
  times: number;
  leave?: () => void;
};

type Posted = { readonly message: WireMessage; readonly failed: (error: Error) => void };

/** A transport that does as it is told, and a clock that stands still. */
function createStage(listensLate: boolean) {
  const clock = manualClock();
  const pending = createPendingAnswers(clock);
  const posted: Posted[] = [];
  const held = new Set<Posted>();
  const watches: { ends: number }[] = [];
  let isHolding = false;
  let isOpen = true;
  let awaited: (() => void)[] = [];
  const box: ReplyBox = {
    address: () => (isOpen ? 'replies/here' : undefined),
    opened: ({ deadline, signal }) =>
      new Promise((opened, failed) => {
        if (isOpen) return opened('replies/here');
        const end = (act: () => void) => {
          signal?.removeEventListener('abort', abort);
          act();
        };
        const abort = () => end(() => failed(transportError('aborted', 'The replies are shut.')));
        clock.after(deadline - clock.now(), () => end(() => failed(transportError('timeout', 'The replies are shut.'))));
        signal?.addEventListener('abort', abort, { once: true });
        awaited.push(() => end(() => opened('replies/here')));
      }),
  };
  // Before somebody listens for answers there is a promise of a box only.
  const replies = (within: Within): ReplyBox | Promise<ReplyBox> => (listensLate && !isOpen ? box.opened(within).then(() => box) : box);
  const link = {
    post: ({ message }: { readonly message: WireMessage }, failed: (error: Error) => void): Withdraw => {
      const one = { message, failed };
      if (isHolding) held.add(one);
      else posted.push(one);
      return () => (held.delete(one) ? 'it is held' : undefined);
    },
  } as unknown as Link;
  const telemetry = makeSafe({
    sending: () => {
      const watch = { ends: 0 };
      watches.push(watch);
      return {
        end: () => {
          watch.ends += 1;
        },
      };
    },
  });
  return {
    clock,
    pending,
    posted,
    watches,
    /** Holds what is sent from now on, or lets it go. */
    hold(hold: boolean) {
      isHolding = hold;
      if (hold) return;
      posted.push(...held);
      held.clear();
    },
    wasSent: (article: string) => posted.some(({ message }) => String(message.body).includes(`"${article}"`)),
    open(open: boolean) {
      isOpen = open;
      if (!open) return;
      for (const go of awaited) go();
      awaited = [];
    },
    outbound: { link, clock, telemetry, service: 'shop', instance: 'one', version: '1.0.0', pending, replies },
  };
}

type StageOfCalls = ReturnType<typeof createStage>;

function answerTo({ message }: { readonly message: WireMessage }, kind: 'reply' | 'error' | 'nonsense', sender: string): WireMessage {
  const payload =
    kind === 'reply' ? (sender === 'mail' ? { number: 1 } : { price: 1 }) : kind === 'error' ? { left: 1 } : { nothing: true };
  return {
    id: `answer-to-${message.id}`,
    type: message.type,
    correlationId: message.id,
    contentType: 'application/json',
    timestamp: 0,
    headers: {},
    meta: { sender, status: kind === 'error' ? 'error' : 'response', ...(kind === 'error' && { code: 'out-of-stock' }) },
    body: Buffer.from(JSON.stringify(payload)),
  };
}

/** Lets one thing happen. Answers and failures find whoever is there, also twice, and also when nobody waits any more. */
async function happen(stage: StageOfCalls, made: readonly Made[], one: Exclude<Event, { kind: 'start' }>): Promise<void> {
  const target = 'which' in one && stage.posted.length > 0 ? stage.posted[one.which % stage.posted.length] : undefined;
  switch (one.kind) {
    case 'reply':
    case 'error':
    case 'nonsense':
      if (target) stage.pending.settle(answerTo(target, one.kind, one.from));
      break;
    case 'return':
      target?.failed(transportError('unroutable', 'It came back.'));
      break;
    case 'nack':
      target?.failed(transportError('disconnected', 'It was refused.', { indeterminate: true }));
      break;
    case 'abort':
      made[one.which % Math.max(1, made.length)]?.giving?.abort();
      break;
    case 'leave':
      made[one.which % Math.max(1, made.length)]?.leave?.();
      break;
    case 'disconnect':
      stage.pending.loseAll(new Error('The connection was lost.'));
      break;
    case 'close':
      stage.pending.loseAll(new Error('The bus was closed.'));
      break;
    case 'shut':
    case 'open':
      stage.open(one.kind === 'open');
      break;
    case 'hold':
    case 'pass':
      stage.hold(one.kind === 'hold');
      break;
    case 'wait':
      await stage.clock.advance(one.milliseconds);
  }
  await stage.clock.advance(0);
}

/** Plays all events; what starts a call is given. At the end all time passes that any of them has. */
async function play(
  stage: StageOfCalls,
  events: readonly Event[],
  start: (options: { readonly timeoutMs: number; readonly signal?: AbortSignal }, made: Made) => void,
): Promise<void> {
  const made: Made[] = [];
  for (const one of events) {
    if (one.kind === 'start') {
      const giving = one.signal ? new AbortController() : undefined;
      if (one.aborted) giving?.abort();
      const article = `article ${made.length}`;
      const call: Made = { deadline: stage.clock.now() + one.timeoutMs, giving, article, ended: undefined, times: 0 };
      made.push(call);
      start({ timeoutMs: one.timeoutMs, ...(giving && { signal: giving.signal }) }, call);
      await stage.clock.advance(0);
    } else await happen(stage, made, one);
    const now = stage.clock.now();
    for (const call of made) if (call.deadline <= now) expect(call.ended, 'no call outlives its deadline').toBeDefined();
    const open = made.filter(({ ended }) => ended === undefined).length;
    expect(open).toBeLessThanOrEqual(LIMIT.concurrent + LIMIT.queued);
    expect(stage.pending.size, 'who has ended is in the table no more').toBeLessThanOrEqual(open);
  }
  await stage.clock.advance(TIMEOUT);
  expect(made.map(({ times }) => times)).toEqual(made.map(() => 1));
  expect(stage.pending.size).toBe(0);
  expect(stage.watches.filter(({ ends }) => ends !== 1)).toEqual([]);
  expect(made.flatMap(({ giving }) => (giving ? getEventListeners(giving.signal, 'abort') : []))).toEqual([]);
}

/** As many as are allowed at once are sent at once: every place was given back. */
async function expectAllPlaces(stage: StageOfCalls, start: () => Promise<unknown>): Promise<void> {
  stage.open(true);
  stage.hold(false);
  stage.posted.length = 0;
  const last = Array.from({ length: LIMIT.concurrent }, start);
  await stage.clock.advance(0);
  expect(stage.posted.length).toBe(LIMIT.concurrent);
  await stage.clock.advance(TIMEOUT);
  await Promise.all(last);
  expect(stage.pending.size).toBe(0);
}

function noteEnd(made: Made, ended: string): void {
  made.times += 1;
  made.ended = ended;
}

/** Ends that say of themselves whether anything may have been done. */
const UNKNOWN: ReadonlySet<string> = new Set(['timeout', 'aborted', 'disconnected']);

function noteFailure(stage: StageOfCalls, made: Made, { code, data }: TransportError): void {
  expect(ENDS).toContain(code);
  if (UNKNOWN.has(code))
    expect(data.indeterminate, `${code} of what was ${stage.wasSent(made.article) ? '' : 'not '}sent`).toBe(stage.wasSent(made.article));
  noteEnd(made, code);
}

/** What a call may end with here. */
const ENDS: ReadonlySet<string> = new Set([
  'ok',
  'out-of-stock',
  'invalid-reply',
  'timeout',
  'aborted',
  'disconnected',
  'unroutable',
  'no-responder',
  'overloaded',
  'left',
]);

test(
  'each call ends once, whatever happens in whichever order',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 30 }), fc.boolean(), async (events, listensLate) => {
        const stage = createStage(listensLate);
        const call = createCall({ ...stage.outbound, interaction: { ...shop.uses.desk.quote, timeout: TIMEOUT, limit: LIMIT } });
        await play(stage, events, (options, made) => {
          void call({ article: made.article }, options).then(
            () => noteEnd(made, 'ok'),
            (error: TransportError) => noteFailure(stage, made, error),
          );
        });
        await expectAllPlaces(stage, () => call.safe({ article: 'a' }));
      }),
      { numRuns: runs(150, 5000), seed: 8 },
    );
  },
  PATIENCE,
);

test(
  'each gathering ends once, and nobody answers it twice',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        fc.constantFrom(1, 2),
        async (events, listensLate, quorum) => {
          const stage = createStage(listensLate);
          const gather = createGather({ ...stage.outbound, interaction: { ...desk.provides.surveyed, timeout: TIMEOUT, limit: LIMIT } });
          await play(stage, events, (options, made) => void listen(stage, gather({ article: made.article }, { ...options, quorum }), made));
          await expectAllPlaces(stage, () => gather({ article: 'a' }).all());
        },
      ),
      { numRuns: runs(150, 5000), seed: 8 },
    );
  },
  PATIENCE,
);

/** Listens to the end, or until it is told to leave: then it does with the next answer. */
async function listen(stage: StageOfCalls, gathering: AsyncIterable<{ readonly from: string }>, made: Made): Promise<void> {
  const answered: string[] = [];
  let leaving = false;
  made.leave = () => {
    leaving = true;
  };
  try {
    for await (const { from: name } of gathering) {
      expect(answered).not.toContain(name);
      expect(['audit', 'mail']).toContain(name);
      answered.push(name);
      if (leaving) break;
    }
    noteEnd(made, leaving ? 'left' : 'ok');
  } catch (error) {
    noteFailure(stage, made, error as TransportError);
  }
}
