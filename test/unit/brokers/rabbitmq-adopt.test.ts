import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../src/brokers/rabbitmq/access.ts';
import { adopt } from '../../../src/brokers/rabbitmq/admin/adopt.ts';
import { makeVhost } from '../../../src/brokers/rabbitmq/admin/make-vhost.ts';
import type { Management } from '../../../src/brokers/rabbitmq/admin/management.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { scriptedRabbitmq } from './scripted-rabbitmq.ts';
import { transportNamed } from './transports.ts';

/** A global parameter that somebody else writes as well: `between` is done after each of our writings. */
function parameter(between: (value: JsonObject) => JsonObject): { readonly management: Management; value(): JsonObject } {
  let value: JsonObject = { kept: true, adopted: { other: ['queue/theirs'] } };
  const management: Management = {
    read: async () => ({ value }),
    send: async (_, __, body) => {
      value = between((body as { readonly value: JsonObject }).value);
      return { status: 204, body: undefined };
    },
    close: () => undefined,
  };
  return { management, value: () => value };
}

const { management: door } = accessOf(transportNamed('bus', 'rabbitmq'));
const wish = { project: 'shop', vhost: 'here', door, keys: ['queue/q'] };

describe('what a project takes over', () => {
  it('is written until it stands, with all that others wrote', async () => {
    let writings = 0;
    const { management, value } = parameter((written) => (++writings < 3 ? { kept: true, adopted: { other: ['queue/b'] } } : written));
    expect((await adopt(management, wish)).status).toBe(204);
    expect(value()).toEqual({ kept: true, adopted: { other: ['queue/b'], here: ['queue/q'] } });
  });

  it('is not told as done where others undo it each time', async () => {
    const { management } = parameter(() => ({ adopted: {} }));
    expect((await adopt(management, wish)).status).toBe(409);
  });
});

it('tells of a virtual host that was made, and that nobody may enter', async () => {
  const { site } = scriptedRabbitmq();
  const send = async (_: string, path: string) => ({ status: path.startsWith('/api/vhosts') ? 201 : 403, body: undefined });
  const step = {
    action: 'create',
    resource: { kind: 'vhost', name: 'shop', attributes: {} },
    fields: [],
    cause: 'not-in-contract',
    risk: 'safe',
    waitsFor: [],
    needs: [],
  } as const;
  const outcomes: JsonValue[] = [];
  for await (const { step: _, ...outcome } of makeVhost({ ...site, management: { ...site.management, send } }, [step])) {
    outcomes.push(outcome);
  }
  expect(outcomes).toMatchObject([{ ok: false, begun: true, message: expect.stringMatching(/^It was made, and user "guest" may not/) }]);
});
