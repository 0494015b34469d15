/** Notifications and events: who gets them, how often, and in which order. */
import { expect, test } from 'vitest';
import { audit } from './generated/audit.ts';
import { desk } from './generated/desk.ts';
import { mail } from './generated/mail.ts';
import { shop } from './generated/shop.ts';
import { auditHandlers, deskHandlers, mailHandlers } from './handlers.ts';
import { until } from './stage.ts';
import type { Scene } from './suite.ts';

export function testEvents(scene: Scene): void {
  test('a notification is handled once', async () => {
    await Promise.all(['one', 'two'].map((name) => scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal, name))));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await Promise.all(Array.from({ length: 50 }, (_, index) => client.note({ text: String(index) })));
    await until('all are handled', () => scene.journal.length >= 50);
    await new Promise((done) => setTimeout(done, 50));
    const texts = scene.journal.map(({ payload }) => Number((payload as { text: string }).text)).sort((a, b) => a - b);
    expect(texts).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  test('an event reaches every user, each once whatever the number of its instances', async () => {
    await Promise.all([
      scene.bus({ service: 'audit' }).serve(audit, auditHandlers(scene.journal, 'audit')),
      scene.bus({ service: 'audit' }).serve(audit, auditHandlers(scene.journal, 'audit')),
      scene.bus({ service: 'mail' }).serve(mail, mailHandlers(scene.journal, 'mail')),
    ]);
    const client = scene.bus({ service: 'desk' }).client(desk);
    await Promise.all(Array.from({ length: 20 }, (_, index) => client.posted({ text: String(index) })));
    await until('all have them', () => scene.journal.length >= 40);
    await new Promise((done) => setTimeout(done, 50));
    expect(scene.journal.filter(({ by }) => by === 'audit').length).toBe(20);
    expect(scene.journal.filter(({ by }) => by === 'mail').length).toBe(20);
  });

  test('an event that waits is handled when its user comes', async () => {
    const first = scene.bus({ service: 'mail' });
    const serving = await first.serve(mail, mailHandlers(scene.journal));
    await serving.close();
    const client = scene.bus({ service: 'desk' }).client(desk);
    await client.posted({ text: 'waits' });
    expect(scene.journal).toEqual([]);
    await scene.bus({ service: 'mail' }).serve(mail, mailHandlers(scene.journal));
    await until('it is handled', () => scene.journal.length === 1);
  });

  test('events of one key stay in order, also where one of them is tried again; others go on', async () => {
    await scene.bus({ service: 'audit' }).serve(audit, auditHandlers(scene.journal));
    const client = scene.bus({ service: 'desk' }).client(desk);
    // All at once: what is sent one by one may take longer than the chair slips.
    await Promise.all([
      client.moved({ thing: 'chair', step: 1, behave: 'throw-until 3' }),
      ...[2, 3, 4, 5].map((step) => client.moved({ thing: 'chair', step })),
      ...[1, 2, 3, 4, 5].map((step) => client.moved({ thing: 'table', step })),
    ]);
    await until('all have moved', () => scene.journal.length >= 12);
    const steps = (thing: string) =>
      scene.journal
        .filter(({ payload }) => (payload as { thing: string }).thing === thing)
        .map(({ payload }) => (payload as { step: number }).step);
    expect(steps('chair')).toEqual([1, 1, 1, 2, 3, 4, 5]);
    expect(steps('table')).toEqual([1, 2, 3, 4, 5]);
    const chairMoved = scene.journal.findIndex(({ attempt }) => attempt === 3);
    const tableDone = scene.journal.findIndex(
      ({ payload }) => (payload as { thing: string; step: number }).thing === 'table' && (payload as { step: number }).step === 5,
    );
    expect(tableDone, 'the table did not wait for the chair').toBeLessThan(chairMoved);
  });

  test('keep their order over several instances', async () => {
    await Promise.all(['one', 'two'].map((name) => scene.bus({ service: 'audit' }).serve(audit, auditHandlers(scene.journal, name))));
    const client = scene.bus({ service: 'desk' }).client(desk);
    for (let step = 1; step <= 60; step += 1) await client.moved({ thing: `thing ${step % 3}`, step });
    await until('all have moved', () => scene.journal.length >= 60);
    for (const thing of ['thing 0', 'thing 1', 'thing 2']) {
      const steps = scene.journal
        .filter(({ payload }) => (payload as { thing: string }).thing === thing)
        .map(({ payload }) => (payload as { step: number }).step);
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
    }
  });

  test('keep their order also where an instance stops while another goes on', async () => {
    const seen: string[] = [];
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((done) => {
      letGo = done;
    });
    const handlers = (by: string) => ({
      desk: {
        ...auditHandlers([], by).desk,
        async moved({ step }: { readonly step: number }) {
          seen.push(`${step} begins`);
          if (step === 1) await held;
          seen.push(`${step} ends`);
        },
      },
    });
    const serving = await scene.bus({ service: 'audit' }).serve(audit, handlers('one'));
    await scene.bus({ service: 'audit' }).serve(audit, handlers('two'));
    const client = scene.bus({ service: 'desk' }).client(desk);
    const steps = Array.from({ length: 40 }, (_, index) => index + 1);
    for (const step of steps) await client.moved({ thing: 'chair', step });
    await until('the first one is being handled', () => seen.length === 1);
    const closing = serving.close({ drain: 5000 });
    // Whatever another instance would do too early it would do now.
    await new Promise((done) => setTimeout(done, 200));
    letGo();
    await closing;
    await until('all have moved', () => seen.length >= steps.length * 2);
    expect(seen).toEqual(steps.flatMap((step) => [`${step} begins`, `${step} ends`]));
  });

  test('an event that nobody receives is no error, a notification is', async () => {
    const stranger = {
      ...shop,
      uses: {
        desk: {
          note: { ...shop.uses.desk.note, id: 'desk.nowhere', send: { kind: 'rabbitmq', exchange: 'desk.inbox', routingKey: 'nowhere' } },
        },
      },
    } as const;
    const event = {
      ...desk,
      provides: {
        posted: { ...desk.provides.posted, id: 'desk.unheard', send: { kind: 'rabbitmq', exchange: 'desk.events', routingKey: 'unheard' } },
      },
    } as const;
    await scene.bus({ service: 'desk' }).client(event).posted({ text: 'hello?' });
    await expect(scene.bus({ service: 'shop' }).client(stranger).desk.note({ text: 'hello?' })).rejects.toMatchObject({
      code: 'unroutable',
    });
  });
}
