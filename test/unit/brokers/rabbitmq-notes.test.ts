import { describe, expect, it } from 'vitest';
import { rabbitmqNotes } from '../../../src/brokers/rabbitmq/notes.ts';
import { transportOf } from '../../support/load-system.ts';
import { shop } from './shop.ts';

const lazy = '{ address: { queue: { name: lazy, type: classic, arguments: { x-queue-mode: lazy } } } }';

async function notes(said: string | undefined, live: string | undefined, placed = '{}'): Promise<readonly string[]> {
  const system = await shop('rabbitmq', {
    ...(said !== undefined && { transport: `, version: '${said}'` }),
    orders: '  shipped:\n    pattern: publish-subscribe\n    via: bus\n    message: { type: object }',
    billing: `  orders.shipped: ${placed}`,
  });
  return rabbitmqNotes(system, transportOf(system, 'bus'), live === undefined ? {} : { version: live });
}

describe('the version of a live RabbitMQ', () => {
  it.each([
    ['3.13', '3.13.7'],
    ['4.0.5', '4.0.5'],
    ['4.1', '4.1.0-rc.1'],
    [undefined, '4.0.5'],
    ['3.13', undefined],
  ])('agrees with the project that says %s where it is %s', async (said, live) => {
    expect(await notes(said, live)).toEqual([]);
  });

  it('is told where the project says another', async () => {
    expect(await notes('3.13', '4.0.5')).toEqual([
      'The project says that "bus" is RabbitMQ 3.13, and it is 4.0.5: without asking the broker, contracts are held against the wrong version. Write version: \'4.0\' in the project file, for this environment if others have another.',
    ]);
  });

  it.each([undefined, '3.11'])('is what contracts are held against, also where the project says %s', async (said) => {
    const found = (await notes(said, '4.3.0', lazy)).filter((note) => !note.startsWith('The project says'));
    expect(found).toEqual([expect.stringMatching(/^contracts\/billing\.yaml:\d+: .*x-queue-mode.*4\.3/)]);
  });

  it('brings nothing that is known without it', async () => {
    expect((await notes('3.9', '3.9.1', '{ address: { queue: { name: own, type: stream } } }')).length).toBe(0);
  });
});
