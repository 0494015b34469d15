/** Planning and applying on a live Kafka, without contracts. */
import { type Admin, Kafka as Client, logLevel } from 'kafkajs';
import { openKafka } from '../../src/brokers/kafka/admin.ts';
import { kafkaSpec } from '../../src/brokers/kafka/spec.ts';
import type { JsonObject, JsonValue } from '../../src/source/json.ts';
import { type ApplyEvent, applyPlan } from '../../src/topology/apply.ts';
import type { Approval } from '../../src/topology/consent.ts';
import type { DesiredResource, Topology } from '../../src/topology/model.ts';
import { planTopology } from '../../src/topology/plan.ts';
import type { BrokerAdmin } from '../../src/topology/port.ts';
import { heedRemarks } from '../../src/topology/remarks.ts';
import { type Plan, stepsOf } from '../../src/topology/steps.ts';
import { transportNamed } from '../unit/brokers/transports.ts';

const never = new AbortController().signal;

/** A topic that a contract asks for. */
export function topicNamed(name: string, attributes: Readonly<Record<string, JsonValue>>): DesiredResource {
  const start = { offset: 0, line: 1, column: 1 };
  return { kind: 'topic', name, attributes, causes: [{ file: 'shop.yaml', start, end: start }], needs: [] };
}

/** What contracts ask for, as a topology. */
export function topologyOf(resources: readonly DesiredResource[]): Topology {
  return { transport: 'log', broker: 'kafka', resources };
}

/** Reads and plans, without asking Kafka whether it would take the plan. */
export async function planOf(
  admin: BrokerAdmin,
  topology: Topology,
  project = 'school',
  allow: readonly Approval[] = ['delete'],
): Promise<Plan> {
  return planTopology(topology, await admin.inspect(never, topology.resources), kafkaSpec, { project, allow, target: admin.target });
}

/** Applies a plan and gives all that happened. */
export async function apply(plan: Plan, admin: BrokerAdmin, signal = never): Promise<readonly ApplyEvent[]> {
  const events: ApplyEvent[] = [];
  for await (const event of applyPlan(plan, admin, signal)) events.push(event);
  return events;
}

/** Why steps failed. */
export function failuresOf(events: readonly ApplyEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'step-failed' ? [event.message] : []));
}

/** A client of its own for a piece of work: kafkajs remembers the topics that it has seen, and fails once one of them is gone. */
export async function withClient<Value>(brokers: string, work: (client: Admin) => Promise<Value>): Promise<Value> {
  const client = new Client({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: { retries: 8 } }).admin();
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.disconnect();
  }
}

/** A cluster as one project has it: every call opens it, does the whole of a plan, and closes it. */
export type Project = {
  /** What would be done, as `<action> <topic> <fields> <reason>`, after Kafka was asked as well. */
  lines(resources: readonly DesiredResource[], allow?: readonly Approval[]): Promise<readonly string[]>;
  /** Does it; gives why steps failed or were refused. */
  provision(resources: readonly DesiredResource[], allow?: readonly Approval[], signal?: AbortSignal): Promise<readonly string[]>;
};

/** A project on the cluster that these options of a transport reach. */
export function projectOn(options: JsonObject, project: string): Project {
  const transport = transportNamed('log', 'kafka', options);
  const within = async <Value>(work: (admin: BrokerAdmin) => Promise<Value>): Promise<Value> => {
    const admin = await openKafka(transport, project);
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  };
  const plan = async (admin: BrokerAdmin, resources: readonly DesiredResource[], allow: readonly Approval[]): Promise<Plan> => {
    const first = await planOf(admin, topologyOf(resources), project, allow);
    const asked = stepsOf(first).filter(({ action }) => action !== 'refuse');
    return heedRemarks(first, asked.length === 0 ? [] : ((await admin.rehearse?.(asked, never)) ?? []));
  };
  return {
    lines: (resources, allow = []) =>
      within(async (admin) =>
        stepsOf(await plan(admin, resources, allow)).map(({ action, resource, fields, reason }) =>
          [action, resource.name, ...fields.map(({ name, from, to }) => `${name}:${from ?? ''}->${to ?? ''}`), reason ?? '']
            .join(' ')
            .trim(),
        ),
      ),
    provision: (resources, allow = [], signal = never) =>
      within(async (admin) => {
        const whole = await plan(admin, resources, allow);
        const refused = stepsOf(whole).flatMap(({ action, reason }) => (action === 'refuse' ? [`refused: ${reason}`] : []));
        return [...refused, ...failuresOf(await apply(whole, admin, signal))];
      }),
  };
}
