// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references such as ${NAME} are what is tested, in texts of the project file.
import { describe, expect, test } from 'vitest';
import { loadProject } from '../../../src/contract/load.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import { memoryProject } from '../../support/memory-project.ts';

const PROJECT = `msgctl: 1
project: school
contracts: [contracts/**/*.yaml]
generate: { services: [payments] }
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://\${USER_NAME}:\${file:/run/secrets/pw}@\${HOST:-localhost}' }
  log: { kind: kafka, brokers: '\${KAFKA}', defaults: { partitions: 3, replication: 1 } }
  web: { kind: http, url: '\${WEB}' }
environments:
  offline: { transports: { '*': { target: 'file:topology', prefix: test. } } }
  production:
    transports:
      '*': { prefix: prod. }
      log: { brokers: 'a:9092,b:9092', prefix: money., defaults: { replication: 3 } }
      cache: { kind: redis, url: 'redis://cache' }
  bare:
accept:
  - { finding: 3f2a9c1d77e0, reason: learners moved, until: 2027-01-31 }
`;

const PAYMENTS = `msgctl: 1
service: payments
version: 1.4.0
availability: 99.5%
channels:
  money: { via: log, key: orderId, partitions: 12, retain: 30d }
provides:
  charge:
    pattern: async-request-response
    via: rabbit
    request: { $ref: '#/types/Charge' }
    response: { type: object }
    errors: { declined: { type: object } }
    timeout: 5s
  charge@2:
    pattern: async-request-response
    via: rabbit
    reply: durable
    request: { $ref: './common.types.yaml#/types/Money' }
    response: { type: object }
    timeout: 5s
    deprecated: { since: 1.3.0, remove: 2027-01-31 }
  settled:
    pattern: publish-subscribe
    channel: money
    message: { $ref: '#/types/Charge' }
    delivery: { retry: { delay: 2m } }
types:
  Charge: { type: object, required: [orderId], properties: { orderId: { type: string } } }
`;

const files = {
  'msgctl.yaml': PROJECT,
  'contracts/payments.yaml': PAYMENTS,
  'contracts/common.types.yaml': 'types:\n  Money: { type: object }\n',
  'contracts/mailer.yaml':
    'msgctl: 1\nservice: mailer\nversion: 1.0.0\nuses:\n  payments.settled:\n  payments.charge: { version: ">=1.2 <2" }\n',
};

async function load(environment?: string, variables: Readonly<Record<string, string>> = {}) {
  const loaded = await loadProject(memoryProject({ ...files, '/run/secrets/pw': 'hunter2\n' }, variables), {
    projectFile: 'msgctl.yaml',
    ...(environment !== undefined && { environment }),
  });
  expect(loaded.diagnostics).toEqual([]);
  if (!loaded.system) throw new Error('not loaded');
  return { ...loaded, system: loaded.system };
}

describe('loadProject', () => {
  test('resolves interactions: majors, slugs, channels, defaults', async () => {
    const { system, files: count } = await load();
    const [mailer, payments] = system.contracts;
    expect(count).toBe(2);
    expect([mailer?.service, payments?.service]).toEqual(['mailer', 'payments']);
    expect(payments?.availability).toBe(0.995);
    const [charge, second, settled] = payments?.provides ?? [];
    expect(charge).toMatchObject({ id: 'payments.charge', major: 1, slug: 'charge', reply: 'process', encoding: 'json', timeout: 5_000 });
    expect(charge?.payloads.map(({ role, name }) => [role, name])).toEqual([
      ['request', undefined],
      ['response', undefined],
      ['error', 'declined'],
    ]);
    expect(second).toMatchObject({ id: 'payments.charge@2', name: 'charge', major: 2, slug: 'charge.v2', pointer: '/provides/charge@2' });
    expect(second?.deprecated).toEqual({ since: '1.3.0', remove: '2027-01-31' });
    expect(settled).toMatchObject({
      via: 'log',
      channel: 'money',
      delivery: {
        key: ['/orderId'],
        partitions: 12,
        retain: { time: 2_592_000_000, compact: false },
        retry: { attempts: 5, delay: 120_000, factor: 2, maxDelay: 120_000 },
      },
    });
    expect(mailer?.uses).toMatchObject([{ id: 'payments.settled', respond: true, delivery: {} }, { version: '>=1.2 <2' }]);
  });

  test('points at keys', async () => {
    const { system } = await load();
    const charge = system.contracts[1]?.provides[0];
    expect(charge?.at).toMatchObject({ file: 'contracts/payments.yaml', start: { line: 8, column: 3 } });
  });

  test('reads the project', async () => {
    const { system } = await load();
    expect(system.project).toMatchObject({
      name: 'school',
      contracts: ['contracts/**/*.yaml'],
      generate: { out: 'src/generated', services: ['payments'] },
      environments: ['offline', 'production', 'bare'],
      accept: [{ finding: '3f2a9c1d77e0', reason: 'learners moved', until: '2027-01-31' }],
    });
    expect(system.project).not.toHaveProperty('environment');
  });

  test('replaces references, and tells each transport what it lacks', async () => {
    const { system } = await load();
    const [rabbit, log, web] = system.project.transports;
    expect(rabbit?.options.url).toBe('amqp://${USER_NAME}:hunter2@localhost');
    expect(rabbit?.missing).toMatchObject([{ reference: '${USER_NAME}', at: { start: { line: 6 } } }]);
    expect(log?.missing.map(({ reference }) => reference)).toEqual(['${KAFKA}']);
    expect(web?.missing.map(({ reference }) => reference)).toEqual(['${WEB}']);
    const given = await load(undefined, { USER_NAME: 'me', HOST: 'broker' });
    expect(given.system.project.transports[0]).toMatchObject({ options: { url: 'amqp://me:hunter2@broker' }, missing: [] });
  });

  test("lays '*' of an environment over brokers only", async () => {
    const { system } = await load('offline');
    expect(system.project.transports.map(({ name, target, prefix }) => [name, target?.directory, prefix])).toEqual([
      ['rabbit', 'topology', 'test.'],
      ['log', 'topology', 'test.'],
      ['web', undefined, ''],
    ]);
  });

  test("lays the transport's own name over '*', merging mappings, and adds new transports", async () => {
    const { system } = await load('production');
    const [rabbit, log, , cache] = system.project.transports;
    expect(rabbit?.prefix).toBe('prod.');
    expect(log).toMatchObject({
      prefix: 'money.',
      defaults: { partitions: 3, replication: 3 },
      options: { brokers: 'a:9092,b:9092' },
      missing: [],
    });
    expect(cache).toMatchObject({ name: 'cache', kind: 'redis', prefix: 'prod.' });
    expect(system.project.environment).toBe('production');
  });

  test('takes an environment that changes nothing', async () => {
    const { system } = await load('bare');
    expect(system.project.transports).toHaveLength(3);
  });

  test('fails for an unknown environment, and lists those there are', async () => {
    const attempt = loadProject(memoryProject(files), { projectFile: 'msgctl.yaml', environment: 'prod' });
    await expect(attempt).rejects.toThrow(Failure);
    await expect(attempt).rejects.toMatchObject({
      id: 'unknown-environment',
      message: 'msgctl.yaml has no environment "prod".',
      advice: expect.stringContaining('offline, production, bare'),
    });
  });

  test('fails when a contract cannot be read', async () => {
    const reader = { ...memoryProject(files), listFiles: async () => ['contracts/gone.yaml'] };
    await expect(loadProject(reader, { projectFile: 'msgctl.yaml' })).rejects.toMatchObject({ id: 'file-missing' });
  });

  test('gives no system when there is an error, and one when there are warnings only', async () => {
    const broken = await loadProject(memoryProject({ ...files, 'contracts/mailer.yaml': 'msgctl: 1\n' }), { projectFile: 'msgctl.yaml' });
    expect(broken.system).toBeUndefined();
    expect(broken.documents.has('contracts/payments.yaml')).toBe(true);
    const warned = PAYMENTS.replace('retry: { delay: 2m }', 'expire: 5s');
    const loaded = await loadProject(memoryProject({ ...files, 'contracts/payments.yaml': warned }), { projectFile: 'msgctl.yaml' });
    expect(loaded.diagnostics.map(({ id }) => id)).toEqual(['retry-outlives-expiry']);
    expect(loaded.system).toBeDefined();
  });

  test('says nothing of a service whose file is no YAML', async () => {
    const loaded = await loadProject(memoryProject({ ...files, 'contracts/payments.yaml': 'service: payments\n\tx' }), {
      projectFile: 'msgctl.yaml',
    });
    expect(loaded.diagnostics.map(({ id }) => id)).toEqual(['yaml-tab']);
  });

  test('says the same however often it is asked', async () => {
    const broken = { ...files, 'contracts/mailer.yaml': PAYMENTS.replaceAll('Charge', 'Chrge') };
    const once = await loadProject(memoryProject(broken), { projectFile: 'msgctl.yaml' });
    const twice = await loadProject(memoryProject(broken), { projectFile: 'msgctl.yaml' });
    expect(JSON.stringify(twice.diagnostics)).toBe(JSON.stringify(once.diagnostics));
  });
});
