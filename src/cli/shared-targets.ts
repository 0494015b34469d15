import { brokerOf } from '../brokers/index.ts';
import type { Transport } from '../contract/model.ts';
import { interactionsOver, type System } from '../contract/system.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { ActualTopology } from '../topology/model.ts';
import type { Target } from './target.ts';

/** What was found where a transport points. */
export type Found = { readonly target: Target; readonly actual: ActualTopology };

/**
 * Refuses a project two of whose transports are one place on one broker (a virtual host, a database): what the project made is marked as the project's,
 * so each of them would take away what the other one has just made. Throws a `Failure`. Transports that are not looked at now are known by their address alone.
 */
export function refuseSharedTargets(system: System, found: readonly Found[]): void {
  const { project } = system;
  const live = project.transports.filter((transport) => brokerOf(transport) && !transport.target && carries(system, transport));
  for (const { target, actual } of found.filter((one) => live.includes(one.target.transport))) {
    const { transport } = target;
    const sameAddress = live.find((other) => other.name !== transport.name && addressOf(other) === addressOf(transport));
    const sameContent = found.find(
      (other) => other.target.transport.name !== transport.name && isSamePlace({ target, actual }, other, project.name),
    );
    const other = sameAddress ?? sameContent?.target.transport;
    if (other) throw shared(transport, other);
  }
}

function carries(system: System, { name }: Transport): boolean {
  return interactionsOver(system, name).length > 0;
}

/** Two names of one place show the same things, and some of them are ours. What a broker calls itself is not enough: two may have one name. */
function isSamePlace(one: Found, other: Found, project: string): boolean {
  const [{ target, actual }, theirs] = [one, other];
  const isSame = target.transport.kind === theirs.target.transport.kind && target.admin.target === theirs.target.admin.target;
  return isSame && actual.readHash === theirs.actual.readHash && actual.resources.some(({ owner }) => owner === project);
}

/** Where a transport points, without who logs in. */
function addressOf({ kind, options }: Transport): string {
  const url = typeof options.url === 'string' ? options.url.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/, '') : '';
  const brokers = typeof options.brokers === 'string' ? options.brokers.split(',') : Array.isArray(options.brokers) ? options.brokers : [];
  return JSON.stringify([kind, url.replace(/\/$/, ''), brokers.map(String).sort()]);
}

function shared({ name, kind }: Transport, other: Transport): Failure {
  const [first, second] = [name, other.name].sort();
  const apart = kind === 'rabbitmq' ? 'a virtual host' : kind === 'redis' ? 'a database' : 'a cluster';
  return new Failure('one-place-twice', {
    message: `Transports "${first}" and "${second}" are the same place on one broker.`,
    why: "What a project made there is marked as the project's, not as a transport's: each of the two would take away what the other one made. Nothing was changed.",
    advice: `Give each ${apart} of its own, or let all of it go over one transport.`,
  });
}
