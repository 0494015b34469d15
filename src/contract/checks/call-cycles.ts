/**
 * Services that wait for each other in a circle. Only synchronous calls count: there the caller holds a connection and one of its limited
 * places while it waits, so that a circle of slow services stops as a whole. An asynchronous request waits in a queue and holds nothing of
 * the receiver, and its caller may go on with other work.
 */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Use } from '../model.ts';
import type { CheckContext } from './context.ts';

/** Whom each service calls, with the use that says so. */
type Calls = ReadonlyMap<string, ReadonlyMap<string, Use>>;

/** One finding for each circle, the shortest through each service that is in one and in none told before. */
export function checkCallCycles(context: CheckContext): readonly Diagnostic[] {
  const calls = inCircles(callsOf(context));
  const told = new Set<string>();
  return [...calls.keys()].flatMap((service) => {
    if (told.has(service)) return [];
    const way = shortestWayBack(calls, service);
    if (!way) return [];
    for (const passed of way) told.add(passed);
    const edges = way.map((caller, index) => ({ caller, called: way[(index + 1) % way.length] ?? caller }));
    const [first, ...rest] = edges.flatMap(({ caller, called }) => {
      const use = calls.get(caller)?.get(called);
      return use ? [{ at: use.at, label: `${caller} calls ${called} here` }] : [];
    });
    return first ? [diagnose('call-cycle', first.at, { way: [...way, service] }, rest)] : [];
  });
}

function callsOf({ contracts, interactions }: CheckContext): Calls {
  const calls = new Map<string, Map<string, Use>>();
  for (const { service, uses } of contracts) {
    for (const use of uses) {
      const interaction = interactions.get(use.id);
      if (interaction?.pattern !== 'request-response') continue;
      const called = calls.get(service) ?? new Map<string, Use>();
      calls.set(service, called);
      if (!called.has(interaction.service)) called.set(interaction.service, use);
    }
  }
  return calls;
}

/** Without whoever calls nobody that is left, again and again: what remains is in a circle or leads to one. Sorted, so that findings are stable. */
function inCircles(calls: Calls): Calls {
  const left = new Map([...calls].map(([caller, called]) => [caller, new Map(called)] as const));
  const callers = new Map<string, string[]>();
  for (const [caller, called] of left) for (const service of called.keys()) callers.set(service, [...(callers.get(service) ?? []), caller]);
  const ends = [...callers.keys()].filter((service) => !left.has(service));
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    for (const caller of callers.get(end) ?? []) {
      const called = left.get(caller);
      called?.delete(end);
      if (called?.size !== 0) continue;
      left.delete(caller);
      ends.push(caller);
    }
  }
  return new Map([...left].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The shortest way from a service back to itself, without its end; of several the first by name. */
function shortestWayBack(calls: Calls, start: string): readonly string[] | undefined {
  const from = new Map<string, string>();
  let reached = [start];
  while (reached.length > 0) {
    const next: string[] = [];
    for (const service of reached) {
      const called = [...(calls.get(service)?.keys() ?? [])].sort();
      if (called.includes(start)) return wayTo(from, service);
      for (const other of called) {
        if (from.has(other) || other === start) continue;
        from.set(other, service);
        next.push(other);
      }
    }
    reached = next;
  }
  return undefined;
}

function wayTo(from: ReadonlyMap<string, string>, end: string): readonly string[] {
  const way = [end];
  for (let before = from.get(end); before !== undefined; before = from.get(before)) way.unshift(before);
  return way;
}
