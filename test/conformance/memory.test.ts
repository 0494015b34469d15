import type { WireMessage } from '../../src/runtime/index.ts';
import { memory } from '../../src/runtime/memory.ts';
import { audit } from './generated/audit.ts';
import { desk } from './generated/desk.ts';
import { mail } from './generated/mail.ts';
import { shop } from './generated/shop.ts';
import { conform } from './suite.ts';

conform('in memory', async () => {
  let transport = memory();
  const provision = () => transport.provision(desk, shop, audit, mail);
  provision();
  return {
    transport: () => transport,
    interrupt: async (milliseconds) => transport.interrupt(milliseconds),
    takeDead: async (queue) => {
      const known = taken.get(transport) ?? new Set<string>();
      taken.set(transport, known);
      const dead = transport.inspect({ id: queue }).dead.filter(({ id }) => !known.has(id));
      for (const { id } of dead) known.add(id);
      return dead.map(
        ({ id, payload, headers, attempt, reason, body }): WireMessage => ({
          id,
          type: queue,
          contentType: 'application/json',
          timestamp: 0,
          headers,
          meta: { attempt, ...(reason !== undefined && { reason }) },
          body: body ?? Buffer.from(JSON.stringify(payload)),
        }),
      );
    },
    clear: async () => {
      transport = memory();
      provision();
    },
    close: async () => undefined,
  };
});

const taken = new WeakMap<object, Set<string>>();
