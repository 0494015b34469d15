/** Events whose users answer. */
import { expect, test } from 'vitest';
import { audit } from './generated/audit.ts';
import { desk, OutOfStockError } from './generated/desk.ts';
import { mail } from './generated/mail.ts';
import { auditHandlers, mailHandlers } from './handlers.ts';
import type { Scene } from './suite.ts';

export function testGathering(scene: Scene): void {
  const both = async () => {
    await scene.bus({ service: 'audit' }).serve(audit, auditHandlers(scene.journal));
    await scene.bus({ service: 'mail' }).serve(mail, mailHandlers(scene.journal));
    return scene.bus({ service: 'desk' }).client(desk);
  };

  test('gives the answers as they come, and ends with the last that is awaited', async () => {
    const client = await both();
    const begun = Date.now();
    const replies = [];
    for await (const reply of client.surveyed({ article: 'a', behave: 'audit-waits 150' })) replies.push(reply);
    expect(replies).toEqual([
      { from: 'mail', ok: true, value: { number: 3 } },
      { from: 'audit', ok: true, value: { price: 10, by: 'audit' } },
    ]);
    expect(Date.now() - begun).toBeLessThan(1500);
  });

  test('says who answered, who erred and who is missing', async () => {
    const client = await both();
    expect(await client.surveyed({ article: 'a' }).all()).toEqual({
      replies: { audit: { price: 10, by: 'audit' }, mail: { number: 3 } },
      errors: {},
      missing: [],
      complete: true,
    });
    const erred = await client.surveyed({ article: 'a', behave: 'audit-errs' }).all();
    expect(erred.replies).toEqual({ mail: { number: 3 } });
    if (!(erred.errors.audit instanceof OutOfStockError)) throw new Error('another error');
    expect(erred.errors.audit.data.left).toBe(0);
    expect(erred.complete).toBe(false);
    const late = await client.surveyed({ article: 'a', behave: 'mail-waits 1000' }, { timeoutMs: 250 }).all();
    expect(late.replies).toEqual({ audit: { price: 10, by: 'audit' } });
    expect(late.missing).toEqual(['mail']);
    expect(late.complete).toBe(false);
  });

  test('ends early with as many as are enough, and when the loop is left', async () => {
    const client = await both();
    const begun = Date.now();
    const quorum = await client.surveyed({ article: 'a', behave: 'audit-waits 1500' }, { quorum: 1 }).all();
    expect(quorum.replies).toEqual({ mail: { number: 3 } });
    expect(quorum.complete).toBe(true);
    for await (const reply of client.surveyed({ article: 'a', behave: 'audit-waits 1500' })) {
      expect(reply.from).toBe('mail');
      break;
    }
    expect(Date.now() - begun).toBeLessThan(1200);
  });

  test('ends when it is given up, and when the connection is lost', async () => {
    const client = await both();
    const behave = 'audit-waits 4000';
    const giving = new AbortController();
    const given = client.surveyed({ article: 'a', behave }, { signal: giving.signal });
    const ended = (async () => {
      for await (const { from } of given) {
        expect(from).toBe('mail');
        giving.abort();
      }
    })();
    await expect(ended).rejects.toMatchObject({ code: 'aborted', data: { indeterminate: true } });
    const lost = (async () => {
      for await (const { from } of client.surveyed({ article: 'a', behave })) {
        expect(from).toBe('mail');
        await scene.stage.interrupt(50);
      }
    })();
    await expect(lost).rejects.toMatchObject({ code: 'disconnected', data: { indeterminate: true } });
  });

  test('ends at once where nobody can answer', async () => {
    const unheard = {
      ...desk,
      provides: {
        surveyed: {
          ...desk.provides.surveyed,
          id: 'desk.unheard',
          send: { kind: 'rabbitmq', exchange: 'desk.events', routingKey: 'unheard' },
        },
      },
    } as const;
    const client = scene.bus({ service: 'desk' }).client(unheard);
    await expect(client.surveyed({ article: 'a' }).all()).rejects.toMatchObject({ code: 'no-responder' });
  });
}
