/** Buses over brokers that do as a test says. */
import { type Bus, createBus } from '../../../src/runtime/index.ts';
import { rabbitmq } from '../../../src/runtime/rabbitmq.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { until } from '../../conformance/stage.ts';
import { type FakeAmqp, type Script, startFakeAmqp } from '../../support/fake-amqp.ts';

/** Opens them, and closes them all. */
export function createFakeBuses() {
  const brokers: FakeAmqp[] = [];
  const buses: Bus[] = [];
  return {
    /** A bus with a broker of its own. */
    async open(script: Script = {}, service = 'shop') {
      const broker = await startFakeAmqp(script);
      brokers.push(broker);
      const logs: string[] = [];
      const bus = createBus({ transport: rabbitmq({ url: broker.url }), service, telemetry: { log: (_level, text) => logs.push(text) } });
      buses.push(bus);
      return {
        broker,
        bus,
        client: bus.client(shop).desk,
        /** The broker takes no messages from now on. */
        async block() {
          broker.peers[0]?.say(0, 'ConnectionBlocked', { reason: 'low on memory' });
          await until('it is blocked', () => logs.some((text) => text.includes('takes no messages')));
        },
      };
    },
    /** One that was started elsewhere. */
    adopt: (broker: FakeAmqp) => void brokers.push(broker),
    async closeAll() {
      await Promise.all(buses.splice(0).map((bus) => bus.close({ drain: 100 })));
      await Promise.all(brokers.splice(0).map((broker) => broker.close()));
    },
  };
}
