/** Messages that no service of msgctl sends, and answers that none gives: each is settled once, and nothing stands still. */
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import { type Bus, createBus, type Link, type WireMessage } from '../../../src/runtime/index.ts';
import { memory } from '../../../src/runtime/memory.ts';
import { makeSafe } from '../../../src/runtime/telemetry.ts';
import { validator } from '../../../src/runtime/validation.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { deskHandlers, type Journal } from '../../conformance/handlers.ts';
import { until } from '../../conformance/stage.ts';

const buses: Bus[] = [];
afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close({ drain: 100 })));
});

/** As generated code checks a schema that refers to itself. */
const isNested = (value: unknown): boolean => Array.isArray(value) && value.every(isNested);
const nested = validator<never>(isNested);
/** Deeper than the stack is, and readable as JSON. */
const DEEP = '['.repeat(20_000) + ']'.repeat(20_000);

function open(service: string, transport = memory()) {
  const bus = createBus({ transport, service });
  buses.push(bus);
  return { bus, transport };
}

/** Sends anything, and hears the answers. */
async function openStranger(transport: ReturnType<typeof memory>) {
  const answers: WireMessage[] = [];
  const host = { service: 'stranger', instance: 'stranger', clock: systemClock, telemetry: makeSafe(), lost: () => undefined };
  const link: Link = transport.open(host);
  const box = await link.listen({ replies: 'stranger' }, (answer) => answers.push(answer));
  const send = async (message: Partial<WireMessage>) => {
    const plain = { id: 'm-1', type: 'desk.note', contentType: 'application/json', timestamp: Date.now(), headers: {}, meta: {} };
    const whole: WireMessage = { ...plain, body: Buffer.from('{"text":"x","article":"a"}'), ...message };
    await link.send({ to: shop.uses.desk.note.send, message: whole, mandatory: true }, { deadline: Date.now() + 1000 });
  };
  return { send, answers, address: box.address() ?? '' };
}

test('a validator refuses what is nested more deeply than the stack holds', () => {
  expect(nested(JSON.parse(DEEP))).toBe(false);
  expect(nested.errors).toMatchObject([{ keyword: 'depth', message: 'the value is nested too deeply to be looked at' }]);
  expect(nested([[]])).toBe(true);
  expect(nested.errors).toBeNull();
});

test('messages that are nested too deeply are dead letters, and those after them are handled', async () => {
  const { bus, transport } = open('desk');
  const deep = { ...desk.provides.note, validators: { ...desk.provides.note.validators, message: nested } };
  const handled: unknown[] = [];
  await bus.serve({ ...desk, provides: { note: deep } } as never, { note: (message: unknown) => void handled.push(message) } as never);
  const { send } = await openStranger(transport);
  for (let sent = 0; sent < 30; sent += 1) await send({ body: Buffer.from(DEEP) });
  await send({ body: Buffer.from('[[]]') });
  await until('the last one is handled', () => handled.length === 1);
  const { dead, unsettled } = transport.inspect({ id: 'desk.note' });
  expect({ dead: dead.length, unsettled }).toEqual({ dead: 30, unsettled: 0 });
  expect(dead[0]?.reason).toContain('nested too deeply');
});

test('an answer that is nested too deeply ends its call', async () => {
  const { bus, transport } = open('desk');
  await bus.serve(desk, { ...deskHandlers([]), quote: () => JSON.parse(`{"price":1,"by":"x"}`) });
  const { bus: asker } = open('shop', transport);
  const response = Object.assign(
    () => {
      throw new RangeError('Maximum call stack size exceeded');
    },
    { errors: null },
  );
  const quote = { ...shop.uses.desk.quote, validators: { ...shop.uses.desk.quote.validators, response } };
  const client = asker.client({ ...shop, uses: { desk: { quote } } } as unknown as typeof shop).desk;
  expect(await client.quote.safe({ article: 'a' })).toMatchObject({
    ok: false,
    error: { code: 'invalid-reply', data: { indeterminate: true } },
  });
  expect(asker.pending).toBe(0);
});

test('what nobody thought of is a dead letter as well, and takes no place for good', async () => {
  const { bus, transport } = open('desk');
  const message = Object.assign(
    () => {
      throw new Error('Nobody thought of it.');
    },
    { errors: null },
  );
  const note = { ...desk.provides.note, validators: { message } };
  const serving = await bus.serve({ ...desk, provides: { note } } as never, { note: () => undefined } as never);
  const { send } = await openStranger(transport);
  for (let sent = 0; sent < 50; sent += 1) await send({});
  await until('all are dead', () => transport.inspect(note).dead.length === 50);
  expect(serving.active).toBe(0);
});

test('an address for answers, or a time, on what is not answered changes nothing', async () => {
  const { bus, transport } = open('desk');
  const journal: Journal = [];
  await bus.serve(desk, deskHandlers(journal));
  const { send, answers, address } = await openStranger(transport);
  await send({ replyTo: address, correlationId: 'c' });
  await send({ replyTo: address, meta: { timeout: 1, sentAt: Date.now() - 1000 } });
  await send({ replyTo: address, body: Buffer.from('{}') });
  await until('all are settled', () => {
    const { acknowledged, dead } = transport.inspect(desk.provides.note);
    return acknowledged.length === 2 && dead.length === 1;
  });
  await new Promise((done) => setTimeout(done, 300));
  expect(
    journal.map(({ attempt }) => attempt),
    'none is tried again',
  ).toEqual([1, 1]);
  expect(answers).toEqual([]);
});

test('a request that says nothing of time is answered whatever comes of it', async () => {
  const { bus, transport } = open('desk');
  await bus.serve(desk, deskHandlers([]));
  const { send, answers, address } = await openStranger(transport);
  const ask = (id: string, body: string) => send({ id, type: 'desk.quote', replyTo: address, body: Buffer.from(body) });
  await ask('good', '{"article":"apple"}');
  await ask('bad', '{}');
  await ask('failing', '{"article":"apple","behave":"throw"}');
  await until('all are answered', () => answers.length === 3);
  const said = Object.fromEntries(answers.map(({ correlationId, meta }) => [correlationId, meta.code ?? meta.status]));
  expect(said).toEqual({ good: 'response', bad: 'invalid', failing: 'remote' });
  expect(transport.inspect(desk.provides.quote).dead).toEqual([]);
});

test('a message that does not say when it was sent has not expired', async () => {
  const { bus, transport } = open('desk');
  const journal: Journal = [];
  await bus.serve(desk, deskHandlers(journal));
  const { send } = await openStranger(transport);
  await send({ type: 'desk.fleeting', timestamp: 0 });
  await until('it is handled', () => journal.length === 1);
});

test('a handler may return anything that looks like a promise', async () => {
  const { bus, transport } = open('desk');
  const fail = (why: string): never => {
    throw new Error(why);
  };
  const alike = (given: PropertyDescriptor): unknown => Object.defineProperty({}, 'then', given);
  const thenables: unknown[] = [
    alike({ get: () => fail('It only looks like one.') }),
    alike({ value: () => fail('It cannot be awaited.') }),
    alike({
      value(done: (value: unknown) => void, failed: (error: unknown) => void) {
        done({ price: 7 });
        failed(new Error('twice'));
        return fail('thrice');
      },
    }),
  ];
  const serving = await bus.serve(desk, { ...deskHandlers([]), quote: () => thenables.shift() as { price: number } });
  const { bus: asker } = open('shop', transport);
  const { desk: client } = asker.client(shop);
  expect(await client.quote.safe({ article: 'a' })).toMatchObject({ ok: false, error: { code: 'remote' } });
  expect(await client.quote.safe({ article: 'a' })).toMatchObject({ ok: false, error: { code: 'remote' } });
  expect(await client.quote({ article: 'a' })).toEqual({ price: 7 });
  await until('no place is taken', () => serving.active === 0);
});
