/** Planning and applying on a live RabbitMQ, as the command line does, without a process for each. */
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { rabbitmqSpec } from '../../src/brokers/rabbitmq/spec.ts';
import type { Transport } from '../../src/contract/model.ts';
import { type ApplyEvent, applyPlan } from '../../src/topology/apply.ts';
import type { Approval } from '../../src/topology/consent.ts';
import type { DesiredResource } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import type { BrokerAdmin } from '../../src/topology/port.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { type Plan, type Step, stepsOf } from '../../src/topology/steps.ts';

const never = new AbortController().signal;

/** What is wanted of a virtual host, by which project, and with which consents. */
export type Wish = {
  readonly transport: Transport;
  readonly project: string;
  readonly desired: readonly DesiredResource[];
  readonly allow: readonly Approval[];
};

/** Reads, plans and asks the broker. */
export function planOn(wish: Wish): Promise<Plan> {
  return within(wish, (admin) => planWith(admin, wish));
}

/** Plans and applies; gives the plan and all that happened. */
export function provisionOn(wish: Wish): Promise<{ readonly plan: Plan; readonly events: readonly ApplyEvent[] }> {
  return within(wish, async (admin) => {
    const plan = await planWith(admin, wish);
    const events: ApplyEvent[] = [];
    for await (const event of applyPlan(plan, admin, never)) events.push(event);
    return { plan, events };
  });
}

/** A step in one line: what it does to which resource, what differs, and what it waits for. */
export function lineOf({ action, resource, fields, waitsFor }: Step): string {
  const changes = action === 'create' ? [] : fields.map(({ name, from, to }) => `${name}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`);
  return [`${action} ${resource.kind} ${resource.name}`, ...changes, ...waitsFor.map((consent) => `waits for ${consent}`)].join('; ');
}

async function within<Value>({ transport, project }: Wish, work: (admin: BrokerAdmin) => Promise<Value>): Promise<Value> {
  const admin = await openRabbitmq(transport, project);
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

async function planWith(admin: BrokerAdmin, { transport, project, desired, allow }: Wish): Promise<Plan> {
  const actual = await admin.inspect(never, desired);
  const topology = { transport: transport.name, broker: 'rabbitmq', resources: desired } as const;
  const plan = planTopology(topology, actual, rabbitmqSpec, { project, allow, target: admin.target });
  const asked = stepsOf(plan).filter(({ action }) => action !== 'refuse');
  return heedRemarks(plan, asked.length === 0 ? [] : ((await admin.rehearse?.(asked, never)) ?? []));
}
