import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BROKERS } from '../../../src/brokers/index.ts';
import { vhostOf } from '../../../src/brokers/rabbitmq/vhost.ts';
import type { Approval } from '../../../src/topology/consent.ts';
import { deriveTopology } from '../../../src/topology/derive.ts';
import type { BrokerKind } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { isApplicable, type Plan, type Step, stepsOf } from '../../../src/topology/steps.ts';
import { listFolders, readFolder } from '../../support/case-folder.ts';
import { loadSystem, transportOf } from '../../support/load-system.ts';

/**
 * Each folder under test/cases/plan is a small project with the transport `bus` and, under topology/, what is there already. Its plan.txt
 * holds every step, its `after.*` the file once everything was applied that needs no further consent. `case.json` may name the consents.
 */
const CASES = join(import.meta.dirname, '../../cases/plan');

async function openCase(name: string) {
  const { 'case.json': settings = '{}', ...files } = readFolder(join(CASES, name));
  const { allow = [] } = JSON.parse(settings) as { readonly allow?: readonly Approval[] };
  const project = Object.fromEntries(Object.entries(files).filter(([path]) => path === 'msgctl.yaml' || path.startsWith('contracts/')));
  const system = await loadSystem(project);
  const transport = transportOf(system, 'bus');
  const { spec, loadFormat } = BROKERS[transport.kind as BrokerKind];
  const format = await loadFormat(transport);
  const path = `topology/bus${format.suffix}`;
  const context = { path, project: system.project.name, transport: 'bus', vhost: vhostOf(transport) };
  const desired = deriveTopology(system, spec, transport);
  const planOf = (text: string | undefined) => {
    const actual = { resources: text === undefined ? [] : format.read(text, context), readHash: '', replacing: format.replacing };
    return planTopology(desired, actual, spec, { project: system.project.name, allow, target: `file ${path}` });
  };
  return { before: files[path], format, context, planOf };
}

function render(plan: Plan): string {
  return [`${plan.target}: ${plan.unchanged} unchanged`, ...stepsOf(plan).map(renderStep), ''].join('\n');
}

function renderStep({ action, resource, fields, cause, risk, reason, waitsFor, needs }: Step): string {
  const from = cause === 'not-in-contract' ? cause : `${cause.file}:${cause.start.line}`;
  const changes = fields.map(({ name, from: old, to }) => `  ${name}: ${JSON.stringify(old) ?? 'none'} → ${JSON.stringify(to) ?? 'none'}`);
  const notes = [
    ...(reason ? [reason] : []),
    ...waitsFor.map((approval) => `waits for ${approval}`),
    ...needs.map((key) => `needs ${key}`),
  ];
  return [`${action} ${resource.kind} ${resource.name} (${risk}; ${from})`, ...changes, ...notes.map((note) => `  | ${note}`)].join('\n');
}

describe.each(listFolders(CASES))('%s', (name) => {
  it('has the plan that its plan.txt tells, and ends as its after.* shows', async () => {
    const { before, format, context, planOf } = await openCase(name);
    const plan = planOf(before);
    await expect(render(plan)).toMatchFileSnapshot(join(CASES, name, 'plan.txt'));

    let after = before;
    for (const phase of plan.phases.map((steps) => steps.filter(isApplicable))) {
      if (phase.length > 0) after = format.write(after, phase, context);
    }
    await expect(after ?? '').toMatchFileSnapshot(join(CASES, name, `after${format.suffix}`));

    const left = stepsOf(planOf(after));
    expect(left.filter(isApplicable)).toEqual([]);
    expect(left).toHaveLength(stepsOf(plan).filter((step) => !isApplicable(step)).length);
  });
});
