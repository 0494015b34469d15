/** As whom the services of a project log in to a broker: what the transport's `users` says. */
import type { Contract, Transport } from '../contract/model.ts';

/**
 * The name of a service's user on a transport; undefined where the project does not keep its rights. `*` speaks of our own services only: whoever
 * is external gets rights where `users` names it.
 */
function userOf({ users }: Transport, { service, external }: Contract): string | undefined {
  if (!users) return undefined;
  const own = Object.hasOwn(users, service) ? users[service] : undefined;
  const template = own ?? (external || !Object.hasOwn(users, '*') ? undefined : users['*']);
  return template?.replaceAll('{service}', () => service);
}

/** The services of each user, in the order of the contracts: several may log in as one. */
export function servicesByUser(transport: Transport, contracts: readonly Contract[]): ReadonlyMap<string, readonly Contract[]> {
  const users = new Map<string, Contract[]>();
  for (const contract of contracts) {
    const user = userOf(transport, contract);
    if (user === undefined) continue;
    const services = users.get(user);
    if (services) services.push(contract);
    else users.set(user, [contract]);
  }
  return users;
}
