/** What all services of the school share: how they reach their brokers, and that they say what they do. */
import { type Bus, createBus, type Telemetry, type Transport } from 'msgctl/runtime';
import { type MemoryTransport, memory } from 'msgctl/runtime/memory';
import { rabbitmq } from 'msgctl/runtime/rabbitmq';

/** In one process everything may go through memory; with `RABBITMQ_URL` what the contracts send over `rabbit` goes over RabbitMQ. */
const inMemory: MemoryTransport = memory();
const url = process.env.RABBITMQ_URL;
const rabbit: Transport = url === undefined ? inMemory : rabbitmq({ url });

/** What a service sends and receives with. */
export function openBus(service: string): Bus {
  return createBus({
    service,
    transport: { rabbit, log: inMemory, quick: inMemory, web: inMemory, rpc: inMemory, 'bank-api': inMemory },
    telemetry: tell(service),
  });
}

/** One line for whatever a service handles. */
function tell(service: string): Telemetry {
  return {
    handling: ({ interaction }) => ({
      end: (outcome) => process.stdout.write(`${service.padEnd(12)} handled ${interaction.padEnd(28)} ${outcome}\n`),
    }),
    log: (level, text) => {
      if (level === 'error') process.stdout.write(`${service.padEnd(12)} ${text}\n`);
    },
  };
}
