/** RabbitMQ as a stage: a virtual host of its own, provisioned by msgctl itself, behind a gate. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import type { Transport, WireMessage } from '../../src/runtime/index.ts';
import { toMessage } from '../../src/runtime/rabbitmq/properties.ts';
import { rabbitmq } from '../../src/runtime/rabbitmq.ts';
import { runMsgctl } from '../brokers/command-line.ts';
import type { Rabbitmq } from '../brokers/rabbitmq.ts';
import { createVhost, type Vhost } from '../brokers/vhost.ts';
import { type Gate, openGate } from './gate.ts';
import type { Stage } from './stage.ts';

/** A stage, with what only tests of RabbitMQ need. */
export type RabbitmqStage = Stage & {
  readonly vhost: Vhost;
  readonly gate: Gate;
  /** One that does not go through the gate. */
  directTransport(): Transport;
  /** Makes what is missing again. */
  provision(): Promise<void>;
};

/** Makes it. */
export async function openRabbitmqStage(broker: Rabbitmq): Promise<RabbitmqStage> {
  const vhost = await createVhost(broker);
  const variables = { RABBITMQ_URL: vhost.url, RABBITMQ_MANAGEMENT_URL: vhost.management };
  const provision = async () => {
    const made = await runMsgctl(import.meta.dirname, ['provision', '--yes'], variables);
    if (made.code !== 0) throw new Error(`msgctl provision ended with ${made.code}:\n${made.stdout}${made.stderr}`);
  };
  await provision();
  const gate = await openGate(vhost.url);
  const throughGate = new URL(vhost.url);
  throughGate.host = gate.host;
  const queues = await vhost.queues();
  const hands = createHands(vhost.url);
  return {
    vhost,
    gate,
    provision,
    transport: () => rabbitmq({ url: throughGate.href }),
    directTransport: () => rabbitmq({ url: vhost.url }),
    async interrupt(milliseconds) {
      gate.shut();
      void sleep(milliseconds).then(() => gate.open());
    },
    async takeDead(queue) {
      const dead: WireMessage[] = [];
      const channel = await hands.channel();
      for (let got = await channel.get(`${queue}.dead`, { noAck: true }); got; got = await channel.get(`${queue}.dead`, { noAck: true })) {
        dead.push(toMessage(got.properties, got.content));
      }
      return dead;
    },
    async clear() {
      gate.open();
      gate.thaw();
      const channel = await hands.channel();
      for (const queue of queues) await channel.purgeQueue(queue);
    },
    async close() {
      await hands.close();
      await gate.close();
      await vhost.remove();
    },
  };
}

/** The stage's own connection, made anew where it was lost. */
function createHands(url: string): { channel(): Promise<Channel>; close(): Promise<void> } {
  let opened: { readonly connection: ChannelModel; readonly channel: Channel } | undefined;
  return {
    async channel() {
      if (opened) return opened.channel;
      const connection = await connect(url);
      connection
        .on('error', () => undefined)
        .on('close', () => {
          opened = undefined;
        });
      opened = { connection, channel: await connection.createChannel() };
      return opened.channel;
    },
    async close() {
      await opened?.connection.close();
    },
  };
}
