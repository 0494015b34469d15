import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadProject } from '../../../src/contract/load.ts';
import { memoryProject } from '../../support/memory-project.ts';
import { PATIENCE, runs } from '../../support/size.ts';

type Call = readonly [number, number];

const name = (service: number) => `svc-${service}`;

function filesOf(services: number, calls: readonly Call[]): Readonly<Record<string, string>> {
  const contracts = Array.from({ length: services }, (_, service) => {
    const called = [...new Set(calls.filter(([caller]) => caller === service).map(([, to]) => `  ${name(to)}.ask:\n`))];
    const provided =
      'provides:\n  ask: { pattern: request-response, via: web, request: { type: object }, response: { type: object }, timeout: 1s }\n';
    const uses = called.length > 0 ? `uses:\n${called.join('')}` : '';
    return [`contracts/${name(service)}.yaml`, `msgctl: 1\nservice: ${name(service)}\nversion: 1.0.0\n${provided}${uses}`] as const;
  });
  return { 'msgctl.yaml': 'msgctl: 1\nproject: school\ntransports: { web: { kind: http } }\n', ...Object.fromEntries(contracts) };
}

async function circlesOf(services: number, calls: readonly Call[]): Promise<readonly (readonly string[])[]> {
  const { diagnostics } = await loadProject(memoryProject(filesOf(services, calls)), { projectFile: 'msgctl.yaml' });
  expect(diagnostics.filter(({ id }) => id !== 'call-cycle')).toEqual([]);
  return diagnostics.map(({ message, related }) => {
    const way = (/: (.*)\.$/.exec(message)?.[1] ?? '').split(' → ');
    // One place for each call, the first being that of the finding.
    expect(related).toHaveLength(way.length - 2);
    return way;
  });
}

/** The number of calls on the shortest way from a service back to itself. */
function shortest(calls: readonly Call[], start: number): number {
  let reached = new Set([start]);
  for (let length = 1; length <= 8; length += 1) {
    reached = new Set(calls.filter(([caller]) => reached.has(caller)).map(([, to]) => to));
    if (reached.has(start)) return length;
  }
  return Number.POSITIVE_INFINITY;
}

test(
  'every circle that is told is one, as short as any of its first service; and whoever is in a circle is in one that is told',
  async () => {
    const graphs = fc.integer({ min: 1, max: 7 }).chain((services) => {
      const service = fc.nat({ max: services - 1 });
      return fc.record({ services: fc.constant(services), calls: fc.array(fc.tuple(service, service), { maxLength: 12 }) });
    });
    await fc.assert(
      fc.asyncProperty(graphs, async ({ services, calls }) => {
        const circles = await circlesOf(services, calls);
        const called = new Set(calls.map(([caller, to]) => `${name(caller)} ${name(to)}`));
        for (const way of circles) {
          expect(way.at(-1)).toBe(way[0]);
          for (const [index, caller] of way.slice(0, -1).entries()) expect(called).toContain(`${caller} ${way[index + 1]}`);
          const start = Number(way[0]?.slice('svc-'.length));
          expect(way.length - 1).toBe(shortest(calls, start));
        }
        const told = new Set(circles.flat());
        const inCircle = Array.from({ length: services }, (_, service) => service).filter(
          (service) => shortest(calls, service) < Number.POSITIVE_INFINITY,
        );
        expect([...told].sort()).toEqual(inCircle.map(name).sort());
      }),
      { seed: 7, numRuns: runs(60, 2_000) },
    );
  },
  PATIENCE,
);

test('is told the same whatever the order of the calls', async () => {
  const calls: readonly Call[] = [
    [2, 0],
    [0, 1],
    [1, 2],
    [1, 0],
  ];
  const circles = await circlesOf(3, calls);
  expect(circles).toEqual([
    ['svc-0', 'svc-1', 'svc-0'],
    ['svc-2', 'svc-0', 'svc-1', 'svc-2'],
  ]);
  expect(await circlesOf(3, calls.toReversed())).toEqual(circles);
});
