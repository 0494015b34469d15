// Where the runtime is measured: a virtual host of its own with everything that the contracts in this folder ask for, and their generated code.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../..');

/** The runtime as it was built. */
export const importRuntime = (name) => import(join(root, `dist/runtime/${name}.js`));

/** Makes it on the RabbitMQ that the environment names. Gives { url, folder, services, close }, `services` by their names. */
export async function openStage() {
  const { MSGCTL_TEST_AMQP_URL: amqp, MSGCTL_TEST_AMQP_MANAGEMENT_URL: management } = process.env;
  if (amqp === undefined || management === undefined) {
    throw new Error('MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL name no RabbitMQ: npm run brokers.');
  }
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-runtime-'));
  const name = `msgctl-bench-${process.pid}`;
  const { username = 'guest', password = 'guest' } = new URL(amqp);
  const call = async (method, path, body) => {
    const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}`, 'content-type': 'application/json' };
    const answer = await fetch(`${management.replace(/\/$/, '')}/api/${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  const close = async () => {
    await call('DELETE', `vhosts/${name}`);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await call('PUT', `vhosts/${name}`, {});
    await call('PUT', `permissions/${name}/${username}`, { configure: '.*', write: '.*', read: '.*' });
    const url = withPath(amqp, name);
    const env = { ...process.env, RABBITMQ_URL: url, RABBITMQ_MANAGEMENT_URL: withUser(management, { username, password }) };
    for (const part of ['contracts', 'msgctl.yaml']) cpSync(join(import.meta.dirname, part), join(folder, part), { recursive: true });
    for (const command of [['gen'], ['provision', '--yes']]) {
      execFileSync(process.execPath, [join(root, 'bin/run.js'), ...command], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
    }
    await replaceByFleeting(url);
    return { url, folder, close, services: await loadServices(folder) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Some queues become what most people declare by hand: classic and transient. msgctl itself makes quorum queues only. */
async function replaceByFleeting(url) {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  for (const [queue, exchange, key] of [
    ['orders.create-fleeting', 'orders.inbox', 'create-fleeting'],
    ['bills.orders.placed-fleeting', 'orders.events', 'placed-fleeting'],
  ]) {
    await channel.deleteQueue(queue);
    await channel.assertQueue(queue, { durable: false });
    await channel.bindQueue(queue, exchange, key);
  }
  await connection.close();
}

/** The generated code, as a service would have compiled it. */
async function loadServices(folder) {
  const names = ['orders', 'shop', 'bills'];
  await build({
    entryPoints: names.map((name) => join(folder, `generated/${name}.ts`)),
    outdir: join(folder, 'compiled'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
    alias: Object.fromEntries(
      ['/errors', '/validation', ''].map((part) => [`msgctl/runtime${part}`, join(root, `dist/runtime${part || '/index'}.js`)]),
    ),
  });
  const loaded = names.map(async (name) => [name, (await import(join(folder, `compiled/${name}.mjs`)))[name]]);
  return Object.fromEntries(await Promise.all(loaded));
}

function withPath(address, name) {
  const parsed = new URL(address);
  parsed.pathname = `/${encodeURIComponent(name)}`;
  return parsed.href;
}

function withUser(address, user) {
  return Object.assign(new URL(address), user).href;
}
