import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportFlags } from '../../../src/cli/import/import-flags.ts';
import { projectToBe } from '../../../src/cli/import/project-to-be.ts';
import type { Session } from '../../../src/cli/session.ts';

async function projectText(flags: Partial<ImportFlags> & Pick<ImportFlags, 'kind'>, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const session = { host: { environment } } as unknown as Session;
  const root = join(tmpdir(), 'msgctl-a-folder-that-is-not-there');
  const { files } = await projectToBe(session, { root, flags: { service: [], only: [], project: 'shop', ...flags } });
  return files[0]?.text ?? '';
}

describe('the project that an import writes', () => {
  it.each<[string, ImportFlags['kind'], string, string]>([
    ['an address', 'redis', 'redis://cache:7000/2', 'redis://cache:7000/2'],
    ['a login', 'redis', 'redis://shop:secret@cache/2', 'redis://cache/2'],
    ['a password with a slash', 'redis', 'redis://shop:the/secret@cache', 'redis://localhost'],
    ['a password that looks like a port', 'redis', 'redis://shop:12/secret@cache', 'redis://localhost'],
    ['a password with a hash', 'rabbitmq', 'amqp://shop:the#secret@broker', 'amqp://localhost'],
  ])('says where its broker is without a password: %s', async (_, kind, url, expected) => {
    for (const text of [
      await projectText({ kind, url }),
      await projectText({ kind }, { [kind === 'redis' ? 'REDIS_URL' : 'RABBITMQ_URL']: url }),
    ]) {
      expect(text).toContain(`_URL:-${expected}}`);
      expect(text).not.toContain('secret');
    }
  });

  it('has no password of brokers and of the management API either', async () => {
    const kafka = await projectText({ kind: 'kafka', brokers: 'shop:secret@kafka-1:9092' });
    expect(kafka).toContain('KAFKA_BROKERS:-localhost:9092}');
    const rabbitmq = await projectText({ kind: 'rabbitmq', management: 'http://shop:the/secret@broker:15672' });
    expect(kafka + rabbitmq).not.toContain('secret');
  });
});
