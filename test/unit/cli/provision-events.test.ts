import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import { provisionTargets } from '../../../src/cli/provision-topology.ts';
import { openSession } from '../../../src/cli/session.ts';
import { openWorkspace, type Workspace } from '../../../src/cli/workspace.ts';
import type { System } from '../../../src/contract/system.ts';
import { resourceKey } from '../../../src/topology/model.ts';
import type { BrokerAdmin } from '../../../src/topology/port.ts';
import { NO_FLAGS, projectCopy, type TestHost, testHost } from './fixtures.ts';
import { memoryBroker } from './memory-broker.ts';

type Line = Readonly<Record<string, unknown>> & { readonly event: string; readonly elapsed?: number };

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../schema/events.json'), 'utf8'));
const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema);

describe('what provisioning tells while it works', () => {
  const { folder, remove } = projectCopy('provision');
  let workspace: Workspace;
  let system: System;

  beforeAll(async () => {
    workspace = await openWorkspace(openSession(testHost(folder), { ...NO_FLAGS, env: 'offline' }, '0'));
    if (!workspace.system) throw new Error(JSON.stringify(workspace.diagnostics));
    system = workspace.system;
  });
  afterAll(remove);

  test('is an event on each line, as schema/events.json says: what begins, each step, how it ended', async () => {
    const host = testHost(folder);
    expect(await provision(host, memoryBroker())).toBe('good');
    const lines = linesOf(host);
    expect(lines[0]).toMatchObject({
      formatVersion: '1.0',
      event: 'started',
      elapsed: 0,
      project: 'shop',
      targets: [{ transport: 'rabbit', broker: 'rabbitmq', target: 'a broker in memory', steps: 21, waiting: 0, refused: 0, unchanged: 0 }],
    });
    expect(count(lines)).toEqual({ started: 1, 'step-started': 21, 'step-finished': 21, done: 1 });
    expect(lines.at(-1)).toEqual({
      formatVersion: '1.0',
      event: 'done',
      outcome: 'applied',
      applied: 21,
      failed: 0,
      skipped: 0,
      verified: true,
    });
    expect(lines).toContainEqual({
      formatVersion: '1.0',
      event: 'step-finished',
      elapsed: expect.any(Number),
      transport: 'rabbit',
      action: 'create',
      resource: { kind: 'exchange', name: 'orders.events' },
    });
    const times = lines.flatMap(({ elapsed }) => elapsed ?? []);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(host.stderr()).toBe('');
  });

  test('names the step that failed and what was skipped for it, with exit code 3', async () => {
    const host = testHost(folder);
    const admin = memoryBroker({ before: (step) => (resourceKey(step.resource) === 'queue/mailer.orders.placed' ? 'no room' : undefined) });
    expect(await provision(host, admin)).toBe('partial');
    const lines = linesOf(host);
    expect(count(lines)).toMatchObject({ 'step-failed': 1, 'step-skipped': 2, done: 1 });
    expect(lines.find(({ event }) => event === 'step-failed')).toMatchObject({
      message: 'no room',
      action: 'create',
      resource: { kind: 'queue', name: 'mailer.orders.placed' },
    });
    expect(lines.find(({ event }) => event === 'step-failed')).not.toHaveProperty('raw');
    expect(lines.at(-1)).toMatchObject({ event: 'done', outcome: 'incomplete', failed: 1, skipped: 2 });
  });

  test("holds the broker's own text with --verbose", async () => {
    const host = testHost(folder);
    await provision(host, memoryBroker({ before: () => 'no room' }), { verbose: true });
    expect(linesOf(host).find(({ event }) => event === 'step-failed')).toMatchObject({ raw: 'raw: no room' });
  });

  test('says that it was interrupted', async () => {
    const host = testHost(folder);
    const admin = memoryBroker({ before: ({ resource }) => (resource.kind === 'exchange' ? void host.interrupt() : undefined) });
    expect(await provision(host, admin)).toBe('interrupted');
    expect(linesOf(host).at(-1)).toMatchObject({ event: 'done', outcome: 'interrupted', skipped: 13 });
  });

  test('is short where there is nothing to do', async () => {
    const admin = memoryBroker();
    await provision(testHost(folder), admin);
    const host = testHost(folder);
    expect(await provision(host, admin)).toBe('good');
    expect(linesOf(host).map(({ event }) => event)).toEqual(['started', 'done']);
    expect(linesOf(host).at(-1)).toMatchObject({ outcome: 'up-to-date' });
  });

  test('is the plan where nobody agreed to it', async () => {
    const host = testHost(folder, 'n');
    await provision(host, memoryBroker(), { yes: false });
    const [line, ...others] = linesOf(host);
    expect(line).toMatchObject({ event: 'report', report: { command: 'provision', outcome: 'pending', summary: { create: 21 } } });
    expect(others).toEqual([]);
  });

  test('is counted on one line of a terminal, and told there where it fails', async () => {
    const host = testHost(folder);
    const terminal: TestHost = { ...host, journey: { ...host.journey, isTerminal: true } };
    const admin = memoryBroker({ before: (step) => (step.resource.kind === 'policy' ? 'no room' : undefined) });
    expect(await provision(terminal, admin, { format: 'json' })).toBe('partial');
    const [counted, told, again, ...more] = host
      .stderr()
      .split('\r\u001b[2K')
      .filter((part) => part !== '');
    expect([counted, again]).toEqual(['1 of 21 steps, 1 failed …', '1 of 21 steps, 1 failed …']);
    expect(told).toMatch(/^policy .*: failed, no room\n$/);
    // The clock of tests moves a millisecond with each look, so only a few were worth writing.
    expect(more.length).toBeLessThan(5);
    expect(host.stderr().endsWith('\r\u001b[2K')).toBe(true);
    expect(JSON.parse(host.stdout())).toMatchObject({ outcome: 'incomplete' });
  });

  async function provision(host: TestHost, admin: BrokerAdmin, options: { yes?: boolean; format?: string; verbose?: boolean } = {}) {
    const { yes = true, format = 'jsonl', verbose = false } = options;
    const transport = system.project.transports.find(({ kind }) => kind === 'rabbitmq');
    if (!transport) throw new Error('The project has no RabbitMQ.');
    const session = openSession(host, { ...NO_FLAGS, color: 'never', format, verbose }, '0');
    const targets = [{ transport, spec: rabbitmqSpec, admin, shown: admin.target }];
    return provisionTargets({ session, workspace, system, targets, wish: { to: [], allow: [] } }, { yes });
  }
});

test('a line of another shape is refused by the schema', () => {
  expect(validate({ formatVersion: '1.0', event: 'step-finished' })).toBe(false);
  expect(validate({ formatVersion: '1.0', event: 'failure', id: 'locked', message: 'Another run.' })).toBe(true);
});

/** The lines of stdout, each as the schema says. */
function linesOf(host: TestHost): readonly Line[] {
  const text = host.stdout();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const event = JSON.parse(line) as Line;
      expect(validate(event), `${line}\n${JSON.stringify(validate.errors)}`).toBe(true);
      return event;
    });
}

function count(lines: readonly Line[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { event } of lines) counts[event] = (counts[event] ?? 0) + 1;
  return counts;
}
