import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definitionsFormat } from '../../src/brokers/file/definitions.ts';
import { resourceOf, SECTIONS, type Section } from '../../src/brokers/rabbitmq/entries.ts';
import { ownerMark, policyOwner } from '../../src/brokers/rabbitmq/resources.ts';
import { rabbitmqSpec } from '../../src/brokers/rabbitmq/spec.ts';
import type { System } from '../../src/contract/system.ts';
import type { JsonObject } from '../../src/source/json.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import { type ActualResource, resourceKey } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import { isApplicable } from '../../src/topology/steps.ts';
import { loadSystem, readProjectFiles, transportOf } from '../support/load-system.ts';
import { brokerFolder, brokerOrSkip } from './broker-process.ts';
import { type OwnRabbitmq, startOwnRabbitmq } from './rabbitmq.ts';

const started = brokerOrSkip(await startOwnRabbitmq(), 'test/brokers/definitions-import', 'Run as root on Debian.');

const vhost = `msgctl-test-${process.pid}`;

/** What was on the school's broker before its contracts, moved to a virtual host of this test. */
function existingDefinitions(): string {
  const text = readFileSync('examples/school/topology/rabbit.definitions.json', 'utf8');
  return text.replaceAll('"vhost": "/"', `"vhost": "${vhost}"`).replace('"name": "/"', `"name": "${vhost}"`);
}

describe.skipIf(!started)('RabbitMQ imports the definitions that msgctl writes', () => {
  let broker: OwnRabbitmq;
  let system: System;
  let text = '';

  beforeAll(async () => {
    if (!started) return;
    broker = started.broker;
    system = await loadSystem(readProjectFiles('.'), 'offline');
    const before = existingDefinitions();
    const context = { path: 'rabbit.definitions.json', project: 'school', transport: 'rabbit', vhost };
    const plan = planOf(system, definitionsFormat.read(before, context));
    text = before;
    for (const phase of plan.phases) text = definitionsFormat.write(text, phase.filter(isApplicable), context);
  }, 120_000);

  afterAll(async () => {
    if (!started) return;
    await call('DELETE', '/api/global-parameters/msgctl-school').catch(() => undefined);
    await call('DELETE', `/api/vhosts/${vhost}`).catch(() => undefined);
    await started.stop();
  });

  it('through its management API, whole, and a second time without any change', async () => {
    await importText(text);
    const first = await readBack();
    const { phases, unchanged } = planOf(system, first);
    expect(phases).toEqual([]);
    expect(unchanged).toBeGreaterThan(100);
    await importText(text);
    expect(await readBack()).toEqual(first);
  });

  it('with policies that reach our queues and no others', async () => {
    await call('PUT', `/api/queues/${vhost}/mailer.send-email-of-others`, { durable: true });
    const queues = (await call('GET', `/api/queues/${vhost}?disable_stats=true&columns=name,policy`)) as JsonObject[];
    const policies = new Map(queues.map((queue) => [queue.name, queue.policy]));
    expect(policies.get('mailer.send-email')).toBe('msgctl.school.delivery-limit-20');
    expect(policies.get('payments.charge.v2')).toBe('msgctl.school.delivery-limit-20.max-length-10000.overflow-reject-publish');
    expect(policies.get('mailer.send-email.dead')).toBe('msgctl.school.message-ttl-1209600000');
    expect(policies.get('mailer.send-email-of-others') ?? '').toBe('');
    await call('DELETE', `/api/queues/${vhost}/mailer.send-email-of-others`);
  });

  it('through rabbitmqctl', async () => {
    const before = await readBack();
    const folder = brokerFolder('definitions');
    writeFileSync(join(folder, 'rabbit.definitions.json'), text);
    await broker.control('import_definitions', join(folder, 'rabbit.definitions.json'));
    rmSync(folder, { recursive: true });
    expect(await readBack()).toEqual(before);
  }, 60_000);

  async function importText(definitions: string): Promise<void> {
    await call('POST', '/api/definitions', JSON.parse(definitions));
  }

  /** What the broker says is there, as the planner sees it. */
  async function readBack(): Promise<readonly ActualResource[]> {
    const { value } = (await call('GET', '/api/global-parameters/msgctl-school')) as {
      value: { adopted: Record<string, readonly string[]> };
    };
    const adopted = value.adopted[vhost] ?? [];
    // The example says nothing of users: their rights are nobody's to look at.
    const sections = SECTIONS.filter((section) => !section.endsWith('permissions'));
    const lists = await Promise.all(sections.map(async (section) => readSection(section)));
    const resources = lists
      .flat()
      .map((resource) => (adopted.includes(resourceKey(resource)) ? { ...resource, owner: 'school' } : resource));
    return resources.sort((a, b) => (resourceKey(a) < resourceKey(b) ? -1 : 1));
  }

  async function readSection(section: Section): Promise<readonly ActualResource[]> {
    const entries = (await call('GET', `/api/${section}/${vhost}`)) as JsonObject[];
    return entries.flatMap((entry) => {
      const resource = entry.source === '' ? undefined : resourceOf(section, entry);
      if (!resource || resource.name === '' || resource.name.startsWith('amq.')) return [];
      const owner = section === 'policies' ? policyOwner(resource.name) : ownerMark((entry.arguments ?? {}) as JsonObject).owner;
      return [owner === undefined ? resource : { ...resource, owner }];
    });
  }

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${broker.management}${path}`, {
      method,
      headers: { authorization: broker.authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return answer === '' ? undefined : JSON.parse(answer);
  }
});

function planOf(system: System, resources: readonly ActualResource[]) {
  const desired = deriveTopology(system, rabbitmqSpec, transportOf(system, 'rabbit'));
  return planTopology(desired, { resources, readHash: '' }, rabbitmqSpec, { project: 'school', allow: [], target: 'test' });
}
