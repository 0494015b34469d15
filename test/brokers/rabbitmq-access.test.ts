import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { rabbitmqSpec } from '../../src/brokers/rabbitmq/spec.ts';
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
import { runs } from '../support/size.ts';
import { type Things, tryEverything } from './access/try-rabbitmq.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type Rabbitmq, startOwnRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
const versions = [
  { name: 'RabbitMQ 3.10', started: brokerOrSkip(await startOwnRabbitmq(), 'test/brokers/rabbitmq-access on 3.10', remedy) },
  { name: 'RabbitMQ 4', started: brokerOrSkip(await startOwnRabbitmq({ version: '4' }), 'test/brokers/rabbitmq-access on 4', remedy) },
];
const signal = new AbortController().signal;

const projects = [
  { name: 'school', folder: '.', transport: 'rabbit', users: { '*': 'school-{service}', bank: 'school-bank' } },
  { name: 'library', folder: 'test/cases/access/library', transport: 'bus', users: undefined },
];

for (const { name: version, started } of versions) {
  describe.skipIf(!started)(`rights on ${version}`, () => {
    const broker = started?.broker as Rabbitmq;
    const vhosts: Vhost[] = [];

    afterAll(async () => {
      for (const vhost of vhosts) await vhost.remove();
      await started?.stop();
    }, 60_000);

    // Hundreds of attempts for each user: the larger one on one version, unless all is asked for.
    const tried = projects.filter(({ name }) => name !== 'school' || version === 'RabbitMQ 4' || runs(0, 1) === 1);

    describe.each(tried)('of the $name', ({ name, folder, transport: transportName, users }) => {
      let vhost: Vhost;
      let system: System;
      let transport: Transport;

      beforeAll(async () => {
        vhost = await createVhost(broker);
        vhosts.push(vhost);
        system = await loadSystem(readProjectFiles(folder));
        const found = transportOf(system, transportName);
        transport = { ...found, users: users ?? found.users ?? {}, options: { url: vhost.url, management: vhost.management } };
        if (name === 'school') await vhost.importExisting();
      }, 60_000);

      afterAll(async () => {
        for (const user of servicesByUser(transport, system.contracts).keys())
          await vhost.call('DELETE', `/api/users/${user}`).catch(() => undefined);
      });

      it('wait for consent, while all else is applied', async () => {
        const planned = await provision([]);
        const kinds = new Set(
          stepsOf(planned)
            .filter((step) => !isApplicable(step))
            .map(({ resource }) => resource.kind),
        );
        expect([...kinds].sort()).toEqual(['permission', 'topic-permission', 'user']);
        const waiting = stepsOf(await plan([]));
        expect(new Set(waiting.flatMap(({ waitsFor }) => waitsFor))).toEqual(new Set(['access']));
        expect(waiting.every((step) => !isApplicable(step))).toBe(true);
      });

      it('are given with consent, and then there is nothing to do', async () => {
        await provision(['access']);
        expect(stepsOf(await plan([]))).toEqual([]);
      });

      it('let nobody in before somebody gives the user a password', async () => {
        const [user = ''] = servicesByUser(transport, system.contracts).keys();
        for (const password of ['', user]) await expect(connect(addressOf(user, password))).rejects.toThrow(/ACCESS.REFUSED/);
      });

      it('let each user do what its contract says and nothing else', async () => {
        const things = thingsOf(system, transport);
        const told = await Promise.all(
          [...servicesByUser(transport, system.contracts)].map(async ([user, services]) => {
            const password = await givePassword(user);
            const elsewhere = new URL('/%2F', addressOf(user, password).replace(/^amqp:/, 'http:')).href.replace(/^http:/, 'amqp:');
            await expect(connect(elsewhere)).rejects.toThrow(/ConnectionClose|NOT.ALLOWED/);
            const can = await tryEverything(addressOf(user, password), things);
            return `${user} (${services.map(({ service }) => service).join(', ')})\n${can.map((line) => `  ${line}\n`).join('')}`;
          }),
        );
        await expect(told.join('\n')).toMatchFileSnapshot(join(import.meta.dirname, `../cases/access/${name}.rabbitmq.txt`));
      }, 240_000);

      it('are found where they were changed by hand, and put right with consent only', async () => {
        const [user = ''] = servicesByUser(transport, system.contracts).keys();
        const place = `/api/permissions/${vhost.name}/${user}`;
        const right = (await vhost.call('GET', place)) as Readonly<Record<string, string>>;
        await vhost.call('PUT', place, { ...right, write: '.*' });
        await vhost.call('PUT', `/api/topic-permissions/${vhost.name}/${user}`, { exchange: 'amq.topic', write: '.*', read: '.*' });
        const found = stepsOf(await plan([]));
        expect(found.map(({ action, resource, waitsFor }) => [action, resource.kind, resource.name, waitsFor])).toEqual([
          ['change', 'permission', user, ['access']],
          ['delete', 'topic-permission', `${user} on amq.topic`, ['access']],
        ]);
        expect(found[0]?.fields).toEqual([{ name: 'write', from: '.*', to: right.write }]);
        await provision([]);
        expect(await vhost.call('GET', place)).toMatchObject({ write: '.*' });
        await provision(['access']);
        expect(await vhost.call('GET', place)).toEqual(right);
        expect(stepsOf(await plan([]))).toEqual([]);
      });

      it("leave those alone whom the project does not name, and tell a user's tags", async () => {
        const [user = ''] = servicesByUser(transport, system.contracts).keys();
        const foreign = `foreign-${randomBytes(4).toString('hex')}`;
        const rights = { configure: '.*', write: '.*', read: '.*' };
        await vhost.call('PUT', `/api/users/${foreign}`, { password: 'theirs', tags: '' });
        await vhost.call('PUT', `/api/permissions/${vhost.name}/${foreign}`, rights);
        expect(stepsOf(await plan(['access', 'delete']))).toEqual([]);
        const password = await givePassword(user, 'policymaker');
        const [step, ...others] = stepsOf(await plan(['access']));
        expect(others).toEqual([]);
        expect(step).toMatchObject({ action: 'refuse', fields: [{ name: 'tags', from: ['policymaker'], to: [] }] });
        await givePassword(user);
        expect(await vhost.call('GET', `/api/permissions/${vhost.name}/${foreign}`)).toMatchObject(rights);
        await vhost.call('DELETE', `/api/users/${foreign}`);
        expect(password).not.toBe('');
      });

      it('are taken away from a user that the project names no more, and from nobody else', async () => {
        const all = [...servicesByUser(transport, system.contracts)].filter(([user]) => user !== 'counter');
        const [user = '', [contract] = []] = all[0] ?? [];
        const others = Object.fromEntries(all.slice(1).map(([other, [first]]) => [first?.service ?? '', other]));
        const named = { desk: 'counter', shelf: 'counter', ...others };
        const known = Object.fromEntries(Object.entries(named).filter(([service]) => system.services.has(service)));
        const without = { ...transport, users: known };
        const steps = stepsOf(await plan([], without));
        expect(new Set(steps.map(({ action, waitsFor }) => `${action} ${waitsFor}`))).toEqual(new Set(['delete access']));
        expect(steps.filter(({ resource }) => resource.kind === 'permission').map(({ resource }) => resource.name)).toEqual([user]);
        await provision(['access'], without);
        expect(stepsOf(await plan([], without))).toEqual([]);
        expect(contract?.service).toBeDefined();
        const rights = (await vhost.call('GET', `/api/users/${user}/permissions`)) as readonly unknown[];
        expect(rights).toEqual([]);
        // The account stays: somebody may use it elsewhere.
        expect(await vhost.call('GET', `/api/users/${user}/topic-permissions`)).toEqual([]);
        await provision(['access']);
        expect(stepsOf(await plan([]))).toEqual([]);
      });

      function addressOf(user: string, password: string): string {
        return vhost.url.replace(/\/\/[^@]*@/, `//${user}:${password}@`);
      }

      /** As whoever runs the broker would. */
      async function givePassword(user: string, tags = ''): Promise<string> {
        const password = randomBytes(12).toString('hex');
        await vhost.call('PUT', `/api/users/${user}`, { password, tags });
        return password;
      }

      async function plan(allow: readonly Approval[], place = transport): Promise<Plan> {
        const admin = await openRabbitmq(place, name);
        try {
          const actual = await admin.inspect(signal);
          const options = { project: name, allow, target: admin.target };
          const planned = planTopology(deriveTopology(system, rabbitmqSpec, place), actual, rabbitmqSpec, options);
          return heedRemarks(planned, (await admin.rehearse?.(stepsOf(planned), signal)) ?? []);
        } finally {
          await admin.close();
        }
      }

      async function provision(allow: readonly Approval[], place = transport): Promise<Plan> {
        const planned = await plan(allow, place);
        const admin = await openRabbitmq(place, name);
        try {
          await admin.inspect(signal);
          for await (const event of applyPlan(planned, admin, signal)) {
            if (event.type === 'step-failed') throw new Error(`${event.step.resource.name}: ${event.message} ${event.raw ?? ''}`);
          }
          return planned;
        } finally {
          await admin.close();
        }
      }
    });
  });
}

/** Every exchange with the keys of its bindings, and every queue, that the contracts ask for. */
function thingsOf(system: System, transport: Transport): Things {
  const { resources } = deriveTopology(system, rabbitmqSpec, transport);
  const exchanges = new Map(resources.filter(({ kind }) => kind === 'exchange').map(({ name }) => [name, new Set<string>()]));
  for (const { kind, attributes } of resources) {
    if (kind === 'binding') exchanges.get(String(attributes.source))?.add(String(attributes.routing_key));
  }
  return { exchanges, queues: resources.filter(({ kind }) => kind === 'queue').map(({ name }) => name) };
}
