import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokerOf, openTarget } from '../../../src/brokers/index.ts';
import { applyPlan } from '../../../src/topology/apply.ts';
import { deriveTopology } from '../../../src/topology/derive.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import type { BrokerAdmin } from '../../../src/topology/port.ts';
import { stepsOf } from '../../../src/topology/steps.ts';
import { transportOf } from '../../support/load-system.ts';
import { shop } from './shop.ts';
import { transportNamed } from './transports.ts';

let root = '';
const file = () => join(root, 'topology', 'bus.definitions.json');
const signal = new AbortController().signal;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'msgctl-file-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function planned(admin: BrokerAdmin) {
  const system = await shop('rabbitmq');
  const transport = transportOf(system, 'bus');
  const spec = brokerOf(transport)?.spec;
  if (!spec) throw new Error('no broker');
  return planTopology(deriveTopology(system, spec, transport), await admin.inspect(signal), spec, {
    project: 'shop',
    allow: [],
    target: admin.target,
  });
}

async function opened() {
  return openTarget(transportOf(await shop('rabbitmq'), 'bus'), { root, project: 'shop' });
}

async function eventsOf(admin: BrokerAdmin) {
  const counts = new Map<string, number>();
  const messages = new Set<string>();
  for await (const event of applyPlan(await planned(admin), admin, signal)) {
    counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
    if (event.type === 'step-failed') messages.add(event.message);
  }
  return { counts: Object.fromEntries(counts), messages: [...messages] };
}

describe('a file target', () => {
  it('is empty where there is no file, is written in one go, and then says what was planned', async () => {
    const admin = await opened();
    expect(admin.target).toBe('file topology/bus.definitions.json');
    const steps = stepsOf(await planned(admin)).length;
    expect((await eventsOf(admin)).counts).toEqual({ 'step-started': steps, 'step-done': steps });
    expect(stepsOf(await planned(admin))).toEqual([]);
    expect(readdirSync(join(root, 'topology'))).toEqual(['bus.definitions.json']);
  });

  it('tells from what it read whether anything changed', async () => {
    const admin = await opened();
    const absent = (await admin.inspect(signal)).readHash;
    await eventsOf(admin);
    const written = (await admin.inspect(signal)).readHash;
    expect(written).not.toBe(absent);
    expect((await admin.inspect(signal)).readHash).toBe(written);
    writeFileSync(file(), `${readFileSync(file(), 'utf8')}\n`);
    expect((await admin.inspect(signal)).readHash).not.toBe(written);
  });

  it('does not write over what somebody else changed between plan and apply', async () => {
    const admin = await opened();
    const plan = await planned(admin);
    mkdirSync(join(root, 'topology'));
    writeFileSync(file(), '{"queues": []}');
    const events = [];
    for await (const event of applyPlan(plan, admin, signal)) if (event.type === 'step-failed') events.push(event.message);
    expect(new Set(events)).toEqual(new Set(['topology/bus.definitions.json was changed by somebody else meanwhile. Plan again.']));
    expect(readFileSync(file(), 'utf8')).toBe('{"queues": []}');
  });

  it('leaves a file that it cannot understand as it is', async () => {
    mkdirSync(join(root, 'topology'));
    writeFileSync(file(), '{"queues": [}');
    await expect((await opened()).inspect(signal)).rejects.toMatchObject({
      id: 'topology-file-malformed',
      message: 'topology/bus.definitions.json:1:13: A JSON value is expected.',
    });
    expect(readFileSync(file(), 'utf8')).toBe('{"queues": [}');
  });

  it.each([
    ['a folder', () => mkdirSync(file(), { recursive: true }), 'it is a folder (EISDIR)'],
    ['a device', () => [mkdirSync(join(root, 'topology')), symlinkSync('/dev/null', file())], 'it is a device or a pipe'],
    ['not UTF-8', () => [mkdirSync(join(root, 'topology')), writeFileSync(file(), Buffer.from([0x7b, 0xff]))], 'it is not UTF-8'],
  ])('says why it cannot be read: %s', async (_, make, reason) => {
    make();
    await expect((await opened()).inspect(signal)).rejects.toMatchObject({
      id: 'topology-file-unreadable',
      message: `topology/bus.definitions.json cannot be read: ${reason}.`,
    });
  });

  it('fails the steps where it cannot be written, and leaves nothing behind', async () => {
    writeFileSync(join(root, 'topology'), 'a file where the folder should be');
    const admin = await opened();
    await expect(admin.inspect(signal)).rejects.toMatchObject({ id: 'topology-file-unreadable' });
    rmSync(join(root, 'topology'));
    const plan = await planned(admin);
    writeFileSync(join(root, 'topology'), 'again');
    const types = new Set<string>();
    for await (const event of applyPlan(plan, admin, signal)) types.add(event.type);
    expect(types).toEqual(new Set(['step-started', 'step-failed', 'step-skipped']));
    expect(readFileSync(join(root, 'topology'), 'utf8')).toBe('again');
  });

  it.runIf(existsSync('/proc/self'))('fails the steps at once where the system makes no folders', async () => {
    symlinkSync('/proc', join(root, 'nowhere'));
    const transport = transportNamed('bus', 'rabbitmq', {}, { directory: 'nowhere/nobody/deep' });
    const { messages } = await eventsOf(await openTarget(transport, { root, project: 'shop' }));
    expect(messages).toEqual(['nowhere/nobody/deep/bus.definitions.json cannot be written: its folder is not there (ENOENT).']);
  });

  it.skipIf(process.getuid?.() === 0)('fails the steps where the folder may not be written', async () => {
    mkdirSync(join(root, 'topology'));
    chmodSync(join(root, 'topology'), 0o500);
    expect((await eventsOf(await opened())).messages).toEqual([
      'topology/bus.definitions.json cannot be written: this user may not (EACCES).',
    ]);
    expect(existsSync(file())).toBe(false);
  });
});

describe('openTarget', () => {
  it.each(['http', 'grpc', 'memory'] as const)('has nothing to open for %s', (kind) => {
    expect(brokerOf(transportNamed('web', kind))).toBeUndefined();
  });
});

describe('the file that is written', () => {
  it('may be read by the same people as before', async () => {
    mkdirSync(join(root, 'topology'));
    writeFileSync(file(), '{"users": [{"name": "guest", "password_hash": "h"}]}', { mode: 0o640 });
    await eventsOf(await opened());
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    expect(readFileSync(file(), 'utf8')).toContain('"password_hash": "h"');
  });
});
