import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planProject } from '../../src/cli/plan-topology.ts';
import { provisionProject } from '../../src/cli/provision-topology.ts';
import { openSession } from '../../src/cli/session.ts';
import { NO_FLAGS, testHost } from '../unit/cli/fixtures.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startOwnRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const started = brokerOrSkip(
  await startOwnRabbitmq(),
  'test/brokers/saved-plan',
  'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL, or run as root on Debian.',
);

const contracts = {
  'clock.yaml': `msgctl: 1
service: clock
version: 1.0.0
provides:
  ticked: { pattern: publish-subscribe, via: bus, message: { type: object, properties: { at: { type: string } } } }
`,
  'bell.yaml': `msgctl: 1
service: bell
version: 1.0.0
uses:
  clock.ticked: { reads: [at] }
`,
};

const route = { source: 'clock.events', queue: 'bell.clock.ticked', routingKey: 'ticked' };

describe.skipIf(!started)('a saved plan for a live RabbitMQ', () => {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-saved-'));
  let vhost: Vhost;

  beforeAll(async () => {
    if (!started) return;
    vhost = await createVhost(started.broker);
    mkdirSync(join(folder, 'contracts'));
    for (const [name, text] of Object.entries(contracts)) writeFileSync(join(folder, 'contracts', name), text);
    const bus = { kind: 'rabbitmq', url: vhost.url, management: vhost.management };
    writeFileSync(join(folder, 'msgctl.yaml'), JSON.stringify({ msgctl: 1, project: 'saved', transports: { bus } }));
  }, 60_000);

  afterAll(async () => {
    await vhost?.remove();
    await started?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  async function plan(): Promise<void> {
    const session = openSession(testHost(folder), NO_FLAGS, '0');
    await planProject(session, { to: [], allow: [] }, { exitCode: false, out: 'plan.json' });
  }

  async function apply() {
    const host = testHost(folder);
    const exit = await provisionProject(openSession(host, NO_FLAGS, '0'), { to: [], allow: [] }, { yes: true, file: 'plan.json' });
    return { exit, stdout: host.stdout() };
  }

  it('holds neither its address nor its password', async () => {
    await plan();
    const text = readFileSync(join(folder, 'plan.json'), 'utf8');
    for (const address of [vhost.url, vhost.management]) {
      expect(text).not.toContain(new URL(address).host);
      expect(text).not.toContain(address);
    }
  });

  it('is applied although a neighbour made something meanwhile, and is stale afterwards', async () => {
    await vhost.call('PUT', `/api/queues/${vhost.name}/neighbour`, { durable: true });
    const { exit, stdout } = await apply();
    expect(stdout).toMatch(/\nverified: what is there now matches the contracts\.\n/);
    expect(exit).toBe('good');
    await expect(apply()).rejects.toMatchObject({ id: 'stale-plan', message: expect.stringContaining('up to date already') });
  });

  it('is refused, and nothing changed, where somebody did by hand what a step depends on', async () => {
    await vhost.removeBinding(route);
    await plan();
    await vhost.addBinding({ ...route, routingKey: 'stray' });
    await expect(apply()).rejects.toMatchObject({
      id: 'stale-plan',
      message: expect.stringMatching(
        /1 difference: bus: "(?:refuse|delete) binding clock\.events → bell\.clock\.ticked "stray"" is new\.$/,
      ),
    });
    const bindings = await vhost.call('GET', `/api/bindings/${vhost.name}/e/${route.source}/q/${route.queue}?columns=routing_key`);
    expect(bindings).toEqual([{ routing_key: 'stray' }]);
  });
});
