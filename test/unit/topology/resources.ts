import type { JsonValue } from '../../../src/source/json.ts';
import { type ActualResource, type ActualTopology, type DesiredResource, resourceKey, type Topology } from '../../../src/topology/model.ts';
import type { Plan } from '../../../src/topology/steps.ts';
import { isApplicable, stepsOf } from '../../../src/topology/steps.ts';

type Attributes = Readonly<Record<string, JsonValue>>;

/** A place in a contract, told apart by its line. */
export function line(number: number) {
  const at = { offset: number * 10, line: number, column: 1 };
  return { file: 'contracts/orders.yaml', start: at, end: at };
}

/** A resource that line 1 of a contract asks for. */
export function wanted(kind: string, name: string, attributes: Attributes = {}, more: Partial<DesiredResource> = {}): DesiredResource {
  return { kind, name, attributes, causes: [line(1)], needs: [], ...more };
}

/** A resource that was found, with the mark of a project or without one. */
export function found(kind: string, name: string, attributes: Attributes = {}, owner?: string): ActualResource {
  return { kind, name, attributes, ...(owner !== undefined && { owner }) };
}

/** A binding of a queue. */
export function bindingOf(source: string, destination: string, key = ''): { kind: string; name: string; attributes: Attributes } {
  return {
    kind: 'binding',
    name: `${source} → ${destination} "${key}"`,
    attributes: { source, destination, destination_type: 'queue', routing_key: key },
  };
}

/** What contracts ask of RabbitMQ. */
export function topology(...resources: readonly DesiredResource[]): Topology {
  return { transport: 'bus', broker: 'rabbitmq', resources };
}

/** What was found. */
export function state(...resources: readonly ActualResource[]): ActualTopology {
  return { resources, readHash: 'hash' };
}

/** A plan in short: `create queue/a`. */
export function summary(plan: Plan): readonly string[] {
  return stepsOf(plan).map(({ action, resource, waitsFor }) =>
    [action, resourceKey(resource), ...waitsFor.map((approval) => `waits for ${approval}`)].join(' '),
  );
}

/** What a plan makes of a state when every step succeeds. */
export function applied(plan: Plan, actual: ActualTopology, project: string): ActualTopology {
  const resources = new Map(actual.resources.map((resource) => [resourceKey(resource), resource]));
  for (const { action, resource, fields } of stepsOf(plan).filter(isApplicable)) {
    const key = resourceKey(resource);
    if (action === 'delete') {
      resources.delete(key);
      continue;
    }
    const attributes = new Map(Object.entries(resources.get(key)?.attributes ?? resource.attributes));
    for (const { name, to } of fields.filter((field) => field.name !== 'owner')) {
      if (to === undefined) attributes.delete(name);
      else attributes.set(name, to);
    }
    resources.set(key, { ...resource, attributes: Object.fromEntries(attributes), owner: project });
  }
  return { ...actual, resources: [...resources.values()] };
}
