import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import { provisionTargets } from '../../../src/cli/provision-topology.ts';
import { openSession } from '../../../src/cli/session.ts';
import type { Target } from '../../../src/cli/target.ts';
import { openWorkspace, type Workspace } from '../../../src/cli/workspace.ts';
import type { System } from '../../../src/contract/system.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import { resourceKey } from '../../../src/topology/model.ts';
import type { BrokerAdmin } from '../../../src/topology/port.ts';
import type { Step } from '../../../src/topology/steps.ts';
import { NO_FLAGS, projectCopy, type TestHost, testHost } from './fixtures.ts';
import { memoryBroker } from './memory-broker.ts';

describe('provisioning', () => {
  const { folder, remove } = projectCopy('provision');
  let workspace: Workspace;
  let system: System;

  beforeAll(async () => {
    workspace = await openWorkspace(openSession(testHost(folder), { ...NO_FLAGS, env: 'offline' }, '0'));
    if (!workspace.system) throw new Error(JSON.stringify(workspace.diagnostics));
    system = workspace.system;
  });
  afterAll(remove);

  async function provision(host: TestHost, admin: BrokerAdmin, options: { readonly yes?: boolean; readonly format?: string } = {}) {
    return provisionAll(host, [admin], options);
  }

  async function provisionAll(
    host: TestHost,
    admins: readonly BrokerAdmin[],
    options: { readonly yes?: boolean; readonly format?: string } = {},
  ) {
    const transport = system.project.transports.find((one) => one.kind === 'rabbitmq');
    if (!transport) throw new Error('The project has no RabbitMQ.');
    const targets: readonly Target[] = admins.map((admin) => ({ transport, spec: rabbitmqSpec, admin, shown: admin.target }));
    const session = openSession(host, { ...NO_FLAGS, format: options.format ?? 'text' }, '0');
    return provisionTargets({ session, workspace, system, targets, wish: { to: [], allow: [] } }, { yes: options.yes ?? false });
  }

  test('asks on a terminal and applies after a yes', async () => {
    const host = testHost(folder, 'y');
    expect(await provision(host, memoryBroker())).toBe('good');
    expect(host.asked).toEqual(['Apply these 21 steps? [y/N] ']);
    expect(host.stdout()).toMatch(/verified: what is there now matches the contracts\.\nApplied 21 of 21 steps\.\n$/);
  });

  test.each(['', 'n', 'yeah', 'no'])('changes nothing after the answer "%s"', async (answer) => {
    const host = testHost(folder, answer);
    const touched: Step[] = [];
    const admin = memoryBroker({
      before: (step) => {
        touched.push(step);
        return undefined;
      },
    });
    expect(await provision(host, admin)).toBe('failed');
    expect(touched).toEqual([]);
    expect(host.stderr()).toBe('Nothing was changed.\n');
  });

  test('ends as interrupted when Ctrl-C answers the question', async () => {
    expect(await provision(testHost(folder, { interrupted: true }), memoryBroker())).toBe('interrupted');
  });

  test('fails without --yes where nobody can be asked', async () => {
    await expect(provision(testHost(folder), memoryBroker())).rejects.toThrow(Failure);
  });

  test('finishes the phase in flight after Ctrl-C, begins nothing more and says what was applied', async () => {
    const host = testHost(folder);
    const admin = memoryBroker({
      before: (step) => {
        if (step.resource.kind === 'exchange') host.interrupt();
        return undefined;
      },
    });
    expect(await provision(host, admin, { yes: true })).toBe('interrupted');
    expect(host.stderr()).toBe('Interrupted: the steps in flight are finished, nothing more is begun.\n');
    expect(host.stdout()).toContain('exchange orders.events: created\n');
    expect(host.stdout()).not.toContain('binding mailer.again → mailer.orders.placed "mailer.orders.placed": created');
    expect(host.stdout()).toMatch(
      /\nInterrupted\. Applied 8 of 21 steps; 13 skipped\. Finished steps stay; run provision again to continue\.\n$/,
    );
  });

  test('takes Ctrl-C during the last phase as too late', async () => {
    const host = testHost(folder);
    const admin = memoryBroker({
      before: (step) => {
        if (step.resource.name.startsWith('orders.events → ')) host.interrupt();
        return undefined;
      },
    });
    expect(await provision(host, admin, { yes: true })).toBe('good');
  });

  test('changes nothing where another run is at work', async () => {
    const lock = () => Promise.reject(new Failure('locked', { message: 'another run' }));
    const steps: Step[] = [];
    const admin = memoryBroker({ lock, before: (step) => void steps.push(step) });
    await expect(provision(testHost(folder), admin, { yes: true })).rejects.toMatchObject({ id: 'locked' });
    expect(steps).toEqual([]);
  });

  test('keeps others out until what was applied is verified, and says where it cannot', async () => {
    const told: string[] = [];
    const { signal: lost } = new AbortController();
    const admin = memoryBroker({
      lock: async (holder) => {
        told.push(`lock for ${holder}`);
        return { lost, release: async () => void told.push('release') };
      },
      onReadBack: () => void told.push('read back'),
    });
    expect(await provision(testHost(folder), admin, { yes: true })).toBe('good');
    expect(told).toEqual(['lock for somebody', 'read back', 'release']);
    const host = testHost(folder);
    expect(await provision(host, memoryBroker({ lock: async () => ({ unlocked: 'No right.' }) }), { yes: true })).toBe('good');
    expect(host.stderr()).toBe('Transport "rabbit" is not locked: No right.\n');
  });

  test('begins nothing more once the lock is lost', async () => {
    const host = testHost(folder);
    const losing = new AbortController();
    const admin = memoryBroker({
      lock: async () => ({ lost: losing.signal, release: async () => {} }),
      before: ({ resource }) => (resource.kind === 'exchange' ? void losing.abort() : undefined),
    });
    expect(await provision(host, admin, { yes: true })).toBe('interrupted');
    expect(host.stderr()).toMatch(/^The lock on a target was lost: the steps in flight are finished/);
  });

  test('stops half way when a step fails: what needs it is skipped, the rest is done', async () => {
    const host = testHost(folder);
    const admin = memoryBroker({ before: (step) => (resourceKey(step.resource) === 'queue/mailer.orders.placed' ? 'no room' : undefined) });
    expect(await provision(host, admin, { yes: true })).toBe('partial');
    expect(host.stdout()).toContain('queue mailer.orders.placed: failed, no room\n');
    expect(host.stdout()).toContain('rabbit: queue mailer.orders.placed was not created: no room\n');
    expect(host.stdout()).toMatch(
      /Applied 18 of 21 steps; 1 failed; 2 skipped\. Finished steps stay; run provision again to continue\.\n$/,
    );
  });

  test('has changed nothing when no step succeeds', async () => {
    const host = testHost(folder);
    expect(await provision(host, memoryBroker({ before: () => 'no room' }), { yes: true })).toBe('failed');
    expect(host.stdout()).toMatch(/Applied 0 of 21 steps; [^\n]*\. Nothing was changed\. Run provision again to continue\.\n$/);
  });

  test('is not done when what is read back differs', async () => {
    const host = testHost(folder);
    const admin = memoryBroker({ onReadBack: (resources) => void resources.delete('exchange/orders.events') });
    expect(await provision(host, admin, { yes: true })).toBe('partial');
    expect(host.stdout()).toContain('not verified: read back, what is there differs from what was planned.');
  });

  test('is not done when it cannot be read back', async () => {
    const host = testHost(folder);
    const admin = memoryBroker({
      onReadBack: () => {
        throw new Failure('gone', { message: 'amqp://shop:secret@localhost does not answer.' });
      },
    });
    expect(await provision(host, admin, { yes: true })).toBe('partial');
    expect(host.stderr()).toBe('error gone\n  amqp://shop:***@localhost does not answer.\n');
  });

  test('changes nothing on any target when one of them cannot be read', async () => {
    const touched: Step[] = [];
    const before = (step: Step) => {
      touched.push(step);
      return undefined;
    };
    const unreadable = memoryBroker({
      before,
      onRead: () => {
        throw new Failure('gone', { message: 'It does not answer.' });
      },
    });
    const host = testHost(folder);
    await expect(provisionAll(host, [memoryBroker({ before }), unreadable], { yes: true })).rejects.toThrow('It does not answer.');
    expect(touched).toEqual([]);
    expect(host.stdout()).toBe('');
  });

  describe('what the broker says that it would not take', () => {
    const refuses = (step: Step) => (resourceKey(step.resource) === 'queue/mailer.orders.placed' ? 'There is no room.' : undefined);

    test('is shown as refused with what needs it, the rest is done, and the verdict is bad', async () => {
      const host = testHost(folder);
      expect(await provision(host, memoryBroker({ refuses }), { yes: true })).toBe('bad');
      expect(host.stdout()).toContain('  ! queue      mailer.orders.placed\n        There is no room.\n');
      expect(host.stdout()).toContain(
        '  ! binding    orders.events → mailer.orders.placed "placed"\n        It needs queue mailer.orders.placed, which is refused.\n',
      );
      expect(host.stdout()).toContain('\nPlan: 18 to create, 3 refused; 0 unchanged.\n');
      expect(host.stdout()).toMatch(/\nverified: what was applied is there\.\nApplied 18 of 18 steps; 3 refused\.\n$/);
    });

    test('is in the JSON document', async () => {
      const host = testHost(folder);
      expect(await provision(host, memoryBroker({ refuses }), { yes: true, format: 'json' })).toBe('bad');
      const document = JSON.parse(host.stdout());
      expect(document).toMatchObject({ outcome: 'applied', verified: true, summary: { create: 18, refuse: 3, applied: 18 } });
      expect(document.plans[0].steps.filter((step: Step) => refuses(step))).toMatchObject([
        { action: 'refuse', reason: 'There is no room.', fields: [], risk: 'safe', waitsFor: [] },
      ]);
    });

    test('can be everything: nothing is asked and nothing is applied', async () => {
      const host = testHost(folder, 'y');
      expect(await provision(host, memoryBroker({ refuses: () => 'It is closed.' }))).toBe('bad');
      expect(host.asked).toEqual([]);
      expect(host.stdout()).toMatch(/\nPlan: 21 refused; 0 unchanged\.\n\nNothing to apply; 21 refused\.\n$/);
    });
  });

  test('keeps stdout for the document when JSON is asked for', async () => {
    const host = testHost(folder);
    expect(await provision(host, memoryBroker(), { yes: true, format: 'json' })).toBe('good');
    expect(JSON.parse(host.stdout())).toMatchObject({ outcome: 'applied', verified: true, summary: { applied: 21 } });
    expect(host.stderr()).toContain('exchange orders.events: created\n');
  });
});
