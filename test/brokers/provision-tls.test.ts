import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { Failure } from '../../src/diagnostics/failure.ts';
import type { JsonObject, JsonValue } from '../../src/source/json.ts';
import type { Step } from '../../src/topology/steps.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerFolder, brokerOrSkip } from './broker-process.ts';
import { startOwnRabbitmq } from './rabbitmq.ts';

/** Certificates of a broker that calls itself `broker.internal`, made for this run. */
const folder = brokerFolder('certificates');
const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'ca.pem'), key: join(folder, 'key.pem') };
const name = ['-subj', '/CN=broker.internal', '-addext', 'subjectAltName=DNS:broker.internal'];
execFileSync(
  'openssl',
  ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', files.key, '-out', files.cert, ...name],
  {
    stdio: 'ignore',
  },
);

const started = brokerOrSkip(await startOwnRabbitmq({ tls: files }), 'test/brokers/provision-tls', 'Run as root on Debian.');

/** One step that goes over AMQP: without any, nothing but the management API is asked. */
const step: Step = {
  action: 'create',
  resource: { kind: 'queue', name: 'never-made', attributes: {} },
  fields: [],
  cause: 'not-in-contract',
  risk: 'safe',
  waitsFor: [],
  needs: [],
};

describe.skipIf(!started)('a RabbitMQ behind TLS', () => {
  const ca = readFileSync(files.ca, 'utf8');

  afterAll(async () => {
    await started?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('is read where its authority and its name are known', async () => {
    expect(await tryTo({ ca, 'server-name': 'broker.internal' })).toBe('read');
  });

  it('is not trusted under another name', async () => {
    expect(await tryTo({ ca })).toMatch(/^broker-not-trusted: .*certificate is for another host/);
  });

  it('is not trusted where nobody vouches for it', async () => {
    expect(await tryTo(true)).toMatch(/^broker-not-trusted: .*certificate is signed by itself/);
  });

  it('is not trusted over AMQP either, where only the management API is plain', async () => {
    expect(await tryTo({ ca }, started?.broker.management)).toMatch(/^broker-not-trusted: .*RabbitMQ at .*certificate is for another host/);
  });

  /** Reads it with these settings, and gives how that ended. */
  async function tryTo(tls: JsonValue, management = started?.broker.tlsManagement): Promise<string> {
    const options: JsonObject = { url: started?.broker.tlsUrl ?? '', management: management ?? '', tls };
    const admin = await openRabbitmq(transportNamed('rabbit', 'rabbitmq', options), 'school');
    try {
      const { signal } = new AbortController();
      await admin.inspect(signal);
      await admin.rehearse?.([step], signal);
      return 'read';
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return `${error.id}: ${error.message}`;
    } finally {
      await admin.close();
    }
  }
});
