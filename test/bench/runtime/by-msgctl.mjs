// The same through msgctl: both ends generated and validated, limits, deadlines, mandatory, confirms, and everything else that the runtime does.
import { makeOrder } from './order.mjs';
import { importRuntime } from './stage.mjs';

/** Calls through one of the interactions; in memory where there is no `url`. Orders are answered as they came, `count` with a number. */
export async function openMsgctl(services, name, { interaction, url }) {
  const { createBus } = await importRuntime('index');
  const shared = url === undefined ? (await importRuntime('memory')).memory({ history: 10 }) : undefined;
  const { rabbitmq } = await importRuntime('rabbitmq');
  const [server, asker] = ['orders', 'shop'].map((service) => createBus({ transport: shared ?? rabbitmq({ url }), service }));
  const { orders, shop } = services;
  await server.serve(
    { ...orders, provides: { [interaction]: orders.provides[interaction] } },
    { [interaction]: interaction === 'count' ? () => ({ orders: 12 }) : (order) => order },
  );
  // What bounds who handles bounds who asks as well; more are asked here at once than the contract has it.
  const make = interaction === 'count' ? () => ({ city: 'London' }) : makeOrder;
  const asked = { ...shop.uses.orders[interaction], limit: { concurrent: 1000 } };
  const ask = asker.client({ ...shop, uses: { orders: { [interaction]: asked } } }).orders[interaction];
  return {
    name,
    call: () => ask(make()),
    close: () => Promise.all([asker.close(), server.close()]),
  };
}

/** Publishes events, done when the broker has them. */
export async function publishMsgctl(services, url, name, { key, interaction }) {
  const { createBus } = await importRuntime('index');
  const { rabbitmq } = await importRuntime('rabbitmq');
  const bus = createBus({ transport: rabbitmq({ url }), service: 'orders' });
  const publish = bus.client(services.orders)[interaction];
  await bus.ready();
  return { name, key, call: () => publish(makeOrder()), close: () => bus.close() };
}

/** Consumes what is in a queue: `take` gives the seconds that so many messages took. */
export async function consumeMsgctl(services, url, name, { queue, interaction }) {
  const { createBus } = await importRuntime('index');
  const { rabbitmq } = await importRuntime('rabbitmq');
  const { bills } = services;
  return {
    name,
    queue,
    async take(count) {
      const bus = createBus({ transport: rabbitmq({ url }), service: 'bills' });
      await bus.ready();
      let left = count;
      let begun;
      let serving;
      await new Promise((done) => {
        const handler = () => {
          begun ??= performance.now();
          left -= 1;
          if (left === 0) done();
        };
        const only = { ...bills, uses: { orders: { [interaction]: bills.uses.orders[interaction] } } };
        serving = bus.serve(only, { orders: { [interaction]: handler } });
      });
      const took = (performance.now() - begun) / 1000;
      await serving;
      await bus.close();
      return took;
    },
    async close() {},
  };
}
