import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../src/brokers/rabbitmq/access.ts';
import { adopt, adoptedParameter, disown, readAdopted } from '../../src/brokers/rabbitmq/admin/adopt.ts';
import { openManagement } from '../../src/brokers/rabbitmq/admin/management.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startRabbitmq } from './rabbitmq.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL, or run as root on Debian.';
const started = brokerOrSkip(await startRabbitmq(), 'test/brokers/rabbitmq-adoption', remedy);

describe.skipIf(!started)('what a project takes over', () => {
  const project = `many-${randomUUID()}`;
  const { url = '', management: address = '' } = started?.broker ?? {};
  const access = accessOf(
    transportNamed('bus', 'rabbitmq', { url, management: address.replace('//', `//${new URL(url).username}:${new URL(url).password}@`) }),
  );
  const management = openManagement(access);

  afterAll(async () => {
    await management.send('DELETE', `/api/global-parameters/${adoptedParameter(project)}`);
    await started?.stop();
  });

  it('stands for each virtual host, also where runs on several write at the same time', async () => {
    const vhosts = ['a', 'b', 'c', '__proto__'];
    const adoptions = vhosts.map((vhost) => ({ project, vhost, door: access.management, keys: [`queue/of-${vhost}`, 'queue/gone'] }));
    await Promise.all(adoptions.map((adoption) => adopt(management, adoption)));
    await Promise.all(adoptions.map((adoption) => disown(management, { ...adoption, keys: ['queue/gone'] })));
    const found = await Promise.all(vhosts.map((vhost) => readAdopted(management, project, vhost)));
    expect(found.map((keys) => [...keys])).toEqual(vhosts.map((vhost) => [`queue/of-${vhost}`]));
  });
});
