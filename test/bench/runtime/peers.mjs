// Calls through the libraries that people use, as these are when nothing is said: both ends in this process, the order answered as it came.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bringLibrary } from '../peers.mjs';
import { makeOrder } from './order.mjs';

const NEST_TRANSPORT_RMQ = 5;
const PEERS = {
  'NestJS, its default (no acknowledgements)': {
    packages: {
      'reflect-metadata': '0.2.2',
      rxjs: '7.8.2',
      amqplib: '2.3.1',
      'amqp-connection-manager': '5.0.0',
      '@nestjs/common': '12.5.1',
      '@nestjs/core': '12.5.1',
      '@nestjs/microservices': '12.1.1',
    },
    library: 'nest',
    open: (load, url) => openNest(load, url, { queue: 'nest-default' }),
  },
  'NestJS, acknowledged': {
    packages: { '@nestjs/microservices': '12.1.1' },
    library: 'nest',
    open: (load, url) => openNest(load, url, { queue: 'nest-acknowledged', noAck: false }),
  },
  'nestjs-rmq': {
    packages: {
      'reflect-metadata': '0.2.2',
      rxjs: '7.8.2',
      '@nestjs/common': '10.4.22',
      '@nestjs/core': '10.4.22',
      'nestjs-rmq': '2.13.0',
    },
    library: 'nestjs-rmq',
    open: openNestjsRmq,
  },
  rascal: { packages: { amqplib: '2.3.1', rascal: '21.0.1' }, library: 'rascal', open: openRascal },
  moleculer: { packages: { amqplib: '0.10.9', moleculer: '0.14.36' }, library: 'moleculer', open: openMoleculer },
};

/** Those that can be had, as subjects; says which cannot, and why. */
export async function openPeers(url) {
  const opened = [];
  for (const [name, { packages, library, open }] of Object.entries(PEERS)) {
    const { folder, problem } = bringLibrary(library, packages);
    if (problem !== undefined) {
      console.log(`${name} is left out: ${problem}`);
      continue;
    }
    try {
      opened.push({ name, ...(await open(createRequire(join(folder, 'package.json')), url)) });
    } catch (error) {
      console.log(`${name} is left out: ${error.message}`);
    }
  }
  return opened;
}

async function openNest(load, url, { queue, noAck }) {
  load('reflect-metadata');
  const { Module, Controller } = load('@nestjs/common');
  const { NestFactory } = load('@nestjs/core');
  const { ClientProxyFactory, MessagePattern, Payload, Ctx } = load('@nestjs/microservices');
  const { lastValueFrom } = load('rxjs');
  class Orders {
    create(order, context) {
      if (noAck === false) context.getChannelRef().ack(context.getMessage());
      return order;
    }
  }
  Payload()(Orders.prototype, 'create', 0);
  Ctx()(Orders.prototype, 'create', 1);
  MessagePattern('create')(Orders.prototype, 'create', Object.getOwnPropertyDescriptor(Orders.prototype, 'create'));
  Controller()(Orders);
  class App {}
  Module({ controllers: [Orders] })(App);
  const options = { urls: [url], queue, queueOptions: { durable: false }, ...(noAck !== undefined && { noAck }) };
  const server = await NestFactory.createMicroservice(App, { transport: NEST_TRANSPORT_RMQ, options, logger: false });
  await server.listen();
  // The queue of answers is always read without acknowledgements.
  const client = ClientProxyFactory.create({ transport: NEST_TRANSPORT_RMQ, options: { ...options, noAck: true } });
  await client.connect();
  return {
    call: () => lastValueFrom(client.send('create', makeOrder())),
    async close() {
      await client.close();
      await server.close();
    },
  };
}

async function openNestjsRmq(load, url) {
  load('reflect-metadata');
  const { Module, Controller } = load('@nestjs/common');
  const { NestFactory } = load('@nestjs/core');
  const { RMQModule, RMQService, RMQRoute } = load('nestjs-rmq');
  const { hostname, port, username, password, pathname } = new URL(url);
  const connections = [{ login: username, password, host: hostname, port: Number(port), vhost: decodeURIComponent(pathname.slice(1)) }];
  const silent = { log() {}, error() {}, warn() {}, debug() {}, verbose() {} };
  class Orders {
    create(order) {
      return order;
    }
  }
  RMQRoute('create')(Orders.prototype, 'create', Object.getOwnPropertyDescriptor(Orders.prototype, 'create'));
  Controller()(Orders);
  class App {}
  const options = { exchangeName: 'nestjs-rmq', queueName: 'nestjs-rmq', serviceName: 'orders', connections, logger: silent };
  // One service that asks itself: two in one process would acknowledge each other's messages, since what they emit is one for all.
  Module({ imports: [RMQModule.forRoot(options)], controllers: [Orders] })(App);
  const app = await (await NestFactory.createApplicationContext(App, { logger: false })).init();
  const service = app.get(RMQService);
  return {
    call: () => service.send('create', makeOrder()),
    async close() {
      await service.disconnect();
      await app.close();
    },
  };
}

async function openRascal(load, url) {
  const { BrokerAsPromised, withDefaultConfig } = load('rascal');
  const config = (end) =>
    withDefaultConfig({
      vhosts: {
        [decodeURIComponent(new URL(url).pathname.slice(1))]: {
          connection: { url },
          queues: { 'rascal-requests': { options: { durable: false } }, 'rascal-answers': { options: { durable: false } } },
          ...(end === 'orders'
            ? {
                subscriptions: { requests: { queue: 'rascal-requests', contentType: 'application/json' } },
                publications: { answers: { queue: 'rascal-answers', confirm: false, options: { persistent: false } } },
              }
            : {
                publications: { requests: { queue: 'rascal-requests', confirm: false, options: { persistent: false } } },
                subscriptions: { answers: { queue: 'rascal-answers', contentType: 'application/json', options: { noAck: true } } },
              }),
        },
      },
    });
  const server = await BrokerAsPromised.create(config('orders'));
  const client = await BrokerAsPromised.create(config('shop'));
  (await server.subscribe('requests')).on('message', (message, order, acknowledge) => {
    void server.publish('answers', order, { options: { correlationId: message.properties.correlationId } });
    acknowledge();
  });
  const waiting = new Map();
  (await client.subscribe('answers')).on('message', ({ properties }, order) => {
    waiting.get(properties.correlationId)?.(order);
    waiting.delete(properties.correlationId);
  });
  let count = 0;
  return {
    call: () =>
      new Promise((done) => {
        count += 1;
        waiting.set(String(count), done);
        void client.publish('requests', makeOrder(), { options: { correlationId: String(count) } });
      }),
    async close() {
      await client.shutdown();
      await server.shutdown();
    },
  };
}

async function openMoleculer(load, url) {
  const { ServiceBroker } = load('moleculer');
  const open = (nodeID) => new ServiceBroker({ nodeID, transporter: url, logger: false });
  const server = open('orders');
  server.createService({ name: 'orders', actions: { create: ({ params }) => params } });
  const client = open('shop');
  await server.start();
  await client.start();
  await client.waitForServices('orders');
  return {
    call: () => client.call('orders.create', makeOrder()),
    async close() {
      await client.stop();
      await server.stop();
    },
  };
}
