import { describe, expect, it } from 'vitest';
import { redisCommandsFormat } from '../../../src/brokers/file/redis-commands.ts';
import type { Step } from '../../../src/topology/steps.ts';
import { context, pending, provisionText } from './provision-text.ts';
import { shop } from './shop.ts';

const orders = '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { retain: 1d } }';
const moved = { orders, billing: '  orders.moved: {}' };

describe('a file of Redis commands', () => {
  it('makes groups with their streams, and marks both', async () => {
    const lines = (await provisionText(await shop('redis', moved), undefined)).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'HSET msgctl:owner billing.orders.moved.dead shop',
        'HSET msgctl:owner orders.moved shop',
        'HSET msgctl:owner "orders.moved billing" shop',
        'XGROUP CREATE orders.moved billing $ MKSTREAM',
        'XGROUP CREATE orders.place orders 0 MKSTREAM',
      ]),
    );
  });

  it('says afterwards what was asked for, and is written the same again', async () => {
    const system = await shop('redis', moved);
    const text = await provisionText(system, undefined);
    expect(await pending(system, text)).toEqual([]);
    expect(await provisionText(system, text)).toBe(text);
  });

  it.each([
    ['a group gone', /^XGROUP CREATE orders.moved billing.*\n/m, '', 'create group orders.moved billing'],
    ['another beginning', 'orders.moved billing $', 'orders.moved billing 0', 'change group orders.moved billing; start: "0" → "$"'],
    ['another owner', 'HSET msgctl:owner orders.moved shop', 'HSET msgctl:owner orders.moved blog', 'refuse stream orders.moved'],
  ])('shows a change by hand: %s', async (_, from, to, expected) => {
    const system = await shop('redis', moved);
    const text = (await provisionText(system, undefined)).replace(from as string, to);
    expect(await pending(system, text)).toContain(expected);
  });

  it('keeps what is not ours to the letter, groups on our streams included', async () => {
    const foreign = "# by hand\nset  greeting 'it\\'s me'\n\nxgroup create orders.moved analysts 0 mkstream\n";
    const system = await shop('redis', moved);
    const after = await provisionText(system, `${foreign}HSET msgctl:owner orders.moved shop\n`);
    expect(after.startsWith(foreign)).toBe(true);
    expect(await pending(system, after)).toEqual([]);
  });

  it('takes away the lines of what no contract asks for, with consent', async () => {
    const less = await shop('redis');
    const text = await provisionText(await shop('redis', moved), undefined);
    expect(await pending(less, text)).toEqual(expect.arrayContaining(['delete stream orders.moved', 'delete group orders.moved billing']));
    expect(await provisionText(less, text, ['delete'])).toBe(await provisionText(less, undefined));
  });

  it('writes names as redis-cli reads them', async () => {
    const odd =
      '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { retain: 1d }, address: { stream: "a\\"b\\\\ c" } }';
    const system = await shop('redis', { orders: odd, billing: '  orders.moved: {}' });
    const text = await provisionText(system, undefined);
    expect(text).toContain('XGROUP CREATE "a\\"b\\\\ c" billing $ MKSTREAM');
    expect(await pending(system, text)).toEqual([]);
  });

  it('keeps a name on its line that has line breaks and other characters that nobody sees', () => {
    const resource = { kind: 'stream', name: 'a\nFLUSHALL\u0001', attributes: {} };
    const step: Step = { action: 'create', resource, fields: [], cause: 'not-in-contract', risk: 'safe', waitsFor: [], needs: [] };
    const text = redisCommandsFormat.write(undefined, [step], context);
    expect(text.trimEnd()).toBe(String.raw`HSET msgctl:owner "a\nFLUSHALL\x01" shop`);
    expect(redisCommandsFormat.read(text, context)).toEqual([{ ...resource, owner: 'shop' }]);
  });

  it.each(['SET a "b', 'SET a "b"c', "SET 'a"])('is reported with its place where quotes do not close: %s', (line) => {
    const message = 'topology/bus:2:1: The quotes on this line do not close, or something follows them directly.';
    expect(() => redisCommandsFormat.read(`PING\n${line}\n`, context)).toThrow(expect.objectContaining({ message }));
  });
});
