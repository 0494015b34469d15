import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKafka } from '../../src/brokers/kafka/admin.ts';
import { kafkaSpec } from '../../src/brokers/kafka/spec.ts';
import type { Transport } from '../../src/contract/model.ts';
import type { System } from '../../src/contract/system.ts';
import { applyPlan } from '../../src/topology/apply.ts';
import type { Approval } from '../../src/topology/consent.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import { planTopology } from '../../src/topology/plan.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { isApplicable, type Plan, stepsOf } from '../../src/topology/steps.ts';
import { servicesByUser } from '../../src/topology/users.ts';
import { loadSystem, readProjectFiles, transportOf } from '../support/load-system.ts';
import { type KafkaThings, tryEverything } from './access/try-kafka.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startKafkaCluster } from './kafka.ts';
import { passwordOf } from './kafka-nodes.ts';

const remedy = 'It needs Java and Maven Central, or root on Debian.';
const started = brokerOrSkip(await startKafkaCluster(1), 'test/brokers/kafka-access', remedy);
const signal = new AbortController().signal;

const projects = [
  { name: 'school', files: readProjectFiles('.'), transport: 'log', users: { '*': '{service}' } },
  { name: 'library', files: libraryFiles(), transport: 'bus', users: undefined },
];

/** The library's contracts as they are on Kafka, where there are no exchanges. */
function libraryFiles(): Readonly<Record<string, string>> {
  const files = Object.entries(readProjectFiles('test/cases/access/library')).map(([path, text]) => [
    path,
    text
      .replaceAll(/\n {4}address: .*/g, '')
      .replace('kind: rabbitmq\n    url: amqp://localhost', 'kind: kafka\n    brokers: localhost:9092'),
  ]);
  return Object.fromEntries(files);
}

describe.skipIf(!started)('rights on Kafka', () => {
  const node = started?.broker[0] as NonNullable<NonNullable<typeof started>['broker'][0]>;

  beforeAll(async () => {
    // The first group of all makes the cluster set up what it keeps of groups.
    const admin = new Kafka({ brokers: [node.plain], logLevel: logLevel.NOTHING }).admin({ retry: { retries: 20 } });
    await admin.connect();
    for (const end = Date.now() + 50_000; Date.now() < end; await sleep(200)) {
      if (await admin.fetchOffsets({ groupId: 'the-first' }).then(Boolean, () => false)) break;
    }
    await admin.disconnect();
  }, 60_000);

  afterAll(async () => {
    await started?.stop();
  });

  describe.each(projects)('of the $name', ({ name, files, transport: transportName, users }) => {
    let system: System;
    let transport: Transport;

    beforeAll(async () => {
      system = await loadSystem(files);
      const found = transportOf(system, transportName);
      transport = {
        ...found,
        users: users ?? found.users ?? {},
        options: { brokers: node.plain },
        defaults: { partitions: 1, replication: 1 },
      };
    });

    it('wait for consent, while all topics are made', async () => {
      const planned = await provision([]);
      const waiting = stepsOf(planned).filter((step) => !isApplicable(step));
      expect(new Set(waiting.map(({ resource }) => resource.kind))).toEqual(new Set(['user', 'acl']));
      expect(stepsOf(await plan([])).every(({ waitsFor }) => waitsFor.join() === 'access')).toBe(true);
    });

    it('are given with consent, and then there is nothing to do', async () => {
      await provision(['access']);
      expect(stepsOf(await plan([]))).toEqual([]);
    });

    it('let each user do what its contract says and nothing else', async () => {
      const things = thingsOf(system, transport);
      const told = await Promise.all(
        [...servicesByUser(transport, system.contracts)].map(async ([username, services]) => {
          const can = await tryEverything({ broker: node.sasl, username, password: passwordOf(username) }, things);
          return `${username} (${services.map(({ service }) => service).join(', ')})\n${can.map((line) => `  ${line}\n`).join('')}`;
        }),
      );
      await expect(told.join('\n')).toMatchFileSnapshot(join(import.meta.dirname, `../cases/access/${name}.kafka.txt`));
    }, 240_000);

    it('are found where they were changed by hand, and put right with consent only', async () => {
      const [user = ''] = usersOf(transport);
      await byHand(user, 3);
      await byHand('somebody-else', 4);
      const found = stepsOf(await plan([]));
      expect(found.map(({ action, resource, waitsFor }) => [action, resource.kind, resource.name, waitsFor])).toEqual([
        ['delete', 'acl', `${user} on topic ${name}.by-hand`, ['access']],
      ]);
      await provision([]);
      expect(stepsOf(await plan([]))).toHaveLength(1);
      await provision(['access']);
      expect(stepsOf(await plan([]))).toEqual([]);
      const { resources } = await inspect();
      expect(resources.filter(({ attributes }) => attributes.user === 'somebody-else').length).toBeGreaterThan(0);
    });

    it('are taken away from a user that the project names no more, and from nobody else', async () => {
      const [user = ''] = usersOf(transport);
      const others = [...servicesByUser(transport, system.contracts)].filter(([other]) => other !== user);
      const left = Object.fromEntries(others.flatMap(([other, services]) => services.map(({ service }) => [service, other] as const)));
      const without = { ...transport, users: left };
      const steps = stepsOf(await plan([], without));
      expect(new Set(steps.map(({ action, waitsFor }) => `${action} ${waitsFor}`))).toEqual(new Set(['delete access']));
      expect(steps.filter(({ resource }) => resource.kind === 'user').map(({ resource }) => resource.name)).toEqual([user]);
      await provision(['access'], without);
      expect(stepsOf(await plan([], without))).toEqual([]);
      const { resources } = await inspect();
      expect(resources.filter(({ kind, attributes }) => kind === 'acl' && attributes.user === user)).toEqual([]);
      await provision(['access']);
      expect(stepsOf(await plan([]))).toEqual([]);
    });

    /** Lets a user do something (3: read, 4: write) with a topic, as whoever runs the cluster would. */
    async function byHand(user: string, operation: number): Promise<void> {
      const admin = new Kafka({ brokers: [node.plain], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const entry = { resourceType: 2, resourceName: `${name}.by-hand`, resourcePatternType: 3, host: '*', permissionType: 3 };
      const made = { ...entry, principal: `User:${user}`, operation };
      await admin.createAcls({ acl: [made] });
      await expect.poll(async () => (await admin.describeAcls(made)).resources.length, { timeout: 20_000 }).toBe(1);
      await admin.disconnect();
    }

    /** Who has a part in it; a service that does nothing over a transport needs no rights there. */
    function usersOf(place: Transport): readonly string[] {
      const { resources } = deriveTopology(system, kafkaSpec, place);
      return resources.filter(({ kind }) => kind === 'user').map(({ name: user }) => user);
    }

    async function inspect(place = transport) {
      const admin = await openKafka(place, name);
      try {
        return await admin.inspect(signal, deriveTopology(system, kafkaSpec, place).resources);
      } finally {
        await admin.close();
      }
    }

    async function plan(allow: readonly Approval[], place = transport): Promise<Plan> {
      const admin = await openKafka(place, name);
      try {
        const options = { project: name, allow, target: admin.target };
        const desired = deriveTopology(system, kafkaSpec, place);
        const planned = planTopology(desired, await admin.inspect(signal, desired.resources), kafkaSpec, options);
        return heedRemarks(planned, (await admin.rehearse?.(stepsOf(planned), signal)) ?? []);
      } finally {
        await admin.close();
      }
    }

    async function provision(allow: readonly Approval[], place = transport): Promise<Plan> {
      const planned = await plan(allow, place);
      const admin = await openKafka(place, name);
      try {
        for await (const event of applyPlan(planned, admin, signal)) {
          if (event.type === 'step-failed') throw new Error(`${event.step.resource.name}: ${event.message} ${event.raw ?? ''}`);
        }
        return planned;
      } finally {
        await admin.close();
      }
    }
  });

  it('of the user that msgctl itself logs in as are left alone', async () => {
    const sasl = { mechanism: 'plain', username: 'msgctl', password: 'right-password' };
    const system = await loadSystem(libraryFiles());
    const own: Transport = { ...transportOf(system, 'bus'), options: { brokers: node.sasl, sasl }, users: { '*': 'msgctl' } };
    const admin = await openKafka(own, 'own-rights');
    const desired = deriveTopology(system, kafkaSpec, own);
    const planned = planTopology(desired, await admin.inspect(signal, desired.resources), kafkaSpec, {
      project: 'own-rights',
      allow: ['access'],
      target: 'here',
    });
    const rights = stepsOf(planned).filter(({ resource }) => resource.kind !== 'topic');
    const remarks = (await admin.rehearse?.(rights, signal)) ?? [];
    await admin.close();
    expect(rights.length).toBeGreaterThan(1);
    expect(remarks.map(({ step, reason }) => [step, reason])).toEqual(
      rights.map((step) => [step, expect.stringMatching(/^msgctl is logged in as this user/)]),
    );
  });

  it('are not looked at where the login may not read them, and refused where that is asked for', async () => {
    const system = await loadSystem(libraryFiles());
    // Whose topics are it may read.
    const client = new Kafka({ brokers: [node.plain], logLevel: logLevel.NOTHING }).admin();
    await client.connect();
    const entry = { resourceType: 2, resourceName: '__msgctl', resourcePatternType: 3, host: '*', permissionType: 3, operation: 3 };
    await client.createAcls({ acl: [{ ...entry, principal: 'User:narrow' }] });
    await client.disconnect();
    const sasl = { mechanism: 'plain', username: 'narrow', password: 'narrow-password' };
    const found = transportOf(system, 'bus');
    const admin = await openKafka({ ...found, options: { brokers: node.sasl, sasl } }, 'library');
    const actual = await admin.inspect(signal);
    await admin.close();
    const planned = (allow: readonly Approval[]) =>
      planTopology(deriveTopology(system, kafkaSpec, found), actual, kafkaSpec, { project: 'library', allow, target: 'here' });
    expect(planned([]).notes?.join()).toMatch(/lacks Describe on the cluster.*not looked at/);
    const rights = stepsOf(planned(['access'])).filter(({ resource }) => resource.kind === 'acl');
    expect(rights.length).toBeGreaterThan(5);
    expect(rights.every(({ action }) => action === 'refuse')).toBe(true);
  });
});

/** Every topic that the contracts ask for, and every group that anybody could be in. */
function thingsOf(system: System, transport: Transport): KafkaThings {
  const { resources } = deriveTopology(system, kafkaSpec, transport);
  const topics = resources.filter(({ kind }) => kind === 'topic').map(({ name }) => name);
  const groups = resources
    .filter(({ attributes }) => attributes.type === 'group')
    .map(({ attributes: { resource, pattern } }) => `${resource}${pattern === 'prefixed' ? 'process-1' : ''}`);
  return { topics, groups: [...new Set([...groups, 'some-other-group'])].sort() };
}
