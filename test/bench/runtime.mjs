// Calls through the runtime beside bare amqplib and other libraries, in one process and one run: an exclusive reply queue, acknowledgements and noDelay
// are the bare baseline. Ratios of medians over interleaved rounds; it measures and decides nothing. Build first, and give it a RabbitMQ:
//
//   npm run brokers -- node test/bench/runtime.mjs [seconds for each measurement] [rounds]
//
// Both ends are in this process, so that a round measures what both cost.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { build } from 'esbuild';
import { median } from './measured-process.mjs';

const seconds = Number(process.argv[2] ?? 1.5);
const rounds = Number(process.argv[3] ?? 3);
const IN_FLIGHT = [1, 10, 100, 500];
const root = join(import.meta.dirname, '../..');
const conformance = join(root, 'test/conformance');
const { MSGCTL_TEST_AMQP_URL: url, MSGCTL_TEST_AMQP_MANAGEMENT_URL: management } = process.env;
if (url === undefined || management === undefined)
  throw new Error('MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL name no RabbitMQ.');

const folder = mkdtempSync(join(tmpdir(), 'msgctl-runtime-'));
try {
  execFileSync(process.execPath, [join(root, 'bin/run.js'), 'provision', '--yes'], {
    cwd: conformance,
    env: { ...process.env, RABBITMQ_URL: url, RABBITMQ_MANAGEMENT_URL: withUser(management, url) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { desk, shop } = await loadGenerated(folder);
  const subjects = [
    await openBare(),
    await openRuntime('msgctl over RabbitMQ', 'rabbitmq', { desk, shop }),
    await openRuntime('msgctl in memory', 'memory', { desk, shop }),
  ];
  for (const inFlight of IN_FLIGHT) await compare(subjects, inFlight);
  for (const subject of subjects) await subject.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Rounds of every subject in turn, as calls a second and as ratios to the first. */
async function compare(subjects, inFlight) {
  const rates = subjects.map(() => []);
  const times = subjects.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { call }] of subjects.entries()) {
      const { rate, p50, p99 } = await measure(call, inFlight);
      rates[index].push(rate);
      times[index].push([p50, p99]);
    }
  }
  const [base] = rates.map(median);
  console.log(`${inFlight} in flight`);
  for (const [index, { name }] of subjects.entries()) {
    const rate = median(rates[index]);
    const [p50, p99] = [0, 1].map((which) => median(times[index].map((pair) => pair[which])));
    console.log(
      `  ${name.padEnd(24)} ${Math.round(rate).toString().padStart(8)} calls/s  ${(rate / base).toFixed(2).padStart(6)}   p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`,
    );
  }
}

/** As many calls as fit, always so many under way. */
async function measure(call, inFlight) {
  const until = performance.now() + seconds * 1000;
  const begun = performance.now();
  const times = [];
  const one = async () => {
    while (performance.now() < until) {
      const start = performance.now();
      await call(start);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  const took = (performance.now() - begun) / 1000;
  times.sort((a, b) => a - b);
  return { rate: times.length / took, p50: times[Math.floor(times.length * 0.5)], p99: times[Math.floor(times.length * 0.99)] };
}

/** amqplib as somebody writes it by hand who knows it: JSON, acknowledgements, one reply queue, no confirms, no validation, no deadlines. */
async function openBare() {
  const [asking, answering] = await Promise.all([connect(url, { noDelay: true }), connect(url, { noDelay: true })]);
  const server = await answering.createChannel();
  const { queue } = await server.assertQueue('', { exclusive: true });
  await server.prefetch(300);
  await server.consume(queue, (message) => {
    const { article } = JSON.parse(message.content.toString());
    const { replyTo, correlationId } = message.properties;
    server.sendToQueue(replyTo, Buffer.from(JSON.stringify({ price: article.length })), { correlationId });
    server.ack(message);
  });
  const client = await asking.createChannel();
  const { queue: replyTo } = await client.assertQueue('', { exclusive: true });
  const waiting = new Map();
  await client.consume(
    replyTo,
    (message) => {
      waiting.get(message.properties.correlationId)(JSON.parse(message.content.toString()));
      waiting.delete(message.properties.correlationId);
    },
    { noAck: true },
  );
  let count = 0;
  return {
    name: 'amqplib by hand',
    call: () =>
      new Promise((done) => {
        count += 1;
        const correlationId = String(count);
        waiting.set(correlationId, done);
        client.sendToQueue(queue, Buffer.from(JSON.stringify(payload())), { correlationId, replyTo });
      }),
    async close() {
      await Promise.all([asking.close(), answering.close()]);
    },
  };
}

async function openRuntime(name, kind, { desk, shop }) {
  const { createBus } = await import(join(root, 'dist/runtime/index.js'));
  const module = await import(join(root, `dist/runtime/${kind}.js`));
  const shared = kind === 'memory' ? module.memory({ history: 10 }) : undefined;
  const transport = () => shared ?? module.rabbitmq({ url });
  const [server, asker] = ['desk', 'shop'].map((service) => createBus({ transport: transport(), service }));
  const silent = () => ({ price: 1, number: 1 });
  await server.serve(desk, {
    quote: ({ article }) => ({ price: article.length }),
    hurried: silent,
    place: silent,
    craft: silent,
    packed: silent,
    note: silent,
    hint: silent,
  });
  const { quote } = asker.client({ ...shop, uses: { desk: { quote: { ...shop.uses.desk.quote, limit: { concurrent: 1000 } } } } }).desk;
  return {
    name,
    call: () => quote(payload()),
    async close() {
      await Promise.all([asker.close(), server.close()]);
    },
  };
}

/** About a kilobyte. */
function payload() {
  return { article: 'x'.repeat(960), amount: 12 };
}

/** The generated code of the conformance suite, as a service would have compiled it; the desk handles as many at once as are in flight. */
async function loadGenerated(into) {
  await build({
    entryPoints: ['desk', 'shop'].map((service) => join(conformance, `generated/${service}.ts`)),
    outdir: into,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    alias: {
      'msgctl/runtime/errors': join(root, 'dist/runtime/errors.js'),
      'msgctl/runtime/validation': join(root, 'dist/runtime/validation.js'),
      'msgctl/runtime': join(root, 'dist/runtime/index.js'),
    },
    // One and the same class here and in the runtime.
    external: [join(root, 'dist/runtime/errors.js')],
  });
  const { desk } = await import(join(into, 'desk.mjs'));
  const { shop } = await import(join(into, 'shop.mjs'));
  const quote = { ...desk.provides.quote, policy: { ...desk.provides.quote.policy, limit: { concurrent: 500, queued: 100 } } };
  return { desk: { ...desk, provides: { ...desk.provides, quote } }, shop };
}

function withUser(address, from) {
  const { username, password } = new URL(from);
  const parsed = new URL(address);
  parsed.username = username;
  parsed.password = password;
  return parsed.href;
}
