/** The links of a bus, by the names that contracts give their transports. */
import { type Clock, systemClock } from './clock.ts';
import type { Interaction } from './descriptor.ts';
import type { Link, Transport } from './transport.ts';

/** Links. */
export type Links = {
  readonly all: readonly Link[];
  /** The one that carries an interaction. Throws a `TypeError` that says which there are, where there is none for it. */
  of(interaction: Pick<Interaction, 'id' | 'transport'>): Link;
};

/** Opens one for all, or one for each name. */
export function openLinks(transport: Transport | Readonly<Record<string, Transport>>, open: (transport: Transport) => Link): Links {
  if (isTransport(transport)) {
    const link = open(transport);
    return { all: [link], of: () => link };
  }
  const links = new Map(Object.entries(transport).map(([name, one]) => [name, open(one)]));
  return {
    all: [...links.values()],
    of({ id, transport: { name } }) {
      const link = links.get(name);
      if (link) return link;
      throw new TypeError(
        `${id} goes over ${name}, for which this bus has no transport. It has ${[...links.keys()].join(', ') || 'none'}.`,
      );
    },
  };
}

/** The clock that transports go by. */
export function clockOf(transport: Transport | Readonly<Record<string, Transport>>): Clock {
  const transports = isTransport(transport) ? [transport] : Object.values(transport);
  return transports.find(({ clock }) => clock !== undefined)?.clock ?? systemClock;
}

function isTransport(given: Transport | Readonly<Record<string, Transport>>): given is Transport {
  return typeof given.open === 'function' && typeof given.kind === 'string';
}
