/** A service in Python, written from docs/wire.md alone, talks with generated TypeScript over RabbitMQ. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Bus, createBus } from '../../src/runtime/index.ts';
import { desk } from '../conformance/generated/desk.ts';
import { mail } from '../conformance/generated/mail.ts';
import { shop } from '../conformance/generated/shop.ts';
import { deskHandlers, mailHandlers } from '../conformance/handlers.ts';
import { openRabbitmqStage, type RabbitmqStage } from '../conformance/rabbitmq-stage.ts';
import { isFullSize } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startRabbitmq } from './rabbitmq.ts';

const PIKA = 'pika==1.3.2';
const program = join(import.meta.dirname, '../conformance/wire-client.py');
const remedy = 'Name one in MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL, or run as root on Debian.';
// At full size only: it brings a package of Python.
const packages = isFullSize ? bringPika() : undefined;
const started = packages === undefined ? undefined : brokerOrSkip(await startRabbitmq(), 'test/brokers/runtime-wire', remedy);

describe.skipIf(!started)('a service in Python', () => {
  let stage: RabbitmqStage;
  const buses = new Set<Bus>();
  const children = new Set<ChildProcess>();
  const bus = (service: string) => {
    const made = createBus({ transport: stage.transport(), service });
    buses.add(made);
    return made;
  };
  const python = (...words: readonly string[]) => {
    const child = spawn('python3', [program, stage.vhost.url, ...words], {
      env: { ...process.env, PYTHONPATH: packages },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    return child;
  };
  beforeAll(async () => {
    if (started) stage = await openRabbitmqStage(started.broker);
  }, 120_000);
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([...buses].map((each) => each.close({ drain: 500 })));
    await stage.clear();
  });
  afterAll(async () => {
    await stage?.close();
    await started?.stop();
  });

  test('calls, and reads responses, errors and failures', async () => {
    await bus('desk').serve(desk, deskHandlers([]));
    const said = async (...words: readonly string[]) =>
      JSON.parse(await text(python('call', ...words).stdout as NonNullable<ChildProcess['stdout']>));
    expect(await said('яблоко')).toEqual({ status: 'response', code: null, body: { price: 6, by: 'desk' } });
    expect(await said('apple', 'out-of-stock')).toEqual({ status: 'error', code: 'out-of-stock', body: { left: 2 } });
    expect(await said('apple', 'throw')).toMatchObject({ status: 'failure', code: 'remote' });
    expect(await said('')).toMatchObject({ status: 'failure', code: 'invalid' });
  });

  test('is called', async () => {
    const child = python('serve');
    await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
    const { desk: client } = bus('shop').client(shop);
    expect(await client.quote({ article: 'apple' })).toEqual({ price: 5, by: 'python' });
    const many = await Promise.all(Array.from({ length: 50 }, (_, index) => client.quote({ article: 'x'.repeat(index + 1) })));
    expect(many.map(({ price }) => price)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  test('listens', async () => {
    const mailing = await bus('mail').serve(mail, mailHandlers([]));
    await mailing.close();
    const listening = text(python('listen').stdout as NonNullable<ChildProcess['stdout']>);
    await bus('desk').client(desk).posted({ text: 'ключ' });
    expect(JSON.parse(await listening)).toEqual({ type: 'desk.posted', from: 'desk', body: { text: 'ключ' } });
  });
});

/** A folder with pika, brought once. */
function bringPika(): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'msgctl-test', 'pika');
  if (!existsSync(join(folder, 'pika'))) {
    execFileSync('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', folder, PIKA], {
      stdio: 'inherit',
    });
  }
  return folder;
}
