/** Failures: attempts, pauses, dead letters, and messages that are none. */
import { expect, test } from 'vitest';
import type { WireMessage } from '../../src/runtime/index.ts';
import { desk } from './generated/desk.ts';
import { shop } from './generated/shop.ts';
import { deskHandlers } from './handlers.ts';
import { until } from './stage.ts';
import { withStranger } from './stranger.ts';
import type { Scene } from './suite.ts';

const NOTES = 'desk.note';

export function testFailures(scene: Scene): void {
  test('what fails is tried again after its pauses, and then a dead letter with the reason', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.note({ text: 'full', behave: 'throw' });
    await until('it was tried three times', () => scene.journal.length === 3);
    expect(scene.journal.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(scene.journal.map(({ id }) => id)).size, 'it keeps its id').toBe(1);
    const [first, second, third] = scene.journal.map(({ at }) => at) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(240);
    expect(third - second).toBeGreaterThanOrEqual(490);
    const dead = await deadLetters(scene, 1);
    expect(dead[0]?.meta.reason).toContain('No room for notes.');
    expect(dead[0]?.meta.attempt).toBe(3);
    expect(JSON.parse(Buffer.from(dead[0]?.body ?? []).toString())).toEqual({ text: 'full', behave: 'throw' });
    expect(scene.journal.length).toBe(3);
  });

  test('what succeeds at last is no dead letter', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.note({ text: 'later', behave: 'throw-until 2' });
    await until('it was tried twice', () => scene.journal.length === 2);
    await new Promise((done) => setTimeout(done, 100));
    expect(await scene.stage.takeDead(NOTES)).toEqual([]);
  });

  test('`Reject` makes a dead letter at once, `Retry` says when', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.note({ text: 'no', behave: 'reject' });
    const dead = await deadLetters(scene, 1);
    expect(dead[0]?.meta.reason).toContain('Not a note for us.');
    expect(scene.journal.length).toBe(1);
    await client.note({ text: 'soon', behave: 'retry 250' });
    await until('it was tried twice', () => scene.journal.length === 3);
    expect(scene.journal.map(({ attempt }) => attempt)).toEqual([1, 1, 2]);
  });

  test('what fails is gone where the contract keeps nothing of it', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.hint({ text: 'lost', behave: 'throw' });
    await client.hint({ text: 'heard' });
    await until('both were handled', () => scene.journal.length === 2);
    await new Promise((done) => setTimeout(done, 200));
    expect(scene.journal.map(({ payload }) => (payload as { text: string }).text)).toEqual(['lost', 'heard']);
  });

  test('what is no message of the contract is a dead letter at once, unread fields kept', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    await withStranger(scene, async (send) => {
      await send({ body: Buffer.from('{"text":7,"unread":"kept"}') });
      await send({ body: Buffer.from('no json') });
      await send({ contentType: 'text/plain', body: Buffer.from('{"text":"x"}') });
      await send({ body: Buffer.from([0x22, 0xff, 0x22]) });
    });
    const dead = await deadLetters(scene, 4);
    expect(scene.journal).toEqual([]);
    for (const { meta } of dead) expect(meta.reason).toMatch(/^it does not fit the contract/);
    expect(dead.map(({ body }) => Buffer.from(body ?? []).toString()).join('\n')).toContain('"unread":"kept"');
  });

  test('a request that is none is answered with `invalid`', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const unchecked = {
      ...shop,
      uses: {
        desk: {
          ...shop.uses.desk,
          quote: { ...shop.uses.desk.quote, validators: { ...shop.uses.desk.quote.validators, request: anything } },
        },
      },
    };
    const { desk: client } = scene.bus({ service: 'shop' }).client(unchecked as unknown as typeof shop);
    const result = await client.quote.safe({ article: '' });
    if (result.ok) throw new Error('it was answered');
    expect(result.error.code).toBe('invalid');
    expect(result.error.message).toContain('article');
    expect(scene.journal).toEqual([]);
  });

  test('a receiver whose messages keep failing rests, and goes on later', async () => {
    let broken = true;
    const counted: string[] = [];
    const bus = scene.bus({ service: 'desk', telemetry: { count: (metric) => counted.push(metric) } });
    await bus.serve(
      desk,
      {
        ...deskHandlers(scene.journal),
        quote: () => {
          if (broken) throw new Error('The database is away.');
          return { price: 1 };
        },
      },
      { killSwitch: { messages: 10, within: 60_000, failing: 0.5, rest: 300 } },
    );
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await Promise.all(Array.from({ length: 10 }, () => client.quote.safe({ article: 'a' })));
    await until('it rests', () => counted.includes('switched-off'));
    broken = false;
    const begun = Date.now();
    expect(await client.quote({ article: 'a' })).toEqual({ price: 1 });
    expect(Date.now() - begun, 'nothing is begun meanwhile').toBeGreaterThan(100);
    expect(counted).toContain('switched-on');
  });
}

/** Dead letters of notes, as soon as there are so many. */
async function deadLetters(scene: Scene, count: number): Promise<readonly WireMessage[]> {
  const dead: WireMessage[] = [];
  await until(`${count} dead letters`, async () => {
    dead.push(...(await scene.stage.takeDead(NOTES)));
    return dead.length >= count;
  });
  return dead;
}

const anything = Object.assign((value: unknown): value is never => value !== undefined, { errors: null });
