// How fast a thousand queues with a binding each are made, and planned again when all is there, beside amqplib by itself over 64 channels,
// beside rascal and beside the import of definitions, which cannot tell, change or remove anything: medians of interleaved rounds, each on a virtual host of its own, connecting included, as ratios to amqplib in the same run.
// It measures and decides nothing.
//
//   npm run brokers -- node test/bench/provision.mjs [queues] [rounds] [classic|quorum]
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import amqplib from 'amqplib';
import { build } from 'esbuild';
import rascal from 'rascal';

const [queues = 1000, rounds = 3] = process.argv.slice(2, 4).map(Number);
const type = process.argv[4] ?? 'classic';
const { MSGCTL_TEST_AMQP_URL: amqp, MSGCTL_TEST_AMQP_MANAGEMENT_URL: management } = process.env;
if (!amqp || !management) {
  process.stderr.write('It needs a RabbitMQ: run it as "npm run brokers -- node test/bench/provision.mjs".\n');
  process.exit(2);
}
const { username = 'guest', password = 'guest', host } = new URL(amqp);
const login = `${username || 'guest'}:${password || 'guest'}`;
const names = Array.from({ length: queues }, (_, index) => `bench.queue-${index}`);
const CHANNELS = 64;

const folder = mkdtempSync(join(import.meta.dirname, '../../node_modules/.msgctl-bench-'));
const msgctl = await bundleMsgctl();

const subjects = {
  'amqplib, 64 channels': rawAmqplib,
  msgctl: withMsgctl,
  'rascal, 64 at once': (vhost) => withRascal(vhost, 64),
  'rascal, as it comes': (vhost) => withRascal(vhost),
  'definitions imported': importDefinitions,
};
const times = Object.fromEntries(Object.keys(subjects).map((name) => [name, { create: [], again: [] }]));

try {
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(subjects)) {
      const vhost = `bench-${randomUUID()}`;
      await call('PUT', `/api/vhosts/${vhost}`);
      try {
        times[name].create.push(await timed(() => run(vhost)));
        await checkCount(vhost, name);
        times[name].again.push(await timed(() => run(vhost)));
      } finally {
        await call('DELETE', `/api/vhosts/${vhost}`);
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

process.stdout.write(`${queues} ${type} queues with a binding each, medians of ${rounds} rounds\n`);
process.stdout.write(`${''.padEnd(22)} ${'create'.padStart(20)} ${'again'.padStart(20)}\n`);
const floor = times['amqplib, 64 channels'];
for (const [name, { create, again }] of Object.entries(times)) {
  process.stdout.write(`${name.padEnd(22)} ${figure(create, floor.create)} ${figure(again, floor.again)}\n`);
}

/** The core of msgctl as one module: the sources are TypeScript, and the command line's bundle exports none of it. */
async function bundleMsgctl() {
  const outfile = join(folder, 'msgctl.mjs');
  const lines = [
    "export { openRabbitmq } from './src/brokers/rabbitmq/admin.ts';",
    "export { rabbitmqSpec } from './src/brokers/rabbitmq/spec.ts';",
    "export { exchangeResource, queueResource, queueBinding } from './src/brokers/rabbitmq/resources.ts';",
    "export { planTopology } from './src/topology/plan.ts';",
    "export { applyPlan } from './src/topology/apply.ts';",
  ];
  const root = join(import.meta.dirname, '../..');
  await build({
    stdin: { contents: lines.join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

/** Reads, plans and applies what is missing: `msgctl provision` without the reading of contracts. */
async function withMsgctl(vhost) {
  const options = { url: `amqp://${login}@${host}/${vhost}`, management: management.replace('//', `//${login}@`) };
  const admin = await msgctl.openRabbitmq({ name: 'bench', kind: 'rabbitmq', options }, 'bench');
  const { signal } = new AbortController();
  try {
    const plan = msgctl.planTopology(desired(), await admin.inspect(signal), msgctl.rabbitmqSpec, {
      project: 'bench',
      allow: [],
      target: '',
    });
    for await (const event of msgctl.applyPlan(plan, admin, signal)) {
      if (event.type === 'step-failed') throw new Error(event.message);
    }
  } finally {
    await admin.close();
  }
}

function desired() {
  const asked = (resource, needs = []) => ({ ...resource, needs, causes: [{ file: 'bench', start: {}, end: {} }] });
  const resources = [
    asked(msgctl.exchangeResource('bench.events', 'topic')),
    ...names.map((name) => asked(msgctl.queueResource(name, { 'x-queue-type': type }))),
    ...names.map((name) => asked(msgctl.queueBinding('bench.events', name, name), ['exchange/bench.events', `queue/${name}`])),
  ];
  return { transport: 'bench', broker: 'rabbitmq', resources };
}

async function rawAmqplib(vhost) {
  const connection = await amqplib.connect(`amqp://${login}@${host}/${vhost}`);
  const channels = await Promise.all(Array.from({ length: CHANNELS }, () => connection.createChannel()));
  await channels[0].assertExchange('bench.events', 'topic');
  const onAll = (declare) =>
    Promise.all(
      channels.map(async (channel, lane) => {
        for (let index = lane; index < names.length; index += CHANNELS) await declare(channel, names[index]);
      }),
    );
  await onAll((channel, name) => channel.assertQueue(name, { arguments: { 'x-queue-type': type } }));
  await onAll((channel, name) => channel.bindQueue(name, 'bench.events', name));
  await connection.close();
}

async function withRascal(vhost, concurrency) {
  const [hostname, port] = host.split(':');
  const config = {
    vhosts: {
      [vhost]: {
        connection: { hostname, port, user: username || 'guest', password: password || 'guest', vhost },
        ...(concurrency && { concurrency }),
        exchanges: { 'bench.events': { type: 'topic' } },
        queues: Object.fromEntries(names.map((name) => [name, { options: { arguments: { 'x-queue-type': type } } }])),
        bindings: names.map((name) => `bench.events[${name}] -> ${name}`),
      },
    },
  };
  const broker = await rascal.BrokerAsPromised.create(rascal.withDefaultConfig(config));
  await broker.shutdown();
}

async function importDefinitions(vhost) {
  const queue = (name) => ({ name, durable: true, auto_delete: false, arguments: { 'x-queue-type': type } });
  const binding = (name) => ({ source: 'bench.events', destination: name, destination_type: 'queue', routing_key: name, arguments: {} });
  await call('POST', `/api/definitions/${vhost}`, {
    exchanges: [{ name: 'bench.events', type: 'topic', durable: true, auto_delete: false, internal: false, arguments: {} }],
    queues: names.map(queue),
    bindings: names.map(binding),
  });
}

async function checkCount(vhost, name) {
  const bindings = await call('GET', `/api/bindings/${vhost}`);
  const made = bindings.filter(({ source }) => source === 'bench.events').length;
  if (made !== queues) throw new Error(`${name} made ${made} bindings`);
}

async function timed(run) {
  const begun = process.hrtime.bigint();
  await run();
  return Number(process.hrtime.bigint() - begun) / 1e6;
}

async function call(method, path, body) {
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(`${management}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

function figure(values, base) {
  const median = (all) => [...all].sort((a, b) => a - b)[all.length >> 1] ?? 0;
  return `${(median(values) / median(base)).toFixed(2).padStart(8)} × ${median(values).toFixed(0).padStart(6)} ms`;
}
