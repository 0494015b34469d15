import type { Transport } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import type { Range } from '../source/source-file.ts';
import { type DesiredResource, resourceKey, type Topology } from './model.ts';
import type { BrokerSpec } from './port.ts';

/**
 * What the contracts ask of one transport: the resources of its broker, each once with everything that asks for it, sorted by phase and name.
 * Where two ask for different things under one name the first wins; `checkTopology` reports that as an error before it comes to this.
 */
export function deriveTopology(system: System, spec: BrokerSpec, transport: Transport): Topology {
  const asked = new Map<string, [DesiredResource, ...DesiredResource[]]>();
  for (const resource of spec.derive(system, transport)) {
    const key = resourceKey(resource);
    const known = asked.get(key);
    if (known) known.push(resource);
    else asked.set(key, [resource]);
  }
  const resources = [...asked.values()]
    .map(mergeResources)
    .sort((a, b) => spec.phaseOf(a.kind) - spec.phaseOf(b.kind) || compareText(resourceKey(a), resourceKey(b)));
  return { transport: transport.name, broker: spec.kind, resources };
}

/** Compares by code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** msgctl makes what at least one contract line asks it to make, whatever another says of it. */
function mergeResources(resources: readonly [DesiredResource, ...DesiredResource[]]): DesiredResource {
  const said = new Set(resources.map((resource) => resource.existing));
  const existing = said.has(undefined) ? undefined : said.has('adopt') ? 'adopt' : said.has('shared') ? 'shared' : 'keep';
  const { kind, name, attributes, exact } = resources.find((resource) => resource.existing === existing) ?? resources[0];
  const needs = [...new Set(resources.flatMap((resource) => resource.needs))].sort();
  return { kind, name, attributes, causes: mergeCauses(resources), needs, ...(existing && { existing }), ...(exact && { exact }) };
}

function mergeCauses(resources: readonly [DesiredResource, ...DesiredResource[]]): DesiredResource['causes'] {
  const causes = new Map<string, Range>();
  for (const cause of resources.flatMap((resource) => resource.causes)) causes.set(`${cause.file}:${cause.start.offset}`, cause);
  const [, ...rest] = causes.values();
  return [resources[0].causes[0], ...rest];
}
