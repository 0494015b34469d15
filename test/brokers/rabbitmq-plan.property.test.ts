import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { definitionsFormat } from '../../src/brokers/file/definitions.ts';
import { rabbitmqSpec } from '../../src/brokers/rabbitmq/spec.ts';
import { loadProject } from '../../src/contract/load.ts';
import type { Transport } from '../../src/contract/model.ts';
import type { System } from '../../src/contract/system.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import type { ApplyEvent } from '../../src/topology/apply.ts';
import { checkTopology } from '../../src/topology/check-topology.ts';
import type { Approval } from '../../src/topology/consent.ts';
import { deriveTopology } from '../../src/topology/derive.ts';
import { type DesiredResource, resourceKey } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import { isApplicable, type Step, stepsOf } from '../../src/topology/steps.ts';
import { transportOf } from '../support/load-system.ts';
import { memoryProject } from '../support/memory-project.ts';
import { filesOf, type RandomProject, randomProject } from '../support/random-projects.ts';
import { isFullSize, PATIENCE, runs } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type ForeignObjects, foreignObjects, lookAt, makeStanding, makeWays } from './foreign-objects.ts';
import { type Rabbitmq, startRabbitmq } from './rabbitmq.ts';
import { lineOf, planOn, provisionOn, type Wish } from './rabbitmq-plans.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
const starts = await Promise.all([startRabbitmq(), startRabbitmq({ version: '4' })]);
const versions = [
  { name: 'RabbitMQ 3.10', started: brokerOrSkip(starts[0], 'test/brokers/rabbitmq-plan.property on 3.10', remedy) },
  { name: 'RabbitMQ 4', started: brokerOrSkip(starts[1], 'test/brokers/rabbitmq-plan.property on 4', remedy) },
];

/** A project that becomes another one, among what others have. */
const history = fc.record({
  foreign: foreignObjects,
  first: randomProject,
  second: randomProject,
  /** What is taken away by hand in between, counted from the first of what is ours. */
  damage: fc.array(fc.nat(100), { maxLength: 2 }),
});

/** What may be consented to without waiting for the broker's counters. */
const quickConsents = fc.constantFrom<readonly Approval[]>([], ['access']);
const consents = fc.subarray<Approval>(['delete', 'delete-log', 'migrate', 'access']);

/** How many histories run at once: they wait far more than they work. */
const LANES = runs(2, 6);

afterAll(() => Promise.all(starts.map((started) => ('broker' in started ? started.stop() : undefined))), 60_000);

for (const { name, started } of versions) {
  describe.skipIf(!started).concurrent(`a plan for any ${name}`, { timeout: Math.max(PATIENCE, 180_000) }, () => {
    const broker = started?.broker as Rabbitmq;
    let count = 0;

    it('leaves nothing to do, changes nothing of others and deletes nothing, whatever becomes of a project', () =>
      inLanes(quickConsents, 310, runs(1, 20)));

    it('leaves nothing but what is refused, with consents as well, and changes nothing of others', () =>
      inLanes(consents, 410, runs(1, 8)));

    async function inLanes(allowed: fc.Arbitrary<readonly Approval[]>, seed: number, numRuns: number): Promise<void> {
      const lanes = Array.from({ length: LANES }, (_, lane) =>
        fc.assert(
          fc.asyncProperty(history, isFullSize ? allowed : fc.constant([]), allowed, async (random, before, after) => {
            const systems = [await systemOf(random.first), await systemOf(random.second)] as const;
            await live(random, [systems[0], before], [systems[1], after]);
          }),
          // A second failure costs as long as the first.
          { seed: seed + lane, numRuns, endOnFailure: true },
        ),
      );
      const ended = await Promise.allSettled(lanes);
      for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
    }

    type Chapter = readonly [System, readonly Approval[]];

    async function live({ foreign, damage }: { foreign: ForeignObjects; damage: readonly number[] }, first: Chapter, second: Chapter) {
      count += 1;
      const project = `run-${process.pid}-${count}`;
      const [vhost, empty] = [await createVhost(broker), await createVhost(broker)];
      const wishes = [first, second].map(([system, allow]) => wishOf(system, { vhost, project, allow })) as [Wish, Wish];
      try {
        await makeStanding(vhost, foreign);
        await provisionOnce(vhost, wishes[0]);
        await makeWays(vhost, foreign, project);
        await takeAway(vhost, damage, project);
        await provisionOnce(vhost, wishes[1]);
        if (wishes[1].transport.users === undefined) await importInto(empty, wishOf(second[0], { vhost: empty, project, allow: [] }));
      } finally {
        await cleanUp([vhost, empty], project, wishes);
      }
    }

    async function takeAway(vhost: Vhost, damage: readonly number[], project: string): Promise<void> {
      const names = [...(await lookAt(vhost, project)).ours].filter((key) => /^(queue|exchange|policy)\//.test(key)).sort();
      for (const at of damage) {
        const [kind, name = ''] = (names[at % Math.max(1, names.length)] ?? '').split('/');
        const path = kind === 'policy' ? 'policies' : `${kind}s`;
        if (name !== '') await vhost.call('DELETE', `/api/${path}/${vhost.name}/${encodeURIComponent(name)}`).catch(() => undefined);
      }
    }

    async function cleanUp(vhosts: readonly Vhost[], project: string, wishes: readonly Wish[]): Promise<void> {
      const users = wishes.flatMap(({ desired }) => desired.flatMap(({ kind, name: user }) => (kind === 'user' ? [user] : [])));
      const call = (path: string) => vhosts[0]?.call('DELETE', path).catch(() => undefined);
      for (const user of new Set(users)) await call(`/api/users/${user}`);
      await call(`/api/global-parameters/msgctl-${project}`);
      for (const vhost of vhosts) await vhost.remove();
    }
  });
}

type Place = { readonly vhost: Vhost; readonly project: string; readonly allow: readonly Approval[] };

/** What a system wants of a virtual host, as a project of that name, with users of that name. */
function wishOf(system: System, { vhost, project, allow }: Place): Wish {
  const found = transportOf(system, 'bus');
  const transport: Transport = {
    ...found,
    ...(found.users && { users: { '*': `${project}-{service}` } }),
    options: { url: vhost.url, management: vhost.management },
  };
  const named = { ...system, project: { ...system.project, name: project } };
  return { transport, project, desired: deriveTopology(named, rabbitmqSpec, transport).resources, allow };
}

async function systemOf(random: RandomProject): Promise<System> {
  const loaded = await loadProject(memoryProject(filesOf(random, 'run')), { projectFile: 'msgctl.yaml' });
  const findings = loaded.system ? checkTopology(loaded.system) : [];
  fc.pre(loaded.system !== undefined && !hasErrors(findings));
  return loaded.system as System;
}

/** Plans, applies and plans again. */
async function provisionOnce(vhost: Vhost, wish: Wish): Promise<void> {
  const before = await lookAt(vhost, wish.project);
  const { plan, events } = await provisionOn(wish);
  const after = await lookAt(vhost, wish.project);
  const undone = events.flatMap((event) => (event.type === 'step-failed' || event.type === 'step-skipped' ? [event.step] : []));
  expect(events.filter(isWrong).map(toldOf)).toEqual([]);

  const left = stepsOf(await planOn(wish));
  const expected = stepsOf(plan).filter((step) => !isApplicable(step) || undone.includes(step));
  expect(linesOf(left)).toEqual(linesOf(expected));
  if (undone.length === 0) expect((await provisionOn(wish)).events).toEqual([]);

  const wanted = new Set(wish.desired.map(resourceKey));
  const changed = [...before.theirs].filter(
    ([key, entry]) => !after.ours.has(key) && JSON.stringify(after.theirs.get(key)) !== JSON.stringify(entry),
  );
  expect(changed).toEqual([]);
  expect([...after.theirs.keys()].filter((key) => !before.theirs.has(key) && !before.ours.has(key) && !wanted.has(key))).toEqual([]);

  const deleted = new Set(stepsOf(plan).flatMap((step) => (step.action === 'delete' && isApplicable(step) ? [keyOf(step)] : [])));
  const gone = [...before.ours].filter((key) => !after.ours.has(key) && !after.theirs.has(key));
  expect(gone.filter((key) => !deleted.has(key))).toEqual([]);
  const consented = wish.allow.includes('delete');
  if (!consented) expect(gone.filter((key) => !key.startsWith('policy/'))).toEqual([]);
}

/** Only what takes something away, or makes it anew, may find that it cannot. */
function isWrong(event: ApplyEvent): boolean {
  const isUndone = event.type === 'step-failed' || event.type === 'step-skipped';
  return isUndone && event.step.action !== 'delete' && event.step.action !== 'migrate';
}

function toldOf(event: ApplyEvent): string {
  const said = event.type === 'step-failed' ? `${event.message} ${event.raw ?? ''}` : event.type === 'step-skipped' ? event.because : '';
  return `${lineOf(event.step)}: ${said}`;
}

function linesOf(steps: readonly Step[]): readonly string[] {
  return steps.map(lineOf).sort();
}

function keyOf({ resource }: Step): string {
  return resourceKey(resource);
}

/** Writes everything into a definitions file, has it imported where nothing is, and plans: only what the file's own plan refused is left. */
async function importInto(vhost: Vhost, wish: Wish): Promise<void> {
  const { project, desired } = wish;
  const context = { path: 'bus.definitions.json', project, transport: 'bus', vhost: vhost.name };
  const options = { project, allow: [], target: 'file' };
  const topology = { transport: 'bus', broker: 'rabbitmq', resources: desired as readonly DesiredResource[] } as const;
  const plan = planTopology(topology, { resources: [], readHash: '' }, rabbitmqSpec, options);
  let text: string | undefined;
  for (const phase of plan.phases) text = definitionsFormat.write(text, phase.filter(isApplicable), context);
  if (text !== undefined) await vhost.call('POST', '/api/definitions', JSON.parse(text));
  expect(linesOf(stepsOf(await planOn(wish)))).toEqual(linesOf(stepsOf(plan).filter((step) => !isApplicable(step))));
}
