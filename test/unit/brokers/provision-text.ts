import type { FileFormat } from '../../../src/brokers/file/format.ts';
import { BROKERS } from '../../../src/brokers/index.ts';
import type { System } from '../../../src/contract/system.ts';
import type { Approval } from '../../../src/topology/consent.ts';
import { deriveTopology } from '../../../src/topology/derive.ts';
import type { BrokerKind } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { isApplicable, type Plan } from '../../../src/topology/steps.ts';
import { transportOf } from '../../support/load-system.ts';

/** Where the text of a test stands, for messages. */
export const context = { path: 'topology/bus', project: 'shop', transport: 'bus', vhost: 'shop' };

/** What a system wants of a text that stands for its broker. */
async function planText(system: System, text: string | undefined, allow: readonly Approval[] = []): Promise<Plan> {
  const transport = transportOf(system, 'bus');
  const { spec, loadFormat } = BROKERS[transport.kind as BrokerKind];
  const format = await loadFormat(transport);
  const resources = text === undefined ? [] : format.read(text, context);
  const actual = { resources, readHash: '', replacing: format.replacing };
  return planTopology(deriveTopology(system, spec, transport), actual, spec, { project: 'shop', allow, target: 'file' });
}

/** The text after everything that a system wants of it and that is allowed, phase by phase. */
export async function provisionText(system: System, text: string | undefined, allow: readonly Approval[] = []): Promise<string> {
  const plan = await planText(system, text, allow);
  const format: FileFormat = await BROKERS[plan.broker].loadFormat(transportOf(system, 'bus'));
  let after = text;
  for (const phase of plan.phases) after = format.write(after, phase.filter(isApplicable), context);
  return after ?? '';
}

/** What is left to do: `delete queue a`, with the fields that differ. */
export async function pending(system: System, text: string | undefined, allow: readonly Approval[] = []): Promise<readonly string[]> {
  const plan = await planText(system, text, allow);
  return plan.phases.flat().map(({ action, resource, fields }) => {
    const changes =
      action === 'create' ? [] : fields.map(({ name, from, to }) => `${name}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`);
    return [`${action} ${resource.kind} ${resource.name}`, ...changes].join('; ');
  });
}
